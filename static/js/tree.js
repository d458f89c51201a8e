// An audience has become ready, or has gone: the sidebar's tree is read again, and what is new in it shows itself once.
(() => {
  const nav = document.getElementById("navigation");
  const list = nav?.querySelector(".navigation-list");
  if (!list) return;
  const AGAIN = 5000;
  const LINKS = ".folder-group .audiences a, .navigation-list > .audiences a";
  // read now: what fills loses its line there before the tree is read that has it among the others
  const current = nav.querySelector("[aria-current=page]")?.dataset.audience ?? "-";
  let names = document.getElementById("populating").dataset.names;

  function put(fresh) {
    const had = new Set([...list.querySelectorAll(LINKS)].map((link) => link.pathname));
    for (const link of fresh.querySelectorAll(LINKS)) link.classList.toggle("new", !had.has(link.pathname));
    const place = list.scrollTop;
    list.replaceChildren(...fresh.childNodes);
    tell("part:came", list);
    list.scrollTop = place;
  }

  async function refresh() {
    if (list.contains(document.activeElement)) { list.addEventListener("focusout", () => setTimeout(attempt), { once: true }); return; }
    const address = `${nav.dataset.address}?${new URLSearchParams({ current })}`;
    const answer = await fetch(address, { headers: { "HX-Request": "true" } });
    const made = document.createElement("template");
    made.innerHTML = await answer.text();
    const fresh = made.content.querySelector(".navigation-list");
    if (!answer.ok || !fresh) throw new Error("later");
    put(fresh);
  }

  const attempt = () => refresh().catch(() => setTimeout(attempt, AGAIN)); // the pulse tells of it once

  on("part:came", ({ detail: part }) => {
    if (part.id !== "populating" || part.dataset.names === names) return;
    names = part.dataset.names;
    document.getElementById("list-news")?.removeAttribute("hidden");
    attempt();
  });
})();
