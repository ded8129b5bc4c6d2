"""Versions of a law as the Legislative Yuan records them → documents: reasons, steps, captions."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date
from itertools import takewhile

from ingest.chunk import pieces
from ingest.ly_history import ENDED, MADE, Article, Change, History, Step
from ingest.parsed import Link, Parsed, Relation, Skipped, Span
from rag.domain import OPEN, Document, Reference
from rag.names import LawNames
from rag.references import label

SOURCE = "ly-laws"
_SYSTEM = "https://lis.ly.gov.tw/lglawc/lglawkm"
# 民法第四編親屬: the law system keeps the parts of the Civil Code as laws of their own
_PART = re.compile("(民法)第.編.*")
# 照黨團協商條文通過。,, · 本條未修正。 · 一、條次變更。二、內容未修正。
_FORMULA = re.compile(
    r"(?:[一二三四五]、|[。，,；\s]"
    r"|(?:本條|原條文|條次|內容|文字|條文)*(?:係?新增|未修正|變更|刪除)"
    r"|(?:本條)?(?:照|綜合)[^。，；]{0,40}?通過)+"
)
# 106卷60期4462號二冊 887-887頁
_GAZETTE = re.compile(r"(?P<volume>[0-9]+)卷(?P<issue>[0-9]+)期(?P<rest>.*?)\s+(?P<page>[0-9][-,0-9]*)頁")


@dataclass(frozen=True, slots=True)
class _Of:
    """What the documents of one version share. ``owner`` stands for the law in keys that are one to a law."""

    number: str
    pcode: str
    law: str
    owner: str
    change: Change


def documents(history: History, names: LawNames) -> Iterator[Parsed | Skipped]:
    """All that a history holds; a law whose PCode is not certain keeps its number: ``history/ly-01145/1986-12-03``."""
    if not history.changes:
        yield Skipped(f"history/ly-{history.number}", "沒有任何版本")
        return
    pcode = law_of(history.title, history.changes[-1].act, names)
    used: set[str] = set()
    for change in history.changes:
        for one in _of_version(_about(history, change, pcode)):
            yield _apart(one, used)


def law_of(title: str, act: str, names: LawNames) -> str:
    """The PCode of a law whose newest version came by ``act``, "" where it is not certain.

    That of an ended law never is: the official database lacks many of them, and the name may have gone to another law
    (最低工資法, repealed in 1986 and made anew in 2023).
    """
    part = _PART.fullmatch(title)
    bearers = names.candidates(part[1] if part else title) if act not in ENDED else ()
    return bearers[0] if bearers else ""


def _about(history: History, change: Change, pcode: str) -> _Of:
    law = pcode or f"ly-{history.number}"
    owner = f"{pcode}-{history.number}" if pcode and _PART.fullmatch(history.title) else law
    return _Of(history.number, pcode, law, owner, change)


def _apart(one: Parsed | Skipped, used: set[str]) -> Parsed | Skipped:
    """Two texts under one key are both named and one is taken in."""
    if isinstance(one, Skipped) or one.document.key not in used:
        if isinstance(one, Parsed):
            used.add(one.document.key)
        return one
    return Skipped(one.document.key, "同一天同一條有兩筆")


def _of_version(of: _Of) -> Iterator[Parsed | Skipped]:
    found = False
    for one in (*_reasons(of), *_repeal(of), *_steps(of), *_captions(of)):
        found = True
        yield one
    if not found:
        yield Skipped(f"history/{of.owner}/{of.change.day}", "沒有條文標題、理由或立法歷程")


def _reasons(of: _Of) -> Iterator[Parsed | Skipped]:
    for article in of.change.articles:
        if article.reason.strip() and article.number:
            yield _reason(of, article, f"reason/{of.law}/{article.number}/{of.change.day}")
        elif article.reason.strip():
            yield Skipped(f"reason/{of.law}/{article.written[:40]}/{of.change.day}", "條號無法辨認")


def _reason(of: _Of, article: Article, key: str) -> Parsed:
    text = _clean(article.reason)
    spans = tuple(_cut(text, "立法理由", not _FORMULA.fullmatch(text)))
    links = (Link(f"law/{of.pcode}/{article.number}", "reason_of", of.change.promulgated),) if of.pcode else ()
    part = _PART.fullmatch(of.change.title)
    name = label(part[1] if part else of.change.title, Reference(0, 0, article=article.number))
    title = f"{name}立法理由（{_spoken(of.change.day)}）"
    path = (*article.path, *filter(None, [article.caption]))
    document = _document(of, key, title, text, {"caption": article.caption})
    return Parsed(replace(document, path=path, number=article.number), spans, links)


def _repeal(of: _Of) -> Iterator[Parsed]:
    text = _clean(of.change.repeal_reason)
    if text.strip():
        key = f"reason/{of.law}/repeal/{of.change.day}"
        title = f"{of.change.title}廢止理由（{_spoken(of.change.day)}）"
        spans = tuple(_cut(text, "廢止理由", True))
        yield Parsed(_document(of, key, title, text), spans, _whole(of, "reason_of"))


def _steps(of: _Of) -> Iterator[Parsed]:
    steps = of.change.steps
    if not steps:
        return
    head = "\n".join(of.change.dates)
    text = head + "\n\n" + "\n".join(map(_line, steps))
    passing = next((step for step in reversed(steps) if step.stage == "三讀"), steps[-1])
    gazette = _GAZETTE.search(passing.record)
    facts = {"proposer": "、".join(dict.fromkeys(step.proposer for step in steps if step.proposer))}
    if gazette:
        facts |= {"volume": gazette["volume"], "issue": str(int(gazette["issue"])), "page": gazette["page"]}
    title = f"{of.change.title}立法歷程（{_spoken(of.change.passed)}{of.change.act}）"
    document = _document(of, f"history/{of.owner}/{of.change.day}", title, text, facts)
    if passing.link.startswith(("http://", "https://")):
        document = replace(document, url=passing.link)
    yield Parsed(document, tuple(_cut(text, "立法歷程", True)), (*_made(of), *_whole(of, "history_of")))


def _line(step: Step) -> str:
    proposer = f"主提案：{step.proposer}" if step.proposer else ""
    fields = (step.day, step.stage, " ".join(step.record.split()), proposer, "、".join(step.papers))
    return "\u3000".join(filter(None, fields))


def _made(of: _Of) -> Iterator[Link]:
    """The article versions that a change made: all of them, or those it gives a reason for."""
    if not of.pcode:
        return
    every = of.change.act in MADE
    for article in of.change.articles:
        if article.number and (every or article.reason.strip()):
            yield Link(f"law/{of.pcode}/{article.number}", "history_of", of.change.promulgated)


def _whole(of: _Of, relation: Relation) -> tuple[Link, ...]:
    return (Link(f"law/{of.pcode}", relation, of.change.promulgated),) if of.pcode else ()


def _captions(of: _Of) -> Iterator[Parsed]:
    """One document a law, a passage an article; too short to be found by, next to the articles themselves."""
    text, spans, above = "", [], tuple[str, ...]()
    for article in of.change.articles:
        if not article.caption:
            continue
        same = sum(1 for _ in takewhile(lambda pair: pair[0] == pair[1], zip(above, article.path, strict=False)))
        text += "".join(f"{heading}\n" for heading in article.path[same:])
        above = article.path
        line = f"{article.written}\u3000{article.caption}"
        section = label("", Reference(0, 0, article=article.number)) if article.number else article.written
        spans.append(Span(len(text), len(text) + len(line), section=section, searchable=False))
        text += f"{line}\n"
    if spans:
        document = _document(of, f"captions/{of.owner}", f"{of.change.title}條文標題", text)
        yield Parsed(document, tuple(spans))


def _cut(text: str, section: str, searchable: bool) -> Iterator[Span]:
    for start, end in pieces(text, 0, len(text)):
        yield Span(start, end, section=section, searchable=searchable)


def _document(of: _Of, key: str, title: str, text: str, facts: Mapping[str, str] | None = None) -> Document:
    change = of.change
    dates = {"passed": change.passed.isoformat()}
    if change.promulgated:
        dates["promulgated"] = change.promulgated.isoformat()
    known = {"ly_number": of.number, "act": change.act} | dates | dict(facts or {})
    return Document(
        key=key,
        version=change.day.isoformat(),
        source=SOURCE,
        kind="reason",
        title=title,
        text=text,
        valid_from=change.day,
        valid_to=OPEN,
        law=of.pcode,
        url=_SYSTEM,
        facts={name: value for name, value in known.items() if value},
    )


def _clean(text: str) -> str:
    return text.replace("\r\n", "\n")


def _spoken(day: date) -> str:
    return f"{day.year - 1911}年{day.month}月{day.day}日"
