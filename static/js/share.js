// The shared page takes its list's name into the tab once somebody has it open, and the form of a link helps to fill it in.
(() => {
  const shared = document.querySelector(".shared main h1");
  if (shared) document.title = shared.textContent;
  document.addEventListener("click", (event) => {
    const button = event.target.closest("[data-fill]");
    if (!button) return;
    const field = document.getElementById(button.dataset.fill);
    field.value = button.dataset.value;
    field.focus();
    field.dispatchEvent(new Event("change", { bubbles: true }));
  });
})();
