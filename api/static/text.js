// Texts from outside, always set as text and never as markup, or parsed but never run; days and places as the page
// writes them.

export const one = (selector, root = document) => root.querySelector(selector);
export const all = (selector, root = document) => [...root.querySelectorAll(selector)];

/** What the page calls things; none where there is nothing to ask. */
export const words = JSON.parse(one("#words")?.dataset.words ?? "{}");

// What is invisible can make a text read other than it is.
const ODD = /((?![\t\n\r])[\p{Cc}\p{Cf}\u2028\u2029\u034f\u115f\u1160\u17b4\u17b5\u3164\uffa0])/u;

/** Puts a text into an element, its invisible characters as signs. */
export function write(element, text) {
  const parts = String(text ?? "").split(ODD);
  element.replaceChildren(...parts.map((part, at) => (at % 2 ? sign(part) : part)));
}

/** The text without them, for where no sign can stand. */
export const plain = (text) => text.split(ODD).filter((_, at) => at % 2 === 0).join("");

function sign(character) {
  const made = document.createElement("span");
  made.className = "odd";
  made.dataset.code = "U+" + character.codePointAt(0).toString(16).toUpperCase().padStart(4, "0");
  return made;
}

/** 2024-07-31 → 民國113年7月31日 */
export function day(text) {
  const [year, month, date] = text.split("-").map(Number);
  if (year === 9999) return "未定";
  return year < 1912 ? `西元${year}年${month}月${date}日` : `民國${year - 1911}年${month}月${date}日`;
}

export const isDay = (text) => /^\d{4}-\d{2}-\d{2}/.test(text) && !text.startsWith("0001");
export const made = (name) => one(`#made-${name}`).content.firstElementChild.cloneNode(true);

export function standing(source) {
  if (source.kind !== "statute") {
    const since = isDay(source.valid_from) ? day(source.valid_from) : "";
    const undone = source.status === "reversed" ? words.statuses.reversed : "";
    return [words.kinds[source.kind], since, undone].filter(Boolean).join("；");
  }
  const ended = source.valid_to.startsWith("9999") ? "" : `，至${day(source.valid_to)}前`;
  const until = ended || (source.status === "in_force" ? "，現行" : "");
  const since = source.valid_from.startsWith("9999") ? "施行日期未定" : `自${day(source.valid_from)}起${until}`;
  return `${words.statuses[source.status]}；${since}`;
}

/** Where this service shows a document, its quote highlighted. */
export function place(source) {
  const article = /^law\/([A-Z]\d{7})\/(\d{1,4}(?:-\d{1,3})?)$/.exec(source.key);
  const path = article ? `/laws/${article[1]}/articles/${article[2]}` : `/documents/${source.key.split("/").map(encodeURIComponent).join("/")}`;
  return `${path}?${new URLSearchParams({ version: source.version, start: source.start, end: source.end })}#quote`;
}

/** The page behind a link, parsed but never run. */
export function load(href) {
  return new Promise((resolve, reject) => {
    const request = new XMLHttpRequest();
    request.responseType = "document";
    request.onload = () => (request.status === 200 && request.response ? resolve(request.response) : reject());
    request.onerror = reject;
    request.open("GET", href);
    request.send();
  });
}
