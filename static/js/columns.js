// The columns of an export: all, the usual ones or none at one click, and how many those are.
(() => {
  const form = document.getElementById("export-form");
  if (!form) return;
  const boxes = [...form.querySelectorAll("[name=columns]")];
  const count = document.getElementById("columns-count");
  const told = () => `${boxes.filter((box) => box.checked).length} of ${boxes.length}`;
  form.addEventListener("change", () => { count.textContent = told(); });
  form.addEventListener("click", ({ target }) => {
    const set = target.dataset.columns;
    if (!set) return;
    for (const box of boxes) box.checked = set === "all" || (set === "default" && "default" in box.dataset);
    count.textContent = told();
    tell("say", `${told()} columns.`);
  });
})();
