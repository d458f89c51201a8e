// The row of the open person is marked and in view, also where its page has left the document or is still to come.
(() => {
  const panel = document.getElementById("panel");
  if (!panel) return;
  let missing = "";

  // one person's row, and beside it the one among those found
  function rowsOf(id) {
    if (!document.getElementById(`prospect-${id}`)) tell("people:reveal", `prospect-${id}`);
    return [...document.querySelectorAll(`#rows [data-prospect="${CSS.escape(id)}"]`)];
  }
  const seen = (rows) => rows.find((row) => row.checkVisibility());

  function clear() {
    for (const row of document.querySelectorAll("#rows .row[aria-current]")) row.removeAttribute("aria-current");
    missing = "";
  }

  function mark(rows) {
    clear();
    for (const row of rows) row.setAttribute("aria-current", "true");
    seen(rows)?.scrollIntoView({ block: "nearest" });
  }

  function find(id) {
    const rows = rowsOf(id);
    mark(rows);
    if (!rows.length) missing = id;
  }

  // beyond the last row here stands the next page, before the first one the page that "Show earlier" brings
  function fetch(step) {
    if (step === "next") document.querySelector("a#more")?.click();
    if (step === "prev") document.querySelector("#earlier a[hx-get]")?.click();
  }

  function focus(step) {
    const place = (step && panel.querySelector(`.bar a[rel="${step}"]`)) || panel.querySelector("h2") || panel;
    if (!place.matches("a")) place.tabIndex = -1;
    place.focus({ preventScroll: true });
    if (step) tell("say", panel.querySelector("h2")?.textContent.trim() ?? "");
  }

  on("panel:shown", ({ detail: { id, step } }) => {
    if (id) find(id); // else an error stands in the panel: one is still at this row
    if (missing) fetch(step);
    focus(step);
  });
  on("panel:go", ({ detail: { row } }) => mark([row]));
  on("panel:closed", ({ detail: id }) => {
    clear();
    seen(rowsOf(id))?.querySelector("a.open").focus({ preventScroll: true });
  });
  on("rows:came", ({ detail: page }) => {
    if (missing && page.querySelector(`#prospect-${CSS.escape(missing)}`)) find(missing);
  });
})();
