// The list of people, or of audiences: nobody twice, how many are loaded, and an end that is an end.
(() => {
  const table = document.getElementById("rows");
  if (!table) return;
  const PATIENCE = 3; // pages in a row without anything new before we stop asking by ourselves
  const nobody = table.matches(".people") ? "nobody" : "nothing";
  const seen = new Set();
  let fruitless = 0;

  const count = new Intl.NumberFormat("en").format;

  function admit(page) {
    let added = 0;
    for (const row of [...page.children]) {
      const name = row.dataset.prospect ?? row.querySelector("a.open")?.pathname;
      if (seen.has(name)) row.remove();
      else { seen.add(name); added += 1; }
    }
    return added;
  }

  function report(added) {
    const line = document.querySelector("[data-coverage]");
    const total = Number(document.getElementById("coverage")?.dataset.total || 0);
    const first = Number(table.querySelector(".page")?.dataset.offset || 0);
    const last = first + seen.size;
    const loaded = first ? `Rows ${count(first + 1)}–${count(last)}` : count(last);
    const text = total ? `${loaded} of about ${count(Math.max(total, last))} loaded` : `${loaded} loaded`;
    if (line) line.textContent = text;
    const bar = document.querySelector("#coverage progress");
    if (bar) { bar.max = Math.max(total, last, 1); bar.value = last; }
    if (added === null) return;
    tell("say", `${count(added)} more: ${text}.`);
  }

  function stopIfFruitless(added) {
    fruitless = added ? 0 : fruitless + 1;
    const more = document.getElementById("more");
    if (fruitless < PATIENCE || !more?.matches("[hx-get]")) return;
    const stopped = more.cloneNode(true);
    stopped.setAttribute("hx-trigger", "click");
    stopped.firstElementChild.textContent = `The service sends ${nobody} new any more. Ask once more`;
    more.replaceWith(stopped);
    htmx.process(stopped);
  }

  for (const page of table.querySelectorAll(".page")) admit(page);
  report(null);
  // not htmx:load, which comes a frame later: nobody is seen twice, and "Load more" is not on its way again yet
  new MutationObserver((changes) => {
    for (const page of changes.flatMap((change) => [...change.addedNodes])) {
      if (!page.matches?.(".page")) continue;
      const added = admit(page);
      report(added);
      stopIfFruitless(added);
      tell("rows:came", page);
    }
  }).observe(table, { childList: true });
})();
