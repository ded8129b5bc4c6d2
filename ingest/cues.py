"""How a sentence of a judgment shows whose words it holds: 「原告主張：」, 「被告則以」, 「本院之判斷」, 「等語」.

All work on the beginning of a sentence without white space, unless they say otherwise.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import NamedTuple

COURT, BOTH_SIDES, BELOW = "法院", "兩造", "原審"

WHO = (
    r"(?P<who>反訴(?:原告|被告)|再審(?:原告|被告|聲請人|相對人)|附帶(?:被)?上訴人|被?上訴人|(?:同案|共同)?被告|原告|聲請人"
    r"|相對人|再?抗告人|(?:聲明)?異議人|債權人|債務人|參加人|受刑人|受處分人|自訴人|被?移送(?:機關|人)|公訴人|檢察官"
    r"|(?:選任|指定|公設)?辯護人|告訴(?:代理)?人|被害人|證人|鑑定人|兩造)"
)
_CALLED = {
    "同案被告": "被告", "共同被告": "被告", "再抗告人": "抗告人", "聲明異議人": "異議人", "移送人": "移送機關",
    "公訴人": "檢察官", "選任辯護人": "辯護人", "指定辯護人": "辯護人", "公設辯護人": "辯護人", "告訴代理人": "告訴人",
}  # fmt: skip
_ANSWER = 120
COLON = "[：:︰﹕]"
_JOINS = "(?:本件|次|另|又|再|嗣|惟|而|至於?|緣|復|查)?"
VERB = (
    r"(?:[證供陳辯指略則雖]稱(?!之|等語|云云|、)|[均另並亦復固乃則雖]以[：:︰]|(?:證述|供述|指述|指證|稱|所[述陳證供])[：:︰「]"
    r"|(?:主張|則以|抗辯|辯以|置辯|答辯|(?<!之)(?:陳述|結證|指訴)|略以|辯護|自承|表示|聲明|(?<=檢察官[另雖固])認)"
    # 原告主張之事實，業據… · 被告抗辯即屬無據 are the court's words about them
    r"(?!之|等|[即應自][屬應不難無有可堪非得予亦是足當為]|尚|[為是](?:真|實|有|無|可)|洵|均|亦|不|無|可|與|者|及|並非|云云|[，。、；（(]|有(?:無|據|理由)"
    r"|[上前](?:開|揭|情|述)))"
)
# 原告主張其於… · 被告甲○○則以：…
_OPENED = re.compile(rf"{_JOINS}{WHO}[^，。：；「]{{0,45}}?{VERB}")
# 被告未於最後言詞辯論期日到場，惟據其先前所提書狀則以：
_WROTE = re.compile(
    rf"{_JOINS}{WHO}(?:(?!等語|云云|經本院|鑑定)[^。：；「]){{0,80}}?(?:陳述|答辯|抗辯|書狀|聲明|略以|則以|略稱|辯稱|主張)(?![^。：]{{0,14}}如[下次])"
    rf"[^。：，；]{{0,14}}{COLON}"
)
# 一、原告方面： · ㈡被告甲○○部分：
_SIDE = re.compile(
    rf"{WHO}[^，。：；「]{{0,20}}?(?:方面|部[分份]|之?(?:主張|聲明|陳述|答辯|抗辯)(?:要旨|意旨|略以)?)(?:{COLON}|$|(?=[㈠⒈（(]))"
)
# 一、原告方面：, what the party says even where it stands below 得心證之理由.
_FRONT = re.compile(rf"{WHO}[^，。：；「]{{0,20}}?方面(?:{COLON}|$|(?=[㈠⒈（(一1]))")
# 兩造不爭執事項： · 本件爭點： · 兩造經本院曉諭後，協議簡化不爭執事項如下：
_AGREED = re.compile(
    r"(?:本件|經)?(?:兩造|當事人)?[^，。]{0,12}?(?:不爭執|爭執)之?(?:事項|事實|要點|點)|(?:本件)?之?爭點"
    r"|(?:本件|經)?(?:兩造|當事人)[^。]{0,80}?爭執之?(?:事項|事實|要點|點)[^。：]{0,14}如[下次]"
)
# 原審斟酌…，以：… · 原判決認定…
_BELOW = re.compile(
    rf"(?:本件)?(?:原審|原判決|原裁定|原法院|原確定判決)[^。：]{{0,60}}?(?:略以|認定|認為|，?以{COLON}|，以)"
)
# 公訴意旨略以 · 被告上訴意旨略以 · 聲請人聲請意旨略以
_PLEA = re.compile(
    rf"{_JOINS}(?:{WHO}[^，。：；「]{{0,20}}?)?(?P<plea>公訴|追加起訴|起訴|移送併辦|併辦|聲請簡易判決處刑|聲請|上訴|準?抗告"
    r"|聲明異議|異議|自訴|移送|答辯|再審)書?意旨"
)
_PLEADER = {
    "公訴": "檢察官", "追加起訴": "檢察官", "移送併辦": "檢察官", "併辦": "檢察官", "聲請簡易判決處刑": "檢察官",
    "起訴": "原告", "聲請": "聲請人", "上訴": "上訴人", "抗告": "抗告人", "準抗告": "抗告人", "聲明異議": "異議人",
    "異議": "異議人", "自訴": "自訴人", "移送": "移送機關", "答辯": "被告", "再審": "聲請人",
}  # fmt: skip
# 醫療費用部分：原告主張… · 得心證之理由：上訴人主張…
_LABEL = re.compile(rf"[^，。：；「」]{{1,25}}?(?:{COLON}+|(?:部分|費用|損失)(?=[原被上反附]))")

# 得心證之理由： · 本院之判斷 · 本院判斷如下
VIEW = re.compile(
    rf"(?:本件|本院)?(?:得心證之?理由{COLON}*|(?:本院|法院)[^，。：]{{0,6}}?(?:判斷|論斷|心證|見解|認定)(?:之?理由)?(?:如[下次])?"
    rf"(?:{COLON}+|$|(?=[㈠⒈①（(一1按查])|(?<=[由斷])(?=(?:本件)?(?:原告|被告|被?上訴人))))"
)
# What only the court says: 本院審酌… · 據上論結 · 原告陳明願供擔保，…經核無不合
SURE = re.compile(
    r"[然惟而但是又且茲經爰]?經?本院(?!卷|\d|刑事庭\d)|據上論[結斷]|得心證|本[件案]事證|以上正本|爰?依(?:首開|前揭)法條"
    r"|程序(?:方面|部[分份]|事項|上)|(?:本件)?(?:原告|被告|兩造)[^。；]{0,40}擔保[^。]{0,80}核|本件原告主張之"
)
# What the court says, and a party too while its words are not closed: 經查 · 按 · 綜上所述
PLAIN = re.compile(
    r"(?:本[件案])?(?:[惟次又再末然但復另且而]?[查按](?!閱|覆|扣|照|月|日|年)|經查|經核|準此|據此|從而|綜上|綜此|揆諸|揆之"
    r"|是?本件(?:之|所)?(?:主要)?(?:爭點|爭執|應審)|是?核[其被原上聲本與]|足[認見徵]|可[知見]|顯見|益[徵見]|堪認|職是|衡[以諸酌]|[爰經併]?審酌|[又再復]?參[酌諸]|訊據|訊之|末以|觀[諸之])"
)
# What the court says where the marks of a finding stand in the same sentence.
SOFT = re.compile(
    r"爰|[是故則惟然另至又復再且其此末但而]|參以|佐以|依[上前此]|由[上前此]|[上前][揭開]|本[件案]|因此|基[此於]"
)
# What no party writes: 業據其提出…為證，堪信為真 · 復經本院調閱
DECIDED = re.compile(
    r"本院(?!卷|[\d０-９]|[^，。；）]{0,14}卷)|堪信|信為真|視同自認|業據[其原被上聲]|核屬[減擴]|核無不合|核與[^，。]{0,20}相符"
)
# 為被告所否認，並以前詞置辯，茲分述如下： is how a court begins to answer
ISSUES = re.compile(
    "(?:否認|爭執|置辯|抗辯)[^。]{0,400}(?:爭點|審[究酌認]|[分析論敘]述|判斷|說明|論究)[^。，]{0,12}[：:︰。]?$"
)
# 嗣變更聲明為： · 鑑定覆議會覆稱： · 原告主張其受有損害，分述如下： is followed by a list that is not the court's
LISTS = re.compile(
    rf"(?![茲爰惟就])[^。，]{{0,24}}(?:原告|被告|被?上訴人)[^。]{{0,300}}如[下次]{COLON}$"
    rf"|[^。]{{0,600}}(?:[覆復稱]|認定?|記載|載[明稱]|聲明[^，。：]{{0,6}}|請求|略以){COLON}$"
)
# The marks of a finding: 堪信為真實 · 定有明文 · 應予准許
FINDING = re.compile(
    r"本院(?!卷)|堪信|堪認|足認|足見|可稽|可佐|可憑|可參|在卷|為證|應予准許|應予駁回|應准|有理由|無理由|定有明文|參照|如主文|敘明|指明|容有|准許|難認|自難|應予(?:補充|更正|說明)|視同自認"
    r"|不合|不爭執|可採|足採|憑採|有據|無據|屬實|經查|綜上|從而|一造辯論"
)
# What the court says of every case, and what every party applies for.
COSTS = re.compile("訴訟費用|假執行")
# What ends the words of another: …等語 · …云云
_SAID = "(?:等語|云云|等詞|等情事?(?![節形況境])|等節)"
SAID = re.compile(_SAID)
# …等語置辯 · …等語，資為抗辯
REPLY = re.compile("，?(?:並|均)?(?:以資?|資)?為?(?:置辯|抗辯|答辯|辯解|論據|為辯)")
# What a party said ends, too, where another denies it: 為被告所否認
ENDED = re.compile(
    f"{_SAID}(?:{REPLY.pattern})?|此?為(?:原告|被告|兩造|被?上訴人|聲請人|相對人)[^，。]{{0,6}}所否認"
    "(?:，[並且]?以[前上][開揭]?情?[詞情]?(?:置辯|抗辯))?"
)
# 並聲明：… · 答辯聲明： · 上訴聲明求為廢棄
CLAIMS = re.compile(
    rf"[並併而其及且]?為?(?:[^，。：]{{0,14}}?)(?:上訴|追加|答辯)?聲明(?:{COLON}|求為|如|[為㈠⒈])"
    r"|[並併](?:陳明|提出|聲明|為|請求|稱)"
)
# 貳、被告應給付原告80萬元，及自… · ㈡上開廢棄部分，…: what a party asks for; what the court orders stands in 主文
RELIEF = re.compile(
    r"(?:[^，。；：]{0,24}(?:請求|聲明)[^，。：]{0,6}：?)?(?:[^，。：；、]{1,3}[、.．]|[㈠-㈩⒈-⒛⑴-⒇①-⑳]|[（(][^）)]{1,3}[）)])?"
    r"(?:(?:被告|原告|被?上訴人|相對人)[^，。：；]{0,20}?應[^，。：；]{0,16}?給付[^，。：；]{0,60}?元|(?:原告|被告|被?上訴人)?並?願供擔保"
    r"|(?:[^，。：]{0,8}：)?原判決[^，。；]{0,30}(?:廢棄|撤銷)[，。；]|[前上]開(?:廢棄|撤銷)部分|訴訟費用[^，。]{0,4}由(?:被告|原告|被?上訴人|相對人)[^，。]{0,10}負擔。)"
)
# …，因而為上訴人敗訴之判決: what the court below had to say ends
JUDGED = re.compile("(?:因而|爰|因以|遂|乃|因此)[^。]{0,80}(?:判決|裁定|廢棄|駁回|維持|改判)")
_TAIL = re.compile(f"[^，。；]{{0,14}}?{COLON}")


class Opening(NamedTuple):
    """``who`` begins to speak; ``colon``: 「原告主張：」 gives the floor for more than this sentence.

    ``plea``: what a party wrote is summed up, its own 「查」 and 「按」 included. ``side``: 「原告方面：」 heads all it
    says.
    """

    who: str = ""
    colon: bool = False
    plea: bool = False
    side: bool = False


def opened(head: str, heading: bool = True) -> Opening:
    """Whose words a sentence opens with: a party's, the court's below; nobody's for the court's own.

    ``opened("被告則以：伊已清償").who == "被告"``; ``opened("原告主張之事實，業據其提出").who == ""``.

    :param heading: whether 「原告部分：」 announces the words of 原告; to the court it is what to reason about.
    """
    for found in _openings(head, heading):
        if found:
            colon = _TAIL.match(head, found.end() - 1) is not None
            return Opening(_speaker(found), colon, found.re in (_AGREED, _PLEA), found.re in (_SIDE, _FRONT))
    return Opening()


def _openings(head: str, heading: bool) -> Iterator[re.Match[str] | None]:
    yield _AGREED.match(head)
    yield _PLEA.match(head)
    yield _BELOW.match(head)
    yield (_SIDE if heading else _FRONT).match(head)
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


def called(who: str | None) -> str:
    """What the store calls a party: ``called("選任辯護人") == "辯護人"``."""
    return _CALLED.get(who, who) if who else ""


def answers(text: str, start: int, end: int) -> bool:
    """Whether ``text[start:end]`` begins as a court does when it answers: 經查 · 本院審酌."""
    return any(cue.match(text, start, min(end, start + _ANSWER)) for cue in (PLAIN, SURE, VIEW))


def finds(text: str, start: int, end: int) -> bool:
    """Whether ``text[start:end]`` begins as a court does or holds the mark of a finding."""
    return answers(text, start, end) or FINDING.search(text, start, end) is not None


def concludes(text: str, start: int, end: int) -> bool:
    """Whether ``text[start:end]`` holds the mark of a finding, or what a court says of the costs of every case."""
    return bool(FINDING.search(text, start, end) or COSTS.search(text, start, end))


def replies(text: str, start: int, end: int) -> bool:
    """Whether ``text[start:end]``, which follows 等語, is still of the party: 置辯 · ，並聲明：…"""
    return bool(REPLY.match(text, start, end) or CLAIMS.match(text, start + 1, end))
