"""The calls that README shows, made as they stand there: curl, OpenAI's client, MCP's client, against a real service."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator, Mapping
from datetime import date
from pathlib import Path
from typing import Any, NamedTuple

import anyio
import pytest
from mcp import Client, StdioServerParameters, stdio_client

from rag import arrivals
from rag.store import open_store
from rag.writer import writing
from tests import fakes
from tests.api.library import made
from tests.commands import ROOT, environment, run, serving

README = (ROOT / "README.md").read_text(encoding="utf-8")
SHOWN_AT = "http://127.0.0.1:8000"
_BLOCK = re.compile(r"^```(\w+)\n(.*?)^```$", re.MULTILINE | re.DOTALL)
# What curl is to tell of each call, beside what the call itself asks for.
CURLRC = 'silent\nshow-error\nfail-with-body\nwrite-out = "\\n<<%{http_code} %{method} %{url}>>\\n"\n'
_CALL = re.compile(r"(.*?)\n<<(\d{3}) (\w+) (\S+)>>\n", re.DOTALL)
# A law of ours under a real one's code, as README asks for that; its words are made up.
LAW = fakes.made_law("N0030001", "勞動基準法")
ARTICLES = (
    fakes.article(LAW, "24", "加班費由雇主與勞工約定之。", valid_to=date(2018, 3, 1)),
    fakes.article(LAW, "24", "加班費以平日每小時工資額加給計算。", since=date(2018, 3, 1)),
)
CRASH = made(
    "judgment", "judgment/TPDV,112,訴,9,20240105,1", "臺灣臺北地方法院112年度訴字第9號判決", date(2024, 1, 5),
    "主文\r\n被告因車禍應賠償修車費。", "judgments", court="臺灣臺北地方法院", court_code="TPD",
    case_key="case/TPD/112/訴/9", type="民事", form="判決", no="1",
)  # fmt: skip
RULING = made("interpretation", "interpretation/748", "釋字第748號", date(2017, 5, 24), "押金合憲。", "interpretations")
OTHERS = (CRASH, RULING)
# What each call is to give: names of fields that it has, with something in them.
GIVEN: Mapping[str, tuple[str, ...]] = {
    r"POST /v1/ask": ("state", "sentences", "citations", "as_of", "coverage", "model", "request_id"),
    r"POST /v1/search": ("hits", "as_of", "coverage", "request_id"),
    r"POST /v1/verify": ("references", "as_of", "coverage", "request_id"),
    r"GET /v1/laws/N0030001/articles/24(\?.*)?": ("current", "law", "as_of", "coverage", "request_id"),
    r"GET /v1/laws/N0030001/articles/24/history": ("versions", "coverage", "request_id"),
    r"GET /v1/(judgments|interpretations|documents)/\S+": ("key", "text", "coverage", "request_id"),
    r"GET /v1/links/\S+": ("key", "coverage", "request_id"),
    r"GET /v1/coverage": ("coverage",),
    r"POST /v1/chat/completions": ("choices", "model", "youju"),
    r"GET /v1/models": ("data",),
    r"POST /v1/jobs": ("id",),
    r"GET /v1/jobs": ("request_id",),
    r"GET /(healthz|readyz)": (),
}


class Call(NamedTuple):
    """One call of curl: what it asked, and what came."""

    asked: str
    status: int
    body: str


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with the folder ``data``, curl's settings, and our commands in ``bin``."""
    folder = tmp_path_factory.mktemp("home")
    store = open_store(f"sqlite:///{_made(folder / 'data') / 'youju.db'}", create=True)
    with writing(store) as writer:
        writer.put_laws([LAW, fakes.LAW])
        writer.put_documents([LAW.pcode], ARTICLES)
        writer.put_documents([fakes.LAW.pcode], [one for one in fakes.DOCUMENTS if one.law == fakes.LAW.pcode])
        for one in OTHERS:
            whole = arrivals.filed(one, (arrivals.Part(0, len(one.text)),))
            came = arrivals.Arrival(one.key, "0", "1", "", None, b"", (whole,))
            arrivals.put(writer, one.source, [came], one.valid_from)
    store.close()
    done = run(["youju-ingest", "rebuild-index"], YOUJU_DATA=str(folder / "data"))
    assert done.returncode == 0, done.stderr
    (folder / ".curlrc").write_text(CURLRC)
    command = _made(folder / "bin") / "youju-serve"
    command.write_text(f'#!/bin/sh\nPYTHONPATH="{ROOT}" exec "{sys.executable}" -m api "$@"\n')
    command.chmod(0o755)
    return folder


def _made(folder: Path) -> Path:
    folder.mkdir()
    return folder


@pytest.fixture(scope="module")
def settings(home: Path) -> dict[str, str]:
    """The environment in which a reader makes the calls."""
    own = {"HOME": str(home), "PATH": f"{home / 'bin'}{os.pathsep}{os.environ['PATH']}", "NO_PROXY": "127.0.0.1"}
    return environment(**own, YOUJU_DATA=str(home / "data"))


@pytest.fixture(scope="module")
def site(home: Path) -> Iterator[str]:
    with serving(["youju-serve"], YOUJU_DATA=str(home / "data"), YOUJU_RATE_PER_MINUTE="0") as url:
        yield url


def blocks(*languages: str) -> list[str]:
    return [text for language, text in _BLOCK.findall(README) if language in languages]


def served_at(text: str, site: str) -> str:
    """The text with the address of the service that is there, in place of the one that is shown."""
    return text.replace(SHOWN_AT, site).replace(SHOWN_AT.replace("http://127.0.0.1", "localhost"), site[7:])


def scripts() -> list[str]:
    """The blocks that call curl, without the commands by which the reader has installed and started all of it."""
    found = [block for block in blocks("sh", "bash") if "curl " in block]
    return ["".join(line for line in one.splitlines(True) if not line.startswith(".venv/")) for one in found]


def finished(command: list[str], settings: dict[str, str], cwd: Path) -> str:
    """What a command prints; it must end well."""
    done = subprocess.run(
        command, env=settings, cwd=cwd, capture_output=True, text=True, encoding="utf-8", timeout=120, check=False
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


@pytest.fixture(scope="module")
def calls(site: str, settings: dict[str, str], home: Path) -> list[Call]:
    if not shutil.which("curl"):
        pytest.skip("there is no curl")
    told = [finished(["bash", "-euo", "pipefail", "-c", served_at(one, site)], settings, home) for one in scripts()]
    found = [found for one in told for found in _CALL.findall(one)]
    return [
        Call(f"{method} {url.removeprefix('http://')[len(site) - 7 :]}", int(status), body)
        for body, status, method, url in found
    ]


def test_curl_is_answered_with_what_is_asked_for(calls: list[Call]) -> None:
    assert len(calls) == README.count("curl -") + README.count("curl http") + README.count("curl 'http")
    for call in calls:
        assert call.status in (200, 201, 202), call
        if call.body.startswith("event:"):
            continue
        given = next((names for asked, names in GIVEN.items() if re.fullmatch(asked, call.asked)), None)
        assert given is not None, f"say in GIVEN what {call.asked} gives"
        body = json.loads(call.body)
        assert not [name for name in given if not body.get(name)], call


def test_the_stream_tells_each_sentence_after_its_proof(calls: list[Call]) -> None:
    streams = [one for one in calls if one.body.startswith("event:")]
    assert streams
    for one in streams:
        assert one.asked == "POST /v1/ask"
        told = re.findall("^event: (.*?)\r?$", one.body, re.MULTILINE)
        assert told[:2] == ["citation", "sentence"]
        assert told[-1] == "done"


def test_the_answer_is_about_what_was_asked(calls: list[Call]) -> None:
    answers = [json.loads(one.body) for one in calls if one.asked == "POST /v1/ask" and one.body.startswith("{")]
    assert answers
    for one in answers:
        assert one["state"] == "answered"
        assert one["citations"][0]["key"] == ARTICLES[1].key
        assert one["citations"][0]["quote"] in ARTICLES[1].text


def test_openais_client_is_answered(site: str, settings: dict[str, str], home: Path) -> None:
    written = blocks("python")
    assert written
    for one in written:
        told = finished([sys.executable, "-c", served_at(one, site)], settings, home)
        assert f"「{ARTICLES[1].text}」[1]" in told
        assert "answered" in told
        assert ARTICLES[1].key in told


def told_tools() -> list[str]:
    line = next(line for line in README.splitlines() if line.startswith("工具："))
    return re.findall("`([a-z_]+)`", line)


def mcp_program() -> dict[str, Any]:
    found = re.search(r'`(\{"mcpServers".*\})`', README)
    assert found
    program: dict[str, Any] = json.loads(found[1])["mcpServers"]["youju"]
    return program


@pytest.mark.parametrize("transport", ["http", "stdio"])
def test_mcps_client_finds_the_tools_and_is_answered(
    transport: str, site: str, settings: dict[str, str], home: Path
) -> None:
    async def asked() -> tuple[list[str], Any]:
        if transport == "http":
            url = re.search(r"HTTP：`(http[^`]+)`", README)
            assert url
            client = Client(served_at(url[1], site))
        else:
            own = {"PYTHONPATH": str(ROOT)}
            client = Client(stdio_client(StdioServerParameters(**mcp_program(), cwd=home, env=settings | own)))
        async with client:
            names = [one.name for one in (await client.list_tools()).tools]
            return names, await client.call_tool("get_article", {"law": LAW.name, "number": "24"})

    names, found = anyio.run(asked)
    assert names == told_tools()
    assert not found.is_error
    assert ARTICLES[1].text in found.content[0].text
