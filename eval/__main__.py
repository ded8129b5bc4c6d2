"""The door of the evaluation: ``youju-eval``."""

from __future__ import annotations

import sys
from contextlib import AbstractContextManager
from pathlib import Path

from eval.cli import Engine, make_app, run
from rag.build import open_engine
from rag.settings import load_settings


def _open(data: Path | None, model: str | None = None) -> AbstractContextManager[Engine]:
    return open_engine(load_settings(data=data, model=model))


app = make_app(_open)


def main() -> None:
    sys.exit(run(app, sys.argv[1:]))


if __name__ == "__main__":
    main()
