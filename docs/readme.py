"""Writes the generated parts of the README, for cog: ``make docs`` runs it, ``make lint`` checks them."""

from __future__ import annotations

import tomllib
from importlib import import_module
from pathlib import Path

from pydantic import SecretStr
from typer.testing import CliRunner

from rag.dense import suggestions
from rag.presets import Preset, names, preset
from rag.settings import PREFIX, Settings

ROOT = Path(__file__).parents[1]
# Whatever the terminal of the person who runs it.
TERMINAL = {"COLUMNS": "100", "TERMINAL_WIDTH": "100", "TERM": "dumb", "NO_COLOR": "1", "FORCE_COLOR": None}


def settings_table() -> str:
    """One row a setting: ``| `YOUJU_PORT` | `8000` | HTTP 服務的連接埠 |``."""
    rows = ["| 設定 | 預設值 | 說明 |", "| --- | --- | --- |"]
    for name, field in Settings.model_fields.items():
        default = field.default.get_secret_value() if isinstance(field.default, SecretStr) else field.default
        shown = "" if default in ("", None) else f"`{default}`"
        rows.append(f"| `{PREFIX}{name.upper()}` | {shown} | {field.description} |")
    return "\n".join(rows)


def presets_table() -> str:
    """One row a chat model: ``| `taide-8b` | taide/… | 8192 | 18 | `--dtype bfloat16 …` | 授權 |``."""
    rows = [
        "| 預設組 | Hugging Face 識別碼 | 上下文長度（token） | GPU（GiB） | vLLM 參數 | 授權與限制 |",
        "| --- | --- | --- | --- | --- | --- |",
    ]
    for name in names():
        known = preset(name)
        flags = f"`{' '.join(known.vllm_args)}`" if known.vllm_args else ""
        size = f"{known.memory_gb:g}" if known.memory_gb else ""
        context = f"{known.context:,}" if known.repo else ""
        rows.append(f"| `{name}` | {known.repo} | {context} | {size} | {flags} | {_terms(known)} |")
    return "\n".join(rows)


def embedders_table() -> str:
    """One row an embedding model: ``| `BAAI/bge-m3` | 568 | 2.3 | 1024 | MIT | 中文檢索… |``."""
    rows = ["| 識別碼 | 參數（百萬） | 下載（GB） | 維度 | 授權 | 何時選它 |", "| --- | --- | --- | --- | --- | --- |"]
    for one in suggestions():
        rows.append(
            f"| `{one.id}` | {one.parameters} | {one.gb:g} | {one.dimensions:,} | {one.licence} | {one.reason} |"
        )
    return "\n".join(rows)


def _terms(known: Preset) -> str:
    limits = {
        "需先在模型頁面同意": known.gated,
        "僅供非商業用途": known.non_commercial,
        "只能用本機檔案": known.local_only,
    }
    return "；".join([known.licence, *(limit for limit, holds in limits.items() if holds)])


def doors() -> dict[str, str]:
    """The scripts and the modules they open: ``{"youju-serve": "api.__main__", …}``."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    return {script: target.partition(":")[0] for script, target in project["scripts"].items()}


def command_help() -> str:
    """What each door says to ``--help``, one after the other."""
    blocks = [_help(script, module) for script, module in doors().items()]
    return "```text\n" + "\n\n".join(blocks) + "\n```"


def _help(script: str, module: str) -> str:
    app = import_module(module).app
    result = CliRunner().invoke(app, ["--help"], prog_name=script, env=TERMINAL)
    lines = [line.rstrip() for line in result.output.splitlines()]
    return f"$ {script} --help\n" + "\n".join(line for line in lines if line)
