// The address follows the page of people in view, so that reload and Back open there.
(() => {
  const table = document.querySelector("#rows.people");
  if (!table) return;
  const list = new URL(location.href);
  list.hash = "";
  list.search = "";
  if (table.dataset.address) list.pathname = table.dataset.address;
  const PATIENCE = 4;
  let waiting = 0;
  let misses = 0;

  function inView() {
    const box = table.getBoundingClientRect();
    // what stands above the rows: on a phone there is no head
    const above = ["coverage", "people-head"].map((id) => document.getElementById(id).getBoundingClientRect().bottom);
    const spot = document.elementFromPoint(box.left + box.width / 3, Math.max(...above, 0) + 24);
    return spot?.closest("#rows .person");
  }

  function follow() {
    waiting = 0;
    if (history.state?.panel || table.matches(".finding *")) return;
    const row = inView();
    if (!row && misses < PATIENCE) waiting ||= setTimeout(follow, 250); // what is in view may not be drawn yet
    misses = row ? 0 : misses + 1;
    if (!row) return;
    const at = row.parentElement.dataset.at;
    list.search = at ? `?${new URLSearchParams({ at })}` : "";
    const top = window.scrollY < 200;
    history.replaceState({ ...history.state, row: top ? "" : row.id }, "", list);
    tell("place:is", top && !at ? null : row); // above a page further down there are others
  }

  function comeBack() {
    const name = history.state?.row || location.hash.slice(1);
    const row = name && document.getElementById(name);
    if (row) row.scrollIntoView({ block: history.state?.row ? "start" : "center" });
  }

  history.scrollRestoration = "manual";
  comeBack();
  addEventListener("scroll", () => { waiting ||= setTimeout(follow, 250); }, { passive: true });
  // while a person was open the address was theirs
  document.getElementById("panel")?.addEventListener("close", follow);
})();
