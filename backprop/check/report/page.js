const list = document.getElementById("files"), rows = [...list.children];
const filters = [...document.querySelectorAll("[data-filter]")], headings = [...document.querySelectorAll("[data-sort]")];
const search = document.getElementById("search"), shown = document.getElementById("shown");
let verdict = "";

function show() {
  const wanted = search.value.trim().toLowerCase();
  let total = 0;
  for (const row of rows) {
    row.hidden = (verdict !== "" && row.dataset.verdict !== verdict) || !row.dataset.name.toLowerCase().includes(wanted);
    total += !row.hidden;
  }
  shown.textContent = total === rows.length ? "" : `${total} of ${rows.length} files shown`;
}

function sort(heading) {
  const key = heading.dataset.sort, number = heading.dataset.kind === "number";
  const again = heading.getAttribute("aria-pressed") === "true";
  const down = again ? heading.dataset.down !== "true" : number;
  for (const other of headings) other.setAttribute("aria-pressed", String(other === heading));
  heading.dataset.down = String(down);
  sortRows(list, rows, (row) => number ? Number(row.dataset[key]) : row.dataset[key], number, down);
}

for (const button of filters) button.addEventListener("click", () => {
  verdict = button.dataset.filter;
  for (const other of filters) other.setAttribute("aria-pressed", String(other === button));
  show();
});
for (const heading of headings) heading.addEventListener("click", () => sort(heading));
search.addEventListener("input", show);
const unfold = document.getElementById("unfold");
unfold.addEventListener("click", () => {
  const open = rows.some((row) => !row.hidden && !row.open);
  for (const row of rows) if (!row.hidden) row.open = open;
});
document.body.classList.add("scripted");
