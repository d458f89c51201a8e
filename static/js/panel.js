// One person beside the list: own address, previous and next, Esc and Back close it.
(() => {
  const panel = document.getElementById("panel");
  if (!panel) return;
  const LINKS = "a[data-panel], a[data-panel-close], #panel .state a[href*='/prospects/']"; // the last: "Try again"
  const wide = matchMedia("(min-width: 1180px)");
  let wanted = null; // the latest request: only its answer may be shown
  let [path, person] = ["", ""]; // of whom was shown last
  let soon = 0;

  // beside the list where there is room, else over it
  function stand() {
    panel[wide.matches ? "show" : "showModal"]();
    document.body.classList.add("beside");
  }

  function open(source, address, isInHistory) {
    clearTimeout(soon);
    wanted = { source, address, isInHistory, step: source.rel };
    htmx.ajax("GET", address, { source, target: panel, swap: "innerHTML" }).catch(() => { /* failures.js says so */ });
  }

  function show({ address, isInHistory, step }) {
    const url = new URL(panel.querySelector("[data-address]")?.dataset.address || address, location);
    path = url.pathname;
    if (!isInHistory) history[history.state?.panel ? "replaceState" : "pushState"]({ panel: url.href }, "", url);
    if (!panel.open) stand();
    panel.scrollTop = 0;
    const shown = panel.querySelector("[data-person]")?.dataset.person ?? "";
    person = shown || person;
    tell("panel:shown", { id: shown, step });
  }

  function close() {
    clearTimeout(soon);
    wanted = null;
    if (!panel.open) return;
    panel.close();
    document.body.classList.remove("beside");
    panel.replaceChildren();
    tell("panel:closed", person);
  }
  function leave() {
    clearTimeout(soon);
    history.state?.panel ? history.back() : close();
  }

  // by keys: they are on the way to this one, and may be past them in a moment
  on("panel:go", ({ detail: { row, wait } }) => {
    const link = row.querySelector("a.open");
    clearTimeout(soon);
    wanted = null;
    person = row.dataset.prospect;
    soon = setTimeout(open, wait, link, link.href);
  });

  on("click", (event) => {
    if (event.button || event.metaKey || event.ctrlKey || event.shiftKey || event.altKey) return;
    const row = event.target.closest("#rows .person");
    const other = event.target.closest("a:not(.open), button");
    const link = event.target.closest(LINKS) || (!other && row?.querySelector("a.open"));
    // somebody who marks a row's text is not opening it; Enter on a name is a click without detail
    if (!link || (row && event.detail && getSelection().type === "Range")) return;
    event.preventDefault();
    link.matches("[data-panel-close]") ? leave() : open(link, link.href);
  });
  addEventListener("keydown", (event) => {
    if (event.key !== "Escape" || !panel.open || event.target.matches("input") || isOverlaid()) return;
    event.preventDefault();
    leave();
  });
  panel.addEventListener("cancel", (event) => { event.preventDefault(); leave(); });
  panel.addEventListener("again", (event) => { event.preventDefault(); if (wanted) open(panel, wanted.address, wanted.isInHistory); });
  panel.addEventListener("htmx:beforeSwap", ({ detail }) => { detail.shouldSwap &&= detail.requestConfig.path === wanted?.address; });
  panel.addEventListener("htmx:afterSwap", () => show(wanted));
  on("htmx:afterRequest", ({ detail }) => { if (wanted && detail.requestConfig.path === wanted.address) tell("panel:asked"); });
  addEventListener("popstate", (event) => {
    if (event.state?.panel) open(panel, event.state.panel, true);
    else if (!panel.open || location.pathname !== path) close(); // else a link led to a part of this page
  });
  wide.addEventListener("change", () => { if (panel.open) { panel.close(); stand(); } });
})();
