// What a screen reader hears. A modal sheet makes the rest of the page inert, so the words move into it.
(() => {
  const status = document.getElementById("status");
  const panel = document.getElementById("panel");

  const SHOWN_MS = 2400;
  let timer = 0;

  // shown to the eye, too, where a key was pressed and nothing else on the page tells
  function say(words, isShown) {
    clearTimeout(timer);
    status.className = isShown ? "notice" : "visually-hidden";
    if (isShown) timer = setTimeout(say, SHOWN_MS, "");
    const home = document.querySelector("dialog:modal") ?? document.body;
    if (status.parentElement !== home) home.append(status);
    status.textContent = words;
  }

  on("say", (event) => say(event.detail));
  on("show", (event) => say(event.detail, true));
  panel?.addEventListener("close", () => document.body.append(status));
})();
