// Single keys, where nobody types: what they do stands in templates/keys/_keys.html. Switched off, only arrows act, in lists.
const keyOf = ({ key, code, shiftKey }) => // on a keyboard of other letters the key in the same place
  key > "~" && code.startsWith("Key") ? code[3].toLowerCase() : shiftKey ? key : key.toLowerCase();
const isOverlaid = () => document.querySelector("dialog:modal:not(#panel)");
(() => {
  const TYPING = "input:not([type=checkbox], [type=radio]), textarea, select, [contenteditable], details[open]:not(.folder, .facts, .unfold) *";
  const LISTS = "#rows, #panel, .person-page";
  const panel = document.getElementById("panel");
  const tell = (name, detail) => document.dispatchEvent(new CustomEvent(name, { detail }));
  const click = (name) => [...document.querySelectorAll(`[data-act="${name}"]`)].at(name === "fold" && document.body.matches(".folded") ? -1 : 0)?.click();

  // the sheet of the person who is open, or the row of who has the focus or is on the way
  function person() {
    const sheet = !panel?.ariaBusy && document.querySelector("#person[data-person]");
    return sheet || document.querySelector(panel?.open ? "#rows .person[aria-current]" : "#rows .person:focus-within");
  }

  function find() {
    const box = document.getElementById("find");
    if (!box) return;
    if (!box.checkVisibility()) document.getElementById("sidebar").showPopover();
    box.select();
    box.focus();
  }

  function copy(who) {
    const button = who.querySelector(".email-line [data-copy], .mail [data-copy]");
    if (button) button.click();
    else tell("show", `No e-mail address of ${who.querySelector("h2, .open").textContent.trim()} is known here.`);
  }

  function linkedin(who) {
    const link = who.querySelector(".person-bar [target]");
    if (link) link.click();
    else if (who.matches(".row")) tell("show", panel.open ? "On the way. Press L again in a moment." : "Open the person first, by Enter.");
    else tell("show", `No LinkedIn page of ${who.querySelector("h2").textContent.trim()} is known here.`);
  }

  const of = (act) => () => { const who = person(); if (who) act(who); };
  const ONCE = { "/": find, e: of(copy), l: of(linkedin), s: () => click("star"), "[": () => click("fold"), "?": () => click("keys") };
  const MOVES = { j: 1, ArrowDown: 1, k: -1, ArrowUp: -1 };

  function isMeant(event, key) {
    const spot = event.target;
    if (key.startsWith("Arrow")) {
      const isFree = spot === document.body || spot.id === "main";
      return !event.shiftKey && (spot.closest(LISTS) || (isFree && document.body.dataset.keys !== "off"));
    }
    return document.body.dataset.keys !== "off";
  }

  addEventListener("keydown", (event) => {
    const { target: spot, repeat } = event;
    const key = keyOf(event);
    const isModified = event.ctrlKey || event.metaKey || event.altKey;
    if (event.isComposing || event.defaultPrevented || (isModified && !event.getModifierState("AltGraph"))) return;
    if (!(key in ONCE || key in MOVES) || !isMeant(event, key) || spot.closest?.(TYPING)) return;
    if (isOverlaid() || document.querySelector("#sidebar:popover-open")) return;
    if (key in ONCE && repeat) return;
    const move = { by: MOVES[key], repeat };
    if (key in ONCE) ONCE[key]();
    else if (!document.querySelector("#rows, #person")) return;
    else tell("list:move", move);
    event.preventDefault();
  });
})();
