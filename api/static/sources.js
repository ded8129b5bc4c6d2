// A source beside the answer: its whole text with the quote highlighted, and the quote as a citation to copy.

import { all, day, load, one, write } from "./text.js";
import { choose, reset } from "./versions.js";

let opener = null;

export async function open(card, from) {
  shut();
  opener = from;
  card.classList.add("open");
  one(".close", card).hidden = false;
  const link = one(".here", card);
  const whole = one(".whole", card);
  one("h3", card).focus();
  reset(card);
  if (!whole.childElementCount) {
    try {
      const found = await load(link.href);
      const facts = one(".facts", found);
      const text = one("#whole", found);
      whole.replaceChildren(...[facts, ...text.children].filter(Boolean).map((each) => document.adoptNode(each)));
      all("[id]", whole).forEach((each) => each.removeAttribute("id"));
      choose(card, found);
    } catch {
      card.classList.remove("open");
      return;
    }
  }
  whole.hidden = false;
  whole.tabIndex = 0;
  whole.setAttribute("role", "region");
  whole.setAttribute("aria-label", "全文，引用的部分加底線");
  const lit = one("mark", whole);
  if (lit) whole.scrollTop = lit.offsetTop - whole.offsetTop - 24;
  card.scrollIntoView({ block: "nearest" });
}

function shut() {
  for (const card of all(".card.open")) {
    card.classList.remove("open");
    one(".whole", card).hidden = one(".close", card).hidden = true;
  }
}

export function close() {
  if (!one(".card.open")) return;
  shut();
  opener?.focus();
  opener = null;
}

export async function copy(text, done) {
  try {
    await navigator.clipboard.writeText(text);
    write(done, "已複製");
  } catch {
    write(done, text);
  }
}

/** 「…」民法第184條（民國88年4月21日公布），2026年11月22日查閱，https://… */
export function citation(card) {
  const { version } = one(".copy", card).dataset;
  const official = one(".official", card);
  const today = day(new Intl.DateTimeFormat("en-CA", { timeZone: "Asia/Taipei" }).format());
  const link = official.hidden ? one(".here", card).href : official.href;
  return `${one("blockquote", card).textContent}${one(".label", card).textContent.trim()}${version && `（${version}）`}，${today}查閱，${link}`;
}
