"""Against a server on this machine that speaks the LYAPI and has its faults."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import datetime
from itertools import islice

import orjson
import pytest

from ingest.lyapi import BILLS, fetch, parse
from ingest.parsed import Came, Link, Mark, Parsed, Raw, Skipped, Wanted
from ingest.web import Web
from rag.errors import SourceBlocked, SourceChanged, SourceUnreachable, YoujuError
from tests.ingest.local_server import PAGE, running
from tests.ingest.ly_server import ASKED, BILL, MEET, VOTE, LyApi, agenda

NOW = datetime(2026, 8, 16, 3, 0)


@pytest.fixture
def server() -> Iterator[LyApi]:
    with running(LyApi()) as one:
        yield one


@pytest.fixture
def web() -> Iterator[Web]:
    one = Web(interval=0)
    yield one
    one.close()


def run(web: Web, server: LyApi, *kinds: str, marks: dict[str, str] | None = None, now: datetime = NOW) -> list[Came]:
    return list(fetch(web, Wanted(now, server.base, marks=marks or {}), kinds))


def ids(came: Iterable[Came]) -> list[str]:
    return [one.id for one in came if isinstance(one, Raw)]


def marks_in(came: Iterable[Came]) -> dict[str, str]:
    return {one.name: one.value for one in came if isinstance(one, Mark)}


def texts(came: Iterable[Came]) -> dict[str, str]:
    return {one.id: orjson.loads(one.body)["text"] for one in came if isinstance(one, Raw)}


class TestLists:
    def test_every_type_comes_once_and_never_again_as_it_was(self, web: Web, server: LyApi) -> None:
        server.records = {
            "gazette_agendas": [agenda("1137701", 1)],
            "meets": [MEET],
            "interpellations": [ASKED],
            "votes": [VOTE],
            "bills": [BILL],
        }
        server.texts = {"1137701_00001": "主席：現在開會。"}
        wanted = Wanted(NOW, server.base)
        came = [*fetch(web, wanted), *fetch(web, wanted, BILLS)]
        assert ids(came) == [
            "gazette_agenda/1137701_00001", "meet/院會-11-2-3", "interpellation/11-2-3-1", "vote/1150101_00002_55",
            "bill/203110077970000",
        ]  # fmt: skip
        again = Wanted(NOW, server.base, marks=marks_in(came))
        assert [*fetch(web, again), *fetch(web, again, BILLS)] == []
        assert server.files == ["1137701_00001/txt"]

    def test_records_come_as_they_are(self, web: Web, server: LyApi) -> None:
        server.records["meets"] = [MEET]
        first = run(web, server, "meets")[0]
        assert isinstance(first, Raw)
        assert orjson.loads(first.body) == MEET

    def test_the_token_is_told(self, web: Web, server: LyApi) -> None:
        server.records["votes"] = [VOTE]
        list(fetch(web, Wanted(NOW, server.base, token="sesame"), ["votes"]))
        assert server.tokens == {"Bearer sesame"}
        server.tokens.clear()
        run(web, server, "votes")
        assert server.tokens == {""}

    def test_pages_are_read_to_the_end(self, web: Web, server: LyApi) -> None:
        server.records["votes"] = [VOTE | {"行號": at} for at in range(1, 251)]
        assert ids(run(web, server, "votes")) == [f"vote/1150101_00002_{at}" for at in range(1, 251)]

    def test_more_than_ten_thousand_rows_are_divided(self, web: Web, server: LyApi) -> None:
        server.records["votes"] = [VOTE | {"行號": at, "會議代碼": f"院會-11-{at % 3}"} for at in range(1, 10_003)]
        came = run(web, server, "votes")
        assert sorted(ids(came)) == sorted(f"vote/1150101_00002_{at}" for at in range(1, 10_003))
        assert marks_in(came) == {"votes/屆=11": "10002"}

    def test_what_is_refused_as_too_much_is_divided(self, web: Web, server: LyApi) -> None:
        server.narrow = [{"屆": "11"}]
        server.records["votes"] = [VOTE, VOTE | {"行號": 60, "會議代碼": "院會-11-2-4"}]
        came = run(web, server, "votes")
        assert sorted(ids(came)) == ["vote/1150101_00002_55", "vote/1150101_00002_60"]
        assert run(web, server, "votes", marks=marks_in(came)) == []

    def test_what_cannot_be_divided_any_more_is_said(self, web: Web, server: LyApi) -> None:
        server.narrow = [{"屆": "11"}, {"屆": "11", "會議代碼": "院會-11-2-3"}]
        server.records["votes"] = [VOTE]
        with pytest.raises(SourceUnreachable, match="HTTP 413"):
            run(web, server, "votes")

    def test_past_terms_are_read_again_only_when_they_grow(self, web: Web, server: LyApi) -> None:
        old = ASKED | {"質詢編號": "10-1-1-1", "屆": 10}
        server.records["interpellations"] = [ASKED, old]
        marks = marks_in(run(web, server, "interpellations"))
        server.lists.clear()
        assert run(web, server, "interpellations", marks=marks) == []
        assert server.lists == ["limit=0&agg=屆", "屆=11&limit=100&page=1"]
        server.records["interpellations"].append(old | {"質詢編號": "10-1-1-2"})
        assert ids(run(web, server, "interpellations", marks=marks)) == [
            "interpellation/10-1-1-1",
            "interpellation/10-1-1-2",
        ]

    def test_in_the_term_that_lasts_a_session_is_read_again_when_something_moved(self, web: Web, server: LyApi) -> None:
        other = BILL | {"議案編號": "203110077980000", "會期": 1}
        server.records["bills"] = [BILL, other]
        marks = marks_in(run(web, server, "bills"))
        assert marks == {"bills/屆=11/會期=2": "1 2024-10-04", "bills/屆=11/會期=1": "1 2024-10-04"}
        server.records["bills"] = [BILL, other | {"最新進度日期": "2026-08-01"}]
        assert ids(run(web, server, "bills", marks=marks)) == ["bill/203110077980000"]

    def test_a_record_of_no_session_is_not_lost(self, web: Web, server: LyApi) -> None:
        talks = {"會議代碼": "黨團協商-1", "屆": 11, "日期": ["2024-10-05"]}
        server.records["meets"] = [MEET, talks]
        assert ids(run(web, server, "meets")) == ["meet/院會-11-2-3", "meet/黨團協商-1"]

    def test_records_that_no_slice_holds_are_reported(self, web: Web, server: LyApi) -> None:
        server.records["votes"] = [VOTE, {"公報文件代碼": "x", "行號": 1}]
        reported = run(web, server, "votes")[0]
        assert isinstance(reported, Raw)
        assert list(parse(reported)) == [
            Skipped("lyapi/vote/missing:votes", "LYAPI 有 1 筆沒有分屆或分卷的欄位，取不到")
        ]

    def test_a_killed_run_is_finished_by_the_next(self, web: Web, server: LyApi) -> None:
        server.records["interpellations"] = [ASKED | {"屆": term, "質詢編號": f"{term}-1"} for term in (11, 10, 9)]
        going = fetch(web, Wanted(NOW, server.base), ["interpellations"])
        before = list(islice(going, 3))
        going.close()
        after = run(web, server, "interpellations", marks=marks_in(before))
        assert ids(before) == ["interpellation/11-1", "interpellation/10-1"]
        assert ids(after) == ["interpellation/10-1", "interpellation/9-1"]


class TestTexts:
    def test_they_come_with_their_item(self, web: Web, server: LyApi) -> None:
        server.records["gazette_agendas"] = [agenda("1137701", 1, "1137701_00001", "1137701_00002")]
        server.texts = {"1137701_00001": "\ufeff主席：開會。\r\n", "1137701_00002": "散會"}
        assert texts(run(web, server, "gazette_agendas")) == {
            "gazette_agenda/1137701_00001": "主席：開會。\r\n\n\n散會"
        }

    def test_one_that_several_items_share_stands_with_the_first(self, web: Web, server: LyApi) -> None:
        server.records["gazette_agendas"] = [
            agenda("1137701", 1, "1137701_00009"),
            agenda("1137701", 2, "1137701_00009"),
        ]
        server.texts = {"1137701_00009": "主席：開會。"}
        came = run(web, server, "gazette_agendas")
        assert list(texts(came).values()) == ["主席：開會。", ""]
        assert server.files == ["1137701_00009/txt"]
        second = [one for one in came if isinstance(one, Raw)][1]
        (found,) = parse(second)
        assert isinstance(found, Parsed)
        assert found.links == (Link("gazette-ly/1137701_00001", "part_of"),)

    @pytest.mark.parametrize("txt", [404, "", b"Error: Failed to fetch content", PAGE])
    def test_without_the_plain_one_it_is_put_together(self, web: Web, server: LyApi, txt: str | bytes | int) -> None:
        server.records["gazette_agendas"] = [agenda("1137701", 1)]
        server.texts = {"1137701_00001": txt}
        server.parsed = {
            "1137701_00001": {"blocks": [[], ["段落：討論事項"], ["主席：開會。", "請宣讀。"]], "votes": []}
        }
        came = run(web, server, "gazette_agendas")
        assert texts(came) == {"gazette_agenda/1137701_00001": "主席：開會。\n請宣讀。"}

    def test_an_index_of_speakers_is_left(self, web: Web, server: LyApi) -> None:
        server.records["gazette_agendas"] = [agenda("1137701", 1, 類別代碼=9)]
        came = run(web, server, "gazette_agendas")
        assert server.files == []
        assert marks_in(came)["gazette_agendas/卷=113"] == "1"

    def test_one_that_is_late_is_asked_for_again_for_a_while(self, web: Web, server: LyApi) -> None:
        server.records["gazette_agendas"] = [agenda("1137701", 1), agenda("1137601", 1)]
        server.texts = {"1137601_00001": "散會"}
        marks = marks_in(run(web, server, "gazette_agendas"))
        assert marks == {"gazette_agendas/公報編號=1137701": "1 2026-08-16", "gazette_agendas/公報編號=1137601": "1"}
        server.files.clear()
        later = run(web, server, "gazette_agendas", marks=marks, now=datetime(2026, 11, 1))
        assert set(server.files) == {"1137701_00001/txt", "1137701_00001/parsed"}
        assert marks_in(later) == {"gazette_agendas/公報編號=1137701": "1 2026-08-16"}
        server.files.clear()
        end = run(web, server, "gazette_agendas", marks=marks, now=datetime(2026, 11, 15))
        assert (server.files, end) == ([], [Mark("gazette_agendas/卷=113", "2")])

    def test_one_the_server_breaks_down_over_does_not_keep_the_others_waiting(self, web: Web, server: LyApi) -> None:
        server.records["gazette_agendas"] = [agenda("1137701", 1), agenda("1137701", 2), agenda("1137601", 1)]
        server.texts = {"1137701_00001": 500, "1137601_00001": "散會"}
        going = fetch(web, Wanted(NOW, server.base), ["gazette_agendas"])
        before = list(islice(going, 3))
        assert ids(before) == ["gazette_agenda/1137701_00001", "gazette_agenda/1137701_00002"]
        with pytest.raises(SourceUnreachable, match="HTTP 500"):
            next(going)
        second = Web(interval=0)
        rest = fetch(second, Wanted(NOW, server.base, marks=marks_in(before)), ["gazette_agendas"])
        assert ids(islice(rest, 2)) == ["gazette_agenda/1137601_00001"]
        second.close()


class TestFaults:
    @pytest.mark.parametrize(
        ("body", "error", "line"),
        [
            (b'{"error": true, "message": "too busy"}', SourceUnreachable, "too busy"),
            (PAGE, SourceBlocked, "網頁"),
            (b"", SourceChanged, "空的"),
            (b'{"total": 1', SourceChanged, "JSON"),
            (b'{"total": 1}{"total": 1}', SourceChanged, "JSON"),
            (b"[]", SourceChanged, "物件"),
            (b'{"total": 1}', SourceChanged, "統計"),
            (b'{"total": 1, "aggs": [{"buckets": [{}]}]}', SourceChanged, "統計"),
            (b'{"total": "1", "aggs": [{"buckets": []}]}', SourceChanged, "total"),
        ],
    )
    def test_each_is_said_in_one_line(
        self, web: Web, server: LyApi, body: bytes, error: type[YoujuError], line: str
    ) -> None:
        server.broken = [body] * 3
        with pytest.raises(error, match=f"^[^\n]*{line}[^\n]*$"):
            run(web, server, "votes")

    @pytest.mark.parametrize("body", [PAGE, b'{"total"', b"{}{}"])
    def test_one_that_passes_is_not_noticed(self, web: Web, server: LyApi, body: bytes) -> None:
        server.records["votes"] = [VOTE]
        server.broken = [body, body]
        assert ids(run(web, server, "votes")) == ["vote/1150101_00002_55"]

    @pytest.mark.parametrize("body", [b'{"total": 1}', b'{"total": 1, "votes": {}}', b'{"total": 1, "votes": [1]}'])
    def test_a_list_without_its_rows(self, web: Web, server: LyApi, body: bytes) -> None:
        going = fetch(web, Wanted(NOW, server.base), ["votes"])
        server.records["votes"] = [VOTE, VOTE | {"屆": 10}]
        next(going)
        server.broken = [body]
        with pytest.raises(SourceChanged, match="找不到 votes"):
            list(going)

    def test_fewer_rows_than_there_are_said_to_be_leave_no_mark(self, web: Web, server: LyApi) -> None:
        server.records["votes"] = [VOTE]
        server.short = True
        going = fetch(web, Wanted(NOW, server.base), ["votes"])
        assert ids([next(going)]) == ["vote/1150101_00002_55"]
        with pytest.raises(SourceChanged, match="說有 2 筆，只給了 1 筆"):
            next(going)

    def test_a_row_without_its_number(self, web: Web, server: LyApi) -> None:
        server.records["votes"] = [{"屆": 11, "行號": 3}]
        with pytest.raises(SourceChanged, match="沒有編號"):
            run(web, server, "votes")

    def test_a_token_that_is_refused_names_the_setting(self, web: Web, server: LyApi) -> None:
        server.broken = [(401, b"{}")]
        with pytest.raises(SourceBlocked, match="YOUJU_OPENFUN_TOKEN"):
            run(web, server, "votes")
