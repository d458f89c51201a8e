// The list of people: nobody twice, an end that is an end, and far pages out of the document.
(() => {
  const table = document.querySelector("#rows.people");
  if (!table) return;
  const FAR = "4000px"; // a screen's flick ahead and behind stays in the document
  const PATIENCE = 3; // pages in a row without anybody new before we stop asking by ourselves
  const seen = new Set();
  const away = new WeakMap();
  let fruitless = 0;

  const count = (number) => number.toLocaleString("en");

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
  }, { rootMargin: `${FAR} 0px` });

  function admit(page) {
    let added = 0;
    for (const row of [...page.children]) {
      if (seen.has(row.dataset.prospect)) row.remove();
      else { seen.add(row.dataset.prospect); added += 1; }
    }
    watcher.observe(page);
    return added;
  }

  function tell(added) {
    const line = document.querySelector("[data-coverage]");
    const total = Number(document.getElementById("coverage")?.dataset.total || 0);
    const first = Number(table.querySelector(".page")?.dataset.offset || 0);
    const loaded = first ? `rows ${count(first + 1)}–${count(first + seen.size)}` : count(seen.size);
    const text = total ? `${loaded} of about ${count(Math.max(total, first + seen.size))} loaded` : `${loaded} loaded`;
    if (line) line.textContent = text;
    const bar = document.querySelector("#coverage progress");
    if (bar) { bar.max = Math.max(total, first + seen.size, 1); bar.value = first + seen.size; }
    if (added !== null) document.getElementById("status").textContent = `${count(added)} more: ${text}.`;
  }

  function stopIfFruitless(added) {
    fruitless = added ? 0 : fruitless + 1;
    const more = document.getElementById("more");
    if (fruitless < PATIENCE || !more?.matches("[hx-get]")) return;
    const stopped = more.cloneNode(true);
    stopped.setAttribute("hx-trigger", "click");
    stopped.firstElementChild.textContent = "The service sends nobody new any more. Ask once more";
    more.replaceWith(stopped);
    htmx.process(stopped);
  }

  for (const page of table.querySelectorAll(".page")) admit(page);
  tell(null);
  document.addEventListener("htmx:load", (event) => {
    if (!event.detail.elt.matches?.("#rows > .page")) return;
    const added = admit(event.detail.elt);
    tell(added);
    // the new "Load more" arrives in the same answer, after the rows
    setTimeout(stopIfFruitless, 0, added);
  });
})();
