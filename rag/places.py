"""Where a source may be read from when somebody names it over the network, and how places are told to such callers.

What runs a job has the operator's files and stands in the operator's network; who may ask for one has neither.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from pathlib import Path

from rag.errors import UsageError

# The host is read off the text, and nothing else fits there: no account, no odd port, no sign that two readers of
# addresses might take for different ends. https://data.example.org:443/a.zip
_ADDRESS = re.compile(r"https?://(?P<host>[A-Za-z0-9.-]{1,253})(?::(?:80|443))?(?:[/?#][^\s\\\x00-\x1f\x7f]*)?", re.I)
# Two labels at least, the last in letters: neither 127.0.0.1 nor 2130706433 nor 0x7f.1 is a name.
_NAME = re.compile(r"(?:[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?\.)+(?:[a-z]{2,63}|xn--[a-z0-9-]{2,59})")
_NOT_PUBLIC = frozenset(
    "localhost localdomain local internal intranet private lan home corp arpa test invalid onion".split()
)
# The account in "https://user:password@host/path", the query in "https://host/path?token=abc"
_ACCOUNT = re.compile(r"(?<=://)[^/\s@]+@")
_QUERY = re.compile(r"(?<=[\w/])\?[!-(*-~]+")
# "/srv/youju/raw/" in 「/srv/youju/raw/a.zip：壞了」; not in addresses, keys of documents or 「民事/刑事」
_FOLDERS = re.compile(r"(?<![\w:/.%~+?=&#…-])/(?:[^\s/：，、；。「」（）()\"'<>]+/)+")


def checked(given: str, folder: Path | None) -> str:
    """A place as it was given, if a caller may name it: a public web address, or a path inside ``folder``.

    :raises UsageError: it is neither.
    """
    if "://" in given:
        return _public(given)
    inside(given, folder)
    return given


def inside(given: str, folder: Path | None) -> Path:
    """The file or folder at a path relative to ``folder``, links followed, if it is there and does not lead out of it.

    :raises UsageError: it isn't, or does, or there is no such folder.
    """
    if folder is None:
        raise UsageError("沒有設定 YOUJU_SOURCE_DIR，只能指定網址")
    if not given.strip() or "\0" in given or Path(given).is_absolute() or ".." in Path(given).parts:
        raise UsageError(f"「{given}」不是 YOUJU_SOURCE_DIR 裡的相對路徑；網址寫成 https://…")
    try:
        root = folder.resolve(strict=True)
        found = (root / given).resolve(strict=True)
    except (OSError, RuntimeError, ValueError) as error:
        # What it says may name the folder.
        raise UsageError(f"YOUJU_SOURCE_DIR 裡沒有「{given}」") from error
    if not found.is_relative_to(root):
        raise UsageError(f"「{given}」不在 YOUJU_SOURCE_DIR 裡")
    return found


def without_secrets(message: str) -> str:
    """``without_secrets("https://u:p@a.tw/x?token=1：HTTP 500") == "https://a.tw/x：HTTP 500"``."""
    return _QUERY.sub("", _ACCOUNT.sub("", message))


def without_folders(message: str, folders: Iterable[Path] = ()) -> str:
    """``without_folders("/srv/youju/raw/a.zip：壞了") == "…/a.zip：壞了"``.

    :param folders: known ones, which are recognised wherever they stand and whatever they are called.
    """
    for one in sorted({str(each) for given in folders for each in (given, given.absolute())}, key=len, reverse=True):
        if one.startswith("/") and len(one) > 1:
            message = message.replace(one, "…")
    return _FOLDERS.sub("…/", message)


def _public(given: str) -> str:
    found = _ADDRESS.fullmatch(given)
    if found is None:
        raise UsageError(f"「{without_secrets(given)}」不能用：網址只能是 http(s)，不帶帳號密碼，連接埠為 80 或 443")
    host = found["host"].lower()
    if not _NAME.fullmatch(host) or host.rpartition(".")[2] in _NOT_PUBLIC:
        raise UsageError(f"「{host}」不是公開的主機名稱")
    return given
