// Copy buttons: the sign turns into a check for a moment, and a screen reader hears it.
(() => {
  const SHOWN_MS = 1200;

  // the clipboard is closed to pages that are not on https or this machine
  function copyByHand(text, button) {
    const area = document.createElement("textarea");
    area.value = text;
    area.className = "visually-hidden";
    button.after(area);
    area.select();
    const done = document.execCommand("copy");
    area.remove();
    return done;
  }

  async function copy(text, button) {
    try {
      await navigator.clipboard.writeText(text);
      return true;
    } catch {
      return copyByHand(text, button);
    }
  }

  on("click", async (event) => {
    const button = event.target.closest("[data-copy]");
    if (!button) return;
    const before = document.activeElement;
    const done = await copy(button.dataset.copy, button);
    (event.detail ? button : before).focus({ preventScroll: true }); // by a key one stays where one is
    button.classList.toggle("copied", done);
    const words = done ? event.detail ? "Copied." : `Copied ${button.dataset.copy}.` : "Could not copy. Select the text instead.";
    tell(event.detail ? "say" : "show", words);
    setTimeout(() => button.classList.remove("copied"), SHOWN_MS);
  });
})();
