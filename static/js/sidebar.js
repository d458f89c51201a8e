// The sidebar: narrows as one types, stays where it was from page to page, and has the open audience in view.
(() => {
  const nav = document.getElementById("navigation");
  const find = document.getElementById("find");
  if (!nav) return;
  let folders = [...nav.querySelectorAll("details.folder")];
  let rows = null;
  let shut = null; // the folders that were closed before somebody typed

  function keepFold({ open, dataset }) {
    if (!find.value) tell("prefer", { [open ? "unfold" : "fold"]: dataset.folder });
  }

  function narrow() {
    rows ??= [...nav.querySelectorAll(".audiences a")].map((link) => ({
      item: link.closest("li"),
      group: link.closest("details, .mine"),
      text: plain(link.querySelector("span").textContent),
      again: link.matches("#mine a:not([data-alone])"), // it has a line elsewhere, too
    }));
    const words = wordsOf(find.value);
    const full = new Set();
    for (const { item, group, text, again } of rows) {
      item.hidden = words.length > 0 && (again || !inAll(words, text));
      if (!item.hidden) full.add(group);
    }
    for (const group of [...folders, ...nav.querySelectorAll(".mine")]) group.hidden = words.length > 0 && !full.has(group);
    if (words.length) {
      shut ??= folders.filter((folder) => !folder.open);
      for (const folder of folders) folder.open = true;
    } else {
      for (const folder of shut ?? []) folder.open = false;
      shut = null;
    }
    document.getElementById("find-none").hidden = !words.length || full.size > 0;
  }

  const list = nav.querySelector(".navigation-list");

  function isInView(link) {
    const [{ top, bottom }, frame] = [link, list].map((element) => element.getBoundingClientRect());
    return top >= frame.top && bottom <= frame.bottom;
  }

  // in the tree, unless its line among the recent ones is in view: these are what most go on from
  function showCurrent() {
    const lines = [...nav.querySelectorAll("[aria-current=page], .here")];
    if (!lines.some(isInView)) lines.at(-1)?.scrollIntoView({ block: "nearest" });
  }

  on("part:came", ({ detail: part }) => {
    if (!part.matches("#populating, #mine, .navigation-list")) return;
    folders = [...nav.querySelectorAll("details.folder")];
    rows = null;
    if (part.matches(".navigation-list")) shut = null; // as the server has them
    if (find.value) narrow();
  });

  try {
    list.scrollTop = sessionStorage.getItem("sidebar");
    addEventListener("pagehide", () => sessionStorage.setItem("sidebar", list.scrollTop));
  } catch { /* then it begins at its top */ }
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
