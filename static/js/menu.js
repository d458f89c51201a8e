// The menu of account groups closes as menus do: by Esc, and by a click or the focus going elsewhere.
(() => {
  const menu = document.querySelector("details.switcher");
  if (!menu) return;

  function leaveFor(place) {
    if (place && !menu.contains(place)) menu.open = false;
  }

  document.addEventListener("click", (event) => leaveFor(event.target));
  menu.addEventListener("focusout", (event) => leaveFor(event.relatedTarget));
  menu.addEventListener("keydown", (event) => {
    if (event.key !== "Escape" || !menu.open) return;
    event.preventDefault();
    event.stopPropagation();
    menu.open = false;
    menu.querySelector("summary").focus();
  });
})();
