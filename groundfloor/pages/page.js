"use strict";
const {compare: compareTexts} = new Intl.Collator("en", {numeric: true});

// Puts the rows into their list by a value each; equal ones keep their order, what is no number and `last` comes last.
function sortRows(list, rows, value, numeric, down, last = () => false) {
  const keyed = [...rows].map((row) => ({row, value: value(row), last: last(row)})), way = down ? -1 : 1;
  keyed.sort((a, b) => {
    if (a.last !== b.last) return a.last - b.last;
    if (!numeric) return way * compareTexts(a.value, b.value);
    if (isNaN(a.value) || isNaN(b.value)) return isNaN(a.value) - isNaN(b.value);
    return way * (a.value - b.value);
  });
  list.append(...keyed.map(({row}) => row));
}

// On paper nothing can be opened.
let closed = [];
addEventListener("beforeprint", () => {
  closed = [...document.querySelectorAll("details:not([open])")];
  for (const details of closed) details.open = true;
});
addEventListener("afterprint", () => { for (const details of closed) details.open = false; });
