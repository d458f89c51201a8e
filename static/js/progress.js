// A request that takes long shows a bar.
(() => {
  const SLOW_MS = 300;
  const bar = document.getElementById("progress-bar");
  let running = 0;
  let timer = 0;

  function begin() {
    running += 1;
    timer ||= setTimeout(() => bar?.classList.add("on"), SLOW_MS);
  }

  function end() {
    running = Math.max(0, running - 1);
    if (running) return;
    clearTimeout(timer);
    timer = 0;
    bar?.classList.remove("on");
  }

  on("htmx:beforeSend", begin);
  on("htmx:afterRequest", end);
})();
