"""What the operating system says, as a user reads it."""

from __future__ import annotations

import errno
import os
import socket
import ssl

import pytest

from rag.causes import cause


@pytest.mark.parametrize(
    ("number", "said"),
    [
        (errno.ENOENT, "找不到檔案或資料夾"),
        (errno.EACCES, "沒有權限"),
        (errno.EISDIR, "這是資料夾，不是檔案"),
        (errno.ENOTDIR, "路徑裡有一段不是資料夾"),
        (errno.ENOSPC, "磁碟空間不足"),
        (errno.EIO, "磁碟讀寫出錯"),
        (errno.EADDRINUSE, "位址或連接埠已被使用"),
        (errno.ECONNREFUSED, "對方拒絕連線"),
        (errno.ETIMEDOUT, "逾時沒有回應"),
        (9999, "作業系統錯誤 9999"),
    ],
)
def test_errors_of_the_system_are_told_in_chinese(number: int, said: str) -> None:
    error = OSError(number, os.strerror(number), "/data/檔案")
    assert cause(error) == said


@pytest.mark.parametrize(
    ("error", "said"),
    [
        (TimeoutError("timed out"), "逾時沒有回應"),
        (socket.gaierror(socket.EAI_NONAME, "Name or service not known"), "查不到這個主機名稱"),
        (ssl.SSLError(1, "[SSL] bad certificate"), "[SSL] bad certificate"),
        (OSError("模型檔不對\n第二行"), "模型檔不對"),
        (ValueError("另一種錯\n第二行"), "另一種錯"),
        (ValueError(), "ValueError"),
    ],
)
def test_what_has_no_number_of_the_system_keeps_its_words(error: Exception, said: str) -> None:
    assert cause(error).endswith(said)
    assert "\n" not in cause(error)


def test_what_stands_behind_a_foreign_error_is_told() -> None:
    error = RuntimeError("[Errno 111] Connection refused")
    error.__cause__ = ConnectionRefusedError(errno.ECONNREFUSED, "Connection refused")
    assert cause(error) == "對方拒絕連線"
    assert cause(RuntimeError(OSError(errno.EIO, "Input/output error"))) == "磁碟讀寫出錯"
