// A request that fails says so in its own place, or in a notice, with a way to try again.
(() => {
  const notice = document.getElementById("notice");
  let failed = null; // the request that the notice is about

  // whether it is asked again
  function ask({ elt }) {
    if (!elt.isConnected) return false;
    if (!elt.matches("a, button")) return !elt.dispatchEvent(new Event("again", { cancelable: true }));
    elt.click();
    return true;
  }

  function notify(words, request) {
    failed = request;
    const button = document.createElement("button");
    button.type = "button";
    button.textContent = "Try again";
    button.addEventListener("click", () => ask(request) || location.reload());
    // outside of a modal sheet nobody could press the button
    (document.querySelector("dialog:modal") ?? document.body).append(notice);
    notice.replaceChildren(words, " ", button);
  }

  function fail(event, words) {
    const { requestConfig } = event.detail;
    const source = requestConfig.elt;
    if (source.id !== "more") return notify(words, requestConfig);
    source.classList.add("failed");
    source.firstElementChild.textContent = `${words} Try again`;
    tell("say", words);
  }

  // before what the button does, which may have news
  notice.addEventListener("click", ({ target }) => { if (target.matches("button")) notice.replaceChildren(); }, true);
  // what is asked again by other ways may go well: then the old button would undo it
  on("htmx:beforeSend", ({ detail }) => { if (detail.requestConfig.elt === failed?.elt) notice.replaceChildren(); });
  // with the line back what only reads goes on by itself; what changes something waits for whoever wanted it
  addEventListener("online", () => {
    if (failed?.verb === "get" && notice.querySelector("button") && ask(failed)) notice.replaceChildren();
  });
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
