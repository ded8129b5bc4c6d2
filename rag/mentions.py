"""Where laws are spoken of in a folded text: by name, unknown name, pronoun, or a short name given in the text.

The rule behind all of it: never a wrong law. A known name counts only where a name can begin, that is after punctuation
or one of ``_OPENERS``: in 「機器人勞動基準法第3條」 the name is the whole of it, and no law of ours bears it. The
openers were read off 27,000 names in judgments, interpretations and gazettes.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterable, Iterator
from typing import Literal, NamedTuple

from rag.names import LawNames
from rag.numerals import CHINESE_DIGITS, Folded

MAX_SHORT_NAMES = 30

TYPE = (
    "施行細則|辦事細則|細則|自治條例|條例|通則|規程|規則|辦法|綱要|標準|準則|要點|須知|注意事項|原則|規範|基準|守則|規約|公約|協定|條約|"
    "議定書|憲章|契約|合約|合同|章程|協議書|約款|條款|草案|法典|法案|法"
)
_OPENING_CHARACTERS = (
    "依犯與之於按觸受據符又屬違就照至非背查以逾後揭酌而是舊越觀惟除如因即係且或暨另指守括乃將及和的對由從但則若向把被讓問看讀說稱謂論"
    "述認引見參具跟請並亦也均皆各已未曾須應得可能會要該此其自僅只尚再更仍雖諸每何某致迨迄爰復次既倘苟縱抑核予在使為無有故然蓋採負茲凡循"
    "視乎款項條段目號涉詎嗣達等含"
)
_OPENING_WORDS = (
    "適用|準用|援用|引用|沿用|採用|運用|類推|修正|修訂|增訂|增修|制定|訂定|公布|發布|施行|執行|現行|行使|我國|本國|臺灣|台灣|中華民國|國內|主張|"
    "前開|上開|首開|法條|條文|修法|立法|請求|包括|包含|例如|比如|譬如|合於|符合|適合|不合|未合|該當|構成|成立|達成|侵害|貫徹|實現|落實|遵守|"
    "根據|依據|依照|參考|參酌|針對|關於|有關|相關|基於|屬於|悖於|解釋|說明|規定|涉犯|涉嫌|違反|牴觸|抵觸|超過|通過|透過|排除|增加|追加|當時|"
    "同時|斯時|此時|為時|判時|罪時|言之|系爭|什麼叫|想問|知道|了解|瞭解|查詢|搜尋|舉例|新版|舊版|院版|最新|目前|以前|正前|止前|修改|廢止|刪除|"
    "新增|增列|討論|研究|介紹|翻譯|列出|告訴我|從事|找|背誦|相當於|原審|本院|被告|原告|全文|附錄|大家|所以|因為|如果|根本|到底|究竟|法律|法規|法令|"
    "母法|普通法|特別法|指摘|考量|審酌|配合|注意|宣告|踐行|履行|闡釋|闡明|兼顧|限制|規避|提出|認定|欠缺|維護|秉持|尊重|恪遵|遵循|影響|回歸|"
    "納入|計入|列入|併入|其他|意旨|可知|函請|審議|審查|支持|反對|研擬|涉及|攸關|牽涉|追求|我們|各國|未來|這部|那部|哪部|一部|這個|那個|部分"
)
# before names we know only: names we don't know may hold them
_OPENERS = (*_OPENING_CHARACTERS, *_OPENING_WORDS.split("|"), *"被訴 不行 超出 觀察 負擔 書記官 將原 其中原".split())
_NO_OPENERS = tuple("國有 公有 私有 共有 專有 固有 高等 中等 初等 平等 同等 對等 均等 安達 干達 發達 表達 傳達".split())
# where to cut what leads up to an unknown name; fewer characters, since a name of ours may hold the others
_LEAD_IN = "|".join(
    sorted(
        (*_OPENING_WORDS.split("|"), *"依犯與按觸據違就照及和或暨的之對將在是乃惟若該此為於以而又則即問看請"),
        key=len,
        reverse=True,
    )
)
_OPENER = re.compile(_LEAD_IN)
# 113年1月時消防法, 112年4月起菸害防制法
_POINT_IN_TIME = re.compile(r"[0-9〇○零一二三四五六七八九十][年月日][時起間初底末前後]?$")
_ITEM = re.compile(r"(?:^|\W)[一二三四五六七八九十]$")  # 所犯法條：一刑法第320條
# What may stand before 第5條 and 第2項 besides what may stand before a name: 其中第5條, 第三編第一章第346條.
_LEADING = re.compile(
    r"(?:其中|但書|本文|現行法|[列原較]|使用|發生|記載|掌理|不服|利用|辦理|興辦|完成|進行|實施|提高|第\w{1,4}[編章節](?:之\w)?)$"
)
# 刑法施行第1條之1: a name cut short; 系爭法律第7條: some law; 依71條第1項: an article that is not read
_MISLEADING = re.compile(rf"(?:法|條例)施行$|系爭法律$|[0-9{CHINESE_DIGITS}][條項款目]$")
_FOREIGN = (
    "中華人民共和國|中國大陸|大陸地區|大陸|中國|中共|日本|德國|美國|法國|英國|韓國|南韓|北韓|瑞士|奧地利|香港|澳門|新加坡|馬來西亞|泰國|越南|"
    "菲律賓|印尼|印度|歐盟|歐洲|聯合國|義大利|西班牙|荷蘭|比利時|瑞典|挪威|丹麥|芬蘭|加拿大|澳洲|紐西蘭|俄羅斯|俄國|蘇聯|加州|聯邦|外國|"
    "東德|西德|羅馬|蒙古|土耳其|波蘭|巴西|墨西哥|滿洲國|威瑪"
)
_FOREIGN_BEFORE = re.compile(rf"(?:(?:{_FOREIGN})國?|(?<![我本民立治全])國)(?:現行|舊|新)?[的之]?$")
_DRAFT = re.compile("(?:部分條文)?(?:修正)?草案")
# what follows a law's name in 公司法人, 刑法學, 憲法法庭, 憲法審查, 公司法定代理人: then it is no name
_NO_NAME = re.compile(
    r"[人院律官庭學理制務師醫系界盲商警令治國]|法[庭院]|案(?![件例])|定(?!義)|規(?!定|範)|條(?![文例號]|第)|(?<=憲法)審查"
)
_TOPICAL = {"民法", "民事訴訟法", "刑事訴訟法", "行政訴訟法", "勞動基準法"}

_STATUTORY = (
    "權利|權益|保障|保護|管理|促進|發展|基本|救濟|保險|補償|賠償|處理|防制|防治|處罰|懲治|自治|福利|救助|獎勵|"
    "監督|交易|課稅|平等|管制"
)
_NOT_PART = "(?!院|官|庭|律|人|學|令|務|定|國|蘭|西|屬|語|益|規(?!定))"
# 中華民國機器人權利法, 中華人民共和國勞動合同法
_NATIONAL = re.compile(
    rf"(?:中華民國|{_FOREIGN})(?!人)(?:[^\W\d年月日因間依用是會要可能把被對跟嗎呢的之於到去來後修違和與及]){{0,12}}?"
    rf"(?:(?:{_STATUTORY}|憲|民|刑|商|訴訟|公司|合同|契約|婚姻|稅|程序|國籍|著作權|專利|商標|組織|仲裁|選舉|移民|勞動|勞工)"
    rf"(?:法典|法{_NOT_PART})|條例)"
)
# 太空旅遊管理條例: ends as our laws end
_LIKELY = re.compile(rf"(?:{_STATUTORY})(?<!自治)(?:法{_NOT_PART}|條例)")
# 同法, 該條例, 前開辦法, 本法施行細則; each way begins with a character of its own, which a search jumps to
_PRONOUN = re.compile(
    rf"(?:同(?<![合共協相]同)|該(?<!應該)|本(?<![基根日資原成文版標樣]本)|前[開揭述]|上[開揭述]|首揭|系爭|此|母|新(?<![創革更]新)|舊)"
    rf"(?P<type>法|(?:{TYPE}))(?P<hanging>施行細則|施行法)?"
)
# 勞動基準法（下稱勞基法）, （以下簡稱「本條例」）
_SHORT_NAME = re.compile(
    rf"\((?:[^()]{{0,40}}[,;])?(?:以下)?(?:簡稱|下稱|稱)(?:為|:)?[「『\"]?(?P<short>[^\W\d]{{0,18}}(?:{TYPE}))[」』\"]?(?=[),;])"
)
# what a reader puts between a law and its 第N條: a parenthesis, a quote mark, a part
_PART = "總則編?|債編(?:總論|各論|通則)?|物權編?|親屬編?|繼承編?|分則編?|第[0-9一二三四五六七八九十]{1,4}[編章節]"
GAP = re.compile(rf"(?:\([^()]{{0,80}}\))?[」』》〉>\"'”’]?(?:規定)?[的之中]?[的之]?(?:{_PART}){{0,3}}[的之]?")
_WRITTEN = re.compile(rf"(?P<name>\w{{0,40}}(?:{TYPE}))(?:\([^()]{{0,40}}\))?[」』》〉>\"'”’]?[的之]?$")
_ENDING = re.compile(rf"(?:{TYPE})\)?$")
_WINDOW = 90
_LAST = {word[-1] for word in TYPE.split("|")} | set(")」』》〉>\"'”’的之")
_SHORT, _LONG = 4, 14
_EVERYDAY = re.compile("[沒不有做好我你他她嗎什麼怎誰想了給去]")
# 合法, 方法, 依法 …: words, no laws
_WORDS = re.compile(
    r"[合違非司立方無作做看想說修執守犯依於如何書筆手技語文算設各他其惡良大]法|[處辦][理]?辦法|原則|標準|方案|條款|草案|法|法案"
)


class Mention(NamedTuple):
    """``key[start:end]`` speaks of a law: a ``name`` (with its PCode), an ``unknown`` name, or a ``pronoun``.

    ``hanging`` is 施行細則 or 施行法 where the pronoun means what hangs on a law (本法施行細則); ``certain`` is false
    for a known name where a longer unknown one cannot be ruled out, as in 「酒駕刑法怎麼判」.
    """

    start: int
    end: int
    kind: Literal["name", "unknown", "pronoun"]
    pcode: str = ""
    hanging: str = ""
    certain: bool = True


def find_mentions(folded: Folded, names: LawNames, pointed: Iterable[int]) -> list[Mention]:
    """All mentions in order, none overlapping. ``pointed``: where pointers (第184條 …) begin in the key."""
    key = folded.key
    found = [_named(folded, names, start, end) for start, end in names.spans(key)]
    found = _longest([*_national(key), *_pronouns(key), *found])
    found = _longest([*found, *_short_names(key, found)])
    ends = {end for mention in found if mention.certain for end in (mention.end, gap_end(key, mention.end))}
    written = (_written_before(key, start) for start in pointed if start not in ends)
    return _longest([*found, *(mention for mention in written if mention), *_likely(key, names, found)])


def gap_end(key: str, position: int) -> int:
    """Where the pointer of a name that ends at ``position`` can begin at the latest."""
    gap = GAP.match(key, position)
    return gap.end() if gap else position


def stands_alone(key: str, mention: Mention, names: LawNames) -> bool:
    """Whether a name with no article behind it means the law: not in 「公司法人」, nor 「民訴」 in 「人民訴願」."""
    name = key[mention.start : mention.end]
    if mention.kind == "pronoun" or (name.endswith("法") and _NO_NAME.match(key, mention.end)):
        return False
    if mention.kind == "unknown":
        return True
    return bool(_ENDING.search(name)) and (mention.certain or name in _TOPICAL or names.is_alias(name))


def _named(folded: Folded, names: LawNames, start: int, end: int) -> Mention:
    key = folded.key
    left = key[max(0, start - 10) : start]
    foreign = _FOREIGN_BEFORE.search(left)
    if foreign:
        return Mention(start - len(foreign[0]), end, "unknown")
    draft = _DRAFT.match(key, end)
    if draft:
        return Mention(start, draft.end(), "unknown")
    pcode = names.named(key[start:end])[0]
    if left.endswith("中華民國"):
        return Mention(start - len("中華民國"), end, "name", pcode)
    before = max(0, 2 * start - end)
    if key[before:start] == key[start:end]:  # 刑法刑法第320條
        left = key[max(0, before - 10) : before]
    whole = key.startswith("中華民國", start)
    spaced = start > 0 and folded.offset(start) - folded.offset(start - 1) > 1
    return Mention(start, end, "name", pcode, certain=whole or spaced or opens(left))


def opens(left: str) -> bool:
    """Whether a name can begin after ``left``."""
    if not left or not left[-1].isalnum():
        return True
    if left.endswith(_OPENERS):
        return not left.endswith(_NO_OPENERS)
    return bool(_POINT_IN_TIME.search(left) or _ITEM.search(left))


def leads(left: str) -> bool:
    """Whether 第N條 or 第N項 after ``left`` can be of a law spoken of before: not in 承攬契約書第6條, 主文第2項."""
    return not _MISLEADING.search(left) and (opens(left) or bool(_LEADING.search(left)))


def _pronouns(key: str) -> Iterator[Mention]:
    for match in _PRONOUN.finditer(key):
        yield Mention(match.start(), match.end(), "pronoun", hanging=match["hanging"] or "")


def _national(key: str) -> Iterator[Mention]:
    for match in _NATIONAL.finditer(key):
        yield Mention(match.start(), match.end(), "unknown")


def _short_names(key: str, found: list[Mention]) -> Iterator[Mention]:
    """What 「（下稱X）」 after a law makes of each later X."""
    given: dict[str, Mention] = {}
    ends = [mention.end for mention in found]
    for match in _SHORT_NAME.finditer(key):
        before = found[max(0, bisect_right(ends, match.start()) - 3) : bisect_right(ends, match.start())]
        bearer = next((mention for mention in reversed(before) if mention.kind != "pronoun"), None)
        near = bearer is not None and "。" not in key[bearer.end : match.start()] and match.start() - bearer.end < 40
        if bearer is not None and near and len(given) < MAX_SHORT_NAMES and match["short"] not in given:
            given[match["short"]] = bearer
            for again in re.finditer(re.escape(match["short"]), key[match.end("short") :]):
                start = match.end("short") + again.start()
                yield bearer._replace(start=start, end=start + len(match["short"]), certain=True)


def _written_before(key: str, position: int) -> Mention | None:
    """The law, contract or by-law that is written straight before 第N條 and that we don't know."""
    begin = max(0, position - _WINDOW)
    if key[position - 1 : position] not in _LAST:
        return None
    written = _WRITTEN.search(key[begin:position])
    if written is None:
        return None
    name = _after_opener(written["name"])
    end = begin + written.end("name")
    own = re.fullmatch("其?(?P<type>施行細則|施行法|細則|條例|辦法|規則|規程|準則)", name)
    if own:
        hanging = own["type"] if own["type"].startswith("施行") else ""
        return Mention(end - len(own["type"]), end, "pronoun", hanging=hanging)
    if _WORDS.fullmatch(name):
        return None
    return Mention(end - len(name), end, "unknown")


def _after_opener(run: str) -> str:
    """``run`` without the words that lead up to a name: 「請問機器人權利法」 → 「機器人權利法」."""
    ending = _ENDING.search(run)
    stem = run[: ending.start()] if ending else run
    cut = max((opener.end() for opener in _OPENER.finditer(stem)), default=0)
    return run[cut:]


def _likely(key: str, names: LawNames, found: list[Mention]) -> Iterator[Mention]:
    """Unknown names without an article, where nothing we know is near enough to be what was meant."""
    known = {mention.end: mention.end - mention.start for mention in found}
    for match in _LIKELY.finditer(key):
        run = re.search(r"\w*$", key[max(0, match.start() - 16) : match.end()])
        name = _after_opener(run[0]) if run else ""
        inner = known.get(match.end(), 0)
        if inner > _SHORT or (inner and len(name) - inner > _SHORT) or _EVERYDAY.search(name):
            continue
        if len(match[0]) + 2 <= len(name) <= _LONG and not names.is_near(name):
            yield Mention(match.end() - len(name), match.end(), "unknown")


def _longest(mentions: Iterable[Mention]) -> list[Mention]:
    """Without overlaps: the longer wins, at the same length the later given."""
    ranked = sorted(enumerate(mentions), key=lambda item: (item[1].start - item[1].end, -item[0]))
    taken: set[int] = set()
    kept = []
    for _, mention in ranked:
        span = range(mention.start, mention.end)
        if not taken.intersection(span):
            taken.update(span)
            kept.append(mention)
    return sorted(kept)
