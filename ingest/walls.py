"""Pages that keep robots out. They are recognised so as to stop, never to get round them."""

from __future__ import annotations

import re

# F5 ("Request Rejected", TSPD, bobcmn), Cloudflare, Imperva, the captchas
_SIGN = re.compile(
    rb"TSPD|bobcmn|Request Rejected|cf-challenge|cf[-_]chl|challenge-platform|_Incapsula_|g-recaptcha|h-captcha"
)
# "<script>…</script>", "<style …>…</style>", "<p class=x>"
_UNSEEN = re.compile(rb"<(script|style)\b.*?(?:</\1\s*>|$)|<[^<>]*>", re.IGNORECASE | re.DOTALL)
_HTML = re.compile(rb"[\s\xef\xbb\xbf]*<(?:!doctype html|html|head|body|script|meta|title)\b", re.IGNORECASE)
# A wall is small and says a line or two; a real page may carry the same scripts beside its text.
_LARGEST = 1 << 16
_SAID = 1000


def is_wall(body: bytes) -> bool:
    """``is_wall(b"<html><title>Request Rejected</title>…")``: HTML that bears such a sign and says little else."""
    if len(body) > _LARGEST or not _HTML.match(body) or not _SIGN.search(body):
        return False
    return len(b" ".join(_UNSEEN.sub(b" ", body).split())) < _SAID
