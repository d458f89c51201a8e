// Runs in every page before its own scripts: notes when rows are on screen, and scrolls as a reader in a hurry would.
(() => {
  const AT_FIRST = 50;
  const PATIENCE = 300_000;
  const rows = document.getElementsByClassName("person");

  function frame() {
    if (performance.now() > PATIENCE) throw new Error("the page does not get there");
    return new Promise((resolve) => requestAnimationFrame(resolve));
  }

  // a message posted from a frame's callback is handled once that frame is painted
  async function painted() {
    await frame();
    return new Promise((resolve) => {
      const channel = new MessageChannel();
      channel.port1.onmessage = () => resolve(performance.now());
      channel.port2.postMessage(0);
    });
  }

  function lastRow() {
    return rows.length ? Number(rows[rows.length - 1].getAttribute("aria-rowindex")) - 1 : 0;
  }

  // from the moment an answer is about to enter the document until it is painted
  const appends = [];
  document.addEventListener("htmx:beforeSwap", async () => {
    const start = performance.now();
    appends.push((await painted()) - start);
  });

  const keys = []; // the same for what somebody types
  document.addEventListener("input", async () => {
    const start = performance.now();
    keys.push((await painted()) - start);
  }, true);

  async function scrollThrough(goals) {
    const reached = [];
    const start = performance.now();
    let frames = 0;
    for (const goal of goals) {
      while (lastRow() < goal) {
        scrollTo(0, document.documentElement.scrollHeight);
        await frame();
        frames += 1;
      }
      reached.push({ at: await painted(), elements: document.getElementsByTagName("*").length });
    }
    return { reached, appends, framesPerSecond: (1000 * frames) / (performance.now() - start) };
  }

  async function firstRows() {
    while (rows.length < AT_FIRST) await frame();
    return painted();
  }

  const first = firstRows();
  const scrolled = first.then(() => scrollThrough(window.goals ?? []));
  window.reading = { frame, painted, first, scrolled, keys };
})();
