"""A file on its way: what has come of it so far, and the mark by which the server tells its versions apart."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from pathlib import Path

Whole = Callable[[Path], bool]
# "bytes 65536-200122/200123", "bytes */200123", "bytes 0-99/*"
_RANGE = re.compile(r"bytes (?:(\d+)-\d+|\*)/(?:(\d+)|\*)", re.ASCII)


class Part:
    """``<target>.part`` and ``<target>.part.mark``; they outlive the process, and the next one takes them up.

    :param whole: tells a whole file from a broken one. Without it, what a server has no mark for is never taken up.
    """

    def __init__(self, target: Path, whole: Whole | None = None) -> None:
        self.file = target.with_name(target.name + ".part")
        self._mark = target.with_name(target.name + ".part.mark")
        self._whole = whole

    @property
    def size(self) -> int:
        return self.file.stat().st_size if self.file.exists() else 0

    def read(self) -> bytes:
        return self.file.read_bytes() if self.file.exists() else b""

    def conditions(self) -> dict[str, str]:
        """The headers that ask for the rest, but only of the same version."""
        mark = self._mark.read_text(encoding="ascii", errors="ignore") if self._mark.exists() else ""
        if not self.size or not (mark or self._whole):
            return {}
        return {"Range": f"bytes={self.size}-"} | ({"If-Range": mark} if mark else {})

    def goes_on(self, status: int, headers: Mapping[str, str]) -> bool:
        """Whether an answer to ``conditions`` takes up where the part ends; 416 says that nothing is left to send."""
        if status == 416:
            return self.ends(headers)
        given = _RANGE.fullmatch(headers.get("Content-Range", ""))
        return bool(given and given[1] and int(given[1]) == self.size)

    def ends(self, headers: Mapping[str, str]) -> bool:
        """False when the server says that the file is longer, or shorter, than the part is now."""
        given = _RANGE.fullmatch(headers.get("Content-Range", ""))
        return not (given and given[2] and int(given[2]) != self.size)

    def receive(self, chunks: Iterable[bytes], mark: str | None, progress: Callable[[int], None]) -> None:
        """:param mark: of the version that begins with these chunks; ``None`` when they go on with the part."""
        if mark is not None:
            # In this order: a run killed in between must not leave the old part under the new mark.
            self.drop()
            self._mark.write_text(mark, encoding="ascii", errors="ignore")
        with self.file.open("ab" if mark is None else "wb") as file:
            for chunk in chunks:
                file.write(chunk)
                progress(len(chunk))

    def is_whole(self) -> bool:
        return self.file.exists() and (self._whole is None or self._whole(self.file))

    def finish(self, target: Path) -> None:
        self.file.replace(target)
        self._mark.unlink(missing_ok=True)

    def drop(self) -> None:
        self.file.unlink(missing_ok=True)
        self._mark.unlink(missing_ok=True)


def version_of(headers: Mapping[str, str]) -> str:
    """What If-Range may name: a strong ETag, else the day of the last change."""
    tag = headers.get("ETag", "")
    return tag if tag and not tag.startswith("W/") else headers.get("Last-Modified", "")
