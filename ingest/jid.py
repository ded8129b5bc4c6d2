"""The name a judgment has in the Judicial Yuan's data: ``TPSV,104,台上,472,20150326,1``.

Court (3 characters) and kind of case (1), ROC year, 字別, number, the Gregorian day, and how many came before on that
day. The year is that of the file: it often differs from the year of the day. The whole string is the key; 字別 is kept
as written (台上 and 臺上 both occur). Decisions of the Constitutional Court have no sequence number.
"""

from __future__ import annotations

import re
from datetime import date
from typing import NamedTuple
from urllib.parse import quote

TYPES = {"V": "民事", "M": "刑事", "A": "行政", "P": "懲戒", "C": "憲法"}

# TPSV,104,台上,472,20150326,1 · JCCC,115,審裁,1158,20260701
_JID = re.compile(
    r"([A-Z0-9]{3})([A-Z]),(\d{1,3}),([^,/\s]{1,24}),(\d{1,8}),(\d{4})(\d{2})(\d{2})(?:,(\d{1,4}))?", re.ASCII
)


class Jid(NamedTuple):
    """``parse_jid("TPSV,104,台上,472,20150326,1") .court == "TPS"``."""

    text: str
    court: str
    type: str
    year: str
    case: str
    number: str
    day: date
    sequence: str = ""

    @property
    def key(self) -> str:
        return key_of(self.text)

    @property
    def url(self) -> str:
        """The page for people, which is to be cited."""
        return f"https://judgment.judicial.gov.tw/FJUD/data.aspx?ty=JD&id={quote(self.text, safe='')}"

    @property
    def docket(self) -> str:
        """``104年度台上字第472號``."""
        return f"{self.year}年度{self.case}字第{self.number}號"


def parse_jid(text: str) -> Jid | None:
    """None for what is no JID, a day that does not exist among it."""
    found = _JID.fullmatch(text)
    if not found or found[2] not in TYPES:
        return None
    court, letter, year, case, number, *day, sequence = found.groups()
    try:
        when = date(*map(int, day))
    except ValueError:
        return None
    return Jid(text, court, TYPES[letter], year, case, number, when, sequence or "")


def key_of(jid: str) -> str:
    """The key of the document in the store: ``judgment/TPSV,104,台上,472,20150326,1``."""
    return f"judgment/{jid}"


def label(court: str, jid: Jid, form: str = "") -> str:
    """What a reader calls it: ``最高法院104年度台上字第472號判決``; ``form`` is 判決, 裁定 …"""
    return f"{court}{jid.docket}{form}"
