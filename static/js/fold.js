// The sidebar folds away and comes back; what was chosen is kept with the person.
on("click", (event) => {
  const button = event.target.closest("[data-act=fold]");
  if (!button) return;
  event.preventDefault();
  document.body.classList.toggle("folded", button.value === "1");
  document.querySelector("#sidebar:popover-open")?.hidePopover();
  const { activeElement: spot } = document;
  if (spot === button || !spot.checkVisibility()) {
    [...document.querySelectorAll("[data-act=fold]")].find((other) => other.checkVisibility())?.focus();
  }
  tell("prefer", { folded: button.value });
});
