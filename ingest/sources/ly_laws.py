"""The law system of the Legislative Yuan: captions of articles, reasons of amendments, steps of legislation.

Source: https://lis.ly.gov.tw/lglawc/lglawkm, bound to a browser session; its machine form is the LYAPI of OpenFun,
https://ly.govapi.tw/v2 (laws, law_versions, law_contents; CC BY 4.0, 資料來源：立法院、OpenFun). Files hold one JSON
object a line and law, the law's newest version with captions. Traps: the day of passage is not that of promulgation,
by which the official law database dates versions, and the LYAPI lacks it; the LYAPI repeats a reason in every later
version; names join the two databases, numbers don't; the Civil Code is kept in five parts.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path

import orjson

from ingest.files import lines
from ingest.ly_documents import SOURCE, documents
from ingest.ly_fetch import fetch_laws
from ingest.ly_history import read_history
from ingest.parsed import Came, Parsed, Raw, Skipped, Wanted
from ingest.web import Web
from rag.errors import SourceChanged
from rag.names import LawNames

NAME = SOURCE
RULES = 1
FIELDS: Mapping[str, str] = {"law_reasons": "立法理由", "deprecated_reason": "廢止理由", "law_history": "立法歷程"}


def read(path: Path) -> Iterator[Came]:
    """One law a line of a JSONL file, plain or xz; a law's number in the law system is its id.

    :raises UsageError: no such file.
    :raises BrokenArchive: it is damaged.
    :raises SourceChanged: a line without a law's number.
    """
    for number, line in lines(path):
        try:
            id = orjson.loads(line)["id"]
        except (orjson.JSONDecodeError, KeyError, TypeError) as error:
            raise SourceChanged(f"{path.name} 第 {number} 行：不是立法院法律系統的一筆法律") from error
        yield Raw(str(id), line, f"{path.name}:{number}")


def fetch(web: Web, wanted: Wanted) -> Iterator[Came]:
    """Every law with a version that is newer than at the last run, whole."""
    return fetch_laws(web, wanted)


def parse(raw: Raw, names: LawNames) -> Iterator[Parsed | Skipped]:
    """Reasons by article, the steps of the change, the captions of the law."""
    return documents(read_history(raw.body), names)
