// The page of an attempt to create an audience follows what becomes of it, and leads to the audience once there is one.
(() => {
  const attempt = document.getElementById("attempt");
  if (!attempt) return;
  let known = "";

  async function follow() {
    const answer = await fetch(location.href);
    if (new URL(answer.url).pathname !== location.pathname) { location.assign(answer.url); return; }
    const page = new DOMParser().parseFromString(await answer.text(), "text/html");
    const section = page.getElementById("attempt");
    const here = document.getElementById("attempt");
    if (!section || here.contains(document.activeElement)) return;
    here.replaceWith(section);
    document.dispatchEvent(new CustomEvent("part:came", { detail: section }));
    document.dispatchEvent(new CustomEvent("say", { detail: section.querySelector("h2").textContent.trim() }));
  }

  document.addEventListener("part:came", ({ detail: part }) => {
    if (part.id !== "page-state" || !part.dataset.state) return;
    const now = `${part.dataset.state} ${part.dataset.changed}`;
    const before = known || attempt.dataset.known;
    known = now;
    if (before !== now) follow().catch(() => { known = before; });
  });
})();
