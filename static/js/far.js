// Far pages of people leave the document, and come back when somebody scrolls near or opens a person on them.
(() => {
  const table = document.querySelector("#rows.people");
  if (!table) return;
  const ALL_STAY = 600; // up to so many people the browser's own search finds everyone
  const FAR = "4000px 0px"; // a screen's flick ahead and behind stays in the document
  const away = new Map();
  const outside = new Set();
  const pages = table.getElementsByClassName("page");
  const perPage = Math.max(1, pages[0]?.children.length || 0);

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
    for (const { target, isIntersecting } of entries) {
      outside[isIntersecting ? "delete" : "add"](target);
      if (isIntersecting) putBack(target);
    }
    if (pages.length * perPage > ALL_STAY) outside.forEach(takeOut);
  }, { rootMargin: FAR });

  for (const page of table.querySelectorAll(".page")) watcher.observe(page);
  document.addEventListener("htmx:load", (event) => {
    if (event.detail.elt.matches?.("#rows > .page")) watcher.observe(event.detail.elt);
  });
  document.addEventListener("people:row", (event) => {
    for (const rows of away.values()) event.detail.row ??= rows.getElementById(event.detail.id);
  });
  document.addEventListener("people:reveal", (event) => {
    for (const [page, rows] of away) if (rows.getElementById(event.detail)) return putBack(page);
  });
})();
