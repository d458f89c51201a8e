// "Load more" is asked for a screen or two before anybody gets there; htmx's own "intersect" knows no margin.
(() => {
  const AHEAD = "0px 0px 1500px";

  const watcher = new IntersectionObserver((entries) => {
    for (const { isIntersecting, target } of entries) {
      if (!isIntersecting) continue;
      watcher.unobserve(target);
      htmx.trigger(target, "near");
    }
  }, { rootMargin: AHEAD });

  // once for the page itself, when htmx has taken it up, and for every "Load more" that comes
  document.addEventListener("htmx:load", () => {
    const more = document.getElementById("more");
    if (more?.matches("[hx-get]")) watcher.observe(more);
  });
})();
