// Loaded before the page is painted: the theme somebody chose, and the sign that scripts run.
const root = document.documentElement;

function kept(name) {
  try { return localStorage.getItem(name); } catch { return null; }
}

function keep(name, value) {
  try { localStorage.setItem(name, value); } catch { /* it lasts as long as the page */ }
}

function choose(theme) {
  if (theme === "light" || theme === "dark") root.dataset.theme = theme;
  else delete root.dataset.theme;
  for (const button of document.querySelectorAll("[data-theme-choice]")) {
    button.setAttribute("aria-pressed", String(button.dataset.themeChoice === (root.dataset.theme || "system")));
  }
}

root.classList.add("js");
{
  // whoever is signed in has theirs from the server; once it takes over what this browser had kept before it did
  let { chosen } = root.dataset;
  try { // what has not arrived there, or only after this page was asked for (prefer.js)
    const [at, late] = (sessionStorage.getItem("arrived") ?? "").split(" ");
    const newer = `${at > performance.timeOrigin ? late : ""}&${sessionStorage.getItem("unsent") ?? ""}`;
    chosen &&= new URLSearchParams(newer).getAll("theme").at(-1) ?? chosen;
  } catch { /* it has arrived */ }
  const prefer = (theme) => document.dispatchEvent(new CustomEvent("prefer", { detail: { theme } }));
  let theme = kept("theme");
  const isOlder = chosen === "system" && theme && theme !== chosen && !kept("taken");
  if (chosen) {
    if (!isOlder) theme = chosen;
    keep("taken", "1");
    keep("theme", theme);
  }
  choose(theme);
  document.addEventListener("DOMContentLoaded", () => { choose(theme); if (isOlder) prefer(theme); });
  document.addEventListener("click", (event) => {
    const button = event.target.closest("[data-theme-choice]");
    if (!button) return;
    keep("theme", button.dataset.themeChoice);
    choose(button.dataset.themeChoice);
    if (chosen) prefer(button.dataset.themeChoice);
  });
}
