// The other versions of an article that is cited, in the panel beside the answer: what each says, and what it differs in.

import { all, load, made, one, write } from "./text.js";

/** Lets the reader choose among the versions that the article's page lists, if there are several. */
export function choose(card, found) {
  const listed = all(".versions .list a", found);
  if (!one("#older", found) || listed.length < 2) return;
  const form = made("choose");
  const select = one("select", form);
  select.id = one(".version", form).htmlFor = `version-of-${card.id}`;
  for (const link of listed) {
    const cited = link.parentElement.hasAttribute("aria-current");
    const days = one(".quiet", link.parentElement).textContent.trim();
    const option = new Option(`${link.textContent}；${days}${cited ? "（引用的版本）" : ""}`, link.href, cited, cited);
    select.append(option);
  }
  const whole = one(".whole", card);
  const shown = { form, whole, cited: [...whole.childNodes], latest: null };
  all("select, input", form).forEach((field) => field.addEventListener("change", () => show(shown)));
  whole.before(form);
  show(shown);
}

/** Back to the version cited, as it was when the panel was opened first. */
export function reset(card) {
  const select = one(".choose select", card);
  if (!select || select.selectedOptions[0].defaultSelected) return;
  for (const option of select.options) option.selected = option.defaultSelected;
  select.dispatchEvent(new Event("change"));
}

async function show(shown) {
  const { form, whole } = shown;
  const [select, differences, told] = [one("select", form), one("input", form), one(".told", form)];
  const [chosen] = select.selectedOptions;
  const cited = [...select.options].find((each) => each.defaultSelected);
  const wanted = (shown.latest = {});
  differences.disabled = chosen === cited;
  if (chosen === cited) {
    write(told, "");
    whole.replaceChildren(...shown.cited);
    return;
  }
  write(told, "讀取中…");
  const parts = await read(differences.checked ? between(chosen, cited) : chosen.value);
  if (shown.latest !== wanted) return;
  const how = differences.checked ? "從舊版到新版，刪去的字加刪除線，新增的字加底線。" : "這不是回答所引用的版本。";
  write(told, parts.length ? `${chosen.text}。${how}` : "讀不到這個版本，請稍後再試。");
  whole.replaceChildren(...parts);
  whole.scrollTop = 0;
}

/** The page that compares two versions; the newest stands first in the list. */
function between(...options) {
  const [newer, older] = options.sort((a, b) => a.index - b.index).map((each) => new URL(each.value).searchParams.get("version"));
  return `${new URL(options[0].value).pathname}?${new URLSearchParams({ older, newer })}`;
}

async function read(href) {
  try {
    const found = await load(href);
    return all("#whole .piece, #whole .compared", found).map((each) => document.adoptNode(each));
  } catch {
    return [];
  }
}
