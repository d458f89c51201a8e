// A person's page of its own: Esc leads to the list, and so does Back where the list was opened in this same document.
(() => {
  const way = document.querySelector("a[data-panel-close]");
  if (!way || document.getElementById("panel")) return;
  const here = location.pathname;

  // after a reload the browser takes the list's address for a part of this page, and shows nothing of it
  addEventListener("popstate", () => {
    if (location.pathname === here) return;
    if (location.pathname === way.pathname) history.replaceState(null, "", way.href);
    location.reload();
  });
  addEventListener("keydown", (event) => {
    if (event.key === "Escape" && !event.target.matches("input") && !isOverlaid()) way.click();
  });
})();
