// Far pages of people leave the document, and come back when somebody scrolls near or opens a person on them.
(() => {
  const table = document.querySelector("#rows.people");
  if (!table) return;
  const FAR = "4000px 0px"; // a screen's flick ahead and behind stays in the document
  const away = new Map();

  function takeOut(page) {
    if (away.has(page) || page.contains(document.activeElement)) return;
    page.style.height = `${page.getBoundingClientRect().height}px`;
    page.setAttribute("aria-busy", "true");
    const rows = document.createDocumentFragment();
    rows.append(...page.children);
    away.set(page, rows);
  }

  function putBack(page) {
    const rows = away.get(page);
    if (!rows) return;
    away.delete(page);
    page.append(rows);
    page.style.height = "";
    page.removeAttribute("aria-busy");
  }

  const watcher = new IntersectionObserver((entries) => {
    for (const entry of entries) (entry.isIntersecting ? putBack : takeOut)(entry.target);
  }, { rootMargin: FAR });

  for (const page of table.querySelectorAll(".page")) watcher.observe(page);
  document.addEventListener("htmx:load", (event) => {
    if (event.detail.elt.matches?.("#rows > .page")) watcher.observe(event.detail.elt);
  });
  document.addEventListener("people:reveal", (event) => {
    for (const [page, rows] of away) if (rows.getElementById(event.detail)) return putBack(page);
  });
})();
