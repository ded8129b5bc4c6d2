"""What a foreign exception says, in words for a person: the operating system speaks English, a user reads Chinese."""

from __future__ import annotations

import errno
import socket

_SAID = {
    errno.ENOENT: "找不到檔案或資料夾",
    errno.EACCES: "沒有權限",
    errno.EPERM: "沒有權限",
    errno.EISDIR: "這是資料夾，不是檔案",
    errno.ENOTDIR: "路徑裡有一段不是資料夾",
    errno.EEXIST: "已經有同名的檔案或資料夾",
    errno.ENOTEMPTY: "資料夾不是空的",
    errno.ENAMETOOLONG: "名稱太長",
    errno.ELOOP: "符號連結繞成一圈",
    errno.ENOSPC: "磁碟空間不足",
    errno.EDQUOT: "超過磁碟配額",
    errno.EFBIG: "檔案太大",
    errno.EROFS: "這個磁碟只能讀取",
    errno.EIO: "磁碟讀寫出錯",
    errno.EBUSY: "正由別的程式使用",
    errno.ETXTBSY: "正由別的程式使用",
    errno.EMFILE: "同時開啟的檔案太多",
    errno.ENFILE: "同時開啟的檔案太多",
    errno.ENOMEM: "記憶體不足",
    errno.EINVAL: "這裡不支援這項操作",
    errno.EOPNOTSUPP: "這裡不支援這項操作",
    errno.EPIPE: "對方已不再讀取",
    errno.ESPIPE: "這不是一般的檔案",
    errno.ESTALE: "網路磁碟上的檔案已經失效",
    errno.EADDRINUSE: "位址或連接埠已被使用",
    errno.EADDRNOTAVAIL: "這台機器沒有這個位址",
    errno.ECONNREFUSED: "對方拒絕連線",
    errno.ECONNRESET: "對方中斷了連線",
    errno.ECONNABORTED: "連線中斷了",
    errno.ETIMEDOUT: "逾時沒有回應",
    errno.EHOSTUNREACH: "網路到不了這個主機",
    errno.ENETUNREACH: "沒有網路可到",
}


def cause(error: BaseException) -> str:
    """One line: ``cause(FileNotFoundError(2, "No such file")) == "找不到檔案或資料夾"``.

    What was raised from an error of the operating system is told as that error; all else keeps its own words.
    """
    told = _of_the_system(error)
    return told or next(iter(str(error).strip().splitlines()), type(error).__name__)


def _of_the_system(error: BaseException | None) -> str:
    while error is not None and not isinstance(error, OSError):
        # Some raise theirs from the error of the system, some only put it in.
        error = error.__cause__ or next((one for one in error.args if isinstance(one, BaseException)), None)
    if isinstance(error, socket.gaierror):
        return "查不到這個主機名稱"
    if isinstance(error, TimeoutError):
        return _SAID[errno.ETIMEDOUT]
    # The numbers of TLS errors are of another table.
    if error is None or error.errno is None or type(error).__module__ == "ssl":
        return ""
    return _SAID.get(error.errno, f"作業系統錯誤 {error.errno}")
