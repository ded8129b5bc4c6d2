// What the page does beyond its plain forms and links: sentences appear as they are proved, sources open beside them.

import { citation, close, copy, open } from "./sources.js";
import { all, day, isDay, made, one, place, plain, standing, words, write } from "./text.js";

const page = one("#answer");
// From who is logged in, the service takes only what comes with his page's own token.
const meant = { "X-CSRF-Token": one("meta[name=csrf]")?.content ?? "" };
const asked = { question: "", history: [], day: "", id: "", place: "", running: null };

// --- the parts of an answer

function tell(sentence, citations) {
  const item = made("sentence");
  const said = sentence.text.replace(/\[(\d{1,3})\]/g, (mark, n) => (sentence.citations.includes(+n) ? "" : mark)).trim();
  const quoted = /^([^「]{0,400})(「[^]{24,}」)$/.exec(said);
  for (const [tag, text] of quoted ? [["p", quoted[1]], ["blockquote", quoted[2]]] : [["p", said]]) {
    if (text) write(one(".text", item).appendChild(document.createElement(tag)), text);
  }
  write(one(".state", item), words.proofs[sentence.status]);
  for (const source of citations.filter((each) => sentence.citations.includes(each.mark))) {
    const mark = made("mark");
    mark.href = place(source);
    mark.dataset.mark = source.mark;
    write(one(".number", mark), `[${source.mark}]`);
    write(one(".label", mark), source.label);
    one(".marks", item).append(mark, " ");
  }
  one("#sentences").append(item);
}

function cite(source, prefix = "source") {
  const card = made("card");
  one(`#${prefix}-${source.mark}`)?.remove();
  card.id = `${prefix}-${source.mark}`;
  write(one(".number", card), prefix === "source" ? `[${source.mark}]` : "");
  write(one(".label", card), source.label);
  write(one(".standing", card), standing(source));
  write(one("blockquote", card), `「${source.quote}」`);
  one(".here", card).href = place(source);
  const official = one(".official", card);
  official.hidden = !/^https?:\/\/[^/]/i.test(source.url);
  if (!official.hidden) official.href = source.url;
  one(".copy", card).dataset.version = isDay(source.version) ? day(source.version.slice(0, 10)) : "";
  one(".copy", card).hidden = false;
  one("#cards").append(card);
}

function change(each) {
  const item = made("change");
  write(one(".what", item), `[${each.mark}] ${each.label}${each.kind === "will_change" ? "將自" : "自"}${day(each.day)}起變更`);
  write(one(".before", item), each.before || "（無）");
  write(one(".after", item), each.after || "（無）");
  one("#changes ul").append(item);
}

function finish(answer) {
  asked.id = answer.request_id;
  const [why, plainly] = words.reasons[answer.reason] ?? ["", ""];
  show("#refusal", answer.reason);
  write(one("#refusal .why"), why);
  write(one("#refusal .plainly"), plainly);
  write(one("#refusal .told"), answer.message);
  show("#note", answer.message && !answer.reason, answer.message);
  show("#read-as", answer.rewritten);
  write(one("#read-as span"), answer.rewritten);
  (answer.changes ?? []).forEach(change);
  show("#changes", answer.changes?.length);
  (answer.found ?? []).forEach((source) => cite(source, "near"));
  write(one("#sources-title"), answer.reason ? "找到的相近資料（未用來作答）" : "依據");
  one("#sources").hidden = !one("#cards").children.length;
  const said = answer.sentences.length ? `共${answer.sentences.length}句，每一句都已核對` : "沒有作答";
  const part = answer.state === "partial" ? "；只能回答一部分" : "";
  write(one("#progress"), `${said}${part}。依${day(answer.as_of)}的規定。`);
  show("#made-by", answer.sentences.length, answer.model === "extractive" ? words.extracted : `由模型 ${answer.model} 起草，每一句都核對過依據才顯示。`);
  all(".feedback").forEach((each) => (each.hidden = false));
  ready();
}

function show(selector, wanted, text) {
  one(selector).hidden = !wanted;
  if (text !== undefined) write(one(selector), text);
}

/** Makes the follow-up form ask about this question, too. */
function ready() {
  const follow = one("#follow");
  all("[name=h]", follow).forEach((each) => each.remove());
  for (const question of [...asked.history, asked.question]) {
    follow.prepend(Object.assign(document.createElement("input"), { type: "hidden", name: "h", value: question }));
  }
  const fields = all("[name=h]", follow).reverse();
  follow.prepend(...fields);
  one("[name=as_of]", follow).value = asked.day;
  one("[name=q]", follow).value = "";
  follow.hidden = false;
  one("[data-script]").hidden = false;
}

// --- asking

/** The events of a server-sent stream, as [name, value]. */
async function* events(body) {
  let held = "";
  for await (const piece of body.pipeThrough(new TextDecoderStream())) {
    const blocks = (held + piece).split(/\r?\n\r?\n/);
    held = blocks.pop();
    for (const block of blocks) {
      const lines = block.split(/\r?\n/);
      const name = lines.find((line) => line.startsWith("event:"))?.slice(6).trim();
      const data = lines.filter((line) => line.startsWith("data:")).map((line) => line.slice(5)).join("\n");
      if (name && data) yield [name, JSON.parse(data)];
    }
  }
}

async function ask(question, as_of, history) {
  asked.running?.abort();
  const running = (asked.running = new AbortController());
  Object.assign(asked, { question, history, day: as_of, id: "" });
  begin();
  try {
    const body = JSON.stringify({ question, as_of: as_of || null, history });
    const headers = { "Content-Type": "application/json", Accept: "text/event-stream", ...meant };
    const response = await fetch("/v1/ask", { method: "POST", headers, body, signal: running.signal });
    if (!response.ok) throw await response.json();
    await follow(response);
  } catch (problem) {
    if (running.signal.aborted) return;
    one("#progress").textContent = "";
    show("#problem", true, problem.detail ?? "連線中斷，沒有收到完整的回答。請再問一次。");
  } finally {
    if (asked.running === running) page.removeAttribute("aria-busy");
  }
}

async function follow(response) {
  const citations = [];
  for await (const [name, value] of events(response.body)) {
    if (name === "citation") {
      citations.push(value);
      cite(value);
      one("#sources").hidden = false;
    } else if (name === "sentence") {
      tell(value, citations);
    } else if (name === "done") {
      return finish(value);
    } else if (name === "error") {
      throw value;
    }
  }
  throw {};
}

function begin() {
  for (const list of ["#sentences", "#cards", "#changes ul", "#earlier"]) one(list).replaceChildren();
  for (const part of ["#refusal", "#note", "#changes", "#read-as", "#made-by", "#problem", "#follow", "#sources", "[data-script]"]) {
    one(part).hidden = true;
  }
  one(".coverage").open = false;
  one("#earlier-title").hidden = !asked.history.length;
  for (const question of asked.history) write(one("#earlier").appendChild(document.createElement("li")), question);
  write(one("#asked"), asked.question);
  one("#q").value = asked.question;
  write(one("#progress"), "正在找依據，逐句核對…");
  page.setAttribute("aria-busy", "true");
  page.hidden = false;
  one("#asked").focus({ preventScroll: true });
  page.scrollIntoView();
}

function address() {
  const query = new URLSearchParams({ q: asked.question });
  asked.history.forEach((question) => query.append("h", question));
  if (asked.day) query.set("as_of", asked.day);
  return `/ask?${query}`;
}

function submit(event) {
  event.preventDefault();
  const form = new FormData(event.target);
  const question = form.get("q").trim();
  if (!question) return;
  const running = ask(question, form.get("as_of"), form.getAll("h"));
  history.pushState(null, "", address());
  asked.place = location.pathname + location.search;
  document.title = `${plain(question)}｜有據`;
  return running;
}

async function feedback(button) {
  const buttons = button.parentElement;
  const item = button.closest("li");
  const sentence = all("#sentences > li").indexOf(item);
  const text = one(".text", item).textContent.slice(0, 2000);
  const body = JSON.stringify({ request_id: asked.id, sentence, text, verdict: button.dataset.verdict });
  const headers = { "Content-Type": "application/json", ...meant };
  const response = await fetch("/v1/feedback", { method: "POST", headers, body });
  if (response.ok) write(buttons, "謝謝，已記下。");
  else if (response.status === 404) all(".feedback").forEach((each) => (each.hidden = true));
  else write(buttons, "沒有記下，請稍後再試。");
}

// --- what is listened to

function clicked(event) {
  const example = event.target.closest("[data-question]");
  const mark = event.target.closest(".mark");
  const button = event.target.closest("button");
  if (event.ctrlKey || event.metaKey || event.shiftKey) return;
  if (example) {
    event.preventDefault();
    one("#q").value = example.dataset.question;
    one("#as-of").value = example.dataset.day;
    one("#ask").requestSubmit();
  } else if (mark) {
    event.preventDefault();
    open(one(`#source-${mark.dataset.mark}`), mark);
  } else if (button?.matches(".close")) close();
  else if (button?.matches(".copy")) copy(citation(button.closest(".card")), button);
  else if (button?.matches("[data-verdict]")) feedback(button);
  else if (button?.id === "permalink") copy(new URL(address(), location.href).href, one("#copied"));
  else if (button?.id === "print") print();
}

/** Enter asks, Shift+Enter goes to the next line; while an input method composes, Enter is its own. */
function entered(event) {
  if (event.key !== "Enter" || event.shiftKey || event.isComposing || event.keyCode === 229) return;
  event.preventDefault();
  event.target.form.requestSubmit();
}

if (page) {
  one("#q").addEventListener("keydown", entered);
  all("#ask, #follow").forEach((form) => form.addEventListener("submit", submit));
  document.addEventListener("click", clicked);
  document.addEventListener("keydown", (event) => event.key === "Escape" && close());
  // Going back asks anew; a fragment alone, the skip link's, changes nothing.
  addEventListener("popstate", () => location.pathname + location.search !== asked.place && location.reload());
  asked.place = location.pathname + location.search;
  if (!page.hidden) {
    asked.id = page.dataset.request;
    const query = new URLSearchParams(location.search);
    Object.assign(asked, { question: query.get("q") ?? "", history: query.getAll("h"), day: query.get("as_of") ?? "" });
    all(".copy").forEach((each) => (each.hidden = false));
    all(".feedback").forEach((each) => (each.hidden = false));
    one("[data-script]").hidden = false;
  }
}
