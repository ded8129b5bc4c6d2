"""``make demo``: from nothing to a proved answer, with whatever source is at hand.

The law files come from ``YOUJU_SOURCE_DIR`` or ``../shared/data`` when there, else from the official address, else
(no network) from the built-in sample of made-up laws.
"""

from __future__ import annotations

import sys
import tempfile
from pathlib import Path

import typer

from ingest import jobs
from ingest.fetch import Fetcher, fetcher
from ingest.progress import Terminal
from ingest.sample import write_sample
from rag import door
from rag.build import open_engine
from rag.errors import IngestError
from rag.settings import Settings, load_settings
from rag.show import as_text

SHARED = Path("../shared/data/moj")
QUESTION = "國定假日老闆叫我來上班，有沒有加倍薪水？"
SAMPLE_QUESTION = "租共享單車的押金最多可以收多少？"

app = typer.Typer(name="youju-demo", add_completion=False)


@app.command(help="收錄手邊找得到的法規，再回答一個問題。")
def demo() -> None:
    settings = load_settings()
    with (
        tempfile.TemporaryDirectory() as scratch,
        fetcher(settings.contact, settings.fetch_interval_s, settings.allow_open_data_api) as one,
    ):
        settings, question = take_in(settings, Path(scratch), one)
    print(f"\n問：{question}\n")
    with open_engine(settings) as engine:
        print(as_text(engine.ask(question), color=sys.stdout.isatty()))
    print(f'\n再問一個：.venv/bin/youju-ask --data {settings.data} "民法第184條第1項"')


def take_in(settings: Settings, scratch: Path, fetcher: Fetcher) -> tuple[Settings, str]:
    """Take in the best source at hand; returns where it is now and a question that fits it."""
    with Terminal() as progress:
        folder = settings.source_dir or (SHARED if SHARED.is_dir() else None)
        try:
            paths = [folder] if folder else jobs.download_laws(settings, fetcher, progress)
        except IngestError as error:
            print(f"下載不到官方檔案（{error}）：改用內建的虛構示範法規", file=sys.stderr)
            # Made-up laws never go into the folder of real ones.
            settings = load_settings(data=settings.data / "sample")
            jobs.run_laws(settings, [write_sample(scratch)], progress)
            return settings, SAMPLE_QUESTION
        jobs.run_laws(settings, paths, progress)
    return settings, QUESTION


def main() -> None:
    sys.exit(door.run(app, sys.argv[1:], "youju-demo"))


if __name__ == "__main__":
    main()
