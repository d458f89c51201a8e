// Where somebody is in an audience is told to the server, so that they can go on there another day.
(() => {
  const table = document.querySelector("#rows.people[data-place]");
  if (!table) return;
  const EVERY_MS = 15000;
  const token = JSON.parse(document.body.getAttribute("hx-headers"))["X-CSRFToken"];
  let [place, sent] = [null, null];
  let waiting = 0;
  let moved = false; // by hand: where a link led to is where they were
  const FIRST_SCREEN = 20; // rows, as in audiences/views/place.py: nobody needs a way to one of them

  function send() {
    clearTimeout(waiting);
    waiting = 0;
    if (place === sent) return;
    sent = place;
    navigator.sendBeacon(table.dataset.place, new URLSearchParams(`${place}&csrfmiddlewaretoken=${token}`));
  }

  // the first screen is no place: who only looks at the top of the list again still finds the way to where they were
  function note(row) {
    const number = row?.getAttribute("aria-rowindex") - 1;
    if (!moved || !(number > FIRST_SCREEN)) return;
    place = String(new URLSearchParams({ row: number, person: row.dataset.prospect, at: row.parentElement.dataset.at ?? "" }));
    const offer = document.querySelector("#go-on:not([inert], :focus-within)");
    if (offer) offer.inert = true;
    waiting ||= setTimeout(send, EVERY_MS);
  }

  on("place:is", ({ detail: row }) => note(row));
  on("panel:shown", ({ detail: { id } }) => {
    moved = true;
    note(document.getElementById(`prospect-${id}`));
  });
  for (const input of ["wheel", "keydown", "pointerdown"]) {
    addEventListener(input, () => { moved = true; }, { passive: true });
  }
  addEventListener("pagehide", send);
  on("visibilitychange", () => { if (document.hidden) send(); });
})();
