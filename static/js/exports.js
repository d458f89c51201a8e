// The exports of an audience go on by themselves: our own database is asked, and cards.js puts in place what has changed.
(() => {
  const here = document.getElementById("exports");
  if (!here) return;
  const OFTEN = 1500;
  const SELDOM = 10000; // nothing is under way
  const HIDDEN = 60000; // only the tab says how far it is
  let etag = "";
  let wait = OFTEN;
  let timer = 0;
  let asking = false;
  const stopped = document.getElementById("exports-stopped");

  async function ask() {
    const unattended = document.hasFocus() ? {} : { Unattended: "1" };
    const answer = await fetch(here.dataset.pulse, { headers: { "HX-Request": "true", "If-None-Match": etag, ...unattended } });
    if (answer.headers.has("HX-Redirect") || answer.redirected || [403, 404].includes(answer.status)) return false;
    if (answer.status >= 500) throw new Error("later");
    if (answer.status === 200) {
      etag = answer.headers.get("ETag");
      const made = document.createElement("template");
      made.innerHTML = await answer.text();
      tell("exports:came", made.content.getElementById("exports"));
    }
    wait = "moving" in here.dataset ? OFTEN : SELDOM;
    return true;
  }

  async function beat() {
    clearTimeout(timer);
    if (asking || (document.hidden && !("moving" in here.dataset))) return;
    let goesOn = asking = true;
    try { goesOn = await ask(); } catch { wait = Math.min(HIDDEN, wait * 2); }
    asking = false;
    if (!goesOn && stopped.hidden) {
      document.title = stopped.dataset.title;
      tell("say", stopped.textContent);
    }
    stopped.hidden = goesOn;
    clearTimeout(timer);
    if (goesOn) timer = setTimeout(beat, document.hidden ? HIDDEN : wait);
  }

  // whoever was led here by what they pressed hears what came of it
  const target = location.hash.startsWith("#export-") && document.getElementById(location.hash.slice(1));
  if (target) setTimeout(() => tell("say", target.dataset.says), 300);
  timer = setTimeout(beat, OFTEN);
  on("visibilitychange", () => {
    clearTimeout(timer);
    timer = setTimeout(beat, document.hidden ? HIDDEN : 0);
  });
  addEventListener("online", beat);
})();
