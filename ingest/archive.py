"""ZIP files of the sources: checked whole before anything is read from them."""

from __future__ import annotations

import lzma
import struct
import zipfile
import zlib
from pathlib import Path

from rag.causes import cause
from rag.errors import BrokenArchive, SourceBlocked

# What zipfile raises for damage: RuntimeError is a member with a password, ValueError a name that is no text.
_DAMAGE = (
    zipfile.BadZipFile, zlib.error, lzma.LZMAError, EOFError, RuntimeError, ValueError, OverflowError, struct.error,
)  # fmt: skip


def read_member(path: Path, suffix: str) -> tuple[str, bytes]:
    """The one member with this suffix: its name and its bytes.

    All members are read, which checks every CRC, so a truncated download never passes for a short file.

    :raises SourceBlocked: the file is a web page.
    :raises BrokenArchive: it is no ZIP, it is truncated, a CRC is wrong, or the member is missing.
    """
    try:
        with zipfile.ZipFile(path) as archive:
            names = [name for name in archive.namelist() if name.lower().endswith(suffix)]
            if len(names) != 1:
                raise BrokenArchive(f"{path.name}：裡面應有一個 *{suffix}，找到 {len(names)} 個")
            bodies = {name: archive.read(name) for name in archive.namelist()}
            return names[0], bodies[names[0]]
    except _DAMAGE as error:
        if is_page(path):
            raise SourceBlocked(f"{path.name}：這是網頁，不是 ZIP") from error
        raise BrokenArchive(f"{path.name}：不是完整的 ZIP（{error}），請重新下載") from error
    except OSError as error:
        raise BrokenArchive(f"{path}：無法讀取（{cause(error)}）") from error


def is_page(path: Path) -> bool:
    """True when the file starts like HTML: servers answer 200 with a page when they refuse."""
    with path.open("rb") as file:
        head = file.read(512).lstrip(b"\xef\xbb\xbf \r\n\t").lower()
    return head.startswith((b"<!doctype html", b"<html", b"<head", b"<script"))


def is_whole(path: Path) -> bool:
    """True for a ZIP whose directory and every CRC are right."""
    try:
        with zipfile.ZipFile(path) as archive:
            return archive.testzip() is None
    except _DAMAGE:
        return False
