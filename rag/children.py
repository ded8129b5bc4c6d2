"""Child processes that do not outlive the one that started them."""

from __future__ import annotations

import os
from multiprocessing import parent_process
from threading import Thread


def follow_parent() -> None:
    """End this process when its parent does: a child of a killed one would write on, or wait for work, for ever."""
    Thread(target=_follow, daemon=True).start()


def _follow() -> None:
    parent = parent_process()
    if parent:
        parent.join()
        os._exit(1)
