"""Text → references to decisions: 釋字, 憲判字, judgments and rulings by their 字號, 函釋, 決議.

``find_decisions("最高法院104年度台上字第472號判決")`` gives the key ``case/TPS/104/台上/472``. A 字號 has no date, so
a case key names every judgment and ruling given under it. Numbers of prosecutors (偵字, 他字 …), of dockets of the
Constitutional Court (憲民, 會台 …), of policies and files are no decisions and left out; a court that can't be told for
certain is left "".
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from rag.courts import court_before, numbering_court
from rag.domain import Decision, DecisionKind
from rag.numerals import CHINESE_DIGITS, fold, parse_number, search_key

_Found = tuple[int, int, DecisionKind, str]

# All of it stands near one of these; texts are folded only around them, since folding is what takes time.
_ANCHOR = re.compile(r"號|釋\s*字|[庭席總]\s*會")
_BEFORE, _AFTER = 200, 60  # characters, white space included
_HEAD = 60  # folded characters before a number that are looked at
_TOO_MANY = 10_000_000
_NONE = "-"  # in place of a court: whoever gave the number is none
_MARKS = {ord(mark): " " for mark in "①②③④⑤⑥⑦⑧⑨⑩⑪⑫⑬⑭⑮⑯⑰⑱⑲⑳❶❷❸❹❺❻❼❽❾❿"}  # ②92年度 is no year 292

_N = rf"(?:[0-9]{{1,13}}|[0{CHINESE_DIGITS}]{{1,9}})"
_RULING = "(?:判決|裁定|判例|裁判|解釋)"
_AND = "(?:[、,;及與和暨或至]|以及)"
# 字第472號, 字第371、572及590號, 字第371號解釋、第572號, 79年台上第5253號: what stands before it says what it is
_NUMBERS = rf"第?{_N}(?:(?:號{_RULING}?)?{_AND}第?{_N}(?=[、,;及與和暨或至號]|以及))*"
_NUMBERED = re.compile(rf"(?:字|(?<=[年度]台[上抗非])(?=第))(?P<numbers>{_NUMBERS})(?P<end>號?)")
_LONG_NUMBER = re.compile("第?[0-9]{8}")
_NUMBER = re.compile(rf"第?(?P<number>{_N})號?")
_COUNTED = re.compile("[0-9年月日條項款次屆個則樓]")  # what follows a number that is of something else

# 司法院大法官釋字
_INTERPRETATION_HEAD = re.compile("(?:司法院|本院)?(?:大法官)?(?:會議)?(?:解釋|議決)?釋$")
# 大法官第748號解釋, 大法官會議解釋第748號
_BY_JUSTICES = re.compile(rf"大法官(?:會議)?(?:解釋)?(?P<numbers>第{_NUMBERS})(?P<end>號)")
# 司法院院字第1464號, 院解字第3027號: what the Judicial Yuan said before 釋字
_EARLY_HEAD = re.compile("(?:司法院?|(?<![台地法民刑最高國本監察行政分考試立商]))(?P<word>院解?)$")
_RULED = re.compile(f"(?:[民刑]事)?{_RULING}")
_AN_ACT = "解釋施行法"

_YEAR = rf"(?:[0-9]{{2,3}}|[0{CHINESE_DIGITS}]{{1,5}})"
_BRACKETED = "[(][0-9〇一二三四五六七八九十]{1,3}[)]"
_SERIES = rf"(?:[^\W\d_年月日號字第院署因經以間於之案件依]|{_BRACKETED}){{1,9}}"
# 104年度台上, 十八年上, 111年憲判
_CASE_HEAD = re.compile(rf"(?<![0-9])(?P<year>{_YEAR})年度?(?P<series>{_SERIES})$")
_CENTURY = 200  # ROC years beyond it are misread
_PENALTY = "(?:分別|各)?判?處(?:應執行)?(?:有期徒刑|拘役|罰金)[^,。;]{1,24}"
_SHORT_NAME = "[(]下?[合併]?稱[^()]{1,20}[)]"
# 「、第473號」, 「判決（下稱系爭判決）、105年度」, 「判處有期徒刑5月、105年度」 go on with the court before them
_LINK = re.compile(
    rf"(?:[民刑]事|簡易|行政)*{_RULING}?(?:[意要]旨)?(?:可資|足資)?(?:參照|參見)?(?:{_PENALTY}|{_SHORT_NAME})?(?:{_AND}|[()以]){{1,3}}"
)
_DAY = rf"(?:{_N}年{_N}月{_N}日|[0-9]{{2,3}}[.][0-9]{{1,2}}[.][0-9]{{1,2}})"
_HEADING = "(?:民事|刑事|行政|家事|少年|簡易|小額|訴訟|附帶|宣示|程序|實體|合議){0,4}(?:判決|裁定|判例|支付命令|筆錄)"
_ADVERB = "(?:(?:先後|分別|另|各|嗣|遂|復|又|再|前|亦|則|並|均|業|已|曾|即|迭)經?){0,2}"
# what stands between a court and its 字號: 臺灣高等法院 於民國105年12月5日以 105年度上易字第1號
_LEAD = re.compile(rf"(?:{_HEADING})?(?:{_ADVERB}(?:以|於|之|的|有|著有|所為)|(?:中華)?民國|{_DAY}|[(「『)])*$")
# 刑事庭, 第三庭, 刑事大法庭, 竹東簡易庭
_DIVISION = re.compile(
    r"(?:[^\W\d_]{2}簡易|(?:民事|刑事|家事|少年|行政|勞動|民刑|合議|訴訟|第?[0-9一二三四五六七八九十])*大?法?)庭$"
)
_OWN_COURT = re.compile("(?<!高)[本鈞]院$")
_SAME_COURT = re.compile("[同該]法?院$")
_ELSEWHERE = re.compile("檢察|檢署|地檢|高檢|分署|執行署|警察局|分局|公所")
_NO_RULING = re.compile("訴願決定|復審決定|再申訴|仲裁判斷|公證書|認證書|起訴書|鑑定|鑑驗|處分書|調解書")
# 偵, 少連偵, 他, 執: of prosecutors; 偵聲 and 聲羈 are of courts
_PROSECUTORS = re.compile(
    "[^聲抗]*偵[^聲抗]*|特?他|相|[上聲]+議|發查|交查|核[退交]?|蒞庭?|請上|保管|緩|[觀戒毒]?執(?!事聲).*"
)
# 憲民, 會台: petitions as they were filed, not what was decided on them; 公審決, 民調: of other bodies
_DOCKETS = re.compile("憲[一二三四民刑審聲國地訴立公]|會台|公[審申]決|[民刑]調|仲聲.*|.*院公.*")
_CONSTITUTIONAL = frozenset(("憲判", "憲裁", "審裁", "統裁", "憲暫裁", "憲國裁"))
_OF_SUPREME_COURT = re.compile("台(?:上|抗|非|聲|再|簡)")  # no other court has such 字別

_LETTER_END = re.compile("(?:民事|刑事)?(?:解釋)?(?:書函|函|令|公告|釋示|通令)")
_AGENCY = (
    "(?:(?:法務|財政|內政|教育|經濟|交通|勞動|國防|外交|文化|農業|環境|銓敘|考選|審計|衛生福利|數位發展)部"
    r"|(?:司法|行政|考試|監察|立法)院|[^\W\d_]{2,8}(?:委員會|保護署|衛生署|健康署|營建署|健保署|行政總?[局處]|省政府)"
    "|金管會|勞委會|農委會|賦稅署|秘書長)"
)
_MINISTERIAL = "台財|台內|台教|台勞|台訓|法律|法檢|法參|勞動|廳[民刑]|院台|秘台|經商|金管|衛署|衛部|環署"
# 法務部101年5月21日法律, 財政部台財稅, 司法院(82)廳刑一, 台(65)函參
_LETTER_HEAD = re.compile(
    rf"(?:{_AGENCY}+(?:民國)?(?:{_DAY})?以?|(?={_MINISTERIAL}))"
    rf"(?P<series>(?:[^\W\d_年月日號字以之]|{_BRACKETED}){{1,12}}[0-9]?)$"
)
_BRACKETED_YEAR = re.compile("[(][0-9〇一二三四五六七八九十]{2,3}[)]")  # (82)廳刑一, 台(65)函參

# 最高法院77年度第9次民事庭會議決議, 最高行政法院97年12月份第3次庭長法官聯席會議決議
_RESOLUTION = re.compile(
    rf"(?P<year>{_YEAR})年度?(?:(?P<month>{_N})月(?:份|{_N}日)?)?(?:{_YEAR}年度?)?第(?P<number>{_N})次"
    "(?P<bench>民、?刑|[民刑])?事?庭?(?:(?:庭長|院長|評事|法官|、)*聯席)?[總推]?會議?(?:紀錄)?決議"
)


def find_decisions(text: str, court: str = "") -> list[Decision]:
    """Every decision referred to in ``text``, in order; never raises.

    ``court`` is the code of the court whose judgment ``text`` is: with it 本院 is resolved. In a list
    (「釋字第371、572號」) each number is a decision of its own, with its own span.
    """
    found: list[Decision] = []
    reader = _Reader(court)
    for start, end in _windows(text):
        folded = fold(text[start:end].translate(_MARKS))
        for first, last, kind, key in reader.read(folded.key):
            begin, stop = folded.span(first, last)
            found.append(Decision(start + begin, start + stop, kind, key))
    return found


def case_key(court: str, year: str, case: str, number: str) -> str:
    """The key under which a 字號 is looked up: ``case_key("TPS", "104", "臺上", "472") == "case/TPS/104/台上/472"``.

    上更(一), 上更㈠ and 上更一 are one 字別, and a 簡易庭 counts as its district court.
    """
    series = re.sub(r"[()]", "", search_key(case))
    series = re.sub("[1-9]", lambda match: "一二三四五六七八九"[int(match[0]) - 1], series)
    return f"case/{numbering_court(court)}/{parse_number(year) or year}/{series}/{parse_number(number) or number}"


def _windows(text: str) -> Iterator[tuple[int, int]]:
    """The stretches around the anchors, those that touch made one."""
    start, end = 0, 0
    for anchor in _ANCHOR.finditer(text):
        if anchor.start() - _BEFORE > end:
            if end:
                yield start, end
            start = anchor.start() - _BEFORE
        end = anchor.end() + _AFTER
    if end:
        yield start, min(end, len(text))


class _Reader:
    """Reads one stretch after the other; ``last`` is the court that 同院 looks back to."""

    def __init__(self, court: str) -> None:
        self.court = court
        self.last = ""

    def read(self, key: str) -> list[_Found]:
        """What a folded stretch refers to, in order."""
        found: list[_Found] = []
        self.reach, self.chain = 0, ""
        for match in _NUMBERED.finditer(key):
            found += self._numbered(key, match)
        for match in _BY_JUSTICES.finditer(key):
            found += _interpretations(key, match.start(), match)
        self.reach = 0
        for match in _RESOLUTION.finditer(key):
            found += self._resolution(key, match)
        return sorted(found)

    def _numbered(self, key: str, match: re.Match[str]) -> Iterator[_Found]:
        floor = max(0, match.start() - _HEAD)
        if interpretation := _INTERPRETATION_HEAD.search(key, floor, match.start()):
            yield from _interpretations(key, interpretation.start(), match)
        elif early := _EARLY_HEAD.search(key, floor, match.start()):
            yield from _interpretations(key, early.start(), match, early["word"] + "字第{}號")
        elif (case := _CASE_HEAD.search(key, floor, match.start())) and not _is_letter(key, match):
            yield from self._cases(key, case, match)
        elif match["end"] and _LETTER_END.match(key, match.end()):
            letter = _LETTER_HEAD.search(key, floor, match.start())
            if letter:
                name = f"letter/{_BRACKETED_YEAR.sub('', letter['series'])}字第{{}}號"
                yield from _each(match, letter.start(), "letter", name)

    def _cases(self, key: str, head: re.Match[str], match: re.Match[str]) -> Iterator[_Found]:
        series, year = head["series"], parse_number(head["year"]) or 0
        start, court = self._court(key, head.start())
        if _OF_SUPREME_COURT.match(series):
            court = "TPS"
        self.reach, self.chain = match.end(), court
        if court == _NONE or not 0 < year < _CENTURY or not _is_ruling(series, match):
            return
        if series in _CONSTITUTIONAL:
            yield from _each(match, start, "constitutional", f"constitutional/{year}年{series}字第{{}}號")
        else:
            yield from _each(match, start, "case", case_key(court, str(year), series, "{}"))

    def _court(self, key: str, start: int) -> tuple[int, str]:
        """Where the reference begins that has its year at ``start``, and the code of its court."""
        if self.reach and _LINK.fullmatch(key, self.reach, start):
            return start, self.chain
        floor = max(0, start - _HEAD)
        lead = _LEAD.search(key, floor, start)
        end = lead.start() if lead else start
        division = _DIVISION.search(key, floor, end)
        for stop in (end, division.start()) if division else (end,):
            begin, court = self._court_at(key, floor, stop)
            if begin < stop:
                self.last = court
                return begin, court
        return start, _NONE if _ELSEWHERE.search(key, max(0, end - 5), end) else ""

    def _court_at(self, key: str, floor: int, end: int) -> tuple[int, str]:
        if own := _OWN_COURT.search(key, floor, end):
            return own.start(), self.court
        if same := _SAME_COURT.search(key, floor, end):
            return same.start(), self.last
        return court_before(key, end)

    def _resolution(self, key: str, match: re.Match[str]) -> Iterator[_Found]:
        start, court = self._court(key, match.start())
        year, number, month = (parse_number(match[name] or "") for name in ("year", "number", "month"))
        if not year or not number or not (court or match["bench"]):
            return
        when = f"{month}-{number}" if month and "月份" in match[0] else f"{number}"
        bench = {"民": "民事", "刑": "刑事"}.get(match["bench"] or "", "民刑" if match["bench"] else "")
        yield start, match.end(), "resolution", f"resolution/{court}/{year}/{when}/{bench}"


def _interpretations(key: str, start: int, match: re.Match[str], name: str = "{}") -> Iterator[_Found]:
    is_act = key.startswith(_AN_ACT, match.end())
    if not is_act and (match["end"] or not _COUNTED.match(key, match.end())):
        yield from _each(match, start, "interpretation", "interpretation/" + name)


def _each(match: re.Match[str], start: int, kind: DecisionKind, name: str) -> Iterator[_Found]:
    """One decision per number of the list; the first has what leads up to it in its span."""
    numbers = list(_NUMBER.finditer(match.string, match.start("numbers"), match.end()))
    for one in numbers:
        number = parse_number(one["number"])
        if number and (number < _TOO_MANY or kind == "letter"):
            yield start if one is numbers[0] else one.start(), one.end(), kind, name.format(number)


def _is_ruling(series: str, match: re.Match[str]) -> bool:
    """Whether a 字號 is of a court, told by its 字別 and by what follows; 「100年訴字第3488判決」 lost its 號."""
    key, end = match.string, match.end()
    if _NO_RULING.match(key, end) or not (match["end"] or _RULED.match(key, end)):
        return False
    return not (_PROSECUTORS.fullmatch(series) or _DOCKETS.fullmatch(series))


def _is_letter(key: str, match: re.Match[str]) -> bool:
    """101年法律字第10103103830號函: numbered as letters are."""
    return _LONG_NUMBER.match(match["numbers"]) is not None or _LETTER_END.match(key, match.end()) is not None
