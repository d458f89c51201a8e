// A form that sends something sends it once: the button says so. The server would make one of two as well.
(() => {
  const SENT_MS = 10000; // then it was stopped, or lost: the button works again

  function free(form, button, words) {
    delete form.dataset.sent;
    button.removeAttribute("aria-disabled");
    button.textContent = words;
  }

  on("submit", (event) => {
    const button = event.target.querySelector("button[data-once]");
    if (!button) return;
    if (event.target.dataset.sent) { event.preventDefault(); return; }
    event.target.dataset.sent = "yes";
    button.setAttribute("aria-disabled", "true");
    setTimeout(free, SENT_MS, event.target, button, button.textContent);
    button.textContent = button.dataset.once;
    tell("say", button.dataset.once);
  });
  // back from where it led: the page may come out of the browser's memory as it was left
  addEventListener("pageshow", (event) => { if (event.persisted) location.reload(); });
})();
