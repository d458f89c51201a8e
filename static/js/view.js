// Which columns of people show, and how close the rows stand: at once, and kept. The row at the top stays there.
(() => {
  const form = document.getElementById("view");
  const table = document.getElementById("rows");
  const FRAMES = 12; // until what was out of sight has its new height
  form?.addEventListener("change", () => {
    const chosen = new FormData(form);
    const density = chosen.getAll("density").at(-1);
    const row = document.getElementById(history.state?.row);
    const top = row?.getBoundingClientRect().top;
    for (const { value, checked } of form.querySelectorAll("[type=checkbox][name=columns]")) table.classList.toggle(`no-${value}`, !checked);
    table.classList.toggle("dense", density === "compact");
    const hold = (frames) => {
      scrollBy(0, row.getBoundingClientRect().top - top);
      if (frames) requestAnimationFrame(() => hold(frames - 1));
    };
    if (row) hold(FRAMES);
    tell("prefer", { columns: chosen.getAll("columns"), density });
  });
})();
