// A bad line: what failed goes on once it is back, and a form is not sent into nowhere.
(() => {
  // once the line is back nobody has to ask for the rest of a list
  addEventListener("online", () => document.querySelector("a#more.failed")?.click());
  // without a line the browser would show its own page, and what was typed would be gone; this machine needs none
  let sure = false;
  on("submit", async (event) => {
    if (sure || navigator.onLine || event.defaultPrevented) return;
    event.preventDefault();
    event.stopImmediatePropagation();
    try {
      await fetch("/health/live", { method: "HEAD" });
      sure = true;
      event.target.requestSubmit(event.submitter);
      sure = false;
    } catch {
      document.getElementById("notice").replaceChildren("You are offline. Nothing was sent, and what you typed is still here.");
      event.submitter?.focus();
    }
  });
})();
