const powers = "⁰¹²³⁴⁵⁶⁷⁸⁹";

function number(text) {
  const match = text.replaceAll("−", "-").match(/^[^\d-]{0,2}(-?\d[\d,]*(?:\.\d+)?)(?: × 10(⁻?[⁰¹²³⁴⁵⁶⁷⁸⁹]+))?/);
  if (!match) return NaN;
  const power = (match[2] ?? "").replace("⁻", "-").replace(/[⁰¹²³⁴⁵⁶⁷⁸⁹]/g, (digit) => powers.indexOf(digit));
  return Number(match[1].replaceAll(",", "") + "e" + (power || 0));
}

function sort(table, heading) {
  const down = heading.getAttribute("aria-sort") === "ascending", numeric = heading.style.textAlign === "right";
  const text = (row, column) => row.cells[column].textContent.trim();
  const value = (row) => numeric ? number(text(row, heading.cellIndex)) : text(row, heading.cellIndex);
  for (const other of table.tHead.rows[0].cells) other.removeAttribute("aria-sort");
  heading.setAttribute("aria-sort", down ? "descending" : "ascending");
  sortRows(table.tBodies[0], table.tBodies[0].rows, value, numeric, down, (row) => text(row, 0) === "total");
}

for (const table of document.querySelectorAll("table")) {
  const headings = table.tHead ? [...table.tHead.rows[0].cells] : [], rows = [...(table.tBodies[0]?.rows ?? [])];
  const gaps = rows.some((row) => [...row.cells].every((cell) => cell.textContent === "…"));
  const figures = headings.some((heading) => heading.style.textAlign === "right");
  if (rows.length < 2 || gaps || !figures) continue;
  for (const heading of headings) {
    const button = document.createElement("button");
    button.type = "button";
    button.append(...heading.childNodes);
    button.addEventListener("click", () => sort(table, heading));
    heading.append(button);
  }
}

function unfold() {
  document.getElementById(decodeURIComponent(location.hash.slice(1)))?.closest("details")?.setAttribute("open", "");
}
addEventListener("hashchange", unfold);
unfold();
