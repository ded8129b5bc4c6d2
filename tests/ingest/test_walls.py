from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ingest.walls import is_wall
from tests.ingest.web_server import PAGE, WALL

TEXT = "<p>司法院大法官解釋的內文一段又一段。</p>".encode() * 40


@pytest.mark.parametrize(
    "page",
    [
        WALL,
        b'\xef\xbb\xbf\r\n<html><head><script>window["bobcmn"] = "1"' + b"0" * 9000 + b"</script></head></html>",
        b'<!DOCTYPE html><script src="/TSPD/08a?type=11"></script><noscript>Please enable JavaScript</noscript>',
        b'<!DOCTYPE html><html><title>Just a moment...</title><script src="/cdn-cgi/challenge-platform/x"></script>',
        b'<html><iframe src="/_Incapsula_Resource?x=1">Request unsuccessful.</iframe></html>',
        b"<html><script>TSPD never closed" + b"x" * 2000,
    ],
)
def test_a_page_that_keeps_robots_out_is_known(page: bytes) -> None:
    assert is_wall(page)


@pytest.mark.parametrize(
    "page",
    [
        b"",
        PAGE,
        b'{"error": "Request Rejected"}',
        b"<rss><item>Request Rejected</item></rss>",
        b'<html><script src="/TSPD/08a?type=10"></script><body>' + TEXT + b"</body></html>",
        b"PK\x03\x04 TSPD",
        b"<html>" + b"TSPD" * 20_000,
    ],
)
def test_a_page_that_says_something_is_none(page: bytes) -> None:
    assert not is_wall(page)


@given(st.lists(st.sampled_from([b"<html>", b"<", b">", b"<script>", b"TSPD", b"x" * 400, b"\xff"]), max_size=200))
def test_any_bytes_can_be_asked_about(parts: list[bytes]) -> None:
    assert is_wall(b"".join(parts)) in (True, False)


def test_a_page_made_to_be_slow_is_not() -> None:
    assert is_wall(b"<html>TSPD" + b"<script" * 9000) in (True, False)
    assert is_wall(b"<html>TSPD" + b"<" * 65_000) in (True, False)
