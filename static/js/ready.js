// The page of an audience that fills turns into its list: no reload, nobody waits, and whoever looked away sees it in the tab.
(() => {
  const filling = document.getElementById("filling");
  if (!filling) return;
  const FILLS = ["populating", "stalled"];
  const AGAIN = 3000;
  let turning = false;

  // the scripts of the list have been here from the start, and take what comes as they take any page of rows
  function become(main) {
    const [rows, coverage] = ["rows", "coverage"].map((id) => document.getElementById(id));
    const theirs = main.querySelector("#coverage");
    document.querySelector(".masthead").replaceWith(main.querySelector(".masthead") ?? "");
    htmx.process(document.body.querySelector(".masthead") ?? filling); // its star
    if (!theirs) return filling.replaceWith(main.querySelector(".state") ?? "");
    coverage.dataset.total = theirs.dataset.total;
    coverage.querySelector("[data-opened]")?.remove();
    coverage.before(main.querySelector(".over-list") ?? "");
    for (const part of [...theirs.children]) {
      if (part.matches("progress")) coverage.prepend(part);
      else if (!part.matches("[data-coverage], .find-people, .view")) coverage.querySelector(".find-people").before(part);
    }
    for (const part of [coverage, rows]) part.hidden = false;
    rows.setAttribute("aria-rowcount", main.querySelector("#rows").getAttribute("aria-rowcount"));
    filling.remove();
    rows.append(...main.querySelectorAll("#rows > .page"));
    const more = main.querySelector("#more");
    document.getElementById("more").replaceWith(more);
    htmx.process(more);
    tell("part:came", coverage);
  }

  function sayReady(heading) {
    const loaded = document.querySelector("#coverage:not([hidden]) [data-coverage]")?.textContent;
    const name = heading?.textContent.trim() ?? "";
    tell("say", loaded ? `${name} is ready. ${loaded}` : name);
  }

  async function turn() {
    // nobody has seen it who looks elsewhere: the notice of it stays unread
    const answer = await fetch(location.href, { headers: document.hasFocus() ? {} : { Unattended: "1" } });
    const page = new DOMParser().parseFromString(await answer.text(), "text/html");
    const main = page.querySelector("main");
    if (answer.status >= 500 || !main) throw new Error("later");
    if (answer.redirected || main.querySelector("#filling")) return;
    const hadFocus = filling.contains(document.activeElement);
    document.title = page.title;
    become(main);
    const heading = document.querySelector("main h1");
    if (heading) tell("part:came", heading.parentElement);
    if (hadFocus && heading) { heading.tabIndex = -1; heading.focus(); }
    if (!document.hasFocus() || document.hidden) document.title = `● ${document.title}`;
    setTimeout(() => sayReady(heading), 200); // after the list has counted its rows
  }

  async function attempt() {
    if (turning || !filling.isConnected) return;
    turning = true;
    try { await turn(); } catch { setTimeout(attempt, AGAIN); }
    turning = false;
  }

  on("part:came", ({ detail: part }) => {
    if (part.id === "page-state" && part.dataset.state && !FILLS.includes(part.dataset.state)) attempt();
  });
  for (const event of ["focus", "visibilitychange"]) {
    addEventListener(event, () => { if (!document.hidden) document.title = document.title.replace(/^● /, ""); }, true);
  }
})();
