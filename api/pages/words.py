"""What things are called on the page."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import date

from rag.domain import OPEN, Answer, Citation, Document, Law, Proof, Reason, Status
from rag.presets import EXTRACTIVE
from rag.write import KINDS, roc

PROOFS: Mapping[Proof, str] = {"proved": "原文照引", "supported": "有據改寫", "unproved": "未經證明"}
STATUSES: Mapping[Status, str] = {
    Status.IN_FORCE: "有效",
    Status.NOT_YET_IN_FORCE: "尚未施行",
    Status.DELETED: "已刪除",
    Status.REPEALED: "已廢止",
    Status.SUPERSEDED: "已修正，為舊條文",
    Status.REVERSED: "已遭上級審廢棄",
}
KIND_NAMES: Mapping[str, str] = dict([("statute", "法規條文"), *KINDS.items()])
REASONS: Mapping[Reason, tuple[str, str]] = {
    "not_found": ("查無此號", "您問的法規、條號或字號不在資料裡：可能號碼有誤，也可能尚未收錄。"),
    "no_evidence": (
        "找不到足以回答的依據",
        "找到的段落都不足以證明任何一句話，所以不作答。可以換個說法、補充事實，或直接寫出法規名稱。",
    ),
    "outside_coverage": ("不在收錄範圍", "您問的日期、地方或主題，不在這裡收錄的資料之內。"),
    "false_premise": ("問題的前提與法規不符", "問題裡先認定的事，與法規所寫的不一樣。"),
    "conflicting_versions": ("版本互相牴觸", "收錄的版本彼此不一致，無法確定哪一個有效。"),
    "needs_lawyer": ("須由律師看個案", "這個問題取決於個案的事實與證據，法規條文本身答不了。"),
}
ROLES: Mapping[str, str] = {"citizen": "一般", "analyst": "分析人員", "evaluator": "評測人員", "admin": "管理員"}
SOURCES: Mapping[str, str] = {
    "laws": "全國法規資料庫",
    "law-history": "法規沿革",
    "interpretations": "大法官解釋、憲法法庭裁判",
    "judgments": "法院裁判",
    "ly-laws": "立法歷程與立法理由",
    "bills": "法律案",
    "gazette-ly": "立法院公報",
    "gazette-ey": "行政院公報",
    "news": "新聞",
    "passages": "其他文件",
}
FACTS: Mapping[str, str] = {
    "court": "法院",
    "type": "類別",
    "form": "裁判種類",
    "cause": "案由",
    "number": "字號",
    "name": "案名",
    "outlet": "媒體",
    "proposer": "提案",
    "committee": "委員會",
    "meeting": "會議",
    "chair": "主席",
    "passed": "三讀",
    "promulgated": "公布",
}
ENDS: Mapping[str, str] = {
    "reason": "立法理由",
    "history": "立法歷程",
    "law": "法規",
    "interpretation": "大法官解釋",
    "constitutional": "憲法法庭裁判",
    "judgment": "法院裁判",
    "case": "法院裁判",
    "letter": "函釋",
    "bill": "法律案",
    "gazette-ly": "立法院公報",
    "gazette-ey": "行政院公報",
    "news": "新聞",
}
"""What a key begins with, in the order in which links are shown."""
RELATIONS: Mapping[str, tuple[str, str]] = {
    "cites": ("引用", "被引用"),
    "reason_of": ("說明的條文", "立法理由"),
    "history_of": ("所屬條文", "立法歷程"),
    "amends": ("擬修正的條文", "修正草案"),
    "part_of": ("收錄於", "收錄的文件"),
    "reverses": ("廢棄的裁判", "廢棄本件的裁判"),
    "changes": ("變更的見解", "變更本件見解的裁判"),
}
"""By relation, what stands above the links from a document and above those to it."""

EXTRACTED = "逐字摘錄原文，未經模型改寫；每一句都核對過依據才顯示。"


def day(value: date) -> str:
    """``民國107年3月1日``; "" where a source gives no day."""
    return "" if value == date.min else "未定" if value == OPEN else roc(value)


def span(one: Document | Citation, current: bool) -> str:
    """Since when, and until when, a text of a law holds: ``自民國107年3月1日起，現行``."""
    if one.valid_from == OPEN:
        return "施行日期未定"
    now = "，現行" if current else ""
    until = now if one.valid_to == OPEN else f"，至{roc(one.valid_to)}前"
    return f"自{roc(one.valid_from)}起{until}"


def standing(one: Citation) -> str:
    """One line on what is cited: its status and days where it is law, else what it is and its day."""
    if one.kind == "statute":
        return f"{STATUSES[one.status]}；{span(one, one.status is Status.IN_FORCE)}"
    undone = STATUSES[one.status] if one.status is Status.REVERSED else ""
    return "；".join(part for part in (KIND_NAMES[one.kind], day(one.valid_from), undone) if part)


def made(version: str) -> str:
    """The day that names a version, in words: ``民國107年1月31日``; what is no day stays as it is."""
    try:
        return roc(date.fromisoformat(version[:10]))
    except ValueError:
        return "" if version == "undated" else version


def law_status(law: Law, status: Status | None) -> str:
    """How an article stands on a day, in words."""
    if status is None:
        return f"已於{roc(law.repealed)}廢止" if law.repealed else "這一天沒有有效的條文"
    return STATUSES[status]


def summary(answer: Answer) -> str:
    """What came of a question, for who hears the page read out."""
    said = f"共{len(answer.sentences)}句，每一句都已核對" if answer.sentences else "沒有作答"
    part = "；只能回答一部分" if answer.state == "partial" else ""
    return f"{said}{part}。依{roc(answer.as_of)}的規定。"


def made_by(model: str) -> str:
    """Who worded an answer."""
    return EXTRACTED if model == EXTRACTIVE else f"由模型 {model} 起草，每一句都核對過依據才顯示。"


def between(first: str, last: str) -> str:
    """The years of a source's documents: ``民國101年至107年``; "" where they have none."""
    years = [f"{roc(date.fromisoformat(one)).partition('年')[0]}年" for one in (first, last) if one]
    return "" if not years else years[0] if years[0] == years[-1] else f"{years[0]}至{years[-1]}"


def spoken() -> str:
    """The words that the page's script needs, as JSON."""
    held = {"proofs": PROOFS, "statuses": STATUSES, "kinds": KIND_NAMES, "reasons": REASONS, "extracted": EXTRACTED}
    return json.dumps(held, ensure_ascii=False)
