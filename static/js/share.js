// The shared page takes its list's name into the tab once somebody has it open, and the form of a link helps to fill it in.
(() => {
  const name = () => {
    const heading = document.querySelector(".shared main h1");
    if (heading) document.title = heading.textContent;
  };
  name();
  on("part:came", name); // the list that was being prepared came with the page's own title
  on("focusin", ({ target }) => { if (target.id === "made-url") target.select(); });
  if (document.activeElement?.id === "made-url") document.activeElement.select();
  // whoever is looked at in the preview can be left out there
  const hidden = document.getElementById("id_hidden");
  function offer() {
    for (const row of document.querySelectorAll("#preview .person:not(:has(.leave-out))")) {
      const button = Object.assign(document.createElement("button"), { type: "button", className: "button small leave-out", textContent: "Leave out" });
      button.ariaLabel = `Leave out ${row.querySelector(".open").textContent}`;
      row.querySelector(".role").append(button);
    }
  }
  if (hidden) offer();
  on("htmx:afterSwap", () => {
    if (hidden) offer();
    if (document.activeElement === document.body) document.querySelector(".preview-rows")?.focus(); // who had it is left out
  });
  on("click", (event) => {
    const out = event.target.closest(".leave-out");
    if (out) {
      hidden.value = `${hidden.value.trim()}\n${out.closest(".person").dataset.prospect}`.trim();
      hidden.dispatchEvent(new Event("change", { bubbles: true }));
    }
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
