// From one row of the list to the next by j, k and the arrows; while a person is open beside it, from one to the next.
(() => {
  const table = document.getElementById("rows");
  const panel = document.getElementById("panel");
  const HURRY_MS = 120; // whoever goes faster is shown the person they stop at
  const MOST_MS = 500;
  let lastAt = 0;
  let last = null; // the row that had the focus
  let awaited = 0; // the step into a page that is on its way

  const isFinding = () => table.matches(".finding *");
  const rows = () => [...table.querySelectorAll(isFinding() ? ".results > .row" : ".page > .row")];
  const bottom = (part) => document.querySelector(part)?.getBoundingClientRect().bottom ?? 0; // of what sticks to the top

  function isInView(row) {
    const { top } = row.getBoundingClientRect();
    return row.isConnected && row.checkVisibility() && top > Math.max(bottom(".coverage"), bottom(".table > .head")) - 2 && top < innerHeight;
  }

  function beside(row, by) {
    const next = by > 0 ? "nextElementSibling" : "previousElementSibling";
    let [found, page] = [row[next], row.parentElement];
    while (!found && page.matches(".page") && (page = page[next])?.matches(".page")) {
      tell("people:reveal", page);
      found = page[by > 0 ? "firstElementChild" : "lastElementChild"];
    }
    return found;
  }

  // beyond the rows here the next page is asked for, and the step taken once it is there
  function ask(by, repeat) {
    const way = !isFinding() && document.querySelector(by > 0 ? "a#more" : "#earlier a[hx-get]");
    awaited = way ? by : 0;
    if (way) { if (!way.matches(".htmx-request")) htmx.trigger(way, "click"); }
    else if (!repeat) tell("show", by > 0 ? "This is the last one here." : "This is the first one.");
  }

  // a person whose row is not here, or their own page: as their links say
  function follow(by) {
    document.querySelector(`#person a[rel=${by > 0 ? "next" : "prev"}]:not(.htmx-request)`)?.click();
  }

  function go(row, repeat) {
    const now = performance.now();
    const pace = now - lastAt;
    // past somebody who has not come yet: the server notes whom it is asked for, so nobody is until they have stopped
    const isHurried = repeat || pace < HURRY_MS || panel.ariaBusy;
    tell("panel:go", { row, wait: isHurried ? Math.min(Math.max(2 * pace, HURRY_MS), MOST_MS) : 0 });
    lastAt = now;
  }

  function focus(row) {
    last = row;
    row.querySelector("a.open").focus({ preventScroll: true });
    row.scrollIntoView({ block: "nearest" });
  }

  function move({ by, repeat, isInto }) {
    awaited = 0;
    if (!table || (!isFinding() && panel?.open && !table.querySelector("[aria-current]"))) { if (!repeat) follow(by); return; }
    const here = isInto ? null : document.activeElement.closest("#rows .row") ?? last;
    const current = panel?.open ? table.querySelector(isFinding() ? ".results > [aria-current]" : "[aria-current]") : here && isInView(here) && here;
    const row = current ? beside(current, by) : rows().find(isInView);
    if (!row) { if (current) ask(by, repeat); return; }
    if (panel?.open) go(row, repeat);
    else focus(row);
  }

  on("list:move", ({ detail }) => move(detail));
  on("panel:closed", () => { awaited = 0; });
  on("rows:came", ({ detail: page }) => { if (awaited && page.children.length) move({ by: awaited }); });
})();
