// Of what the filter leaves, one is marked: Enter opens it, the arrows mark another. Esc clears the filter, then leaves it.
(() => {
  const find = document.getElementById("find");
  const list = document.getElementById("navigation-list");
  if (!find) return;
  let before = null; // where somebody was

  function mark(by) {
    const links = find.value.trim() ? [...list.querySelectorAll(".audiences li:not([hidden]) > a")] : [];
    const old = list.querySelector(".hit");
    const link = links[Math.max(0, Math.min(links.length - 1, by && links.indexOf(old) + by))];
    old?.classList.remove("hit");
    if (old?.id === "hit") old.removeAttribute("id");
    if (link) link.id ||= "hit";
    link?.classList.add("hit");
    link?.scrollIntoView({ block: "nearest" });
    find.setAttribute("aria-activedescendant", link?.id ?? "");
  }

  function leave() {
    document.querySelector("#sidebar:popover-open")?.hidePopover();
    find.blur();
    before?.focus({ preventScroll: true });
  }

  find.addEventListener("focus", (event) => { before = event.relatedTarget; });
  find.addEventListener("input", () => mark(0));
  on("part:came", () => { if (find.value) mark(0); });
  find.addEventListener("keydown", (event) => {
    const by = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    const hit = list.querySelector(".hit");
    if (event.isComposing) return;
    if (event.key === "Escape") event.defaultPrevented ? mark(0) : leave();
    if (!hit || !(by || event.key === "Enter")) return; // without a hit Enter searches the list of all audiences
    event.preventDefault();
    if (by) mark(by);
    else hit.click();
  });
})();
