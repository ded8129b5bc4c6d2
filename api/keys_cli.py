"""``youju-serve keys``: make, list and revoke the keys of the service."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from pathlib import Path
from typing import Annotated

import typer

from rag.access import Key, Keys, Role
from rag.answer import today
from rag.database import open_database
from rag.door import line
from rag.errors import UsageError
from rag.settings import load_settings
from rag.store import Store

app = typer.Typer(rich_markup_mode=None, help="金鑰：誰能用需要權限的功能。")
Data = Annotated[Path | None, typer.Option(metavar="DIR", help="放所有資料的資料夾（預設取自設定）")]


@app.command()
def create(
    context: typer.Context,
    role: Annotated[Role, typer.Option(help="角色")],
    name: Annotated[str, typer.Option(help="給誰用的（只供辨認）")] = "",
    expires: Annotated[str, typer.Option(metavar="DAY", help="能用的最後一天，如 2027-12-31；未給即不過期")] = "",
    data: Data = None,
) -> None:
    """發一把金鑰；只顯示這一次。"""
    # Keys may be given out before anything is ingested.
    with _keys(data or context.obj, make=True) as keys:
        key, token = keys.create(role, name, _day(expires))
    typer.echo(token)
    typer.echo(f"編號 {key.id}，角色 {key.role}；請收好，之後無法再顯示", err=True)


@app.command("list")
def listing(context: typer.Context, data: Data = None) -> None:
    """列出所有金鑰的編號、角色與狀態。"""
    with _keys(data or context.obj) as keys:
        for key in keys.listing():
            typer.echo("\t".join(_told(key)))


@app.command()
def revoke(context: typer.Context, id: Annotated[str, typer.Argument(help="金鑰的編號")], data: Data = None) -> None:
    """撤銷一把金鑰，立即生效。"""
    with _keys(data or context.obj) as keys:
        typer.echo(f"已撤銷 {keys.revoke(id).id}", err=True)


@contextmanager
def _keys(data: Path | None, make: bool = False) -> Iterator[Keys]:
    store = Store(open_database(load_settings(data=data).store_url, create=make))
    try:
        yield Keys(store, today)
    finally:
        store.close()


def _told(key: Key) -> tuple[str, ...]:
    state = key.refusal(today()).removeprefix("這把金鑰") or "有效"
    until = f"至 {key.expires}" if key.expires else "不過期"
    used = f"上次使用 {key.used}" if key.used else "未使用"
    return key.id, key.role, state, f"{key.created} 發出", until, used, line(key.name)


def _day(given: str) -> date | None:
    try:
        return date.fromisoformat(given) if given else None
    except ValueError:
        raise UsageError(f"日期寫成 2027-12-31，不是 {given}") from None
