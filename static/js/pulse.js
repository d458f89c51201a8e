// Asks the dashboard, not the service, what has changed: what is on its way, and what one is told. Rests while the page is
// hidden, and leads nowhere: whoever is signed out meanwhile may still be typing. Who left the group sees so at once.
(() => {
  const OFTEN = 4000;
  const SELDOM = 10000; // nothing is on its way
  const PATIENCE = 60000;
  const address = document.body.dataset.pulse;
  if (!address) return;
  const PARTS = ["populating", "notices-count", "notices-list", "on-their-way", "filling-facts"];
  // the markup that each part came with: read now, before time.js puts it into the reader's zone
  const had = new Map(PARTS.map((id) => [id, document.getElementById(id)?.outerHTML]));
  let etag = "";
  let wait = 0;
  let timer = 0;
  let asking = false;

  function put(part) {
    const here = document.getElementById(part.id);
    if (!here || had.get(part.id) === part.outerHTML) return;
    if (here.contains(document.activeElement)) { etag = ""; return; } // it comes again
    had.set(part.id, part.outerHTML);
    const copy = part.cloneNode(true);
    here.replaceWith(copy);
    if (part.id === "notices-count") {
      const unread = parseInt(copy.querySelector(".badge + *")?.textContent);
      document.title = document.title.replace(/^(● )?(\(\d+\) )?/, `$1${unread ? `(${unread}) ` : ""}`);
    }
    tell("part:came", copy);
  }

  function usual() {
    return document.querySelector(".on-their-way, #filling, #attempt") ? OFTEN : SELDOM;
  }

  async function ask() {
    const answer = await fetch(address, { headers: { "HX-Request": "true", "If-None-Match": etag } });
    if (answer.status === 404) location.replace(location.pathname + location.search); // not reload(): it may be a form's
    if (answer.headers.has("HX-Redirect") || answer.redirected || [403, 404].includes(answer.status)) return false;
    if (answer.status >= 500) throw new Error("later");
    wait = usual();
    if (answer.status !== 200) return true;
    etag = answer.headers.get("ETag") ?? "";
    const made = document.createElement("template");
    made.innerHTML = await answer.text();
    [...made.content.children].forEach(put);
    wait = usual();
    return true;
  }

  // out of sight only a page that somebody waits for asks on, seldom: its tab is to say when it is there
  function rest() {
    clearTimeout(timer);
    if (document.querySelector("#filling, #attempt")) timer = setTimeout(beat, PATIENCE, true);
  }

  async function beat(evenHidden) {
    if (asking) return;
    if (document.hidden && evenHidden !== true) { rest(); return; }
    asking = true;
    clearTimeout(timer);
    let goesOn = true;
    try { goesOn = await ask(); } catch { wait = Math.min(PATIENCE, (wait || OFTEN) * 2); }
    asking = false;
    if (goesOn) timer = setTimeout(beat, wait);
  }

  timer = setTimeout(beat, usual() / 2);
  on("visibilitychange", beat);
  addEventListener("online", beat);
})();
