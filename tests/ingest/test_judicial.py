"""Against a server on this machine that speaks the Judicial Yuan's two protocols and has their faults."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime
from itertools import islice

import orjson
import pytest

from ingest.judicial import nightly
from ingest.parsed import Came, Raw, Removal, Wanted
from ingest.web import Web
from rag.errors import IngestError, SourceBlocked, SourceChanged, SourceUnreachable
from tests.ingest.judicial_server import (
    CLOSED,
    GONE,
    PASSWORD,
    USER,
    Judicial,
    jid,
    judgment,
    marks_in,
    raws_in,
    wanted,
)
from tests.ingest.local_server import running

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


def night(web: Web, server: Judicial, marks: dict[str, str] | None = None, now: datetime = NIGHT) -> list[Came]:
    return list(nightly(web, wanted(server, now, marks), server.clock))


class TestNightly:
    def test_each_judgment_of_the_list_comes_as_it_was_sent(self, web: Web, server: Judicial) -> None:
        came = night(web, server)
        assert raws_in(came) == [jid(1), jid(2), jid(3)]
        first = next(one for one in came if isinstance(one, Raw))
        assert orjson.loads(first.body) == judgment(jid(1))
        assert first.seen == date(2026, 8, 16)

    @pytest.mark.parametrize("names", [("DATE", "LIST"), ("date", "list")])
    def test_names_are_read_in_either_case(self, web: Web, server: Judicial, names: tuple[str, str]) -> None:
        server.days = [{names[0]: "2026-08-09", names[1]: [jid(7)]}]
        assert raws_in(night(web, server)) == [jid(7)]

    def test_a_finished_list_is_not_fetched_again_the_same_night(self, web: Web, server: Judicial) -> None:
        marks = marks_in(night(web, server))
        assert raws_in(night(web, server, marks)) == []
        assert server.asked == [jid(1), jid(2), jid(3)]

    def test_a_killed_run_is_finished_by_the_next(self, web: Web, server: Judicial) -> None:
        run = nightly(web, wanted(server, NIGHT), server.clock)
        before = list(islice(run, 5))  # the list, two judgments and their marks
        run.close()
        after = night(web, server, marks_in(before))
        assert raws_in(before) + raws_in(after) == server.asked == [jid(1), jid(2), jid(3)]

    def test_what_six_oclock_cuts_off_is_left_to_the_next_night(self, web: Web, server: Judicial) -> None:
        server.pace = 60.0
        cut = night(web, server, now=datetime(2026, 8, 16, 5, 58, 30))
        assert raws_in(cut) == [jid(1), jid(2)]
        server.days = [{"DATE": "2026-08-10", "LIST": [jid(4)]}]
        rest = night(web, server, marks_in(cut), now=datetime(2026, 8, 17, 0, 30))
        assert raws_in(rest) == [jid(3), jid(4)]
        assert server.asked == [jid(1), jid(2), jid(3), jid(4)]

    def test_a_run_does_not_go_on_into_another_night(self, web: Web, server: Judicial) -> None:
        server.pace = 86_400.0
        assert raws_in(night(web, server)) == [jid(1)]

    def test_outside_the_service_hours_it_says_when_to_come(self, web: Web, server: Judicial) -> None:
        with pytest.raises(SourceUnreachable, match=r"00:00 至 06:00.*現在是 14:05"):
            night(web, server, now=DAY)
        assert server.tokens == 0

    def test_a_server_that_says_it_is_closed_is_believed(self, web: Web, server: Judicial) -> None:
        server.closed = True
        with pytest.raises(SourceUnreachable, match="沒有開放"):
            night(web, server)

    def test_a_server_that_closes_early_ends_the_run_quietly(self, web: Web, server: Judicial) -> None:
        server.errors[jid(2)] = CLOSED
        came = night(web, server)
        assert raws_in(came) == [jid(1)]
        assert marks_in(came)["nightly-done/2026-08-09"] == "1"

    def test_an_expired_token_is_renewed(self, web: Web, server: Judicial) -> None:
        server.lifetime = 2
        assert raws_in(night(web, server)) == [jid(1), jid(2), jid(3)]
        assert server.tokens == 2

    def test_a_wrong_password_names_the_settings(self, web: Web, server: Judicial) -> None:
        with pytest.raises(SourceBlocked, match="YOUJU_JUDICIAL_USER 與 YOUJU_JUDICIAL_PASSWORD"):
            list(nightly(web, Wanted(NIGHT, server.base, USER, "wrong"), server.clock))

    def test_no_account_names_the_settings(self, web: Web, server: Judicial) -> None:
        with pytest.raises(SourceBlocked, match="YOUJU_JUDICIAL_USER"):
            list(nightly(web, Wanted(NIGHT, server.base), server.clock))

    def test_what_was_taken_back_is_removed(self, web: Web, server: Judicial) -> None:
        server.errors[jid(2)] = GONE
        came = night(web, server)
        assert Removal(f"judgment/{jid(2)}", date(2026, 8, 16)) in came
        assert raws_in(came) == [jid(1), jid(3)]

    @pytest.mark.parametrize("answer", ["系統發生錯誤", {"JID": "另一件"}, ["odd"]])
    def test_what_cannot_be_had_is_reported_and_the_run_goes_on(
        self, web: Web, server: Judicial, answer: object
    ) -> None:
        server.errors[jid(2)] = answer
        came = night(web, server)
        assert raws_in(came) == [jid(1), f"error/{jid(2)}", jid(3)]
        reported = next(one for one in came if isinstance(one, Raw) and one.id.startswith("error/"))
        assert orjson.loads(reported.body)["JID"] == jid(2)

    @pytest.mark.parametrize("days", [[{"DAY": "2026-08-09"}], {"DATE": "2026-08-09"}, [{"DATE": 9, "LIST": []}]])
    def test_a_list_of_another_shape_is_said_to_be(
        self, web: Web, server: Judicial, days: list[dict[str, str]]
    ) -> None:
        server.days = days
        with pytest.raises(SourceChanged, match="異動清單"):
            night(web, server)

    def test_the_password_is_never_in_an_error(self, web: Web, server: Judicial) -> None:
        server.closed = True
        with pytest.raises(IngestError) as error:
            night(web, server)
        assert PASSWORD not in str(error.value)
        assert PASSWORD not in repr(wanted(server, NIGHT))
