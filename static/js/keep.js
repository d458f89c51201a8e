// Where somebody is in an audience is told to the server, so that they can go on there another day.
(() => {
  const table = document.querySelector("#rows.people[data-place]");
  if (!table) return;
  const EVERY_MS = 15000;
  const token = JSON.parse(document.body.getAttribute("hx-headers"))["X-CSRFToken"];
  let [place, sent] = [null, null];
  let waiting = 0;
  let moved = false; // by hand: where a link led to is where they were
  let isBelow = false;
  const FIRST_SCREEN = 20; // rows, as in audiences/views/place.py: while "Go on" is offered they replace no place

  function send() {
    clearTimeout(waiting);
    waiting = 0;
    if (place === sent) return;
    sent = place;
    navigator.sendBeacon(table.dataset.place, new URLSearchParams(`${place}&csrfmiddlewaretoken=${token}`));
  }

  function note(now) {
    place = now;
    waiting ||= setTimeout(send, EVERY_MS);
  }

  // whether it is their place now
  function noteRow(row) {
    const number = row.getAttribute("aria-rowindex") - 1;
    const offer = document.querySelector("#go-on:not([inert])");
    if (!moved || !(number > (offer ? FIRST_SCREEN : 0))) return false;
    note(String(new URLSearchParams({ row: number, person: row.dataset.prospect, at: row.parentElement.dataset.at ?? "" })));
    if (offer && !offer.matches(":focus-within")) offer.inert = true;
    return true;
  }

  // without a row: at the top; who has come back there from below is, not who has only looked at it
  on("place:is", ({ detail: row }) => {
    if (row) isBelow = noteRow(row) || isBelow;
    else if (isBelow && moved) { isBelow = false; note(""); }
  });
  on("panel:shown", ({ detail: { id } }) => {
    const row = document.getElementById(`prospect-${id}`);
    moved = true;
    if (row) noteRow(row);
  });
  for (const input of ["wheel", "keydown", "pointerdown"]) {
    addEventListener(input, () => { moved = true; }, { passive: true });
  }
  addEventListener("pagehide", send);
  on("visibilitychange", () => { if (document.hidden) send(); });
})();
