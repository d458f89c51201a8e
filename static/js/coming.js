// Who comes next stands in the panel at once, as their row has it; what is still there of the one before goes if it takes long.
(() => {
  const panel = document.getElementById("panel");
  if (!panel) return;
  const LONG_MS = 150;
  const count = new Intl.NumberFormat("en").format;
  let timer = 0;

  function name(row) {
    const head = panel.querySelector(".sheet-head");
    if (!head) return;
    const [heading, position, face] = [head.querySelector("h2"), panel.querySelector(".position"), row.querySelector(".face")];
    heading.textContent = row.querySelector(".open").textContent;
    head.querySelector(".face").className = `${face.className} big`;
    head.querySelector(".face").textContent = face.textContent;
    head.querySelector("p")?.replaceChildren(row.querySelector(".title")?.textContent ?? "");
    head.querySelector(".headline")?.remove();
    position.textContent = position.textContent.replace(/^[\d,]+/, row.ariaRowIndex ? count(row.ariaRowIndex - 1) : "…");
  }

  function over() {
    clearTimeout(timer);
    timer = 0;
    panel.ariaBusy = null;
    panel.classList.remove("coming");
  }

  document.addEventListener("panel:go", ({ detail: { row } }) => {
    panel.ariaBusy = "true";
    timer ||= setTimeout(() => panel.classList.add("coming"), LONG_MS);
    name(row);
  });
  document.addEventListener("panel:shown", over);
  document.addEventListener("panel:closed", over);
  // its links are still those of the one before
  panel.addEventListener("click", (event) => {
    const rel = panel.ariaBusy && event.target.closest("a[rel=next], a[rel=prev]")?.rel;
    if (!rel) return;
    event.preventDefault();
    event.stopPropagation();
    document.dispatchEvent(new CustomEvent("list:move", { detail: { by: rel === "next" ? 1 : -1 } }));
  }, true);
})();
