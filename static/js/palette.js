// Ctrl or ⌘ and K: to any audience, folder, account group or action of the page, by some letters of its name. It holds what
// the page itself has as links and buttons, so nobody finds in it what they may not do.
(() => {
  const dialog = document.getElementById("palette");
  if (!dialog) return;
  const MOST = 50;
  const [box, list, told] = ["input", "[role=listbox]", "[role=status]"].map((part) => dialog.querySelector(part));
  const count = new Intl.NumberFormat("en").format;
  const AUDIENCES = "#navigation .audiences:not(.on-their-way, #mine *) a";
  let all = [];
  let current = null;

  const folderOf = (link) => link.closest(".folder-group")?.querySelector(".folder-name").textContent;
  const actOf = (act) => [
    act.closest("[role=group]")?.ariaLabel ?? act.closest("fieldset")?.querySelector("legend").textContent,
    act.dataset.name ?? (act.labels?.[0] ?? act).textContent.trim(),
  ].filter(Boolean).join(": ");
  const stateOf = (act) => (act.ariaPressed === "true" || act.checked ? "on" : "");

  function collect() {
    const seen = new Map();
    const put = (selector, kindOf, nameOf = (element) => element.textContent) => {
      for (const element of document.querySelectorAll(selector)) {
        const name = nameOf(element).trim();
        const key = element.href ?? element;
        const kind = kindOf(element) || seen.get(key)?.kind || "";
        const text = plain(name);
        if (name) seen.set(key, { element, name, kind, text, starts: ` ${text.replace(/[^\p{L}\p{N}]+/gu, " ").trim()}` });
      }
    };
    const nameOf = (link) => link.querySelector("span").textContent;
    put("#mine a", () => "", nameOf);
    put("[data-act]:not([hidden]), #view [type=checkbox]", stateOf, (act) => (act.dataset.act === "fold" && !act.checkVisibility() ? "" : actOf(act)));
    put(AUDIENCES, folderOf, nameOf);
    put("#navigation .on-their-way a", () => "Being populated", nameOf);
    put("#navigation .folder-name", () => "Folder");
    put(".switcher .menu-list a", () => "Account group");
    all = [...seen.values()];
  }

  // at the start of the name, of a word, or in the middle of one
  function rank(words, { starts }) {
    return words.reduce((sum, word) => sum + (starts.startsWith(` ${word}`) ? 0 : starts.includes(` ${word}`) ? 1 : 2), 0);
  }

  function option({ name, kind }, index) {
    const made = document.createElement("div");
    made.role = "option";
    made.id = `palette-${index}`;
    for (const words of [name, kind]) made.append(Object.assign(document.createElement("span"), { dir: "auto", textContent: words }));
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
    const words = wordsOf(box.value);
    const found = all.filter(({ text }) => inAll(words, text)).map((one) => [rank(words, one), one]).sort(([a], [b]) => a - b);
    shown = found.slice(0, MOST).map(([, one]) => one);
    list.replaceChildren(...shown.map(option));
    told.textContent = found.length ? `${shown.length < found.length ? `${MOST} of ` : ""}${count(found.length)} found` : "Nothing here has that in its name.";
    choose(list.firstElementChild);
  }

  function act(made, isApart) {
    const { element } = shown[[...list.children].indexOf(made)];
    dialog.close();
    if (isApart && element.href) window.open(element.href, "_blank", "noopener");
    else if (element.isConnected) element.click();
    else location.assign(element.href);
  }

  addEventListener("keydown", (event) => {
    if (keyOf(event) !== "k" || !(event.ctrlKey || event.metaKey) || event.altKey || event.shiftKey) return;
    event.preventDefault();
    if (dialog.open) { dialog.close(); return; }
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
    else act(current, event.ctrlKey || event.metaKey);
  });
  dialog.addEventListener("click", (event) => {
    const made = event.target.closest("[role=option]");
    if (made) act(made, event.ctrlKey || event.metaKey);
    else if (event.target === dialog) dialog.close();
  });
})();
