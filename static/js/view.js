// Which columns of people show, and how close the rows stand: at once, and kept. The row at the top stays there, or whoever is open.
(() => {
  const form = document.getElementById("view");
  const table = document.getElementById("rows");
  const FRAMES = 12; // until what was out of sight has its new height
  form?.addEventListener("change", () => {
    const chosen = new FormData(form);
    const density = chosen.getAll("density").at(-1);
    const box = (element) => element.getBoundingClientRect();
    // the one that place.js would name: beside an open person no address does
    const spot = box(table.querySelector(".head")).bottom + 24;
    const inSight = (one) => one && box(one).bottom > spot && box(one).top < innerHeight && one;
    const row = inSight(table.querySelector(".row[aria-current]")) || [...table.querySelectorAll(".page > .row")].find(inSight);
    const top = row && box(row).top;
    for (const { value, checked } of form.querySelectorAll("[type=checkbox][name=columns]")) table.classList.toggle(`no-${value}`, !checked);
    table.classList.toggle("dense", density === "compact");
    const hold = (frames) => {
      scrollBy(0, box(row).top - top);
      if (frames) requestAnimationFrame(() => hold(frames - 1));
    };
    if (row) hold(FRAMES);
    tell("prefer", { columns: chosen.getAll("columns"), density });
  });
})();
