"""How the Executive Yuan Gazette is fetched: a real server on this machine plays the gazette's."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Iterator
from datetime import datetime

import pytest

from ingest.feeds import TAIPEI
from ingest.parsed import Mark, Raw, Wanted
from ingest.sources import gazette_ey
from ingest.web import Web
from rag.errors import BrokenArchive, SourceBlocked, SourceChanged, SourceUnreachable
from tests.ingest.sources.gazette import issue, record
from tests.ingest.web_server import PAGE, WALL, Act, Server, Time, serving, status, whole

# A Tuesday: the working days before it in its month are Thursday 1, Friday 2 and Monday 5.
NOW = datetime(2026, 10, 6, 12, tzinfo=TAIPEI)
NEWEST = "/egFront/OpenData/downloadXML.jsp"


@pytest.fixture
def server() -> Iterator[Server]:
    with serving() as one:
        yield one


@pytest.fixture
def web() -> Iterator[Web]:
    one = Web("law@example.org", clock=Time().clock())
    yield one
    one.close()


def archive(name: str, body: bytes) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as file:
        file.writestr(name, body)
    return buffer.getvalue()


def wanted(server: Server, **marks: str) -> Wanted:
    return Wanted(NOW, base=server.at(""), marks=marks)


def known(*days: str) -> dict[str, str]:
    return {f"2026-10-{day}": "none" for day in days}


def test_the_newest_issue_is_taken_once(server: Server, web: Web) -> None:
    server.acts = [whole(issue(record()), ETag='"1"')]
    raw, day, newest = gazette_ey.fetch(web, wanted(server, **known("01", "02", "05")))
    assert isinstance(raw, Raw)
    assert raw.id == "2026-10-06"
    assert isinstance(day, Mark)
    assert isinstance(newest, Mark)
    assert (day.name, newest.name) == ("2026-10-06", "newest")
    marks = known("01", "02", "05") | {day.name: day.value}
    server.acts = [whole(issue(record()), ETag='"2"'), status(304)]
    (mark,) = gazette_ey.fetch(web, wanted(server, **marks, newest=newest.value))
    assert isinstance(mark, Mark)
    assert list(gazette_ey.fetch(web, wanted(server, **marks, newest=mark.value))) == []
    assert [one.get("if-none-match") for one in server.asked] == [None, '"1"', '"2"']


def test_an_issue_that_was_mended_comes_again(server: Server, web: Web) -> None:
    server.acts = [whole(issue(record(), record(MetaId="2")))]
    raw, *_ = gazette_ey.fetch(web, wanted(server, **known("01", "02", "05", "06")))
    assert isinstance(raw, Raw)


def test_days_of_the_month_no_run_has_had_are_fetched(server: Server, web: Web) -> None:
    day = archive("115-10-02/115-10-02.xml", issue(record(Explain="不同的一天" * 200)))
    server.acts = [
        status(302, Location="/old" + NEWEST),
        whole(issue(record())),
        whole(b"none"),
        whole(day),
        whole(b""),
    ]
    found = list(gazette_ey.fetch(web, wanted(server)))
    assert [one.id for one in found if isinstance(one, Raw)] == ["2026-10-06", "2026-10-02"]
    # Nothing came of the 1st, which is long past, and of the 5th, which may still come.
    assert [one.name for one in found if isinstance(one, Mark)] == ["2026-10-06", "newest", "2026-10-01", "2026-10-02"]
    asked = [one[":path"].partition("fn=")[2] for one in server.asked]
    assert asked == ["", "", "115-10-01", "115-10-02", "115-10-05"]


def test_a_day_that_is_not_found_is_a_day_without_an_issue(server: Server, web: Web) -> None:
    server.acts = [whole(issue(record())), status(404)]
    found = list(gazette_ey.fetch(web, wanted(server, **known("02", "05"))))
    assert found[-1] == Mark("2026-10-01", "none")


@pytest.mark.parametrize(
    ("act", "error"),
    [
        (whole(PAGE * 20), SourceBlocked),
        (whole(archive("115-10-01.xml", issue(record(Explain="甲" * 999)))[:-90]), BrokenArchive),
        (status(410), SourceUnreachable),
    ],
)
def test_a_past_day_that_fails_says_so_after_the_newest(
    server: Server, web: Web, act: Act, error: type[Exception]
) -> None:
    server.acts = [whole(issue(record())), act]
    came = gazette_ey.fetch(web, wanted(server, **known("02", "05")))
    assert isinstance(next(came), Raw)
    with pytest.raises(error):
        list(came)


@pytest.mark.parametrize(
    ("act", "error"),
    [
        (status(403), SourceBlocked),
        (whole(PAGE), SourceBlocked),
        (whole(WALL), SourceBlocked),
        (whole(b"<Gazette><Record>"), SourceChanged),
        (whole(issue(record(Date_Published=""))), SourceChanged),
        (status(404), SourceUnreachable),
    ],
)
def test_an_answer_that_is_no_issue_is_refused(server: Server, web: Web, act: Act, error: type[Exception]) -> None:
    server.acts = [act]
    with pytest.raises(error):
        list(gazette_ey.fetch(web, wanted(server)))


def test_a_busy_server_is_waited_for(server: Server) -> None:
    time = Time()
    web = Web("law@example.org", clock=time.clock())
    server.acts = [status(429, Retry_After="40"), whole(issue(record()))]
    raw, *_ = gazette_ey.fetch(web, wanted(server, **known("01", "02", "05")))
    web.close()
    assert isinstance(raw, Raw)
    assert sum(time.waits()) >= 40
