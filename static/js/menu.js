// Menus close as menus do: by Esc, and by a click or the focus going elsewhere.
(() => {
  for (const menu of document.querySelectorAll("details.switcher, details.notices, details.confirm, details.view")) {
    const leaveFor = (place) => {
      if (place && !menu.contains(place)) menu.open = false;
    };

    on("click", (event) => { if (event.target.isConnected) leaveFor(event.target); });
    menu.addEventListener("focusout", (event) => leaveFor(event.relatedTarget));
    menu.addEventListener("keydown", (event) => {
      if (event.key !== "Escape" || !menu.open) return;
      event.preventDefault();
      event.stopPropagation();
      menu.open = false;
      menu.querySelector("summary").focus();
    });
  }
})();
