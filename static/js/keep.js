// Where somebody is in an audience is told to the server, so that they can go on there another day.
(() => {
  const table = document.querySelector("#rows.people[data-place]");
  if (!table) return;
  const EVERY_MS = 15000;
  const token = JSON.parse(document.body.getAttribute("hx-headers"))["X-CSRFToken"];
  let [place, sent] = [null, null];
  let waiting = 0;
  let moved = false; // by hand: where a link led to is where they were

  function send() {
    clearTimeout(waiting);
    waiting = 0;
    if (place === sent) return;
    sent = place;
    navigator.sendBeacon(table.dataset.place, new URLSearchParams(`${place}&csrfmiddlewaretoken=${token}`));
  }

  // without a row: at the top again
  function note(row) {
    if (!moved) return;
    const number = row?.getAttribute("aria-rowindex") - 1;
    if (row && !(number > 0)) return;
    const { at = "" } = row?.parentElement.dataset ?? {};
    place = row ? String(new URLSearchParams({ row: number, person: row.dataset.prospect, at })) : "";
    if (row) document.getElementById("go-on")?.remove();
    waiting ||= setTimeout(send, EVERY_MS);
  }

  on("place:is", ({ detail: row }) => note(row));
  on("panel:shown", ({ detail: { id } }) => {
    const row = document.getElementById(`prospect-${id}`);
    moved = true;
    if (row) note(row);
  });
  for (const input of ["wheel", "keydown", "pointerdown"]) {
    addEventListener(input, () => { moved = true; }, { passive: true });
  }
  addEventListener("pagehide", send);
  on("visibilitychange", () => { if (document.hidden) send(); });
})();
