// Times in the reader's own zone. Without this they stand in UTC and say so.
(() => {
  const forms = {
    day: { day: "numeric", month: "short", year: "numeric" },
    clock: { hour: "2-digit", minute: "2-digit" },
    second: { hour: "2-digit", minute: "2-digit", second: "2-digit" },
    full: { day: "numeric", month: "short", year: "numeric", hour: "2-digit", minute: "2-digit" },
  };
  const makers = {};

  function localize(time) {
    const moment = new Date(time.dateTime);
    if (Number.isNaN(moment.getTime())) return;
    const today = moment.toDateString() === new Date().toDateString();
    const wanted = forms[time.dataset.when] ? time.dataset.when : "full";
    const form = (wanted === "clock" || wanted === "second") && !today ? "full" : wanted;
    makers[form] ??= new Intl.DateTimeFormat("en-GB", forms[form]);
    time.textContent = makers[form].format(moment);
    time.title = moment.toString();
  }

  function all(root) {
    for (const time of root.querySelectorAll("time[datetime]")) localize(time);
  }

  on("DOMContentLoaded", () => all(document));
  on("htmx:load", (event) => all(event.detail.elt));
  on("rows:came", (event) => all(event.detail));
  on("part:came", (event) => all(event.detail));
})();
