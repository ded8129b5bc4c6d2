"use strict";
(() => {
  const form = document.getElementById("filter");
  const count = document.getElementById("count");
  const opener = document.getElementById("open");
  const items = [...document.querySelectorAll(".item")];
  const words = new Map();
  const fields = ["set", "kind", "state", "problem", "change"];

  const text = (item) => {
    if (!words.has(item)) words.set(item, item.textContent.toLowerCase());
    return words.get(item);
  };
  const shown = () => items.filter((item) => !item.hidden);

  function filter() {
    const data = new FormData(form);
    const wanted = fields.filter((name) => data.get(name));
    const said = data.get("text").trim().toLowerCase();
    for (const item of items) {
      const fits = wanted.every((name) => item.dataset[name].split(" ").includes(data.get(name)));
      item.hidden = !(fits && (!said || text(item).includes(said)));
    }
    count.textContent = `顯示 ${shown().length}／${items.length} 筆`;
    name();
  }

  function name() {
    opener.textContent = shown().some((item) => !item.open) ? "全部展開" : "全部收合";
  }

  // A link to an answer opens it, whatever is filtered.
  function follow() {
    const target = document.getElementById(location.hash.slice(1));
    const item = target && target.closest(".item");
    if (!item) return;
    if (item.hidden) {
      form.reset();
      filter();
    }
    item.open = true;
    target.scrollIntoView();
    if (target.classList.contains("body")) item.querySelector("summary").focus({ preventScroll: true });
  }

  form.addEventListener("input", filter);
  form.addEventListener("submit", (event) => event.preventDefault());
  form.addEventListener("reset", () => setTimeout(filter));
  opener.addEventListener("click", () => {
    const open = opener.textContent === "全部展開";
    for (const item of shown()) item.open = open;
    name();
  });
  document.addEventListener("keydown", (event) => {
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (!step || !event.target.matches(".item > summary")) return;
    const all = shown();
    const next = all[all.indexOf(event.target.parentElement) + step];
    if (!next) return;
    event.preventDefault();
    next.querySelector("summary").focus();
  });
  window.addEventListener("hashchange", follow);

  form.hidden = false;
  filter();
  follow();
})();
