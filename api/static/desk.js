// The analyst's page, live: what the service tells of its jobs is put in place every two seconds, so that focus,
// scroll and open parts stay where they are; only changes of state are announced.

import { all, made, one, plain, words, write } from "./text.js";

const EVERY_MS = 2000;
const list = one("#jobs");
const errors = one("#errors");
const csrf = one("meta[name=csrf]").content;
const shown = new Map();
const steps = new Map();
const waiting = { turn: 0, timer: 0, acting: false, failing: false };
const clock = new Intl.DateTimeFormat("zh-TW", {
  timeZone: "Asia/Taipei", month: "long", day: "numeric", hour: "2-digit", minute: "2-digit", hourCycle: "h23",
});
const number = new Intl.NumberFormat("zh-TW");

// --- a job in its place

/** Sets a text only where it changed: what is marked to be copied stays marked. */
function tell(element, text) {
  if (shown.get(element) === text) return;
  shown.set(element, text);
  write(element, text);
}

function blank(job) {
  const item = made("job");
  const name = words.sources[job.source] ?? job.source;
  item.id = `job-${job.id}`;
  write(one(".name", item), name);
  all("form", item).forEach((form) => (form.action = `/desk/jobs/${encodeURIComponent(job.id)}/${form.dataset.action}`));
  all("form button, .more", item).forEach((each) => each.setAttribute("aria-label", `${each.textContent}：${plain(name)}`));
  const more = one(".more", item);
  if (more) more.href = `/desk/jobs/${encodeURIComponent(job.id)}`;
  return item;
}

function fill(item, job) {
  const held = item.contains(document.activeElement) ? document.activeElement : null;
  item.dataset.state = job.state;
  tell(one(".state", item), job.stopping ? words.cancelling : words.states[job.state]);
  tell(one(".message", item), job.message);
  one(".message", item).hidden = !job.message;
  measure(item, job);
  for (const name of ["created", "started", "finished"]) {
    const time = one(`.${name}`, item);
    time.parentElement.hidden = !job[name];
    if (!job[name]) continue;
    time.dateTime = job[name];
    tell(time, clock.format(new Date(job[name])));
  }
  const open = job.stopping ? [] : words.actions[job.state];
  all("form", item).forEach((form) => (form.hidden = !open.includes(form.dataset.action)));
  // Who pressed a button that is gone now goes on with the one that took its place.
  if (held?.closest("[hidden]")) (one("form:not([hidden]) button", item) ?? one("[tabindex]", item)).focus();
}

function measure(item, job) {
  const bar = one("progress", item);
  const known = job.total > 0;
  one(".far", item).hidden = !(job.state === "running" || (known && words.stopped.includes(job.state)));
  if (known) {
    bar.max = job.total;
    bar.value = job.done;
  } else {
    bar.removeAttribute("value");
  }
  const share = known ? `／${number.format(job.total)}（${Math.min(100, Math.floor((100 * job.done) / job.total))}%）` : "";
  tell(one(".count", item), number.format(job.done) + share);
  tell(one(".pace", item), job.state === "running" ? pace(job) : "");
}

/** How fast this step goes and how long it will still take, from what was told of it: a step begins at 0 again. */
function pace(job) {
  let marks = steps.get(job.id) ?? [];
  const last = marks.at(-1);
  if (last && (last.message !== job.message || last.done > job.done)) marks = [];
  if (last?.beat !== job.beat) marks.push({ message: job.message, done: job.done, beat: job.beat });
  steps.set(job.id, (marks = marks.slice(-15)));
  const seconds = (Date.parse(marks.at(-1)?.beat) - Date.parse(marks[0]?.beat)) / 1000;
  const speed = seconds > 0 ? (job.done - marks[0].done) / seconds : 0;
  if (!speed) return "";
  const left = job.total > job.done ? `，約剩 ${lasting((job.total - job.done) / speed)}` : "";
  return `每秒 ${number.format(speed < 10 ? Math.round(speed * 10) / 10 : Math.round(speed))} 筆${left}`;
}

/** 59 → 59 秒, 61 → 2 分鐘, 3700 → 1 小時 2 分鐘 */
function lasting(seconds) {
  if (seconds < 60) return `${Math.ceil(seconds)} 秒`;
  const minutes = Math.ceil(seconds / 60);
  return minutes < 60 ? `${minutes} 分鐘` : `${Math.floor(minutes / 60)} 小時 ${minutes % 60} 分鐘`;
}

// --- the list, and what was heard of it

function refill(jobs) {
  const there = new Map(all("#jobs > li").map((item) => [item.id, item]));
  const changes = [];
  const ids = new Set(jobs.map((job) => `job-${job.id}`));
  there.forEach((item, id) => ids.has(id) || item.remove());
  let next = list.firstElementChild;
  for (const job of jobs) {
    let item = there.get(`job-${job.id}`);
    const before = item?.dataset.state;
    if (item) next = item.nextElementSibling;
    else list.insertBefore((item = blank(job)), next);
    fill(item, job);
    if (before !== job.state) changes.push(`${one(".name", item).textContent}：${one(".state", item).textContent}`);
  }
  const none = one("#none");
  if (none) none.hidden = jobs.length > 0;
  if (changes.length) tell(one("#news"), changes.slice(0, 3).join("；"));
}

function listErrors(found) {
  const rows = found.map(({ key, reason }) => {
    const row = made("failure");
    write(one(".key", row), key);
    write(one(".reason", row), reason);
    return row;
  });
  if (rows.length === errors.children.length) return;
  errors.replaceChildren(...rows);
  errors.closest("table").hidden = !rows.length;
  one("#whole").hidden = rows.length > 0;
}

/** Where older jobs begin moves on as new ones come. */
function leadOn(cursor) {
  const further = one("#further");
  if (!further) return;
  further.hidden = !cursor;
  if (cursor) further.href = `/desk?cursor=${encodeURIComponent(cursor)}`;
}

async function call(path, method = "GET") {
  const response = await fetch(path, { method, headers: { Accept: "application/json", "X-CSRF-Token": csrf } });
  const body = await response.json();
  if (!response.ok) throw body;
  return body;
}

function complain(problem, failing = false) {
  waiting.failing = failing;
  const out = problem?.status === 401;
  const why = out ? "登入已過期，畫面不再更新。" : (problem?.detail ?? "連不上服務；會繼續試。");
  const box = one("#problem");
  box.hidden = !problem;
  tell(one(".why", box), problem ? why : "");
  one("a", box).hidden = !out;
  return out;
}

async function refresh() {
  clearTimeout(waiting.timer);
  const turn = ++waiting.turn;
  let over = false;
  try {
    const body = await call(list.dataset.from);
    const found = errors && (await call(errors.dataset.from));
    // A button pressed meanwhile has newer news.
    if (turn !== waiting.turn) return;
    refill(body.jobs ?? [body]);
    leadOn(body.cursor);
    if (found) listErrors(found.errors);
    if (waiting.failing) complain(null);
  } catch (problem) {
    if (turn !== waiting.turn) return;
    over = complain(problem, true);
  }
  if (!over && !document.hidden) waiting.timer = setTimeout(refresh, EVERY_MS);
}

async function act(event) {
  const form = event.target.closest("#jobs form");
  if (!form) return;
  event.preventDefault();
  if (waiting.acting) return;
  waiting.acting = true;
  const item = form.closest("li");
  waiting.turn++;
  try {
    const job = await call(`/v1/jobs/${item.id.slice(4)}/${form.dataset.action}`, "POST");
    waiting.turn++;
    fill(item, job);
    tell(one("#news"), `${one(".name", item).textContent}：${one(".state", item).textContent}`);
    complain(null);
  } catch (problem) {
    complain(problem);
  }
  waiting.acting = false;
  clearTimeout(waiting.timer);
  waiting.timer = setTimeout(refresh, EVERY_MS);
}

document.addEventListener("submit", act);
document.addEventListener("visibilitychange", () => document.hidden || refresh());
refresh();
