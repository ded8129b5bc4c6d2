"""Big files: taken up where they stopped, and never glued together from two versions."""

from __future__ import annotations

from pathlib import Path

import pytest

from ingest.web import Web
from tests.ingest.web_server import CUT, Act, Server, cut, rest, status, whole


@pytest.fixture
def target(tmp_path: Path) -> Path:
    return tmp_path / "raw" / "202601.rar"


FILE = bytes(range(256)) * 1000


def left(target: Path) -> list[str]:
    return sorted(path.name for path in target.parent.iterdir())


def test_a_file_of_any_kind_is_taken_up_where_it_stopped(server: Server, web: Web, target: Path) -> None:
    server.acts = [cut(CUT, FILE, ETag='"1"'), rest(FILE, ETag='"1"')]
    sizes: list[int] = []
    web.download(server.at("/f"), target, sizes.append, {"Authorization": "Bearer t"})
    assert (target.read_bytes(), sum(sizes), left(target)) == (FILE, len(FILE), [target.name])
    assert [one.get("range") for one in server.asked] == [None, "bytes=65536-"]
    assert {one["authorization"] for one in server.asked} == {"Bearer t"}


def test_without_a_mark_and_a_way_to_check_it_comes_anew(server: Server, web: Web, target: Path) -> None:
    server.acts = [cut(CUT, FILE), rest(FILE)]
    web.download(server.at("/f"), target)
    assert (target.read_bytes(), server.ranges()) == (FILE, [None, None])


def ranged(first: int, last: int, total: str = str(len(FILE))) -> Act:
    content = f"bytes {first}-{last}/{total}"
    return lambda handler: handler.reply(206, FILE[first : last + 1], Content_Range=content, ETag='"1"')


def test_a_server_that_sends_little_at_a_time_is_asked_for_the_rest(server: Server, web: Web, target: Path) -> None:
    server.acts = [cut(CUT, FILE, ETag='"1"'), ranged(CUT, 99_999), ranged(100_000, len(FILE) - 1)]
    web.download(server.at("/f"), target)
    assert target.read_bytes() == FILE


def test_a_length_the_server_does_not_know_is_no_fault(server: Server, web: Web, target: Path) -> None:
    server.acts = [cut(CUT, FILE, ETag='"1"'), ranged(CUT, len(FILE) - 1, "*")]
    web.download(server.at("/f"), target)
    assert target.read_bytes() == FILE


@pytest.mark.parametrize(("size", "asked"), [(len(FILE), 1), (len(FILE) + 1, 2)])
def test_nothing_left_to_send_means_it_is_all_there_if_the_length_is_right(
    server: Server, web: Web, target: Path, size: int, asked: int
) -> None:
    target.parent.mkdir()
    target.with_name(target.name + ".part").write_bytes((FILE + b"x")[:size])
    target.with_name(target.name + ".part.mark").write_text('"1"')
    server.acts = [status(416, Content_Range=f"bytes */{len(FILE)}"), whole(FILE)]
    web.download(server.at("/f"), target)
    assert (target.read_bytes(), len(server.asked)) == (FILE, asked)


def test_a_run_stopped_in_the_middle_leaves_its_part_for_the_next(server: Server, web: Web, target: Path) -> None:
    class Stop(Exception): ...

    def stop(size: int) -> None:
        raise Stop

    server.acts = [whole(FILE, ETag='"1"'), rest(FILE, ETag='"1"')]
    with pytest.raises(Stop):
        web.download(server.at("/f"), target, stop)
    assert left(target) == ["202601.rar.part", "202601.rar.part.mark"]
    web.download(server.at("/f"), target)
    assert (target.read_bytes(), server.ranges()) == (FILE, [None, "bytes=65536-"])


def test_a_new_version_never_goes_under_the_old_mark(server: Server, web: Web, target: Path) -> None:
    newer = FILE[::-1]
    server.acts = [cut(CUT, FILE, ETag='"1"'), cut(CUT, newer, ETag='"2"'), rest(newer, ETag='"2"')]
    web.download(server.at("/f"), target)
    assert target.read_bytes() == newer
