// Of what the filter leaves, one is marked: Enter opens it, the arrows mark another. Esc clears the filter, then leaves it.
(() => {
  const find = document.getElementById("find");
  const list = document.getElementById("navigation-list");
  if (!find || !list) return;
  let before = null; // where somebody was

  const hits = () => (find.value.trim() ? [...list.querySelectorAll(".audiences li:not([hidden]) > a")] : []);

  function mark(link) {
    const old = list.querySelector(".hit");
    old?.classList.remove("hit");
    if (old?.id === "hit") old.removeAttribute("id");
    find.removeAttribute("aria-activedescendant");
    if (!link) return;
    link.classList.add("hit");
    link.id ||= "hit";
    find.setAttribute("aria-activedescendant", link.id);
    link.scrollIntoView({ block: "nearest" });
  }

  function move(by) {
    const all = hits();
    mark(all[Math.max(0, Math.min(all.length - 1, all.findIndex((link) => link.matches(".hit")) + by))]);
  }

  function leave() {
    mark();
    document.querySelector("#sidebar:popover-open")?.hidePopover();
    find.blur();
    before?.focus({ preventScroll: true });
  }

  function open(event) {
    const hit = list.querySelector(".hit");
    if (!hit) return; // the list of all audiences is searched
    event.preventDefault();
    hit.click();
  }

  find.addEventListener("focus", (event) => { before = event.relatedTarget; });
  find.addEventListener("input", () => mark(hits()[0]));
  document.addEventListener("part:came", () => { if (find.value) mark(hits()[0]); });
  find.addEventListener("keydown", (event) => {
    const by = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (event.isComposing) return;
    if (by && find.value) { event.preventDefault(); move(by); }
    if (event.key === "Enter") open(event);
    if (event.key === "Escape") find.value || event.defaultPrevented ? mark() : leave();
  });
})();
