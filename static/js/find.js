// Find among the people loaded so far, those on far pages too, and offer to load the rest.
(() => {
  const table = document.querySelector("#rows.people");
  const box = document.getElementById("find-people");
  if (!table || !box) return;
  const SHOWN = 200; // matches on screen; the count tells of all
  const told = document.getElementById("found");
  const rest = document.getElementById("load-rest");
  const results = document.createElement("div");
  const texts = new Map();
  const count = new Intl.NumberFormat("en").format;
  let timer = 0;
  let place = 0;
  let loadingRest = false;

  function admit(page) {
    for (const row of page.children) {
      const text = plain([...row.children].slice(0, -1).map((cell) => cell.textContent).join(" "));
      texts.set(row.id, { text, page });
    }
  }

  function copies(found) {
    const byPage = Map.groupBy(found, ([, { page }]) => page);
    return [...byPage].flatMap(([page, people]) => {
      const asked = { page, rows: null }; // the rows of a page that has left the document
      tell("people:page", asked);
      const names = new Set(people.map(([name]) => name));
      return [...(asked.rows ?? page).children].filter((row) => names.has(row.id)).map((row) => {
        const copy = row.cloneNode(true);
        copy.removeAttribute("id");
        return copy;
      });
    });
  }

  // to what was found, and afterwards back to where one was
  function turn(finding) {
    const main = table.parentElement.classList;
    if (main.contains("finding") === finding) return;
    if (finding) place = scrollY;
    main.toggle("finding", finding);
    if (finding) table.scrollIntoView();
    else scrollTo(0, place);
  }

  function show() {
    clearTimeout(timer);
    const words = wordsOf(box.value);
    turn(words.length > 0);
    rest.hidden = !words.length || !document.querySelector("a#more");
    if (!words.length) { results.remove(); told.textContent = ""; return; }
    const found = [...texts].filter(([, { text }]) => inAll(words, text));
    table.append(results);
    results.replaceChildren(...copies(found.slice(0, SHOWN)));
    const total = Number(document.getElementById("coverage")?.dataset.total || 0);
    const of = total > texts.size ? ` of about ${count(total)}` : "";
    told.textContent = `${count(found.length)} found in ${count(texts.size)} loaded${of}`;
  }

  function loadOn() {
    const more = document.querySelector("a#more[hx-get]");
    if (loadingRest && more && !more.matches(".failed") && box.value) more.click();
    else loadingRest = false;
    rest.textContent = loadingRest ? "Stop loading" : "Load the rest";
  }

  results.className = "results";
  results.setAttribute("role", "rowgroup");
  for (const page of table.querySelectorAll(".page")) admit(page);
  new MutationObserver((changes) => {
    const pages = changes.flatMap((change) => [...change.addedNodes]).filter((node) => node.matches?.(".page"));
    pages.forEach(admit);
    if (pages.length && box.value) show();
  }).observe(table, { childList: true });
  // not before htmx knows the new link: a click would leave the page
  on("htmx:load", (event) => { if (event.detail.elt.id === "more") loadOn(); });
  // from the box to those found
  box.addEventListener("keydown", (event) => {
    if (event.isComposing || !["Enter", "ArrowDown"].includes(event.key)) return;
    event.preventDefault();
    show();
    tell("list:move", { by: 1, isInto: true });
  });
  box.addEventListener("input", () => { clearTimeout(timer); timer = setTimeout(show, 120); });
  rest.addEventListener("click", () => { loadingRest = !loadingRest; loadOn(); });
})();
