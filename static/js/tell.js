// How the parts of a page tell each other what has happened, and hear of it.
const tell = (name, detail) => document.dispatchEvent(new CustomEvent(name, { detail }));
const on = (name, act, ...more) => document.addEventListener(name, act, ...more);
