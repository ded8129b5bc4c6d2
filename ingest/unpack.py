"""RAR and 7z archives, member by member; the only module that knows libarchive."""

from __future__ import annotations

import locale
import zlib
from collections.abc import Iterator
from contextlib import suppress
from importlib import import_module
from pathlib import Path
from typing import Any

from ingest.checksums import checksums
from rag.causes import cause
from rag.errors import BrokenArchive, IngestError

_MARKS = (b"Rar!\x1a\x07", b"7z\xbc\xaf\x27\x1c")
_BLOCK, _PIECE = 1 << 18, 1 << 14
# Any locale whose character set is UTF-8: names are turned into text by the C library.
_LOCALES = ("C.UTF-8", "en_US.UTF-8", "zh_TW.UTF-8", "UTF-8")


def is_archive(path: Path) -> bool:
    """True for a file that begins like a RAR (4 or 5) or a 7z.

    :raises BrokenArchive: it can't be read.
    """
    try:
        with path.open("rb") as file:
            return file.read(len(_MARKS[0])).startswith(_MARKS)
    except OSError as error:
        raise BrokenArchive(f"{path}：無法讀取（{cause(error)}）") from error


def unpacked(path: Path, suffix: str = "") -> Iterator[tuple[str, bytes]]:
    """``(name, bytes)`` of each member with this suffix, in the order of the archive, one in memory at a time.

    :raises BrokenArchive: truncated (before the first member), damaged, or locked; raised when the damage is met.
    :raises IngestError: the system library is not installed.
    """
    libarchive = _library()
    try:
        known = iter(checksums(path))
        with libarchive.file_reader(str(path), block_size=_BLOCK) as archive:
            for entry in archive:
                name, checksum = _name(path, entry.pathname), next(known, None)
                if entry.isfile and name.lower().endswith(suffix):
                    body = b"".join(entry.get_blocks(_PIECE))
                    if checksum is not None and checksum != zlib.crc32(body):
                        raise BrokenArchive(f"{path.name}：{name} 的內容損壞，請重新下載")
                    yield name, body
    except libarchive.ArchiveError as error:
        raise BrokenArchive(f"{path.name}：壓縮檔損壞或無法解開（{error.msg or '資料不完整'}），請重新下載") from error
    except OSError as error:
        raise BrokenArchive(f"{path}：無法讀取（{cause(error)}）") from error


def _library() -> Any:
    # Imported here: only these archives need it, and without the system library the import itself fails.
    try:
        library = import_module("libarchive")
    except (ImportError, OSError, AttributeError, TypeError) as error:
        raise IngestError(
            "讀取 RAR 與 7z 需要 libarchive：請執行 apt-get install libarchive13（新版系統為 libarchive13t64）"
        ) from error
    if "utf" not in locale.nl_langinfo(locale.CODESET).lower():
        for one in _LOCALES:
            with suppress(locale.Error):
                locale.setlocale(locale.LC_CTYPE, one)
                break
    return library


def _name(path: Path, found: str | bytes | None) -> str:
    """The name of a member; old archives made on Windows write it in Big5."""
    if isinstance(found, bytes):
        with suppress(UnicodeDecodeError):
            found = found.decode("cp950")
    if not isinstance(found, str):
        raise BrokenArchive(f"{path.name}：無法辨識檔名的編碼")
    return found.replace("\\", "/")
