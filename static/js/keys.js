// "/" goes to the sidebar's filter, as the sign in it says.
(() => {
  const find = document.getElementById("find");

  addEventListener("keydown", (event) => {
    if (event.key !== "/" || event.ctrlKey || event.metaKey || event.altKey) return;
    if (event.target.matches("input, select, textarea") || !find?.checkVisibility()) return;
    event.preventDefault();
    find.select();
  });
})();
