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
  const plain = (text) => text.normalize("NFKD").replace(/\p{M}/gu, "").toLowerCase();
  const count = (number) => number.toLocaleString("en");
  let timer = 0;
  let loadingRest = false;

  function admit(page) {
    for (const row of page.children) texts.set(row.dataset.prospect, plain([...row.children].map((cell) => cell.textContent).join(" ")));
  }

  function copyOf(id) {
    const asked = { id: `prospect-${id}`, row: null };
    document.dispatchEvent(new CustomEvent("people:row", { detail: asked }));
    const row = (document.getElementById(asked.id) || asked.row)?.cloneNode(true);
    row?.removeAttribute("id");
    return row;
  }

  function show() {
    const words = plain(box.value).split(/\s+/).filter(Boolean);
    table.classList.toggle("finding", words.length > 0);
    rest.hidden = !words.length || !document.querySelector("a#more");
    if (!words.length) { results.remove(); told.textContent = ""; return; }
    const ids = [...texts].filter(([, text]) => words.every((word) => text.includes(word))).map(([id]) => id);
    table.append(results);
    results.replaceChildren(...ids.slice(0, SHOWN).map(copyOf).filter(Boolean));
    const total = Number(document.getElementById("coverage")?.dataset.total || 0);
    const of = total > texts.size ? ` of about ${count(total)}` : "";
    told.textContent = `${count(ids.length)} found in ${count(texts.size)} loaded${of}`;
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
  document.addEventListener("htmx:load", (event) => { if (event.detail.elt.id === "more") loadOn(); });
  box.addEventListener("input", () => { clearTimeout(timer); timer = setTimeout(show, 120); });
  rest.addEventListener("click", () => { loadingRest = !loadingRest; loadOn(); });
})();
