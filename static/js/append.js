// hx-swap="rows": new pages stand behind the others. htmx's own "beforeend" looks for every new row's name among all the
// rows that are there, and for its own attributes in them; rows have none.
window.htmx?.defineExtension("rows", {
  handleSwap(style, target, fragment) {
    if (style !== "rows") return false;
    target.append(...fragment.children);
    return [];
  },
});
