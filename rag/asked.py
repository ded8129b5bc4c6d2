"""What kind of answer a question asks for, and whether a text gives one: a punishment, an amount, a time.

A question 「罰多少」 wants the article that says so, not the duty it punishes, which shares more words with it.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

_N = "[〇零一二三四五六七八九十百千萬億0-9０-９]"
# (what asks for it, what gives it)
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
        re.compile("多久|幾天|幾日|何時|期限|期間|幾年|幾歲|幾個月|幾小時|什麼時候|時效|最[久長]|天內"),
        re.compile(f"{_N}個?(?:日|天|月|年|歲|小時|星期|週)"),
    ),
)
# Laws for one group of people: elsewhere they say much the same as the law for all.
_GROUP = re.compile(
    "公務人員|公務員|教師|教育人員|陸海空軍|國軍|軍人|軍官|士官|學生|警察|法官|檢察官|受刑人|監獄|看守所|農會|漁會|外交|海關|退除役|"
    "大陸|香港|澳門|華僑|原住民|客家|國營|公營|聘用|約僱|醫師|律師|會計師|船員|工會|合作社|總統|立法|監察|審計|考試"
)

Form = re.Pattern[str]


def forms(question: str) -> tuple[Form, ...]:
    """The kinds of answer a question asks for, each as the pattern of what gives it."""
    return tuple(given for asking, given in _FORMS if asking.search(question))


def given(wanted: Sequence[Form], text: str) -> int:
    """How many of the kinds wanted a text gives."""
    return sum(form.search(text) is not None for form in wanted)


def for_others(law: str, question: str) -> bool:
    """Whether a law, by its name, is for a group of people that the question does not speak of."""
    groups = _GROUP.findall(law)
    return bool(groups) and not any(group in question for group in groups)
