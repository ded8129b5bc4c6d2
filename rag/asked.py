"""What kind of answer a question asks for, and whether a text gives one: a punishment, an amount, a time, a meaning …

A question 「罰多少」 wants the article that says so, not the duty it punishes, which shares more words with it.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

_N = "[〇零一二三四五六七八九十百千萬億0-9０-９]"
KINDS = ("penalty", "amount", "time", "meaning", "list", "authority")
# (what asks for it, what gives it), one for each of the kinds
_FORMS = (
    (
        re.compile("罰|會被關|關幾|關多久|坐牢|判(?:刑|幾|多|處|什麼)|會被判|刑責|刑期|有罪|什麼罪|犯法|犯罪"),
        re.compile("有期徒刑|無期徒刑|死刑|拘役|罰金|罰鍰|不罰"),
    ),
    (
        re.compile("多少|幾元|幾成|幾倍|比例|百分|怎麼算|如何計|計算|金額|怎麼發|怎麼給"),
        re.compile(f"{_N}元|百分之|{_N}倍|分之{_N}|{_N}個月平均工資"),
    ),
    (
        re.compile("多久|幾天|幾日|何時|哪一?天|幾月|期限|期間|幾年|幾歲|幾個月|幾小時|什麼時候|時效|最[久長]|天內"),
        re.compile(f"{_N}個?(?:日|天|月|年|歲|小時|星期|週)"),
    ),
    (
        re.compile("指什麼|指的是|是指|指哪|什麼意思|何謂|定義|什麼叫|什麼是"),
        re.compile("用詞|用語|定義|所稱|謂|[，：︰、]指"),
    ),
    (
        re.compile("(?:分[成為]|有)[哪幾]|[哪幾][二三四五六七幾些]?[種級類]|包括哪些"),
        re.compile("分[成為]|[下左]列|如[下左]"),
    ),
    (re.compile("主管機關[是為]|哪個機關|什麼機關"), re.compile("主管機關[：︰:為]")),
)
# Laws for one group of people: elsewhere they say much the same as the law for all.
_GROUP = re.compile(
    "公務人員|公務員|教師|教育人員|陸海空軍|國軍|軍人|軍官|士官|學生|警察|法官|檢察官|受刑人|監獄|看守所|農會|漁會|外交|海關|退除役|"
    "大陸|香港|澳門|華僑|原住民|客家|國營|公營|聘用|約僱|醫師|律師|會計師|船員|工會|合作社|總統|立法|監察|審計|考試"
)

# 「刑法第235條違憲？」 asks what only the Constitutional Court may say
_RIGHT = (
    "(?:(?:言論|人身|職業|宗教|信仰|集會|結社|遷徙|居住|通訊|婚姻|學術)自由|"
    "(?:訴訟|工作|財產|人格|平等|生存|參政|服公職|詰問|資訊隱私)權|人性尊嚴)"
)
_CONSTITUTION = re.compile(
    "違憲|合憲|[牴抵]觸憲法|釋憲|違反憲法|憲法(?:所)?保障|大法官|法律明確性|信賴保護|比例原則|平等原則|法律保留|租稅法律主義|"
    "正當法律程序|罪刑相當|罪刑法定|不二罰|一事不再理|授權明確|"
    # 「醫療法第84條是否侵害言論自由？」, 「與訴訟權保障是否有違？」
    f"(?:侵害|限制|違反|[牴抵]觸)[^，。？]{{0,8}}{_RIGHT}|{_RIGHT}[^，。？]{{0,6}}(?:限制|有違|無違|有無|[牴抵]觸)"
)
_AGAINST = re.compile("違憲|合憲|[牴抵]觸|違反|違背|有違|無違|不符|釋憲")
# 「律師法第37條『司法人員』意涵？」 asks how a word of the law is to be read
_MEANING = re.compile("意涵|涵義|何意|何所指|之意義|疑義|所稱「[^」]+」")
# 被告於校門前徒手竊取…: the facts of a case, told as judgments tell them; not 「我被告了」
_CASE = re.compile("原告|告訴人|上訴人|被上訴人|被告(?![了我他她嗎誰啊吧怎，。？]|的話)")

Form = re.Pattern[str]


def forms(question: str) -> tuple[Form, ...]:
    """The kinds of answer a question asks for, each as the pattern of what gives it."""
    return tuple(given for asking, given in _FORMS if asking.search(question))


def wants(question: str) -> tuple[bool, ...]:
    """For each of ``KINDS``, whether the question asks for it."""
    return tuple(asking.search(question) is not None for asking, _ in _FORMS)


def gives(text: str) -> tuple[bool, ...]:
    """For each of ``KINDS``, whether the text gives it."""
    return tuple(giving.search(text) is not None for _, giving in _FORMS)


def of_constitution(question: str) -> bool:
    """Whether it asks if a norm agrees with the constitution."""
    return _CONSTITUTION.search(question) is not None


def against_constitution(question: str) -> bool:
    """Whether it asks for a conflict with the constitution: 「憲法保障言論自由嗎」 asks what the constitution says."""
    return _AGAINST.search(question) is not None


def of_meaning(question: str) -> bool:
    """Whether it asks how a word of the law is to be read, in the words of lawyers."""
    return _MEANING.search(question) is not None


def of_case(question: str) -> bool:
    """Whether it tells the facts of a case as judgments do."""
    return _CASE.search(question) is not None


def given(wanted: Sequence[Form], text: str) -> int:
    """How many of the kinds wanted a text gives."""
    return sum(form.search(text) is not None for form in wanted)


def for_others(law: str, question: str) -> bool:
    """Whether a law, by its name, is for a group of people that the question does not speak of."""
    groups = _GROUP.findall(law)
    return bool(groups) and not any(group in question for group in groups)
