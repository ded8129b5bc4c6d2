"""Words that a sentence may only use where its sources do: what law attaches to an act, what narrows a rule or widens
it, what calls the law in question, and anything in Latin letters. Beside the rest of a sentence they weigh little, and
they turn it round.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from rag.numerals import search_key
from rag.verify.claims import OK, Claim, Finding
from rag.verify.kinds import without_status

_CONSEQUENCES = re.compile(
    "死刑|無期徒刑|有期徒刑|拘役|罰金|罰鍰|怠金|沒收|沒入|褫奪公權|告訴乃論|追訴權|時效|懲罰性|連帶|刑事責任|無罪|緩刑|強盜|侵占|竊佔|"
    "美元|終止|無效|違憲|失效|停業|吊銷|撤照|國家賠償|舊法|草案|外國法|謠言|錯誤|是錯的|有誤"
)
_NARROWS = re.compile("只有|僅限|限於|為限|一律|不論|無論|縱使?|即使|只適用|必須先|須先|前提")
_NARROW = re.compile("只有|僅|限|一律|不論|無論|縱|即使|均|皆|各|非經|未經|不在此限|始|方得|才|不得")
_LATIN = re.compile("[a-z][a-z0-9.:/@_-]+")


def terms(claim: Claim) -> Finding:
    """``unfounded`` with the first such word that no cited text has."""
    texts = search_key("\n".join(f"{given.text}\n{given.about}" for given in claim.cited)).lower()
    own = search_key(without_status(claim)).lower()
    return next((Finding("unfounded", word) for word in _foreign(own, texts)), OK)


def _foreign(own: str, texts: str) -> Iterator[str]:
    for pattern in (_CONSEQUENCES, _LATIN):
        yield from (found[0] for found in pattern.finditer(own) if found[0] not in texts)
    if not _NARROW.search(texts):
        yield from (found[0] for found in _NARROWS.finditer(own))
