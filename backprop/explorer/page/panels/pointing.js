// What is pointed at in one panel is marked in all: a place of a formula, a unit, a weight, by the quantity's name.

export function pointing(page) {
  let marked = [];
  page.addEventListener("pointerover", (event) => {
    const name = event.target.closest?.("[data-name]")?.dataset.name;
    for (const element of marked) element.classList.remove("pointed");
    marked = name
      ? [...page.querySelectorAll(`[data-name="${CSS.escape(name)}"], [data-also~="${CSS.escape(name)}"]`)]
      : [];
    for (const element of marked) element.classList.add("pointed");
  });
}
