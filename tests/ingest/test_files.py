from __future__ import annotations

import io
import lzma
import os
import subprocess
import sys
import zipfile
from collections.abc import Callable
from pathlib import Path

import libarchive
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from ingest.files import count, lines, members
from rag.errors import BrokenArchive, IngestError, SourceBlocked, UsageError
from tests.ingest.local_server import PAGE
from tests.ingest.rars import RAR4_END, RAR5_END, rar4, rar5

FILES = {
    "202607/三重簡易庭刑事/SJEM,115,重秩,54,20260716,1.json": '{"JID": "甲"}'.encode(),
    "202607/最高法院民事/TPSV,115,台上,1,20260701,1.json": b"x" * 70_000,
    "readme.TXT": b"",
}
JSON = {name: body for name, body in FILES.items() if name.endswith(".json")}
Pack = Callable[[dict[str, bytes]], bytes]


def zipped(files: dict[str, bytes]) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        for name, body in files.items():
            archive.writestr(name, body)
    return buffer.getvalue()


def seven_zipped(files: dict[str, bytes]) -> bytes:
    buffer = io.BytesIO()
    with libarchive.custom_writer(buffer.write, "7zip") as archive:
        for name, body in files.items():
            archive.add_file_from_memory(name, len(body), body)
    return buffer.getvalue()


PACKED: list[tuple[str, Pack]] = [
    ("zip", zipped), ("rar", rar4), ("rar", lambda files: rar4(files, unicode=False)), ("rar", rar5), ("7z", seven_zipped),
]  # fmt: skip
packed = pytest.mark.parametrize(("suffix", "pack"), PACKED, ids=["zip", "rar4", "rar4-big5", "rar5", "7z"])


def written(folder: Path, name: str, body: bytes) -> Path:
    path = folder / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(body)
    return path


def read(path: Path) -> tuple[list[str], str]:
    """The names of the JSON members, or what is said in their place."""
    try:
        return [name for name, _ in members(path, ".json")], ""
    except (IngestError, UsageError) as error:
        return [], str(error)


class TestMembers:
    @packed
    def test_of_an_archive(self, tmp_path: Path, suffix: str, pack: Pack) -> None:
        path = written(tmp_path, f"裁判書.{suffix}", pack(FILES))
        assert dict(members(path)) == FILES
        assert dict(members(path, ".json")) == JSON
        assert list(members(path, ".txt")) == [("readme.TXT", b"")]

    @packed
    def test_an_archive_is_known_by_what_it_is(self, tmp_path: Path, suffix: str, pack: Pack) -> None:
        assert dict(members(written(tmp_path, "202607", pack(JSON)), ".json")) == JSON

    def test_of_a_folder_and_all_below_it(self, tmp_path: Path) -> None:
        for name, body in FILES.items():
            written(tmp_path, name, body)
        assert dict(members(tmp_path)) == FILES
        assert list(members(tmp_path, ".json")) == sorted(JSON.items())

    def test_archives_in_a_folder_are_looked_into(self, tmp_path: Path) -> None:
        written(tmp_path, "months/202607.rar", rar4(JSON))
        written(tmp_path, "months/202606.zip", zipped({"a.json": b"{}"}))
        written(tmp_path, "b.json", b"[]")
        expected = {f"months/202607.rar/{name}": body for name, body in JSON.items()}
        assert dict(members(tmp_path, ".json")) == expected | {"months/202606.zip/a.json": b"{}", "b.json": b"[]"}

    def test_an_archive_that_is_itself_asked_for_comes_whole(self, tmp_path: Path) -> None:
        body = zipped(JSON)
        written(tmp_path, "a.zip", body)
        assert list(members(tmp_path, ".zip")) == [("a.zip", body)]

    def test_of_a_file(self, tmp_path: Path) -> None:
        assert list(members(written(tmp_path, "a.json", b"{}"))) == [("a.json", b"{}")]

    @pytest.mark.parametrize("encoding", ["cp950", "utf-8"])
    def test_a_zip_that_does_not_say_how_names_are_written(self, tmp_path: Path, encoding: str) -> None:
        placeholder = "x" * len("判決".encode(encoding))
        body = zipped({f"{placeholder}.json": b"{}"}).replace(placeholder.encode(), "判決".encode(encoding))
        assert list(members(written(tmp_path, "a.zip", body))) == [("判決.json", b"{}")]

    def test_names_of_a_rar_do_not_depend_on_the_locale(self, tmp_path: Path) -> None:
        path = written(tmp_path, "a.rar", rar4(JSON))
        code = "import sys; from pathlib import Path; from ingest.files import members\n"
        code += "sys.stdout.buffer.write('\\n'.join(name for name, _ in members(Path(sys.argv[1]))).encode())"
        command = [sys.executable, "-X", "utf8=0", "-c", code, str(path)]
        plain = os.environ | {"LC_ALL": "C", "PYTHONCOERCECLOCALE": "0"}
        found = subprocess.run(command, env=plain, capture_output=True, check=True)
        assert found.stdout.decode().split("\n") == list(JSON)

    def test_without_the_system_library_it_says_what_to_install(self, tmp_path: Path) -> None:
        path = written(tmp_path, "a.rar", rar4(JSON))
        code = "import sys; from pathlib import Path; from ingest.files import members\n"
        code += "try: list(members(Path(sys.argv[1])))\n"
        code += "except Exception as error: sys.stdout.buffer.write(f'{type(error).__name__} {error}'.encode())"
        missing = os.environ | {"LIBARCHIVE": str(tmp_path / "none.so")}
        found = subprocess.run([sys.executable, "-c", code, str(path)], env=missing, capture_output=True, check=True)
        assert found.stdout.decode().startswith("IngestError 讀取 RAR 與 7z 需要 libarchive：請執行 apt-get install")


class TestDamage:
    @packed
    def test_truncated(self, tmp_path: Path, suffix: str, pack: Pack) -> None:
        body = pack(FILES)
        for size in (len(body) - 1, len(body) // 2, 40):
            with pytest.raises(BrokenArchive, match=r"a\."):
                list(members(written(tmp_path, f"a.{suffix}", body[:size])))

    @pytest.mark.parametrize(("pack", "end"), [(rar4, RAR4_END), (rar5, RAR5_END)])
    def test_a_rar_cut_off_between_two_members(self, tmp_path: Path, pack: Pack, end: bytes) -> None:
        first = pack(dict(list(FILES.items())[:1])).removesuffix(end)
        with pytest.raises(BrokenArchive, match="不完整"):
            list(members(written(tmp_path, "a.rar", first)))

    @pytest.mark.parametrize("pack", [zipped, rar4, rar5])
    def test_a_byte_gone_wrong(self, tmp_path: Path, pack: Pack) -> None:
        body = bytearray(pack(FILES))
        body[len(body) // 2] ^= 0xFF
        with pytest.raises(BrokenArchive):
            list(members(written(tmp_path, "a.zip", bytes(body))))

    def test_what_came_before_the_damage_is_not_lost(self, tmp_path: Path) -> None:
        body = rar4({f"{n}.json": bytes([n]) * 300_000 for n in range(1, 9)})
        body = body[:2_000_000] + b"?" + body[2_000_001:]
        stream = members(written(tmp_path, "a.rar", body))
        assert [next(stream)[0] for _ in range(6)] == [f"{n}.json" for n in range(1, 7)]
        with pytest.raises(BrokenArchive, match=r"7\.json"):
            next(stream)

    @pytest.mark.parametrize("name", ["a.zip", "a.rar", "a.7z"])
    def test_a_page_under_the_name_of_an_archive(self, tmp_path: Path, name: str) -> None:
        with pytest.raises(SourceBlocked, match="網頁"):
            list(members(written(tmp_path, name, PAGE)))

    @pytest.mark.parametrize("body", [b"", b"no archive"])
    def test_something_else_under_the_name_of_an_archive(self, tmp_path: Path, body: bytes) -> None:
        with pytest.raises(BrokenArchive):
            list(members(written(tmp_path, "a.rar", body)))

    @packed
    def test_nothing_that_was_asked_for(self, tmp_path: Path, suffix: str, pack: Pack) -> None:
        with pytest.raises(UsageError, match=r"沒有 \*\.csv 檔案"):
            list(members(written(tmp_path, f"a.{suffix}", pack(FILES)), ".csv"))

    @pytest.mark.parametrize("pack", [zipped, rar4, rar5])
    def test_an_empty_archive(self, tmp_path: Path, pack: Pack) -> None:
        with pytest.raises(UsageError, match="沒有檔案"):
            list(members(written(tmp_path, "a.rar", pack({}))))

    def test_what_cannot_be_read(self) -> None:
        with pytest.raises(BrokenArchive, match=r"^/proc/self/mem：無法讀取（.+）$"):
            list(members(Path("/proc/self/mem")))

    def test_an_empty_folder_and_none_at_all(self, tmp_path: Path) -> None:
        with pytest.raises(UsageError, match="沒有檔案"):
            list(members(tmp_path))
        with pytest.raises(UsageError, match="找不到"):
            list(members(tmp_path / "none"))

    @settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
    @given(st.sampled_from([zipped, rar4, rar5, seven_zipped]), st.data())
    def test_whatever_goes_wrong_is_one_clear_line(self, tmp_path: Path, pack: Pack, data: st.DataObject) -> None:
        body = bytearray(pack({"a.json": b"{}" * 20, "判決.json": b"[]"}))
        for at, value in data.draw(st.lists(st.tuples(st.integers(0, len(body) - 1), st.integers(0, 255)), max_size=4)):
            body[at] = value
        path = written(tmp_path, "a.rar", bytes(body[: data.draw(st.integers(0, len(body)))]))
        names, line = read(path)
        assert all(name.endswith(".json") for name in names)
        assert "\n" not in line


class TestLines:
    @pytest.mark.parametrize("pack", [bytes, lzma.compress])
    def test_with_their_numbers(self, tmp_path: Path, pack: Callable[[bytes], bytes]) -> None:
        path = written(tmp_path, "a.jsonl", pack(b'{"a":1}\n\n  \r\n{"b":2}'))
        assert list(lines(path)) == [(1, b'{"a":1}'), (4, b'{"b":2}')]

    def test_truncated(self, tmp_path: Path) -> None:
        path = written(tmp_path, "a.xz", lzma.compress(b"x\n" * 1000)[:-20])
        with pytest.raises(BrokenArchive, match=r"a\.xz"):
            list(lines(path))

    def test_none(self, tmp_path: Path) -> None:
        with pytest.raises(UsageError, match="找不到"):
            list(lines(tmp_path / "none"))

    def test_a_page(self, tmp_path: Path) -> None:
        with pytest.raises(SourceBlocked, match="這是網頁"):
            list(lines(written(tmp_path, "a.jsonl", PAGE)))


def test_what_lies_in_files_is_counted_at_a_glance(tmp_path: Path) -> None:
    (tmp_path / "folder" / "below").mkdir(parents=True)
    for name in ("folder/a.txt", "folder/below/b.txt"):
        (tmp_path / name).write_text("甲", encoding="utf-8")
    with zipfile.ZipFile(tmp_path / "c.zip", "w") as archive:
        archive.writestr("d/", b"")
        archive.writestr("d/e.json", b"{}")
    (tmp_path / "f.jsonl").write_text("{}\n{}\n{}\n", encoding="utf-8")
    assert [count(tmp_path / name) for name in ("folder", "c.zip", "f.jsonl")] == [2, 1, 3]
    assert count(tmp_path / "absent.xz") is None
