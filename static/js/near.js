// "Load more" is asked for before anybody gets there; htmx's own "intersect" knows no margin.
(() => {
  const AT_REST = 300; // pixels below the window: whoever only looks at the top of a list costs the service one call
  const SCROLLING = 3000; // more than a page: the next one is on its way while this one is drawn
  const table = document.getElementById("rows");
  if (!table) return;
  let ahead = AT_REST;
  let lastY = scrollY;
  let ready = false; // htmx knows the link
  let asked = null;

  function look() {
    const more = document.querySelector("a#more[hx-trigger*=near]");
    const box = more?.getClientRects()[0]; // none while it is hidden
    if (!ready || more === asked || more?.matches(".htmx-request") || !box || box.top > innerHeight + ahead) return;
    asked = more;
    htmx.trigger(more, "near");
  }

  addEventListener("scroll", () => {
    ahead = scrollY > lastY ? SCROLLING : AT_REST;
    lastY = scrollY;
    look();
  }, { passive: true });
  // after list.js has seen what came: it may have had enough
  on("htmx:load", () => { ready = true; queueMicrotask(look); });
  // for whoever scrolls the server asks for the page after this one, too; whoever hurries also gets what is at hand
  on("htmx:configRequest", ({ detail }) => {
    if (detail.elt !== asked || ahead !== SCROLLING) return;
    detail.parameters.append("pace", table.matches(".hurried") ? "hurried" : "steady");
  });
  new ResizeObserver(look).observe(table);
})();
