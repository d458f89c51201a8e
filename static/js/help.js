// The keys and the signs, over the page one is at; and the switch of the single keys.
(() => {
  let dialog = null;

  async function show({ href }) {
    if (!dialog) {
      const answer = await fetch(href, { headers: { "HX-Request": "true" } });
      if (!answer.ok || answer.redirected) throw answer; // as a page, then
      dialog = Object.assign(document.createElement("dialog"), { className: "overlay help", ariaLabel: "Keys and signs" });
      dialog.innerHTML = await answer.text();
      document.body.append(dialog);
    }
    if (!dialog.open) dialog.showModal();
  }

  on("click", (event) => {
    if (event.target.matches("dialog.help") || event.target.closest("[data-close]")) dialog?.close();
    const link = event.target.closest("a[data-act=keys]");
    if (!link || event.ctrlKey || event.metaKey || event.shiftKey) return;
    event.preventDefault();
    show(link).catch(() => location.assign(link.href));
  });
  on("change", ({ target }) => {
    if (!target.matches(".keys [name=keys]")) return;
    document.body.dataset.keys = target.checked ? "on" : "off";
    tell("prefer", { keys: target.checked ? "1" : "0" });
  });
})();
