// The shared page takes its list's name into the tab once somebody has it open, and the form of a link helps to fill it in.
(() => {
  const name = () => {
    const heading = document.querySelector(".shared main h1");
    if (heading) document.title = heading.textContent;
  };
  name();
  document.addEventListener("part:came", name); // the list that was being prepared came with the page's own title
  document.addEventListener("focusin", ({ target }) => { if (target.id === "made-url") target.select(); });
  if (document.activeElement?.id === "made-url") document.activeElement.select();
  document.addEventListener("click", (event) => {
    // whoever looks at somebody in the preview has a form half filled in beside it
    event.target.closest(".preview-rows a")?.setAttribute("target", "_blank");
    const button = event.target.closest("[data-fill]");
    if (!button) return;
    const field = document.getElementById(button.dataset.fill);
    field.value = button.dataset.value;
    field.focus();
    field.dispatchEvent(new Event("change", { bubbles: true }));
  });
})();
