"""Why an answer has the scores it has: the question, the answer sentence by sentence, each layer's verdict and why."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

from eval.folder import Asked, RunFolder
from eval.grounds import Grounds, Told, grounds
from eval.judge.told import Judged, Judgements, read
from eval.library import Library
from eval.outputs import Output
from eval.scores import Item, Problem
from eval.tier import METRICS, MISSING, prepare
from rag.door import line
from rag.errors import UsageError

_STANDS = {"now": "", "then": "，當日已不在施行", "later": "，當日尚未施行", "never": "，查無此項"}


def explain(folder: RunFolder, id: str, library: Library, repeat: int = 0) -> str:
    """Several lines of text, with no command to a terminal in them.

    :param repeat: which asking of the question, from 0.
    :raises UsageError: the run has no such answer, or is broken.
    """
    question = next((one for one in folder.questions() if one.id == id), None)
    item = next((one for one in folder.items() if (one.id, one.repeat) == (id, repeat)), None)
    if question is None or item is None:
        raise UsageError(f"{folder.path}：沒有 {line(id)} 這一題第 {repeat + 1} 次的評分")
    outputs = (one for one in folder.outputs() if (one.id, one.repeat) == (id, repeat))
    ground = grounds(question, prepare(next(outputs, Output(id=id, error=MISSING)), library), library)
    judged = read(folder)
    said = _answer(ground, item, judged.of(id, repeat))
    return "\n".join([*_question(question, ground), *said, *_judge(judged), *_sources(ground), *_figures(item)])


def _question(question: Asked, ground: Grounds) -> Iterator[str]:
    yield f"題目 {line(question.id)}（{line(question.set or '–')}，{line(question.kind)}）：{line(question.question)}"
    yield f"　以 {ground.day.isoformat()} 的規定為準；應{'能' if question.answerable else '不能'}回答"
    golds = [gold.key for gold in (*question.gold, *question.gold_all)]
    if golds:
        yield f"　標準依據：{line('、'.join(dict.fromkeys(golds)))}"
    if question.answers:
        yield f"　標準答案：{line('、'.join(question.answers))}"


def _answer(ground: Grounds, item: Item, judged: Mapping[int, Judged]) -> Iterator[str]:
    yield f"回答：{item.state}{f'（{line(item.reason)}）' if item.reason else ''}，{item.ms:.0f} 毫秒"
    for told in ground.told:
        yield from _sentence(told, [one for one in item.problems if one.sentence == told.place])
        verdict = judged.get(told.place)
        if verdict and verdict.is_of(told.claim.text):
            yield f"　　評審：{line(verdict.said)}"
    if ground.output.message.strip():
        yield f"　另告訴讀者：{line(ground.output.message.strip())}"
    places = {told.place for told in ground.told}
    yield from _faults("　整則", (one for one in item.problems if one.sentence not in places))


def _sentence(told: Told, problems: list[Problem]) -> Iterator[str]:
    kind = "" if told.is_claim else f"（{told.kind}，不必查核）"
    yield f"　{told.place + 1}. {line(told.claim.text)}{kind}"
    if told.is_claim:
        checks = "，".join(f"{layer} {verdict}" for layer, verdict in told.sentence.checks.items())
        yield f"　　{told.sentence.status}：{checks}"
    yield from _faults("　　", problems)


def _faults(indent: str, problems: Iterable[Problem]) -> Iterator[str]:
    yield from (f"{indent}✗ {one.measure}：{line(one.why)}" for one in problems)


def _judge(judged: Judgements) -> Iterator[str]:
    if judged.who:
        yield f"評審 {judged.who}{f'；{judged.caution}' if judged.caution else ''}"


def _sources(ground: Grounds) -> Iterator[str]:
    if ground.held:
        yield "引用："
    for mark, held in sorted(ground.held.items()):
        version = f"@{held.cited.version}" if held.cited.version else ""
        yield f"　[{mark}] {line(f'{held.cited.label} {held.cited.key}{version}'.strip())}{_STANDS[held.existence]}"


def _figures(item: Item) -> Iterator[str]:
    yield "指標："
    titles = {metric.name: metric.title for metric in METRICS}
    for name, share in item.shares.items():
        yield f"　{titles.get(name, '')} {name}：{share.part:g}／{share.whole:g}"
