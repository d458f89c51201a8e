// Far pages of people leave the document, and are back before somebody who scrolls or opens a person gets there.
(() => {
  const table = document.querySelector("#rows.people");
  if (!table) return;
  const ALL_STAY = 600; // up to so many people the browser's own search finds everyone
  const STAYS = 6000; // pixels above and below the window that stay in the document
  const REST_MS = 100;
  const TIDY_MS = 300;
  const AT_ONCE = 30; // pages: taking one out costs some milliseconds
  const MOST = 700; // rows in the document, however fast they come
  const FOLLOWS_MS = 2000;
  const away = new Map(); // a page's markup, as bytes: a tenth of what its elements would hold
  const [encoder, decoder] = [new TextEncoder(), new TextDecoder()];
  let pages = [];
  let shown = new Set(); // the pages and rows in view
  let lastY = scrollY;
  let [resting, tidying] = [0, 0];
  let [following, followsUntil] = [0, 0];

  // those between two heights of the window, by halving: they stand one below the other
  function between(top, bottom) {
    let [low, high] = [0, pages.length];
    while (low < high) {
      const middle = (low + high) >> 1;
      if (pages[middle].getBoundingClientRect().bottom < top) low = middle + 1;
      else high = middle;
    }
    let end = low;
    while (end < pages.length && pages[end].getBoundingClientRect().top < bottom) end += 1;
    return pages.slice(low, end);
  }

  function putBack(page) {
    const markup = away.get(page);
    if (!markup) return;
    away.delete(page);
    page.innerHTML = decoder.decode(markup);
    page.removeAttribute("aria-busy");
  }

  function takeOut(page) {
    if (page.contains(document.activeElement) || page.querySelector("[aria-current]")) return;
    for (const row of page.querySelectorAll(".near")) row.classList.remove("near");
    page.style.setProperty("--rows", page.children.length);
    away.set(page, encoder.encode(page.innerHTML));
    page.setAttribute("aria-busy", "true");
    page.replaceChildren();
  }

  function inView() {
    const found = new Set();
    for (const page of between(0, innerHeight)) {
      putBack(page);
      const { top, height } = page.getBoundingClientRect();
      const perRow = height / page.children.length;
      const first = Math.max(0, Math.floor(-top / perRow));
      const rows = [...page.children].slice(first, Math.ceil((innerHeight - top) / perRow));
      for (const element of [page, ...rows]) found.add(element);
    }
    return found;
  }

  function draw(found) {
    for (const element of shown) if (!found.has(element)) element.classList.remove("near");
    for (const element of found) element.classList.add("near");
    shown = found;
  }

  // In the very frame that shows them: an observer would be one behind. What is near the browser draws by itself; whoever
  // jumps by more than a screen gets what is in view, and what is around it once they stop.
  function bringNear() {
    if (table.matches(".finding *")) return;
    // Read first: after a change it would cost a layout. A list of one page has nothing to hide, and may still have been
    // half read when its height was noted: hidden it would shrink to that, under whoever comes back to it.
    const jumped = pages.length > 1 && Math.abs(scrollY - lastY) > innerHeight;
    lastY = scrollY;
    if (jumped) hurry();
    else between(-2 * innerHeight, 3 * innerHeight).forEach(putBack);
    if (table.matches(".hurried")) draw(inView());
    tidying ||= setTimeout(tidy, TIDY_MS);
  }

  function hurry() {
    table.classList.add("hurried");
    clearTimeout(resting);
    resting = setTimeout(() => table.classList.remove("hurried"), REST_MS);
  }

  // now and then a browser paints once before it tells of a scroll: while somebody moves, each frame is looked at
  function follow(now) {
    following = now < followsUntil && requestAnimationFrame(follow);
    if (scrollY !== lastY) bringNear();
  }
  function moves() {
    followsUntil = performance.now() + FOLLOWS_MS;
    following ||= requestAnimationFrame(follow);
  }

  function tidy() {
    clearTimeout(tidying);
    tidying = 0;
    if (table.matches(".finding *") || (!away.size && pages.length * pages[0]?.children.length <= ALL_STAY)) return;
    const near = new Set(between(-STAYS, innerHeight + STAYS));
    const far = pages.filter((page) => !near.has(page) && !away.has(page));
    far.slice(0, AT_ONCE).forEach(takeOut);
    if (far.length > AT_ONCE) tidying = setTimeout(tidy, TIDY_MS);
  }

  function count() {
    pages = [...table.children].filter((child) => child.matches(".page"));
    bringNear();
    if (pages.reduce((rows, page) => rows + page.children.length, 0) > MOST) tidy();
  }

  count();
  new MutationObserver(count).observe(table, { childList: true });
  addEventListener("scroll", () => { bringNear(); moves(); }, { passive: true });
  for (const input of ["wheel", "keydown", "pointerdown"]) addEventListener(input, moves, { passive: true });
  addEventListener("resize", bringNear);
  addEventListener("beforeprint", () => pages.forEach(putBack));
  on("people:page", ({ detail }) => {
    const markup = away.get(detail.page);
    if (!markup) return;
    const made = document.createElement("template");
    made.innerHTML = decoder.decode(markup);
    detail.rows = made.content;
  });
  on("people:reveal", ({ detail }) => {
    if (detail.nodeType) return putBack(detail);
    const name = `id="${detail}"`;
    for (const [page, markup] of away) if (decoder.decode(markup).includes(name)) return putBack(page);
  });
})();
