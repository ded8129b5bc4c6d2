from __future__ import annotations

from base64 import urlsafe_b64encode
from typing import Any

import anyio
import pytest
from hypothesis import given
from hypothesis import strategies as st
from mcp import Client

from api.app import create_app
from api.cursor import Cursor
from rag.reading import SOURCES, Filters
from rag.sources import SOURCES as INGESTED
from tests.api import library
from tests.api.library import APPEAL, JUDGMENT, NEWS, REASON, UNDATED, assert_carried, assert_problem, client, pages
from tests.api.live import live
from tests.fakes import KEY, LAW, OLD, ORDER, QUOTE

ASKED = {"question": "押金", "as_of": "2025-01-01"}
LIBRARY = client()


def keys(**body: object) -> set[str]:
    """What is found on all pages."""
    return {hit["key"] for page in pages(LIBRARY, ASKED | {"limit": 50} | body) for hit in page["hits"]}


def test_hits_say_where_they_are_from() -> None:
    body = assert_carried(
        LIBRARY.post("/v1/search", json={"question": "示範共享單車租借條例第4條", "as_of": "2025-01-01"})
    )
    first = body["hits"][0]
    assert (first["key"], first["lane"], first["source"], first["level"]) == (KEY, "exact", "laws", "法律")
    assert QUOTE in first["text"]
    assert body["as_of"] == "2025-01-01"


def test_the_day_is_the_one_in_the_question_where_none_is_given() -> None:
    body = LIBRARY.post("/v1/search", json={"question": "109年1月1日時，示範共享單車租借條例第4條怎麼規定"}).json()
    assert (body["as_of"], body["hits"][0]["text"]) == ("2020-01-01", OLD.text)


def test_filters_say_what_is_wanted() -> None:
    everything = keys()
    assert keys(kind=["judgment"]) == {JUDGMENT.key, APPEAL.key} < everything
    assert keys(kind=["judgment"], court="臺灣高等法院") == {APPEAL.key}
    assert keys(court="台灣台北地方法院") == keys(court="TPD") == {JUDGMENT.key}
    assert keys(source=["ly-laws"]) == keys(kind=["reason"]) == {REASON.key}
    assert keys(level=["命令"]) == {f"law/{ORDER.pcode}/2"}
    assert keys(source=["news", "judgments"], kind=["judgment"]) == {JUDGMENT.key, APPEAL.key}
    assert keys(source=["news"], level=["法律"]) == set()


def test_hits_of_one_law_stand_together_where_that_is_asked_for() -> None:
    def found(**more: object) -> list[str]:
        body = {"question": f"返還押金，{ORDER.name}第2條", "limit": 50, "as_of": "2025-01-01", **more}
        return [hit["key"] for hit in LIBRARY.post("/v1/search", json=body).json()["hits"]]

    plain, grouped = found(), found(group="law")
    own = [key for key in plain if key.startswith(f"law/{LAW.pcode}/")]
    first = plain.index(own[0])
    assert len(own) > 1
    assert grouped[first : first + len(own)] == own
    assert plain[first : first + len(own)] != own
    assert [key for key in grouped if key not in own] == [key for key in plain if key not in own]
    assert LIBRARY.post("/v1/search", json=ASKED | {"group": "court"}).status_code == 422


def test_no_kind_crowds_out_another_where_so_many_of_each_are_wanted() -> None:
    def kinds(**more: object) -> list[str]:
        body = ASKED | {"limit": 50, **more}
        return [hit["kind"] for hit in LIBRARY.post("/v1/search", json=body).json()["hits"]]

    plain, each = kinds(), kinds(per_kind=1)
    assert len(plain) > len(each) == len(set(each)) == len(set(plain))
    assert each[0] == "statute"
    assert kinds(per_kind=2).count("statute") == 2
    assert kinds(per_kind=2, kind=["news", "judgment"]) == ["judgment", "judgment", "news", "news"]
    assert kinds(per_kind=1, source=["news"]) == ["news"]
    assert LIBRARY.post("/v1/search", json=ASKED | {"per_kind": 21}).status_code == 422


def test_days_bound_when_a_document_was_made() -> None:
    assert keys(kind=["news"], **{"from": "2020-01-03", "to": "2020-01-04"}) == {NEWS[2].key, NEWS[3].key}
    assert keys(**{"from": "2020-01-04", "to": "2020-01-03"}) == set()
    assert UNDATED.key in keys()
    assert UNDATED.key not in keys(**{"from": "1900-01-01"})
    # Of that day itself the judgment could not know the appeal.
    assert keys(kind=["judgment"], to="2024-01-05") == {JUDGMENT.key}


@pytest.mark.parametrize("limit", [1, 7, 10])
def test_pages_follow_one_another_without_a_gap_or_a_double(limit: int) -> None:
    whole = next(pages(LIBRARY, ASKED | {"limit": 100}))
    assert whole["cursor"] is None
    assert whole["total"] == len(whole["hits"]) > 25
    paged = [hit for page in pages(LIBRARY, ASKED | {"limit": limit}) for hit in page["hits"]]
    assert paged == whole["hits"]
    assert len({(hit["key"], hit["version"], hit["start"]) for hit in paged}) == len(paged)


def test_a_cursor_keeps_the_day_the_search_began_on() -> None:
    first = LIBRARY.post("/v1/search", json={"question": "押金", "limit": 5}).json()
    later = Cursor.read(first["cursor"])
    assert later is not None
    yesterday = later._replace(as_of=OLD.valid_from).write()
    second = LIBRARY.post("/v1/search", json={"question": "押金", "limit": 5, "cursor": yesterday}).json()
    assert second["as_of"] == OLD.valid_from.isoformat()


def test_a_cursor_is_good_for_its_own_search_and_revision_alone() -> None:
    body = ASKED | {"limit": 5, "kind": ["news"]}
    cursor = LIBRARY.post("/v1/search", json=body).json()["cursor"]
    for other in ({"question": "罰鍰"}, {"kind": []}, {"as_of": "2024-01-01"}, {"to": "2022-01-01"}):
        refused = LIBRARY.post("/v1/search", json=body | {"cursor": cursor} | other)
        assert_problem(refused, 422, "cursor 屬於另一次查詢")
    assert LIBRARY.post("/v1/search", json=body | {"cursor": cursor, "limit": 9}).status_code == 200
    read = Cursor.read(cursor)
    assert read is not None
    stale = read._replace(revision="0").write()
    problem = assert_problem(LIBRARY.post("/v1/search", json=body | {"cursor": stale}), 422, "資料已更新")
    assert problem["errors"][0]["field"] == "cursor"


def packed(text: str) -> str:
    return urlsafe_b64encode(text.encode()).decode().rstrip("=")


BAD: list[Any] = [
    "",
    "x",
    "好",
    "a" * 5000,
    5,
    [],
    packed("[]"),
    packed('["a","2025-01-01","1",-1]'),
    packed('["a","2025-01-01","1",1e999]'),
    packed('["a","2025-01-01","1",true]'),
    packed('["a","2025-02-30","1",1]'),
    packed('["a",5,"1",1]'),
    packed('["a", "2025-01-01","1",1]'),
    packed("[" * 100),
]


@pytest.mark.parametrize("cursor", BAD)
def test_a_bad_cursor_is_422(cursor: object) -> None:
    assert_problem(LIBRARY.post("/v1/search", json=ASKED | {"cursor": cursor}), 422, "cursor：cursor 不對")


@given(cursor=st.text(max_size=60))
def test_no_cursor_made_up_does_harm(cursor: str) -> None:
    assert LIBRARY.post("/v1/search", json=ASKED | {"cursor": cursor}).status_code == 422


@given(st.text(max_size=20), st.dates(), st.text(alphabet="0123456789", max_size=9), st.integers(0, 10_000))
def test_a_cursor_reads_as_it_was_written(query: str, day: Any, revision: str, start: int) -> None:
    cursor = Cursor(query, day, revision, start)
    assert len(cursor.write()) > 200 or Cursor.read(cursor.write()) == cursor


@pytest.mark.parametrize(
    ("wrong", "says"),
    [
        ({"source": ["lawz"]}, "source.0：沒有這個來源；可用的有 laws、"),
        ({"court": "火星法院"}, "court：不認得「火星法院」這個法院"),
        ({"court": "院" * 41}, "court：最多 40 個字"),
        ({"level": ["規章"]}, "level.0"),
        ({"kind": "judgment"}, "kind：應為清單"),
        ({"from": "2024-02-30"}, "from：沒有 2024-02-30 這一天"),
        ({"since": "2024-02-02"}, "since：不認得這個欄位"),
    ],
)
def test_a_wrong_filter_is_told(wrong: dict[str, object], says: str) -> None:
    assert_problem(LIBRARY.post("/v1/search", json=ASKED | wrong), 422, says)


def test_every_source_can_be_asked_for() -> None:
    assert set(INGESTED) == set(SOURCES)


def test_a_page_after_the_last_is_empty() -> None:
    found = library.engine().reading.page("押金", OLD.valid_from, Filters(), 10_000, 10)
    assert (found.hits, found.total > 0) == ((), True)


def test_over_mcp_a_search_is_narrowed_as_over_http() -> None:
    filters: list[dict[str, object]] = [
        {},
        {"kind": ["judgment"]},
        {"kind": ["judgment"], "court": "臺灣高等法院"},
        {"court": "台灣台北地方法院"},
        {"source": ["ly-laws"]},
        {"level": ["命令"]},
        {"kind": ["news"], "from": "2020-01-03", "to": "2020-01-04"},
        {"from": "2020-01-04", "to": "2020-01-03"},
        {"level": ["法律"], "as_of": "2020-01-01"},
    ]
    asked = [ASKED | {"limit": 50} | one for one in filters]

    async def found(url: str) -> list[Any]:
        async with Client(f"{url}/mcp") as mcp:
            return [(await mcp.call_tool("search", one)).structured_content["hits"] for one in asked]

    with live(create_app(library.engine(library.store()), 100)) as url:  # type: ignore[arg-type]
        over_mcp = anyio.run(found, url)
    keys_of = [[hit["key"] for hit in one] for one in over_mcp]
    assert keys_of == [[hit["key"] for hit in LIBRARY.post("/v1/search", json=one).json()["hits"]] for one in asked]
    assert len(set(map(str, over_mcp))) == len(filters)
