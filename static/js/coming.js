// Who comes next stands in the panel at once, as their row has it; what is still there of the one before goes if it takes long.
(() => {
  const panel = document.getElementById("panel");
  if (!panel) return;
  const LONG_MS = 150;
  let timer = 0;
  let isComing = false;

  function name(row) {
    const put = (place, words) => panel.querySelector(place)?.replaceChildren(words);
    const [face, shown, position] = [row.querySelector(".face"), panel.querySelector(".face"), panel.querySelector(".position")];
    put(".sheet-head h2", row.querySelector(".open").textContent);
    put(".sheet-head p", row.querySelector(".title").textContent);
    put(".headline", "");
    if (shown) shown.className = `${face.className} big`;
    put(".face", face.textContent);
    put(".position", position.textContent.replace(/^[\d,]+/, (row.ariaRowIndex - 1).toLocaleString("en")));
  }

  function over() {
    clearTimeout(timer);
    timer = 0;
    isComing = false;
    panel.ariaBusy = null;
    panel.classList.remove("coming");
  }

  on("panel:go", ({ detail: { row } }) => {
    isComing = true;
    panel.ariaBusy = "true";
    timer ||= setTimeout(() => panel.classList.add("coming"), LONG_MS);
    name(row);
  });
  on("panel:shown", over);
  on("panel:closed", over);
  // they did not come, or they would be shown: failures.js says so. What is there is still that of the one before.
  on("panel:asked", () => {
    if (!isComing) return;
    panel.ariaBusy = null;
    panel.classList.add("coming");
    panel.querySelector("[data-person]")?.removeAttribute("data-person");
  });
  // its links are still those of the one before
  panel.addEventListener("click", (event) => {
    const rel = isComing && event.target.closest("a[rel=next], a[rel=prev]")?.rel;
    if (!rel) return;
    event.preventDefault();
    event.stopPropagation();
    tell("list:move", { by: rel === "next" ? 1 : -1 });
  }, true);
})();
