// One person beside the list: own address, previous and next, Esc and Back close it.
(() => {
  const panel = document.getElementById("panel");
  const wide = matchMedia("(min-width: 1180px)");
  const plainClick = (event) => event.button === 0 && !(event.metaKey || event.ctrlKey || event.shiftKey || event.altKey);

  if (!panel) {
    // after a reload, Back is still the same document to the browser: it says so, and shows the list no more
    addEventListener("popstate", () => location.reload());
    addEventListener("keydown", (event) => {
      if (event.key === "Escape") document.querySelector("a[data-panel-close]")?.click();
    });
    return;
  }

  function show() {
    if (!panel.open) panel[wide.matches ? "show" : "showModal"]();
  }

  function mark() {
    const id = panel.querySelector("[data-person]")?.dataset.person;
    for (const row of document.querySelectorAll("#rows .person[aria-current]")) row.removeAttribute("aria-current");
    if (!id || !panel.open) return;
    const row = document.getElementById(`prospect-${id}`);
    row?.setAttribute("aria-current", "true");
    row?.scrollIntoView({ block: "nearest" });
    if (!row && !document.querySelector("#rows .page[aria-busy]")) document.querySelector("a#more")?.click();
  }

  async function open(link, address, keep) {
    await htmx.ajax("GET", address, { source: link, target: "#panel", swap: "innerHTML" });
    if (!panel.firstElementChild) return;
    const shown = panel.querySelector("[data-address]")?.dataset.address || address;
    if (keep !== "shown") history[history.state?.panel ? "replaceState" : "pushState"]({ panel: shown }, "", shown);
    show();
    panel.scrollTop = 0;
    mark();
    panel.querySelector("#person-name")?.focus({ preventScroll: true });
  }

  function close() {
    const id = panel.querySelector("[data-person]")?.dataset.person;
    panel.close();
    panel.replaceChildren();
    mark();
    document.querySelector(`#prospect-${CSS.escape(id || "")} a.open`)?.focus({ preventScroll: true });
  }

  function leave() {
    if (history.state?.panel) history.back();
    else close();
  }

  document.addEventListener("click", (event) => {
    const row = event.target.closest("#rows .person");
    const link = event.target.closest("a[data-panel]") || (row && !event.target.closest("a:not(.open), button") && row.querySelector("a.open"));
    const closing = event.target.closest("a[data-panel-close]");
    if (!plainClick(event) || !(link || closing) || (row && getSelection().type === "Range")) return;
    event.preventDefault();
    if (closing) leave();
    else open(link, link.href);
  });
  addEventListener("keydown", (event) => {
    if (event.key !== "Escape" || !panel.open || event.target.matches("input")) return;
    event.preventDefault();
    leave();
  });
  panel.addEventListener("cancel", (event) => { event.preventDefault(); leave(); });
  addEventListener("popstate", (event) => {
    if (event.state?.panel) open(document.body, event.state.panel, "shown");
    else if (panel.open) close();
  });
  wide.addEventListener("change", () => { if (panel.open) { panel.close(); show(); } });
  document.addEventListener("htmx:load", (event) => { if (event.detail.elt.matches?.("#rows > .page")) mark(); });
})();
