// Single keys, where nobody types: what they do stands in templates/keys/_keys.html. Switched off, only arrows act, in lists.
const keyOf = ({ key = "", code = "", shiftKey }) => // none where a browser fills in; on a keyboard of other letters the key in the same place
  key > "~" && code.startsWith("Key") ? code[3].toLowerCase() : shiftKey ? key : key.toLowerCase();
const isOverlaid = () => document.querySelector("dialog:modal:not(#panel), :popover-open"); // Esc is theirs
(() => {
  const TYPING = "input:not([type=checkbox], [type=radio]), textarea, select, [contenteditable], details[open]:not(.folder, .facts, .unfold) *";
  const LISTS = "#rows, #panel, .person-page";
  const panel = document.getElementById("panel");
  const click = (act, fits = () => true) => [...document.querySelectorAll(`[data-act=${act}]`)].find(fits)?.click();

  // the sheet of the person who is open, or the row of who has the focus or is on the way
  function person() {
    const sheet = !panel?.ariaBusy && document.querySelector("#person[data-person]");
    return sheet || document.querySelector(`#rows .person${panel?.open ? "[aria-current]" : ":focus-within"}`);
  }

  function press(what, selector) {
    const who = person();
    const found = who?.querySelector(selector);
    if (found) found.click();
    else if (who) tell("show", `No ${what} of ${who.querySelector("h2, .open").textContent.trim()} is known here${who.id === "person" ? "" : " before they are open"}.`);
  }

  function find() {
    const box = document.getElementById("find");
    if (!box?.checkVisibility()) document.getElementById("sidebar")?.showPopover();
    box?.focus(); // Safari's select() does not
    box?.select();
  }

  const ONCE = {
    "/": find,
    e: () => press("e-mail address", ".email-line [data-copy], .mail [data-copy]"),
    l: () => press("LinkedIn page", ".person-bar [target]"),
    s: () => click("star"),
    "[": () => click("fold", (button) => button.checkVisibility()), // on a phone nothing folds
    "?": () => click("keys"),
  };
  const MOVES = { j: 1, arrowdown: 1, k: -1, arrowup: -1 };

  function isMeant({ target: spot }, key) {
    const isOn = document.body.dataset.keys !== "off";
    if (!/^a/.test(key)) return isOn;
    return spot.closest(LISTS) || (isOn && (spot === document.body || spot.id === "main"));
  }

  addEventListener("keydown", (event) => {
    const { target: spot, repeat } = event;
    const key = keyOf(event);
    if (event.isComposing || event.defaultPrevented) return;
    if (!(key in ONCE || key in MOVES) || !isMeant(event, key) || spot.closest(TYPING)) return;
    // with AltGr some keyboards write "[", "/" and "?", and their letters mean other signs
    if ((event.ctrlKey || event.metaKey || event.altKey) && (/\w/.test(key) || !event.getModifierState("AltGraph"))) return;
    if (isOverlaid() || (ONCE[key] && repeat)) return;
    if (ONCE[key]) ONCE[key]();
    else if (!document.querySelector("#rows, #person")) return;
    else tell("list:move", { by: MOVES[key], repeat });
    event.preventDefault();
  });
})();
