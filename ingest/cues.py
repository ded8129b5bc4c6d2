"""How a sentence of a judgment shows whose words it holds: 「原告主張：」, 「被告則以」, 「本院之判斷」, 「等語」.

All work on the beginning of a sentence without white space, unless they say otherwise.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import NamedTuple

COURT, BOTH_SIDES, BELOW = "法院", "兩造", "原審"

_WHO = (
    r"(?P<who>反訴(?:原告|被告)|再審(?:原告|被告|聲請人|相對人)|附帶(?:被)?上訴人|被?上訴人|(?:同案|共同)?被告|原告|聲請人"
    r"|相對人|再?抗告人|(?:聲明)?異議人|債權人|債務人|參加人|受刑人|受處分人|自訴人|被?移送(?:機關|人)|公訴人|檢察官"
    r"|(?:選任|指定|公設)?辯護人|告訴(?:代理)?人|被害人|證人|鑑定人|兩造)"
)
_CALLED = {
    "同案被告": "被告", "共同被告": "被告", "再抗告人": "抗告人", "聲明異議人": "異議人", "移送人": "移送機關",
    "公訴人": "檢察官", "選任辯護人": "辯護人", "指定辯護人": "辯護人", "公設辯護人": "辯護人", "告訴代理人": "告訴人",
}  # fmt: skip
_HEAD = 70
_COLON = "[：:︰﹕]"
_JOINS = "(?:本件|次|另|又|再|嗣|惟|而|至於?|緣|復|查)?"
_VERB = (
    r"(?:[證供陳辯指略]稱(?!之|等語|云云|、)|[均另並亦復固乃則雖]以[：:︰]|(?:證述|供述|指述|指證|稱)[：:︰「]"
    r"|(?:主張|則以|抗辯|辯以|置辯|答辯|陳述|結證|指訴|略以|辯護|自承|表示|聲明)"
    # 原告主張之事實，業據… · 被告抗辯即屬無據 are the court's words about them
    r"(?!之|等|即|應|自|尚|[為是](?:真|實|有|無|可)|洵|均|亦|不|無|可|與|者|及|並非|云云|[，。、；]|有(?:無|據|理由)"
    r"|[上前](?:開|揭|情|述)))"
)
# 原告主張其於… · 被告甲○○則以：…
_OPENED = re.compile(rf"{_JOINS}{_WHO}[^，。：；「]{{0,45}}?{_VERB}")
# 被告未於最後言詞辯論期日到場，惟據其先前所提書狀則以：
_WROTE = re.compile(
    rf"{_JOINS}{_WHO}(?:(?!等語|云云)[^。：；「]){{0,80}}?(?:陳述|答辯|抗辯|書狀|聲明|略以|則以|略稱|辯稱|主張)(?![^。：]{{0,14}}如[下次])"
    rf"[^。：，；]{{0,14}}{_COLON}"
)
# 一、原告方面： · ㈡被告甲○○部分：
_SIDE = re.compile(
    rf"{_WHO}[^，。：；「]{{0,20}}?(?:方面|部[分份]|之?(?:主張|聲明|陳述|答辯|抗辯)(?:要旨|意旨|略以)?)(?:{_COLON}|$|(?=[㈠⒈（(]))"
)
# 兩造不爭執事項： · 本件爭點：
_AGREED = re.compile(
    r"(?:本件|經)?(?:兩造|當事人)?[^，。]{0,12}?(?:不爭執|爭執)之?(?:事項|事實|要點|點)|(?:本件)?之?爭點"
)
# 原審斟酌…，以：… · 原判決認定…
_BELOW = re.compile(
    rf"(?:本件)?(?:原審|原判決|原裁定|原法院|原確定判決)[^。：]{{0,60}}?(?:略以|認定|認為|，?以{_COLON}|，以)"
)
# 公訴意旨略以 · 被告上訴意旨略以 · 聲請人聲請意旨略以
_PLEA = re.compile(
    rf"{_JOINS}(?:{_WHO}[^，。：；「]{{0,20}}?)?(?P<plea>公訴|追加起訴|起訴|移送併辦|併辦|聲請簡易判決處刑|聲請|上訴|準?抗告"
    r"|聲明異議|異議|自訴|移送|答辯|再審)書?意旨"
)
_PLEADER = {
    "公訴": "檢察官", "追加起訴": "檢察官", "移送併辦": "檢察官", "併辦": "檢察官", "聲請簡易判決處刑": "檢察官",
    "起訴": "原告", "聲請": "聲請人", "上訴": "上訴人", "抗告": "抗告人", "準抗告": "抗告人", "聲明異議": "異議人",
    "異議": "異議人", "自訴": "自訴人", "移送": "移送機關", "答辯": "被告", "再審": "聲請人",
}  # fmt: skip
# 醫療費用部分：原告主張… · 得心證之理由：上訴人主張…
_LABEL = re.compile(rf"[^，。：；「」]{{1,25}}?(?:{_COLON}+|(?:部分|費用|損失)(?=[原被上反附]))")

# 得心證之理由： · 本院之判斷 · 本院判斷如下
VIEW = re.compile(
    r"(?:本件)?(?:得心證之?理由|(?:本院|法院)[^，。：]{0,6}?(?:判斷|論斷|心證|見解|認定)(?:之?理由)?(?:如[下次])?"
    rf"(?=$|{_COLON}|[㈠⒈①（(一1按查]))"
)
# What only the court says: 本院審酌… · 據上論結 · 原告陳明願供擔保，…經核無不合
SURE = re.compile(
    r"[然惟而但是又且茲經爰]?經?本院(?!卷|\d|刑事庭\d)|據上論[結斷]|得心證|本[件案]事證|以上正本|爰?依(?:首開|前揭)法條"
    r"|程序(?:方面|部[分份]|事項|上)|(?:本件)?(?:原告|被告|兩造)[^。；]{0,40}擔保[^。]{0,80}核|本件原告主張之"
)
# What the court says, and a party too while its words are not closed: 經查 · 按 · 綜上所述
PLAIN = re.compile(
    r"(?:本[件案])?(?:[惟次又再末然但復另且而]?[查按](?!閱|覆|扣|照|月|日|年)|經查|經核|準此|據此|從而|綜上|綜此|揆諸|揆之"
    r"|核[其被原上聲本與]|足認|足見|堪認|職是|衡[以諸酌]|爰?審酌|訊據|訊之|末以|觀[諸之])"
)
# What the court says where the marks of a finding stand in the same sentence.
SOFT = re.compile(
    r"爰|[是故則惟然另至又復再且其此末但而]|參以|佐以|依[上前此]|由[上前此]|[上前][揭開]|本[件案]|因此|基[此於]"
)
# The marks of a finding: 堪信為真實 · 定有明文 · 應予准許
FINDING = re.compile(
    r"本院|堪信|堪認|足認|足見|可稽|可佐|可憑|可參|在卷|為證|應予准許|應予駁回|應准|有理由|無理由|定有明文|參照|如主文|敘明|視同自認"
    r"|不合|不爭執|可採|足採|憑採|有據|無據|屬實|經查|綜上|從而|一造辯論|訴訟費用|假執行"
)
# What ends the words of another: …等語 · …云云
SAID = re.compile(r"等語|云云|等詞|等情|等節")
# What a party said ends, too, where another denies it: 為被告所否認
ENDED = re.compile(f"{SAID.pattern}|此?為(?:原告|被告|兩造|被?上訴人|聲請人|相對人)所否認")
# 並聲明：… · 答辯聲明： · 上訴聲明求為廢棄
CLAIMS = re.compile(
    rf"[並併而其及且]?為?(?:[^，。：]{{0,14}}?)(?:上訴|追加|答辯)?聲明(?:求為[^，。：]{{0,6}})?(?:{_COLON}|[為㈠⒈])"
    r"|[並併](?:陳明|提出|聲明|為|請求|稱)"
)
# …，因而為上訴人敗訴之判決: what the court below had to say ends
JUDGED = re.compile("(?:因而|爰|因以|遂|乃|因此)[^。]{0,80}(?:判決|裁定|廢棄|駁回|維持|改判)")
_CLAIMED = re.compile("主張|抗辯|辯稱|辯以|陳稱|供稱|證稱|指稱")
_MENTION = re.compile(rf"{_WHO}[^，。；「]{{0,40}}?(?=主張|抗辯|辯稱|辯以|陳稱|供稱|證稱|指稱)(?!主張陳述){_VERB}")
_OTHERS = "原告|被告|上訴人|證人|檢察官|告訴人|兩造"
# 證人乙○○於警詢時證稱：
_PAPER = "勘驗結果|勘驗內容|回函|函覆|鑑定意見|鑑定結果"
_STATED = re.compile(f"[證供陳辯]稱|(?:證述|供述|陳述|抗辯|主張|(?:{_PAPER})[^。，：]{{0,8}}){_COLON}(?!「)")
_TOLD = re.compile(
    rf"{_WHO}(?:(?!{_OTHERS})[^。；：]){{0,45}}?(?:[證供陳辯]稱[，：:︰]|(?:證述|供述|陳述|抗辯|主張){_COLON})(?!「)"
    rf"|(?:{_PAPER})[^。，：]{{0,8}}{_COLON}(?!「)"
)
_TAIL = re.compile(f"[^，。；]{{0,14}}?{_COLON}")
_REPORT = re.compile(rf"{_WHO}(?:(?!{_OTHERS})[^。；]){{0,60}}?{_VERB}.{{0,1500}}?(?:等語|云云|等詞|等情|等節)")
# …復於偵訊中改稱：…等語, of whom was named before
_AGAIN = re.compile(rf"(?:改|復|又|再|並|辯|供|陳|證)稱{_COLON}[^。；]{{1,400}}?(?:等語|云云)")
_QUOTED = re.compile(
    rf"{_WHO}[^。；「]{{0,60}}?(?:證|供|陳|述|指|辯|具結)[^。；「]{{0,12}}?{_COLON}「[^」]{{1,3000}}」"
)
# 鑑定意見認：「…」 · 該院函覆：「…」, the words of none of those who take part
_DOCUMENT = re.compile(
    rf"(?:鑑定|意見書?|記載|[函回]覆|回函|函文|病歷|[紀記]錄|報告書?|診斷|勘驗|載[稱明]|略謂)[^。，「」]{{0,12}}{_COLON}「[^」]{{20,3000}}」"
)


class Opening(NamedTuple):
    """``who`` begins to speak; ``colon``: 「原告主張：」 gives the floor for more than this sentence.

    ``plea``: what a party wrote is summed up, its own 「查」 and 「按」 included.
    """

    who: str = ""
    colon: bool = False
    plea: bool = False


def opened(head: str, heading: bool = True) -> Opening:
    """Whose words a sentence opens with: a party's, the court's below; nobody's for the court's own.

    ``opened("被告則以：伊已清償").who == "被告"``; ``opened("原告主張之事實，業據其提出").who == ""``.

    :param heading: whether 「原告部分：」 announces the words of 原告; to the court it is what to reason about.
    """
    for found in _openings(head, heading):
        if found:
            colon = _TAIL.match(head, found.end() - 1) is not None
            return Opening(_speaker(found), colon, found.re in (_AGREED, _PLEA))
    return Opening()


def _openings(head: str, heading: bool) -> Iterator[re.Match[str] | None]:
    yield _AGREED.match(head)
    yield _PLEA.match(head)
    yield _BELOW.match(head)
    if heading:
        yield _SIDE.match(head)
    yield _OPENED.match(head)
    yield _WROTE.match(head)
    label = _LABEL.match(head)
    yield _OPENED.match(head, label.end()) if label else None


def _speaker(found: re.Match[str]) -> str:
    if found.re is _AGREED:
        return BOTH_SIDES
    if found.re is _BELOW:
        return BELOW
    plea = _PLEADER[found["plea"]] if found.re is _PLEA else ""
    return called(found["who"]) or plea


def mention(text: str, start: int, end: int) -> int | None:
    """Where in ``text[start:end]`` the claim of a party is reported (被告…辯稱), if anywhere."""
    found = _MENTION.search(text, start, end) if _CLAIMED.search(text, start, end) else None
    return found.start() if found else None


def quote(text: str, start: int, end: int) -> tuple[int, str] | None:
    """Where ``text[start:end]`` begins to quote after a colon and does not say where that ends; whom ("" a paper)."""
    found = _TOLD.search(text, start, end) if _STATED.search(text, start, end) else None
    if not found or SAID.search(text, found.end(), end):
        return None
    return found.start(), called(found["who"])


def called(who: str | None) -> str:
    """What the store calls a party: ``called("選任辯護人") == "辯護人"``."""
    return _CALLED.get(who, who) if who else ""


def reports(sentence: str, before: str = "") -> list[tuple[int, int, str]]:
    """Where a sentence repeats the words of others, and whose: ``(start, end, who)``, in order.

    :param before: who was repeated just before, whom 「其後改稱」 goes on with.
    """
    found: list[tuple[int, int, str]] = []
    if SAID.search(sentence):
        at = 0
        while one := _REPORT.search(sentence, at) or (_AGAIN.search(sentence, at) if before else None):
            before = before if one.re is _AGAIN else _reported(one)
            found.append((*one.span(), before))
            at = one.end()
    if not found and "：「" in sentence:
        found = [(*one.span(), called(one["who"])) for one in _QUOTED.finditer(sentence)]
        found = found or [(*one.span(), "") for one in _DOCUMENT.finditer(sentence)]
    return _with_the_rest(sentence, found, before)


def _with_the_rest(sentence: str, found: list[tuple[int, int, str]], before: str) -> list[tuple[int, int, str]]:
    """And what 等語 ends although nothing told where it began."""
    complete: list[tuple[int, int, str]] = []
    at = 0
    for left, right, who in [*found, (len(sentence), len(sentence), "")]:
        complete += _unannounced(sentence, at, left, before)
        if left < right:
            complete.append((left, right, who))
        at, before = right, who
    return complete


def _unannounced(sentence: str, at: int, end: int, before: str) -> Iterator[tuple[int, int, str]]:
    """What was said before goes on; else from a colon, from a clause about somebody, or from the start."""
    said = max(sentence.rfind(word, at, end) for word in ("等語", "云云", "等詞"))
    if said < 0:
        return
    start = at if before else sentence.rfind("：", at, said) + 1
    if not start and (PLAIN.match(sentence) or SURE.match(sentence)):
        whose = max(sentence.rfind(word, at, said) for word in _OTHERS.split("|"))
        start = sentence.rfind("，", at, max(whose, at)) + 1
    yield max(start, at), said + 2, before


def _reported(found: re.Match[str]) -> str:
    # 拿取告訴人持有之蔬果，惟否認犯行，辯稱：… is what the accused says.
    who = called(found["who"])
    return "被告" if who in ("告訴人", "被害人", "證人") and "辯稱" in found[0][:_HEAD] else who
