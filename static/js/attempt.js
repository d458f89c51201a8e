// The page of an attempt to create an audience follows what becomes of it, and leads to the audience once there is one.
(() => {
  const attempt = document.getElementById("attempt");
  if (!attempt) return;
  const AGAIN = 4000;
  let known = attempt.dataset.known;

  async function follow() {
    const answer = await fetch(location.href, { headers: document.hasFocus() ? {} : { Unattended: "1" } });
    if (new URL(answer.url).pathname !== location.pathname) { location.assign(answer.url); return; }
    const page = new DOMParser().parseFromString(await answer.text(), "text/html");
    const section = page.getElementById("attempt");
    const here = document.getElementById("attempt");
    if (!section) return;
    // somebody is at it, or has begun to type: with the next pulse
    if (here.contains(document.activeElement) || here.querySelector("details.again[open]")) throw new Error("later");
    here.replaceWith(section);
    tell("part:came", section);
    tell("say", section.querySelector("h2").textContent.trim());
  }

  function look(part) {
    if (part.id !== "page-state" || !part.dataset.state) return;
    const now = `${part.dataset.state} ${part.dataset.changed}`;
    if (known === now) return;
    const before = known;
    known = now;
    follow().catch(() => { known = before; setTimeout(look, AGAIN, document.getElementById("page-state")); });
  }

  on("part:came", ({ detail: part }) => look(part));
})();
