import zipfile
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from ingest.archive import is_page, is_whole, read_member
from rag.errors import BrokenArchive, SourceBlocked, YoujuError


def archive(path: Path, *names: str, method: int = zipfile.ZIP_DEFLATED) -> Path:
    with zipfile.ZipFile(path, "w", method) as file:
        for name in names:
            file.writestr(name, f"{name} 的內容".encode() * 40)
    return path


def test_the_member_is_picked_by_its_ending(tmp_path: Path) -> None:
    path = archive(tmp_path / "a.zip", "schema.csv", "ChLaw.JSON", "manifest.csv")
    assert read_member(path, ".json") == ("ChLaw.JSON", "ChLaw.JSON 的內容".encode() * 40)
    assert is_whole(path)


@pytest.mark.parametrize("names", [(), ("schema.csv",), ("a.json", "b.json")])
def test_none_or_two_members_are_refused(tmp_path: Path, names: tuple[str, ...]) -> None:
    with pytest.raises(BrokenArchive, match=f"找到 {sum(name.endswith('.json') for name in names)} 個"):
        read_member(archive(tmp_path / "a.zip", *names), ".json")


@pytest.mark.parametrize("page", ["<!DOCTYPE html><p>", "\ufeff\r\n <HTML>", "<head>", "<script>location='/'</script>"])
def test_a_page_in_place_of_an_archive_is_called_one(tmp_path: Path, page: str) -> None:
    path = tmp_path / "a.zip"
    path.write_text(page, encoding="utf-8")
    assert (is_page(path), is_whole(path)) == (True, False)
    with pytest.raises(SourceBlocked, match="這是網頁"):
        read_member(path, ".json")


def test_a_wrong_checksum_is_found_in_any_member(tmp_path: Path) -> None:
    path = archive(tmp_path / "a.zip", "a.json", "schema.csv", method=zipfile.ZIP_STORED)
    body = bytearray(path.read_bytes())
    body[body.index("schema.csv 的內容".encode())] ^= 1
    path.write_bytes(body)
    assert not is_whole(path)
    with pytest.raises(BrokenArchive, match="CRC"):
        read_member(path, ".json")


def test_a_member_with_a_password_is_refused(tmp_path: Path) -> None:
    path = archive(tmp_path / "a.zip", "a.json")
    body = bytearray(path.read_bytes())
    for mark, at in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        body[body.index(mark) + at] |= 1
    path.write_bytes(body)
    assert not is_whole(path)
    with pytest.raises(BrokenArchive):
        read_member(path, ".json")


@pytest.mark.parametrize("share", [0.0, 0.3, 0.7, 0.99])
def test_a_truncated_archive_is_never_taken_for_a_short_one(tmp_path: Path, share: float) -> None:
    path = archive(tmp_path / "a.zip", "a.json", "schema.csv")
    body = path.read_bytes()
    path.write_bytes(body[: int(len(body) * share)])
    assert not is_whole(path)
    with pytest.raises(BrokenArchive):
        read_member(path, ".json")


@pytest.mark.parametrize("name", ["none.zip", "folder"])
def test_what_is_no_file_is_named(tmp_path: Path, name: str) -> None:
    (tmp_path / "folder").mkdir()
    with pytest.raises(BrokenArchive, match="無法讀取"):
        read_member(tmp_path / name, ".json")


@pytest.mark.parametrize("method", [zipfile.ZIP_DEFLATED, zipfile.ZIP_LZMA, zipfile.ZIP_BZIP2])
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=60, deadline=None)
@given(st.lists(st.tuples(st.floats(0, 0.999), st.integers(1, 255)), min_size=1, max_size=4))
def test_damage_anywhere_is_one_of_our_errors_or_harmless(
    tmp_path: Path, method: int, damage: list[tuple[float, int]]
) -> None:
    path = archive(tmp_path / "a.zip", "a.json", "schema.csv", method=method)
    body = bytearray(path.read_bytes())
    for share, change in damage:
        body[int(share * len(body))] ^= change
    path.write_bytes(body)
    try:
        name, text = read_member(path, ".json")
    except YoujuError:
        return
    assert name.endswith(".json")
    assert text == "a.json 的內容".encode() * 40
