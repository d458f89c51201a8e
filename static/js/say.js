// What a screen reader hears. A modal sheet makes the rest of the page inert, so the words move into it.
(() => {
  const status = document.getElementById("status");
  const panel = document.getElementById("panel");

  function say(words) {
    const home = document.querySelector("dialog:modal") ?? document.body;
    if (status.parentElement !== home) home.append(status);
    status.textContent = words;
  }

  document.addEventListener("say", (event) => say(event.detail));
  panel?.addEventListener("close", () => document.body.append(status));
})();
