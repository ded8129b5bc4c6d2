"""unflagged_status: citations of law that is not in force, where the sentence does not say so."""

from __future__ import annotations

import re

from rag.domain import Answer, Status

# What counts as saying it. A bare 廢止 or 刪除 does not: statutes use both words for permits and records.
MARKERS = {
    # 「已廢止」「已於98年1月21日廢止」「業經廢止」「於98年1月21日廢止」
    Status.REPEALED: re.compile(r"(?:已|業經|業於)[^，。；]{0,20}廢止|於[^，。；]{0,20}日廢止"),
    # 「已刪除」「已於109年1月15日刪除」「（刪除）」
    Status.DELETED: re.compile(r"(?:已|業經|業於)[^，。；]{0,20}刪除|於[^，。；]{0,20}日刪除|[（(]\s*刪除\s*[）)]"),
    # 「尚未施行」「尚未生效」「施行日期未定」「施行日期尚未訂定」「將自116年1月1日施行」
    Status.NOT_YET_IN_FORCE: re.compile(
        r"未(?:施行|生效)|施行日期[^，。；]{0,8}未[定訂]|將[自於][^，。；]{0,20}(?:施行|生效)"
    ),
    # 「舊法」「舊條文」「修正前」「已修正」「當時」「現已失效」「非現行條文」
    # 「釋字第…號已經…變更」 is how a decision is superseded
    Status.SUPERSEDED: re.compile(
        r"舊法|舊條文|舊版|修正前|當時|已[^，。；]{0,40}(?:修正|失效|變更|不再援用)|(?:非|不是)現行"
    ),
    # 「已遭最高法院105年度台上字第…號判決廢棄」
    Status.REVERSED: re.compile(r"已[遭被經][^，。；]{0,60}(?:廢棄|撤銷)"),
}


def says(text: str, status: Status) -> bool:
    """Whether a text says that what it speaks of has this status; law in force needs no saying."""
    marker = MARKERS.get(status)
    return marker is None or marker.search(text) is not None


def unflagged_status(answer: Answer) -> int:
    """How many citations point to law that is not in force, and some sentence resting on them does not say so.

    A citation that no sentence rests on counts too, unless its status is said somewhere in the answer.
    """
    return sum(not _said(answer, citation.mark, citation.status) for citation in answer.citations)


def _said(answer: Answer, mark: int, status: Status) -> bool:
    resting = [sentence.text for sentence in answer.sentences if mark in sentence.citations]
    if resting:
        return all(says(text, status) for text in resting)
    return says(answer.message, status) or any(says(sentence.text, status) for sentence in answer.sentences)
