// Puts what has changed of an export into its card, part by part: the focus, open folds and a bar in motion stay.
(() => {
  const here = document.getElementById("exports");
  if (!here) return;
  const had = new Map(); // the markup each part came with, before time.js puts it into the reader's zone
  const note = (root) => root.querySelectorAll("[id]").forEach((part) => had.set(part.id, part.outerHTML));
  note(here);
  const nameOf = (element) => `${element.value} ${element.pathname} ${element.textContent}`;

  // with the focus on what was on it before, or on the card
  function put(old, part) {
    if (old.id === part.id && had.get(part.id) === part.outerHTML) return;
    had.set(part.id, part.outerHTML);
    if (part.matches("[value]") && old.matches("[value]")) {
      for (const name of ["max", "value", "aria-label"]) old.setAttribute(name, part.getAttribute(name));
      return;
    }
    const card = old.parentElement;
    const focused = old.contains(document.activeElement) && document.activeElement;
    part.open = old.open;
    old.replaceWith(part);
    tell("part:came", part);
    if (focused) ([...part.querySelectorAll("a, button, summary")].find((one) => nameOf(one) === nameOf(focused)) ?? card).focus({ preventScroll: true });
  }

  function renew(old, card) {
    if (old.dataset.kind !== card.dataset.kind && card.dataset.says) tell("say", card.dataset.says);
    old.className = card.className;
    Object.assign(old.dataset, card.dataset);
    const parts = [...card.children];
    for (const part of [...old.children]) {
      if (parts.some(({ id }) => id === part.id)) continue;
      if (part.contains(document.activeElement)) old.focus({ preventScroll: true });
      had.delete(part.id);
      part.remove();
    }
    parts.forEach((part, at) => put(old.children[at]?.id === part.id ? old.children[at] : old.insertBefore(document.createElement("i"), old.children[at] ?? null), part));
  }

  function show(cards) {
    const list = document.getElementById("exports-cards");
    if (!list) return;
    for (const old of [...list.children]) if (!cards.some(({ id }) => id === old.id)) old.remove();
    cards.forEach((card, at) => renew(document.getElementById(card.id) ?? list.insertBefore(card.cloneNode(), list.children[at] ?? null), card));
  }

  on("exports:came", ({ detail: section }) => {
    const title = section.dataset.title && `${section.dataset.title} · `;
    document.title = document.title.replace(/^(\(\d+\) )?(Export(ing|\swaits)[^·]*· )?/, `$1${title}`);
    here.toggleAttribute("data-moving", "moving" in section.dataset);
    here.querySelector("h2").replaceWith(section.querySelector("h2").cloneNode(true));
    for (const part of here.querySelectorAll(":scope > [id]")) if (!section.querySelector(`#${part.id}`)) part.remove(); // its first, or its last
    for (const part of section.querySelectorAll(":scope > [id]")) if (!document.getElementById(part.id)) here.append(part.cloneNode(!part.matches("ul")));
    show([...section.querySelectorAll("#exports-cards > li")]);
  });
})();
