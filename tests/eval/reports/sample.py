"""Two small runs on the disk, with a fault of each kind in the second, and text that tries to be more than text."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

from eval.folder import Asked, Manifest, RunFolder
from eval.outputs import Cited, Output, Ranked
from eval.scores import Item, Metric, Problem, Share
from eval.summary import summarise

EVIL = "</script><script>window.hit=1</script><img src=x onerror=window.hit=1>'\"`{{7*7}}${1}\u2028\u202e\x00|@all"
METRICS = (
    Metric("state_ok", "higher", "作答狀態正確"),
    Metric("citation_recall", "higher", "引註召回率"),
    Metric("marks_valid", "higher", "引註有對應的來源"),
    Metric("leak_wording", "lower", "夾雜大陸法律用語"),
)
ANSWER = "押金應於三日內返還[1]。逾期得請求利息[1]。"
QUOTE = "出租人應於三日內返還押金"


def asked(id: str, set: str = "lay", **more: Any) -> Asked:
    values = {"id": id, "kind": "lay", "question": f"{id}：押金多久要退？", "answerable": True, "set": set}
    return Asked.model_validate(values | more)


def output(id: str, answer: str = ANSWER, **more: Any) -> Output:
    cited = Cited(mark=1, key="law/Z9990001/3", label="租賃條例第3條", version="2020-01-01", quote=QUOTE)
    values = {"state": "answered", "ms": 12.5, "confidence": 0.5, "citations": (cited,)}
    return Output.model_validate({"id": id, "answer": answer} | values | more)


def item(id: str, set: str = "lay", problems: Iterable[Problem] = (), **shares: float) -> Item:
    whole = {"state_ok": 1.0, "citation_recall": 1.0, "marks_valid": 1.0, "leak_wording": 0.0} | shares
    slices = {"set": set, "kind": "lay", "wording": "lay"}
    made = {name: Share(value) for name, value in whole.items()}
    return Item(id, 0, f"law-{id}", slices, "answered", "", 12.5, made, tuple(problems))


def write(path: Path, parts: Iterable[tuple[Asked, Output | None, Item]], **changes: Any) -> RunFolder:
    """A run of these questions, with its summary."""
    questions, outputs, items = zip(*parts, strict=True)
    made = {"system": "engine", "model": "preset", "versions": {"scorer": "1"}, "corpus": {"revision": 7}}
    manifest = Manifest.model_validate(made | {"sets": {"lay": "ab"}} | changes)
    folder = RunFolder.make(path)
    held = [one for one in outputs if one]
    folder.put_manifest(manifest)
    folder.put_questions(questions)
    folder.put_outputs(held)
    folder.put_items(items)
    folder.put_summary(summarise(items, held, manifest))
    return folder


def before(path: Path) -> RunFolder:
    """Six answers in two sets, all of them fine."""
    names = {f"q{at}": "lay" if at < 4 else "traps" for at in range(6)}
    return write(path, [(asked(id, set), output(id), item(id, set)) for id, set in names.items()])


def after(path: Path) -> RunFolder:
    """The same questions: q1 has a mark that leads nowhere, q2 a foreign word, q4 was refused."""
    nowhere = Problem("marks_valid", 2, "〔9〕不在回答列出的來源裡")
    refused = replace(
        item("q4", "traps", [Problem("state_ok", None, "lay 題不應以 abstained 作結")], state_ok=0, citation_recall=0),
        state="abstained",
        reason="no_evidence",
    )
    changed: Mapping[str, tuple[Output, Item]] = {
        "q1": (output("q1", f"{ANSWER}另應賠償百萬元[9]。"), item("q1", problems=[nowhere], marks_valid=0.5)),
        "q2": (
            output("q2", ANSWER.replace("利息", "合同")),
            item("q2", problems=[Problem("leak_wording", 1, "「合同」不是臺灣的用語")], leak_wording=1),
        ),
        "q4": (output("q4", "", state="abstained", reason="no_evidence", message="查無資料", citations=()), refused),
    }
    names = {f"q{at}": "lay" if at < 4 else "traps" for at in range(6)}
    parts = [(asked(id, set), *changed.get(id, (output(id), item(id, set)))) for id, set in names.items()]
    return write(path, parts)


def evil(path: Path, more: str = "") -> RunFolder:
    """Every field that comes from outside is an attack."""
    text = EVIL + more
    cited = Cited(mark=1, key=text, label=text, version=text, quote=text)
    said = output(
        text,
        f"{text}應返還[1]。\n{text}",
        message=text,
        reason=text,
        error=text,
        citations=(cited,),
        retrieved=(Ranked(key=text),),
    )
    found = Item(
        id=text,
        repeat=0,
        cluster=text,
        slices={"set": text, "kind": text, text: text},
        state=text,
        reason=text,
        ms=1.0,
        shares={text: Share(1.0), "state_ok": Share(0.0)},
        problems=(Problem(text, 0, text), Problem("state_ok", None, text), Problem("error", None, text)),
    )
    gold = ({"law": text, "pcode": text, "article": text},)
    question = asked(text, text, kind=text, question=text, gold=gold, answers=(text,), reference_answer=text)
    return write(
        path,
        [(question, said, found)],
        system=text,
        model=text,
        versions={"scorer": text},
        corpus={"revision": text},
        created=text,
    )
