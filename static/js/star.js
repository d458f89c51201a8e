// The star of an audience changes at once; a request that fails puts it back.
(() => {
  function flip(star) {
    const has = star.value === "1";
    star.value = has ? "0" : "1";
    star.ariaPressed = has;
    return has;
  }

  on("htmx:beforeRequest", ({ detail: { elt } }) => {
    if (elt.matches("[data-act=star]")) tell("say", flip(elt) ? "Starred." : "No longer starred.");
  });
  on("htmx:afterRequest", ({ detail: { elt, successful } }) => {
    if (!elt.matches("[data-act=star]")) return;
    if (successful) tell("part:came", document.getElementById("mine"));
    else flip(elt);
  });
})();
