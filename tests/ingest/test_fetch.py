"""Against a real server on this machine that is told, request by request, how to behave."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from pathlib import Path

import httpx2
import pytest

from ingest.fetch import Fetcher
from rag.errors import BrokenArchive, RefusedRequest, SourceBlocked, SourceUnreachable, StoreError
from tests.ingest.web_server import BODY, CUT, NEWER, PAGE, Act, Server, Time, cut, rest, status, whole

NOW = datetime.fromtimestamp(1_790_000_100, UTC)


@pytest.fixture
def zips(time: Time) -> Iterator[Fetcher]:
    one = Fetcher("law@example.org", interval=2.0, clock=time.clock())
    yield one
    one.close()


@pytest.fixture
def target(tmp_path: Path) -> Path:
    return tmp_path / "raw" / "ChLaw.json.zip"


def left(target: Path) -> list[str]:
    return sorted(path.name for path in target.parent.iterdir()) if target.parent.exists() else []


def test_a_file_comes_whole_and_leaves_no_parts(server: Server, zips: Fetcher, target: Path) -> None:
    server.acts = [whole(ETag='"1"')]
    came: list[int] = []
    assert zips.download(server.url, target, came.append) == target
    assert (target.read_bytes(), sum(came), left(target)) == (BODY, len(BODY), [target.name])


def test_the_server_is_told_who_asks_and_asked_for_the_bytes_as_they_are(
    server: Server, zips: Fetcher, target: Path
) -> None:
    server.acts = [whole()]
    zips.download(server.url, target)
    assert server.asked[0]["user-agent"] == "youju/0.1 (+law@example.org)"
    assert server.asked[0]["accept-encoding"] == "identity"
    assert "range" not in server.asked[0]


@pytest.mark.parametrize("mark", [{"ETag": '"1"'}, {"Last_Modified": "Fri, 10 Jul 2026 00:00:00 GMT"}, {}])
def test_a_broken_connection_is_taken_up_where_it_stopped(
    server: Server, zips: Fetcher, target: Path, mark: dict[str, str]
) -> None:
    server.acts = [cut(CUT, **mark), rest(**mark)]
    zips.download(server.url, target)
    assert target.read_bytes() == BODY
    assert server.ranges() == [None, "bytes=65536-"]
    assert server.asked[1].get("if-range") == next(iter(mark.values()), None)


def test_a_part_left_by_a_killed_run_is_taken_up(server: Server, zips: Fetcher, target: Path, time: Time) -> None:
    server.acts = [cut(CUT, ETag='"1"'), *[status(503)] * 4]
    with pytest.raises(SourceUnreachable):
        zips.download(server.url, target)
    later = Fetcher(clock=time.clock())
    server.acts = [rest(ETag='"1"')]
    later.download(server.url, target)
    later.close()
    assert (target.read_bytes(), server.ranges()[-1], left(target)) == (BODY, "bytes=65536-", [target.name])


def test_a_file_that_changed_meanwhile_is_fetched_anew(server: Server, zips: Fetcher, target: Path) -> None:
    server.acts = [cut(CUT, ETag='"1"'), rest(NEWER, ETag='"2"')]
    zips.download(server.url, target)
    assert target.read_bytes() == NEWER


def test_a_changed_file_that_the_server_passes_off_as_the_same_is_fetched_anew(
    server: Server, zips: Fetcher, target: Path
) -> None:
    server.acts = [cut(CUT, ETag='W/"1"'), rest(NEWER), whole(NEWER)]
    zips.download(server.url, target)
    assert target.read_bytes() == NEWER
    assert "if-range" not in server.asked[1]
    assert server.ranges() == [None, "bytes=65536-", None]


def test_a_server_that_knows_no_ranges_starts_again(server: Server, zips: Fetcher, target: Path) -> None:
    server.acts = [cut(CUT), whole()]
    zips.download(server.url, target)
    assert target.read_bytes() == BODY


def test_a_server_that_sends_another_range_is_not_believed(server: Server, zips: Fetcher, target: Path) -> None:
    wrong: Act = lambda handler: handler.reply(206, BODY[5:], Content_Range=f"bytes 5-{len(BODY) - 1}/{len(BODY)}")  # noqa: E731
    server.acts = [cut(CUT), wrong, whole()]
    zips.download(server.url, target)
    assert (target.read_bytes(), server.ranges()[-1]) == (BODY, None)


def test_nothing_left_to_send_means_it_is_all_there(server: Server, zips: Fetcher, target: Path) -> None:
    target.parent.mkdir()
    target.with_name(target.name + ".part").write_bytes(BODY)
    server.acts = [status(416)]
    zips.download(server.url, target)
    assert target.read_bytes() == BODY


def test_nothing_left_to_send_of_a_part_that_is_no_archive_starts_again(
    server: Server, zips: Fetcher, target: Path
) -> None:
    target.parent.mkdir()
    target.with_name(target.name + ".part").write_bytes(BODY + b"too much" * 9000)
    server.acts = [status(416), whole()]
    zips.download(server.url, target)
    assert target.read_bytes() == BODY


@pytest.mark.parametrize("code", [500, 502, 503, 429])
def test_a_busy_server_is_asked_again(server: Server, zips: Fetcher, target: Path, code: int) -> None:
    server.acts = [status(code), status(code), whole()]
    zips.download(server.url, target)
    assert target.read_bytes() == BODY


def test_after_five_attempts_it_is_given_up(server: Server, zips: Fetcher, target: Path) -> None:
    server.acts = [status(503)] * 9
    with pytest.raises(SourceUnreachable, match="HTTP 503"):
        zips.download(server.url, target)
    assert len(server.asked) == 5


def test_an_answer_that_never_comes_whole_is_given_up(server: Server, zips: Fetcher, target: Path) -> None:
    server.acts = [lambda handler: handler.reply(200, b"", 10)] * 9
    with pytest.raises(SourceUnreachable):
        zips.download(server.url, target)
    assert not target.exists()


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ("40", 40.0),
        ("300", 300.0),
        (format_datetime(NOW + timedelta(seconds=90), usegmt=True), 90.0 - 2.0),
        (format_datetime(NOW + timedelta(seconds=90)), 90.0 - 2.0),
        (format_datetime(NOW - timedelta(hours=5), usegmt=True), 2.0),
        ("Thu, 01 Jan 0000 00:00:00 GMT", 2.0),
        ("soon", 2.0),
        ("-3", 2.0),
        ("", 2.0),
    ],
)
def test_a_server_that_says_when_to_come_back_is_waited_for(
    server: Server, zips: Fetcher, target: Path, time: Time, value: str, expected: float
) -> None:
    server.acts = [status(429, Retry_After=value), whole()]
    zips.download(server.url, target)
    assert sum(time.waits()) == 2.0 + expected


def test_between_two_requests_there_is_a_pause(server: Server, zips: Fetcher, target: Path, time: Time) -> None:
    server.acts = [whole(), whole(), whole()]
    zips.download(server.url, target)
    zips.download(server.url, target)
    time.now += 1.5
    zips.download(server.url, target)
    assert time.waits() == [2.0, 2.0, 0.5]


def test_a_refusal_is_not_argued_with(server: Server, zips: Fetcher, target: Path) -> None:
    server.acts = [status(403)]
    with pytest.raises(SourceBlocked, match="HTTP 403"):
        zips.download(server.url, target)


@pytest.mark.parametrize("code", [401, 404, 410, 413, 418])
def test_other_statuses_are_named(server: Server, zips: Fetcher, target: Path, code: int) -> None:
    server.acts = [status(code)]
    with pytest.raises(RefusedRequest, match=f"HTTP {code}") as raised:
        zips.download(server.url, target)
    assert raised.value.status == code


def test_a_page_in_place_of_the_file_is_called_one(server: Server, zips: Fetcher, target: Path) -> None:
    server.acts = [whole(PAGE)]
    with pytest.raises(SourceBlocked, match="網頁"):
        zips.download(server.url, target)
    assert left(target) == []


@pytest.mark.parametrize("body", [b"", b"nonsense", BODY[:-100], BODY[:90_000] + b"x" + BODY[90_001:]])
def test_what_is_no_whole_archive_is_not_kept(server: Server, zips: Fetcher, target: Path, body: bytes) -> None:
    server.acts = [whole(body)]
    with pytest.raises(BrokenArchive):
        zips.download(server.url, target)
    assert left(target) == []


def test_a_failed_download_leaves_the_file_from_last_time(server: Server, zips: Fetcher, target: Path) -> None:
    server.acts = [whole(), whole(PAGE)]
    zips.download(server.url, target)
    with pytest.raises(SourceBlocked):
        zips.download(server.url, target)
    assert target.read_bytes() == BODY


def test_a_redirect_is_followed(server: Server, zips: Fetcher, target: Path) -> None:
    server.acts = [status(302, Location="/elsewhere"), whole()]
    zips.download(server.url, target)
    assert target.read_bytes() == BODY


def test_a_redirect_to_an_unencrypted_address_is_refused(target: Path, time: Time) -> None:
    def answer(request: httpx2.Request) -> httpx2.Response:
        if request.url.scheme == "https":
            return httpx2.Response(302, headers={"Location": "http://law.example.org/file"})
        return httpx2.Response(200, content=BODY)

    one = Fetcher(clock=time.clock(), transport=httpx2.MockTransport(answer))
    with pytest.raises(SourceUnreachable, match="未加密"):
        one.download("https://law.example.org/file", target)
    one.close()
    assert left(target) == []


def test_redirects_without_end_are_given_up(server: Server, zips: Fetcher, target: Path) -> None:
    server.acts = [status(302, Location="/again")] * 60
    with pytest.raises(SourceUnreachable, match="轉址"):
        zips.download(server.url, target)


@pytest.mark.parametrize("url", ["gopher://127.0.0.1/x", "ftp://", "not a url", "http://", "http://[::1"])
def test_an_address_that_is_none_is_named(zips: Fetcher, target: Path, url: str, time: Time) -> None:
    with pytest.raises(SourceUnreachable):
        zips.download(url, target)
    assert time.waits() == []


def test_nobody_there_is_given_up_after_five_attempts(zips: Fetcher, target: Path, time: Time) -> None:
    with Server() as gone:
        url = gone.url
    with pytest.raises(SourceUnreachable):
        zips.download(url, target)
    assert time.waits() == [2.0, 4.0, 8.0, 16.0]


def test_a_folder_that_can_not_be_written_is_named(server: Server, zips: Fetcher, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(StoreError, match="無法寫入"):
        zips.download(server.url, tmp_path / "file" / "ChLaw.json.zip")
