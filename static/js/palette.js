// Ctrl or ⌘ and K: to any audience, folder, account group or action of the page, by some letters of its name. It holds what
// the page itself has as links and buttons, so nobody finds in it what they may not do.
(() => {
  const dialog = document.getElementById("palette");
  if (!dialog) return;
  const MOST = 50;
  const [box, list, told] = ["input", "[role=listbox]", "[role=status]"].map((part) => dialog.querySelector(part));
  let all = [];
  let current = null;

  const titleOf = (link) => link.querySelector("span").textContent;
  const folderOf = (link) => link.closest(".folder-group")?.querySelector("a").textContent;
  const stateOf = (act) => (act.ariaPressed === "true" || act.checked) && "on";

  function nameOf(act) {
    if (act.matches("[data-act=fold]") && !act.checkVisibility()) return "";
    const about = act.closest("[role=group]")?.ariaLabel ?? act.closest("fieldset")?.querySelector("legend").textContent;
    return `${about ? about + ": " : ""}${act.dataset.name ?? (act.labels?.[0] ?? act).textContent}`;
  }

  // in the order in which they stand when nothing is typed; what stands twice has its first place, and its folder
  function collect() {
    const found = new Map();
    const put = (selector, kindOf, nameOf = (element) => element.textContent) => {
      for (const element of document.querySelectorAll(selector)) {
        const name = nameOf(element).trim();
        const text = plain(name);
        const words = ` ${text.replace(/[^\p{L}\p{N}]+/gu, " ").trim()}`;
        if (name) found.set(element.href ?? element, { element, name, kind: kindOf(element) || "", text, words });
      }
    };
    put("#mine a", () => "", titleOf);
    put("#go-on:not([inert]) a", () => "");
    put("[data-act], #view [type=checkbox]", stateOf, nameOf);
    put("#navigation .on-their-way a", () => "Being populated", titleOf);
    put("#navigation .audiences:not(.on-their-way, #mine *) a", folderOf, titleOf);
    put(".folder-name", () => "Folder");
    put(".menu-list a:not([aria-current])", () => "Account group");
    all = [...found.values()];
  }

  // whether each word stands at the start of the name, of another word, or in the middle of one
  function rank(typed, { words }) {
    const isIt = words === ` ${typed.join(" ")}`;
    return typed.reduce((sum, word) => sum + [0, 1, 2].at(Math.sign(words.indexOf(` ${word}`))), -isIt);
  }

  function option({ name, kind }, index) {
    const made = document.createElement("div");
    made.role = "option";
    made.id = `palette-${index}`;
    for (const textContent of [name, kind]) made.append(Object.assign(document.createElement("span"), { dir: "auto", textContent }));
    return made;
  }

  function choose(made) {
    if (current) current.ariaSelected = null;
    current = made;
    box.setAttribute("aria-activedescendant", made?.id ?? "");
    if (!made) return;
    made.ariaSelected = "true";
    made.scrollIntoView({ block: "nearest" });
  }

  let shown = [];
  function show() {
    const typed = wordsOf(box.value);
    const found = all.filter(({ text }) => inAll(typed, text)).sort((one, other) => rank(typed, one) - rank(typed, other));
    shown = found.slice(0, MOST);
    list.replaceChildren(...shown.map(option));
    told.textContent = `${shown.length || "Nothing"}${found.length > MOST ? " of " + found.length.toLocaleString("en") : ""} found`;
    choose(list.firstChild);
  }

  function act(made) {
    dialog.close();
    shown[[...list.children].indexOf(made)].element.click();
  }

  addEventListener("keydown", (event) => {
    if (keyOf(event) !== "k" || !(event.ctrlKey || event.metaKey) || event.altKey) return;
    event.preventDefault();
    if (dialog.open) return dialog.close();
    box.value = "";
    collect();
    dialog.showModal();
    show();
  });
  box.addEventListener("input", show);
  box.addEventListener("keydown", (event) => {
    const by = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (event.isComposing || !current || !(by || event.key === "Enter")) return;
    event.preventDefault();
    const options = [...list.children];
    if (by) choose(options.at((options.indexOf(current) + by) % options.length));
    else act(current);
  });
  dialog.addEventListener("click", ({ target }) => {
    const made = target.closest("[role=option]");
    if (made) act(made);
    else if (target === dialog) dialog.close();
  });
})();
