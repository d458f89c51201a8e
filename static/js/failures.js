// A request that takes long shows a bar; one that fails says so, with a way to try again.
(() => {
  const SLOW_MS = 300;
  const bar = document.getElementById("progress-bar");
  const notice = document.getElementById("notice");
  let running = 0;
  let timer = 0;

  function begin() {
    running += 1;
    timer ||= setTimeout(() => bar?.classList.add("on"), SLOW_MS);
  }

  function end() {
    running = Math.max(0, running - 1);
    if (running) return;
    clearTimeout(timer);
    timer = 0;
    bar?.classList.remove("on");
  }

  function tryAgain(source) {
    notice.hidden = true;
    if (source?.isConnected && source.matches("a, button")) source.click();
    else location.reload();
  }

  function fail(event, words) {
    const source = event.detail.elt;
    if (source?.id === "more") {
      source.classList.add("failed");
      source.firstElementChild.textContent = `${words} Try again`;
      document.getElementById("status").textContent = words;
      return;
    }
    const button = document.createElement("button");
    button.type = "button";
    button.textContent = "Try again";
    button.addEventListener("click", () => tryAgain(source));
    notice.replaceChildren(words, " ", button);
    notice.hidden = false;
  }

  document.addEventListener("htmx:beforeRequest", begin);
  document.addEventListener("htmx:afterRequest", end);
  document.addEventListener("htmx:sendError", (event) => fail(event, "The dashboard could not be reached."));
  document.addEventListener("htmx:timeout", (event) => fail(event, "The dashboard took too long to answer."));
  document.addEventListener("htmx:beforeSwap", (event) => {
    const { xhr } = event.detail;
    // a whole page in answer to a fragment is somebody else's (a proxy's) error page
    if (xhr.status < 400 || !/<html/i.test(xhr.responseText.slice(0, 1000))) return;
    event.detail.shouldSwap = false;
    fail(event, `The dashboard answered ${xhr.status}.`);
  });
})();
