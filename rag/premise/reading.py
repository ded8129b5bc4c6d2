"""What a question names beyond what is written as citizens' law books write it: 「刑法239」, laws that don't exist."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import date

from rag.domain import Reference
from rag.named import Named
from rag.retrieve import Retriever
from rag.standing import standing

# 刑法239, 民法 1059-1; not 勞基法84年, 所得稅法5%
_NUMBER = re.compile(r"\s?([0-9]{1,4}(?:-[0-9]{1,2})?)(?![0-9年月日元歲萬天週小時%％倍人件個./-])")
# 數位中介服務法, 外送員權益保障條例: named as a law is, whatever stands around it; not 合法, 方法, 法律
_NAME = re.compile(
    r"[^\W\d_]{3,20}?(?:(?<![方辦看做說想合違犯非用書語文無司立執守修療玩算寫吃手依設不枉國憲釋])"
    "法(?![律院官人令庭條制益務案源學則國拍治]|規(?!定)|定(?!義))|條例"
    "|(?<=管理|實施|獎勵|補助|處理|設置|評鑑|審查|收費|作業|認定|處罰|保障|防制)(?:辦法|規則|準則|細則|標準))"
)
_BEFORE_NAME = re.compile(
    ".*(?:知道|請問|聽說|[今去]年|[一這]部|[個依據照有要是說用在的和跟與及]|[台臺]灣|我國|現行|叫做?|所謂|違反|適用|最近|符合|通過|制定|修正|訂定)"
)
_MOST = 5  # names of a question that are looked up
_SHORTEST = 5  # characters; shorter names may be short for a law we have


def spelled_out(question: str, day: date, named: Sequence[Named], retriever: Retriever) -> Sequence[Named]:
    """What is named, with 「刑法239」 read as 刑法第239條."""
    bare = (one.reference.end for one in named if one.law and not one.reference.article)
    found = next((match for end in bare if (match := _NUMBER.match(question, end))), None)
    if found is None:
        return named
    return retriever.exact(f"{question[: found.start(1)]}第{found[1]}條{question[found.end(1) :]}", day)


def unheard_of(question: str, day: date, retriever: Retriever) -> list[Named]:
    """What is named as a law is, and is none that we know."""
    names = {_BEFORE_NAME.sub("", match[0]) for match in _NAME.finditer(question)}
    long = sorted(name for name in names if len(name) >= _SHORTEST)[:_MOST]
    new = (name for name in long if not any(one.law for one in retriever.exact(f"{name}第1條", day)))
    return [Named(Reference(0, 0, name=name), None, standing(None, (), day), ()) for name in new]
