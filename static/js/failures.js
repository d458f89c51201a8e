// A request that fails says so in its own place, or in a notice, with a way to try again.
(() => {
  const notice = document.getElementById("notice");

  function tryAgain(source) {
    if (!source?.isConnected) location.reload();
    else if (source.matches("a, button")) source.click();
    else if (source.dispatchEvent(new Event("again", { cancelable: true }))) location.reload();
  }

  function notify(words, source) {
    const button = document.createElement("button");
    button.type = "button";
    button.textContent = "Try again";
    button.addEventListener("click", () => tryAgain(source));
    // outside of a modal sheet nobody could press the button
    (document.querySelector("dialog:modal") ?? document.body).append(notice);
    notice.replaceChildren(words, " ", button);
  }

  function fail(event, words) {
    const source = event.detail.requestConfig.elt;
    if (source?.id !== "more") return notify(words, source);
    source.classList.add("failed");
    source.firstElementChild.textContent = `${words} Try again`;
    tell("say", words);
  }

  // before what the button does, which may have news
  notice.addEventListener("click", ({ target }) => { if (target.matches("button")) notice.replaceChildren(); }, true);
  on("panel:shown", () => notice.replaceChildren());
  document.getElementById("panel")?.addEventListener("close", () => document.body.append(notice));
  on("htmx:sendError", (event) => fail(event, "The dashboard could not be reached."));
  on("htmx:timeout", (event) => fail(event, "The dashboard took too long to answer."));
  on("htmx:beforeSwap", (event) => {
    const { xhr } = event.detail;
    // a whole page in answer to a fragment is somebody else's: a proxy's error or its sign-in
    if (!/<html/i.test(xhr.responseText.slice(0, 1000))) return;
    event.detail.shouldSwap = false;
    fail(event, xhr.status < 400 ? "The dashboard did not answer as it should." : `The dashboard answered ${xhr.status}.`);
  });
})();
