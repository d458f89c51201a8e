// Copy buttons: the sign turns into a check for a moment, and a screen reader hears it.
(() => {
  const SHOWN_MS = 1200;

  // the clipboard is closed to pages that are not on https or this machine
  function copyByHand(text) {
    const area = document.createElement("textarea");
    area.value = text;
    area.className = "visually-hidden";
    document.body.append(area);
    area.select();
    const done = document.execCommand("copy");
    area.remove();
    return done;
  }

  async function copy(text) {
    try {
      await navigator.clipboard.writeText(text);
      return true;
    } catch {
      return copyByHand(text);
    }
  }

  document.addEventListener("click", async (event) => {
    const button = event.target.closest("[data-copy]");
    if (!button) return;
    const done = await copy(button.dataset.copy);
    button.focus({ preventScroll: true });
    button.classList.toggle("copied", done);
    document.getElementById("status").textContent = done ? "Copied." : "Could not copy. Select the text instead.";
    setTimeout(() => button.classList.remove("copied"), SHOWN_MS);
  });
})();
