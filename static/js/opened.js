// Whom somebody opens is marked in the list at once, as the server marks them from then on, and counted.
(() => {
  const table = document.querySelector("#rows.people[data-place]");
  if (!table) return;
  const here = new Set(); // opened since this page was loaded: rows may have been on their way meanwhile

  function mark(id, among) {
    for (const row of among.querySelectorAll(`[data-prospect="${CSS.escape(id)}"]`)) {
      row.classList.add("opened");
      row.querySelector("a.open").setAttribute("aria-description", "opened");
    }
  }

  // after mark.js: their row is back in the document, if it was away
  on("panel:shown", ({ detail: { id } }) => {
    if (!id) return;
    here.add(id);
    mark(id, table);
    if (!document.querySelector("#panel [data-news]")) return;
    for (const told of document.querySelectorAll("[data-opened]")) {
      const count = (told.dataset.opened = Number(told.dataset.opened) + 1);
      told.textContent = `${count.toLocaleString("en")} opened`;
      told.hidden = false;
    }
  });
  on("rows:came", ({ detail: page }) => here.forEach((id) => mark(id, page)));
})();
