// What somebody prefers is kept by the server. What has not arrived there goes along to the next page of this tab.
(() => {
  const REST_MS = 400; // many folders in a row are one request
  const token = document.querySelector("[name=csrfmiddlewaretoken]")?.value;
  const isFold = (name) => /^(un)?fold$/.test(name);
  let unsent = new URLSearchParams();
  let late = []; // what arrived after this page was asked for: it may not know of it yet
  let timer = 0;

  function note() {
    try { sessionStorage.setItem("unsent", unsent); } catch { /* it lasts as long as the page */ }
  }

  // what is left over in this tab is of whoever was signed in, and not of who signs in next
  if (!document.documentElement.dataset.chosen) return note();

  async function send() {
    clearTimeout(timer);
    const body = String(unsent);
    if (!body || !token) return;
    const headers = { "X-CSRFToken": token, "Content-Type": "application/x-www-form-urlencoded", "HX-Request": "true" };
    const answer = await fetch("/account/preferences/", { method: "POST", body, headers, keepalive: true }).catch(() => null);
    if (answer?.status !== 204 || body !== String(unsent)) return;
    unsent = new URLSearchParams();
    note();
    try { sessionStorage.setItem("arrived", `${Date.now()} ${body}`); } catch { /* the next page may be a moment behind */ }
  }

  function put(name, value) {
    if (isFold(name)) for (const either of ["fold", "unfold"]) unsent.delete(either, value);
    unsent.append(name, value);
  }

  on("prefer", ({ detail }) => {
    for (const name in detail) {
      if (!isFold(name)) unsent.delete(name);
      for (const value of [detail[name]].flat()) put(name, value);
    }
    note();
    clearTimeout(timer);
    timer = setTimeout(send, Object.keys(detail).some(isFold) ? REST_MS : 0);
  });
  for (const moment of ["pagehide", "online"]) addEventListener(moment, send);
  addEventListener("submit", ({ target, defaultPrevented }) => { // a form that is sent is newer than what is left over
    if (!defaultPrevented && target.matches("[action='/account/preferences/'], [action='/account/forget/']")) unsent = new URLSearchParams();
    note();
  });

  try {
    unsent = new URLSearchParams(sessionStorage.getItem("unsent") ?? "");
    const [at, body] = (sessionStorage.getItem("arrived") ?? "").split(" ");
    if (at > performance.timeOrigin) late = new URLSearchParams(body);
    // folders were once kept by the browser
    for (const id of JSON.parse(localStorage.getItem("folds") || "[]").slice(-300)) put("fold", id);
    localStorage.removeItem("folds");
  } catch { /* nothing is left over */ }
  for (const [name, id] of [...late, ...unsent]) {
    const folder = isFold(name) && document.querySelector(`[data-folder="${CSS.escape(id)}"]:not(:has([aria-current]))`);
    if (folder) folder.open = name === "unfold";
  }
  send();
})();
