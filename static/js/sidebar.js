// The sidebar: narrows as one types, folders stay as they were left, the open audience is in view.
(() => {
  const nav = document.getElementById("navigation");
  const find = document.getElementById("find");
  if (!nav) return;
  let folders = [...nav.querySelectorAll("details.folder")];
  let rows = null;

  function folded() {
    try { return new Set(JSON.parse(localStorage.getItem("folds") || "[]")); } catch { return new Set(); }
  }

  function restoreFolds() {
    const shut = folded();
    for (const folder of folders) {
      folder.open = !shut.has(folder.dataset.folder) || folder.querySelector("[aria-current]") !== null;
    }
  }

  function keepFold(folder) {
    if (find.value) return;
    const shut = folded();
    shut[folder.open ? "delete" : "add"](folder.dataset.folder);
    try { localStorage.setItem("folds", JSON.stringify([...shut].slice(-2000))); } catch { /* folds last as long as the page */ }
  }

  function narrow() {
    rows ??= [...nav.querySelectorAll(".audiences a")]
      .map((link) => ({ item: link.closest("li"), folder: link.closest("details"), text: plain(link.querySelector("span").textContent) }));
    const words = wordsOf(find.value);
    const full = new Set();
    for (const row of rows) {
      row.item.hidden = !inAll(words, row.text);
      if (!row.item.hidden) full.add(row.folder);
    }
    for (const folder of folders) folder.hidden = words.length > 0 && !full.has(folder);
    if (words.length) for (const folder of folders) folder.open = true;
    else restoreFolds();
    document.getElementById("find-none").hidden = !words.length || full.size > 0;
  }

  const showCurrent = () => nav.querySelector("[aria-current=page]")?.scrollIntoView({ block: "nearest" });

  document.addEventListener("part:came", ({ detail: part }) => {
    if (part.id !== "populating" && !part.matches(".navigation-list")) return;
    folders = [...nav.querySelectorAll("details.folder")];
    rows = null;
    restoreFolds();
    if (find.value) narrow();
  });

  restoreFolds();
  showCurrent();
  document.getElementById("sidebar")?.addEventListener("toggle", showCurrent);
  nav.addEventListener("click", (event) => {
    const folder = event.target.closest("summary")?.parentElement;
    if (folder?.matches("details.folder")) setTimeout(() => keepFold(folder));
  });
  find.addEventListener("input", narrow);
  find.addEventListener("keydown", (event) => {
    if (event.key !== "Escape" || !find.value) return;
    event.preventDefault();
    find.value = "";
    narrow();
  });
})();
