"""By which pages and names the tools at ``/mcp`` may be reached.

A page that anybody opens can have its own name point to the address of this service (DNS rebinding), and then reads it
as if it were its own. Browsers tell with every POST which page asks; and a service that only its own machine reaches is
never meant by another name. The SDK's own check knows no list without hosts, nor an origin for all, so it is not used.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from fastapi import HTTPException
from starlette.requests import Request

_HERE = re.compile(r"(?:localhost|127(?:\.[0-9]{1,3}){3}|\[::1\])(?::[0-9]{1,5})?")
_EVERY = "*"


@dataclass(frozen=True, slots=True)
class Origins:
    """``allowed``: pages of other sites that may read answers, ``*`` for all; ``is_local``: no other machine gets here,
    not even through a proxy."""

    allowed: tuple[str, ...] = ()
    is_local: bool = False

    def check(self, request: Request) -> None:
        """Raises ``HTTPException``: 403 for a page that may not, 421 for a name that isn't this service's."""
        origin = request.headers.get("origin")
        if origin is not None and not self._may(origin.lower()):
            raise HTTPException(403, "這個網頁不能使用這裡的工具；要開放，請把它的來源加進 YOUJU_CORS_ORIGINS")
        if self.is_local and not self._is_ours(request.headers.get("host", "").lower()):
            raise HTTPException(
                421, "這個服務只以 localhost 或 127.0.0.1 稱呼；放在代理後面時請設 YOUJU_TRUSTED_PROXIES"
            )

    def _may(self, origin: str) -> bool:
        scheme, _, host = origin.partition("://")
        is_here = scheme in ("http", "https") and bool(_HERE.fullmatch(host))
        return is_here or any(one in (_EVERY, origin) for one in map(str.lower, self.allowed))

    def _is_ours(self, host: str) -> bool:
        named = (one.lower().partition("://")[2] for one in self.allowed)
        return bool(_HERE.fullmatch(host)) or _EVERY in self.allowed or host in named
