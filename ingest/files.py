"""What lies in the files an analyst gives: members of archives and folders, lines of JSONL files."""

from __future__ import annotations

import lzma
import struct
import zipfile
import zlib
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

from ingest.archive import is_page
from ingest.unpack import is_archive, unpacked
from rag.causes import cause
from rag.errors import BrokenArchive, SourceBlocked, UsageError

_ARCHIVES = (".zip", ".rar", ".7z")
_UTF8_NAME = 0x800
# What zipfile raises for damage: RuntimeError is a member with a password, ValueError a name that is no text.
_DAMAGE = (
    zipfile.BadZipFile, zlib.error, lzma.LZMAError, EOFError, RuntimeError, ValueError, OverflowError, struct.error,
    OSError,
)  # fmt: skip


def members(path: Path, suffix: str = "") -> Iterator[tuple[str, bytes]]:
    """``(name, bytes)`` of each file with this suffix: in an archive (ZIP, RAR, 7z), in a folder and all below it, or
    the file itself.

    Names are paths inside the archive or folder, with ``/``; archives that lie in a folder are read like folders.
    What is not there or damaged raises one clear line.

    :raises UsageError: no such file, or nothing with this suffix in it.
    :raises BrokenArchive: truncated, damaged, or unreadable; raised when the damage is met.
    :raises SourceBlocked: a web page under the name of an archive.
    """
    found = False
    for one in _members(path, suffix):
        found = True
        yield one
    if not found:
        raise UsageError(f"{path}：裡面沒有{f' *{suffix} ' if suffix else ''}檔案")


def count(path: Path) -> int | None:
    """How many members or lines there are, as near as can be told at a glance; None where that means unpacking."""
    try:
        if path.is_dir():
            return sum(one.is_file() for one in path.rglob("*"))
        if zipfile.is_zipfile(path):
            with zipfile.ZipFile(path) as archive:
                return sum(not one.is_dir() for one in archive.infolist())
        plain = path.suffix == ".jsonl" and path.is_file()
        return len(path.read_bytes().splitlines()) if plain else None
    except _DAMAGE:
        return None


def lines(path: Path) -> Iterator[tuple[int, bytes]]:
    """``(number from 1, bytes)`` of each line that is not blank, of a plain or xz file.

    :raises UsageError: no such file, or a folder.
    :raises BrokenArchive: truncated, damaged or unreadable.
    :raises SourceBlocked: a web page.
    """
    if path.is_dir():
        raise UsageError(f"{path} 是資料夾；請指定檔案")
    if not path.is_file():
        raise UsageError(f"找不到 {path}")
    try:
        if is_page(path):
            raise SourceBlocked(f"{path.name}：這是網頁，不是 JSONL")
        with path.open("rb") as file:
            packed = file.read(6) == b"\xfd7zXZ\x00"
        with lzma.open(path) if packed else path.open("rb") as file:
            for number, line in enumerate(file, 1):
                if line.strip():
                    yield number, line.strip()
    except (lzma.LZMAError, EOFError) as error:
        raise BrokenArchive(f"{path.name}：不是完整的 xz 檔（{error}）") from error
    except OSError as error:
        raise BrokenArchive(f"{path}：無法讀取（{cause(error)}）") from error


def _members(path: Path, suffix: str) -> Iterator[tuple[str, bytes]]:
    if path.is_dir():
        yield from _below(path, suffix)
    elif not path.is_file():
        raise UsageError(f"找不到 {path}")
    elif zipfile.is_zipfile(path):
        yield from _zip_members(path, suffix)
    elif is_archive(path):
        yield from unpacked(path, suffix)
    elif path.suffix.lower() in _ARCHIVES:
        raise (
            SourceBlocked(f"{path.name}：這是網頁，不是壓縮檔")
            if is_page(path)
            else BrokenArchive(f"{path.name}：不是完整的壓縮檔，請重新下載")
        )
    else:
        yield path.name, _bytes(path)


def _below(folder: Path, suffix: str) -> Iterator[tuple[str, bytes]]:
    for one in sorted(one for one in folder.rglob("*") if one.is_file()):
        place = one.relative_to(folder).as_posix()
        if one.name.lower().endswith(suffix) and not (suffix == "" and one.suffix.lower() in _ARCHIVES):
            yield place, _bytes(one)
        elif one.suffix.lower() in _ARCHIVES:
            yield from ((f"{place}/{name}", body) for name, body in _members(one, suffix))


def _zip_members(path: Path, suffix: str) -> Iterator[tuple[str, bytes]]:
    try:
        with zipfile.ZipFile(path) as archive:
            for one in archive.infolist():
                name = _zip_name(one)
                if not one.is_dir() and name.lower().endswith(suffix):
                    yield name, archive.read(one)
    except _DAMAGE as error:
        raise BrokenArchive(f"{path.name}：不是完整的 ZIP（{error}），請重新下載") from error


def _zip_name(one: zipfile.ZipInfo) -> str:
    """The name of a member; zipfile reads as CP437 what is not marked as UTF-8, be it UTF-8 all the same or Big5."""
    if not one.flag_bits & _UTF8_NAME and not one.filename.isascii():
        for encoding in ("utf-8", "cp950"):
            with suppress(UnicodeError):
                return one.filename.encode("cp437").decode(encoding)
    return one.filename


def _bytes(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError as error:
        raise BrokenArchive(f"{path}：無法讀取（{cause(error)}）") from error
