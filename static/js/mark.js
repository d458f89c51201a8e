// The row of the open person is marked and in view, also where its page has left the document or is still to come.
(() => {
  const panel = document.getElementById("panel");
  if (!panel) return;
  const tell = (name, detail) => document.dispatchEvent(new CustomEvent(name, { detail }));
  let current = null;
  let missing = "";

  function rowOf(id) {
    tell("people:reveal", `prospect-${id}`);
    return document.getElementById(`prospect-${id}`);
  }

  function mark(id) {
    current?.removeAttribute("aria-current");
    current = rowOf(id);
    missing = current ? "" : id;
    current?.setAttribute("aria-current", "true");
    current?.scrollIntoView({ block: "nearest" });
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

  document.addEventListener("panel:shown", ({ detail: { id, step } }) => {
    mark(id);
    if (missing) fetch(step);
    focus(step);
  });
  document.addEventListener("panel:closed", ({ detail: id }) => {
    current?.removeAttribute("aria-current");
    current = null;
    missing = "";
    rowOf(id)?.querySelector("a.open").focus({ preventScroll: true });
  });
  document.addEventListener("rows:came", ({ detail: page }) => {
    if (missing && page.querySelector(`#prospect-${CSS.escape(missing)}`)) mark(missing);
  });
})();
