"""Against a server on this machine that hands archives out as the Judicial Yuan does, and has its faults."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date, datetime
from itertools import islice
from pathlib import Path
from tempfile import gettempdir

import orjson
import pytest
from hypothesis import given
from hypothesis import strategies as st

from ingest.judicial import fetch, removals
from ingest.parsed import Came, Mark, Raw, Removal, Wanted
from ingest.web import Web
from rag.errors import BrokenArchive, IngestError, SourceBlocked, SourceChanged, SourceUnreachable
from tests.ingest.judicial_server import HEADER, USER, Judicial, jid, judgment, marks_in, raws_in, wanted
from tests.ingest.local_server import PAGE, running
from tests.ingest.rars import rar4

NIGHT, DAY = datetime(2026, 8, 16, 1, 0), datetime(2026, 8, 16, 14, 5)


@pytest.fixture
def server() -> Iterator[Judicial]:
    with running(Judicial()) as one:
        yield one


@pytest.fixture
def web() -> Iterator[Web]:
    one = Web(interval=0)
    yield one
    one.close()


def archive(*ids: str, month: str = "202607") -> bytes:
    return rar4({f"{month}/最高法院民事/{id}.json": orjson.dumps(judgment(id)) for id in ids})


class TestArchives:
    def run(self, web: Web, server: Judicial, marks: dict[str, str] | None = None) -> list[Came]:
        return list(fetch(web, wanted(server, DAY, marks)))

    def test_months_come_newest_first_each_with_its_mark(self, web: Web, server: Judicial) -> None:
        server.offer(9, 91, "199601", archive(jid(1)))
        server.offer(3, 31, "202606裁判書--(20260816Update)", archive(jid(2), jid(3)))
        came = self.run(web, server)
        assert raws_in(came) == [jid(2), jid(3), jid(1)]
        assert marks_in(came) == {"3/31": "202606裁判書--(20260816Update)", "9/91": "199601"}
        seen = {one.id: one.seen for one in came if isinstance(one, Raw)}
        assert seen == {jid(2): date(2026, 8, 16), jid(3): date(2026, 8, 16), jid(1): None}
        title = "202606裁判書--(20260816Update)"
        assert came[0] == Raw(jid(2), orjson.dumps(judgment(jid(2))), title, date(2026, 8, 16))

    def test_only_a_month_packed_anew_is_read_again(self, web: Web, server: Judicial) -> None:
        server.offer(3, 31, "202606", archive(jid(2)))
        server.offer(4, 41, "202605", archive(jid(3)))
        marks = marks_in(self.run(web, server))
        assert raws_in(self.run(web, server, marks)) == []
        server.offer(3, 31, "202606裁判書--(20260816Update)", archive(jid(2), jid(4)))
        assert raws_in(self.run(web, server, marks)) == [jid(2), jid(4)]
        assert server.downloads == ["31", "41", "31"]

    def test_a_killed_run_reads_the_month_again_that_it_was_in(self, web: Web, server: Judicial) -> None:
        server.offer(3, 31, "202606", archive(jid(1)))
        server.offer(4, 41, "202605", archive(jid(2), jid(3)))
        run = fetch(web, wanted(server, DAY))
        before = list(islice(run, 3))
        run.close()
        assert raws_in(before) == [jid(1), jid(2)]
        assert raws_in(self.run(web, server, marks_in(before))) == [jid(2), jid(3)]

    def test_nothing_is_left_behind_on_the_disk(self, web: Web, server: Judicial) -> None:
        def downloaded() -> list[Path]:
            return list(Path(gettempdir()).glob("youju-*/199902.rar"))

        server.offer(3, 31, "199902", archive(jid(1), jid(2)))
        run = fetch(web, wanted(server, DAY))
        next(run)
        assert len(downloaded()) == 1
        run.close()
        assert downloaded() == []

    def test_an_expired_token_is_renewed(self, web: Web, server: Judicial) -> None:
        server.offer(3, 31, "202606", archive(jid(1)))
        server.offer(4, 41, "202605", archive(jid(2)))
        run = fetch(web, wanted(server, DAY))
        first = list(islice(run, 2))
        server.member_tokens += 1  # the one we hold is worth nothing any more
        assert raws_in([*first, *run]) == [jid(1), jid(2)]

    def test_a_wrong_password_names_the_settings(self, web: Web, server: Judicial) -> None:
        server.offer(3, 31, "202606", archive(jid(1)))
        with pytest.raises(SourceBlocked, match=r"帳號或密碼錯誤.*YOUJU_JUDICIAL_USER"):
            list(fetch(web, Wanted(DAY, server.base, USER, "wrong")))

    def test_an_archive_the_server_fails_on_says_how_to_go_on(self, web: Web, server: Judicial) -> None:
        server.offer(3, 31, "202606", 500)
        with pytest.raises(SourceUnreachable, match=r"202606.*HTTP 500.*--from"):
            self.run(web, server)

    def test_a_page_in_place_of_an_archive_is_no_archive(self, web: Web, server: Judicial) -> None:
        server.offer(3, 31, "202606", PAGE)
        with pytest.raises(SourceBlocked):
            self.run(web, server)

    def test_a_truncated_archive_leaves_no_mark(self, web: Web, server: Judicial) -> None:
        whole = archive(*map(jid, range(50)))
        server.offer(3, 31, "202606", whole[: len(whole) // 2])
        came: list[Came] = []
        with pytest.raises(BrokenArchive, match="202606"):
            came.extend(fetch(web, wanted(server, DAY)))
        assert marks_in(came) == {}

    def test_an_archive_without_judgments_is_said_to_be(self, web: Web, server: Judicial) -> None:
        server.offer(3, 31, "202606", rar4({"readme.txt": b"."}))
        with pytest.raises(SourceChanged, match=r"202606.*沒有裁判"):
            self.run(web, server)

    @pytest.mark.parametrize("resources", [[], {}, [{"title": "202606"}], [1], PAGE])
    def test_a_list_of_another_shape_is_said_to_be(self, web: Web, server: Judicial, resources: object) -> None:
        server.resources = resources
        with pytest.raises((SourceChanged, SourceBlocked)):
            self.run(web, server)

    def test_no_month_at_all_is_a_changed_source(self, web: Web, server: Judicial) -> None:
        server.offer(1, 11, "Delete-Infor", HEADER.encode())
        with pytest.raises(SourceChanged, match="月份"):
            self.run(web, server)


def read(body: bytes) -> tuple[list[Removal], str]:
    try:
        return list(removals(body)), ""
    except IngestError as error:
        return [], str(error)


class TestDeletions:
    CSV = (HEADER + '20200615,200204,臺灣高等法院臺中分院民事,"TCHV,91,家抗,49,20020423,1"\r\n').encode("utf-8-sig")
    ONE = Removal("judgment/TCHV,91,家抗,49,20020423,1", date(2020, 6, 15))

    def offered(self, server: Judicial, csv: bytes) -> None:
        server.offer(1, 11, "Delete-Infor", csv)
        server.offer(3, 31, "202606", archive(jid(1)))

    def test_they_come_before_the_archives(self, web: Web, server: Judicial) -> None:
        self.offered(server, self.CSV)
        came = list(fetch(web, wanted(server, DAY)))
        assert came[0] == self.ONE
        assert came[1] == Mark("Delete-Infor", "20200615")

    def test_they_come_after_the_judgments_of_a_night(self, web: Web, server: Judicial) -> None:
        self.offered(server, self.CSV)
        came = list(fetch(web, wanted(server, NIGHT), server.clock))
        assert raws_in(came) == [jid(1), jid(2), jid(3)]
        assert came[-2:] == [self.ONE, Mark("Delete-Infor", "20200615")]

    def test_old_ones_are_not_repeated_for_ever(self, web: Web, server: Judicial) -> None:
        self.offered(server, self.CSV + '20260801,202001,最高法院民事,"TPSV,109,台上,1,20200101,1"\r\n'.encode())
        marks = marks_in(fetch(web, wanted(server, DAY)))
        again = [one for one in fetch(web, wanted(server, DAY, marks)) if isinstance(one, Removal)]
        assert again == [Removal("judgment/TPSV,109,台上,1,20200101,1", date(2026, 8, 1))]

    @pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp950"])
    def test_utf8_and_big5_are_read(self, encoding: str) -> None:
        text = HEADER + '20200615,200204,臺灣高等法院臺中分院民事,"TCHV,91,家抗,49,20020423,1"\r\n'
        assert list(removals(text.encode(encoding))) == [self.ONE]

    def test_a_day_that_cannot_be_read_keeps_nothing_alive(self) -> None:
        text = HEADER + '109/6/15,200204,最高法院民事,"TCHV,91,家抗,49,20020423,1"\n\n'
        assert list(removals(text.encode())) == [Removal(self.ONE.key, date.min)]

    def test_a_row_that_ends_before_its_day_keeps_nothing_alive(self) -> None:
        text = '裁判ID,刪除日期\r\n"TCHV,91,家抗,49,20020423,1"\r\n'
        assert list(removals(text.encode())) == [Removal(self.ONE.key, date.min)]

    @pytest.mark.parametrize(
        "body", [b"", b"a,b\n1,2\n", HEADER.encode("utf-16"), b"\x80\xff\x81", (HEADER + "1,2,3,4\n").encode()]
    )
    def test_another_file_is_said_to_be(self, body: bytes) -> None:
        with pytest.raises(SourceChanged, match="Delete-Infor"):
            list(removals(body))

    def test_a_page_is_no_list(self) -> None:
        with pytest.raises(SourceBlocked):
            list(removals(PAGE))

    @given(st.binary(max_size=300).map(lambda tail: HEADER.encode() + tail) | st.binary(max_size=300))
    def test_any_bytes_end_in_removals_or_one_clear_line(self, body: bytes) -> None:
        found, line = read(body)
        assert all(re.match("judgment/.+,.+", one.key) for one in found)
        assert "\n" not in line
