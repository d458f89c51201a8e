// Scrolling through rows that are on the page already: how smoothly, and whether they are there in time.
(() => {
  const { frame, painted } = window.reading;

  // there and back within the rows on the page, at a steady speed
  async function steadily(pixels, frames) {
    let step = -pixels;
    const start = performance.now();
    for (let number = 0; number < frames; number += 1) {
      const before = scrollY;
      scrollBy(0, step);
      if (Math.abs(scrollY - before) < pixels) step = -step;
      await frame();
    }
    return (1000 * frames) / (performance.now() - start);
  }

  const isEmpty = (spot) => Boolean(spot?.closest("#rows .page")) && !spot.closest(".person");

  // the longest time, in ms, that one of five places of the screen showed no row while somebody flew to the top
  async function emptiness(pixels) {
    const table = document.getElementById("rows");
    const { left, width } = table.getBoundingClientRect();
    const since = Array(5).fill(null);
    let longest = 0;
    do {
      scrollBy(0, -pixels);
      const now = await painted();
      since.forEach((from, place) => {
        const height = 100 + (place * (innerHeight - 140)) / 4;
        const empty = isEmpty(document.elementFromPoint(left + width / 3, height));
        if (from !== null) longest = Math.max(longest, now - from);
        since[place] = empty ? from ?? now : null;
      });
    } while (scrollY > 0 || since.some((from) => from !== null));
    return longest;
  }

  Object.assign(window.reading, { steadily, emptiness });
})();
