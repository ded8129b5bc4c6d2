"""Numbers as statutes spell them."""

from __future__ import annotations

import cn2an


def chinese(number: int) -> str:
    """``chinese(113) == "一百十三"``: after a hundred, statutes write 十 without the 一 before it."""
    spelled: str = cn2an.an2cn(number, "low")
    return spelled.replace("百一十", "百十")
