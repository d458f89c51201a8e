// Loaded before the page is painted: the theme somebody chose, and the sign that scripts run.
const root = document.documentElement;

function kept(name) {
  try { return localStorage.getItem(name); } catch { return null; }
}

function choose(theme) {
  if (theme === "light" || theme === "dark") root.dataset.theme = theme;
  else delete root.dataset.theme;
  for (const button of document.querySelectorAll("[data-theme-choice]")) {
    button.setAttribute("aria-pressed", String(button.dataset.themeChoice === (root.dataset.theme || "system")));
  }
}

root.classList.add("js");
choose(kept("theme"));
document.addEventListener("DOMContentLoaded", () => choose(kept("theme")));
document.addEventListener("click", (event) => {
  const button = event.target.closest("[data-theme-choice]");
  if (!button) return;
  try { localStorage.setItem("theme", button.dataset.themeChoice); } catch { /* the choice lasts as long as the page */ }
  choose(button.dataset.themeChoice);
});
