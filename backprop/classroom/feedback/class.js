const list = document.getElementById("students"), rows = [...list.rows];
const filters = [...document.querySelectorAll("[data-filter]")], headings = [...document.querySelectorAll("[data-column]")];
const search = document.getElementById("search"), shown = document.getElementById("shown");
let flag = "";

function show() {
  const wanted = search.value.trim().toLowerCase();
  let total = 0;
  for (const row of rows) {
    row.hidden = (flag !== "" && !row.dataset.flags.split(" ").includes(flag)) || !row.dataset.search.includes(wanted);
    total += !row.hidden;
  }
  shown.textContent = total === rows.length ? "" : `${total} of ${rows.length} students shown`;
}

function valueOf(row, column, number) {
  const cell = row.cells[column];
  if (!number) return cell.textContent.trim();
  return cell.dataset.value === "" ? NaN : Number(cell.dataset.value);
}

function sort(heading) {
  const column = Number(heading.dataset.column), number = heading.dataset.kind === "number";
  const again = heading.getAttribute("aria-pressed") === "true";
  const down = again ? heading.dataset.down !== "true" : number;
  for (const other of headings) other.setAttribute("aria-pressed", String(other === heading));
  heading.dataset.down = String(down);
  sortRows(list, rows, (row) => valueOf(row, column, number), number, down, (row) => row.classList.contains("missing"));
}

for (const button of filters) button.addEventListener("click", () => {
  flag = button.dataset.filter;
  for (const other of filters) other.setAttribute("aria-pressed", String(other === button));
  show();
});
for (const heading of headings) heading.addEventListener("click", () => sort(heading));
search.addEventListener("input", show);
document.body.classList.add("scripted");
