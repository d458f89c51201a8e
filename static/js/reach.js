// The bar over the list goes on counting how people are reached best, as rows come.
(() => {
  const ways = {};

  function count(page) {
    for (const { dataset: { reach } } of page.querySelectorAll(".best")) ways[reach] = (ways[reach] ?? 0) + 1;
  }

  function show() {
    const bar = document.getElementById("reaches"); // it comes late where an audience was still filling
    if (!bar) return;
    let start = 0;
    for (const piece of bar.querySelectorAll("rect")) {
      const { reach } = piece.dataset;
      const number = ways[reach] ?? 0;
      piece.setAttribute("x", start);
      piece.setAttribute("width", number);
      start += number;
      const part = bar.querySelector(`span[data-reach="${reach}"]`);
      part.hidden = !number;
      part.firstElementChild.textContent = number.toLocaleString("en");
    }
    bar.querySelector("svg").setAttribute("viewBox", `0 0 ${start || 1} 1`);
    bar.querySelector("[data-reach=all]").textContent = start.toLocaleString("en");
  }

  document.querySelectorAll("#rows > .page").forEach(count);
  on("rows:came", ({ detail: page }) => { count(page); show(); });
})();
