"""The service under load: two worker processes, sixteen connections on loopback, everyday questions in random order."""

from __future__ import annotations

import json
import os
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from socket import create_server
from urllib.error import URLError
from urllib.request import urlopen

import psutil

from eval.bench.ground import Ground, StepFailed, module_command
from eval.bench.load import Load, Plan
from eval.measures.percentile import percentile

SETS = ("lay_statutes", "lay_statutes_2")
HOST = "127.0.0.1"
WORKERS, CONNECTIONS, SEED = 2, 16, 7
WARM_S = 2.0
_START_S, _STOP_S = 120, 60
MB = 1_000_000
# All questions come from one address, and each is to be answered.
_UNLIMITED = {"YOUJU_RATE_PER_MINUTE": "0", "YOUJU_ANONYMOUS": "true"}


def service(ground: Ground) -> dict[str, float]:
    """Requests answered a second, how long each took, how many failed, and the memory before and after."""
    plan = asking(ground)
    with serving(ground.data, WORKERS) as (server, port):
        plan = plan._replace(port=port)
        put_under(plan._replace(seconds=WARM_S))
        before, worked = resident(server), _worked(server)
        load = put_under(plan)
        after, spent = resident(server), _worked(server) - worked
    return _measured(load) | {
        "service_cpu_ms": spent / max(len(load.ms), 1) * 1000,
        "service_rss_start_mb": before / MB,
        "service_rss_end_mb": after / MB,
        "service_rss_growth": after / before,
    }


def asking(ground: Ground) -> Plan:
    """The everyday questions, put to a service of this machine; its port is yet to be said."""
    questions = [one.question for name in SETS for one in ground.questions(name)]
    return Plan(HOST, 0, "/v1/ask", list(map(_body, questions)), CONNECTIONS, ground.load_s, SEED)


@contextmanager
def serving(data: Path, workers: int) -> Iterator[tuple[psutil.Process, int]]:
    """The service in processes of its own, ready to answer, and its port.

    :raises StepFailed: it isn't ready within two minutes.
    """
    port = _free_port()
    command = module_command("api", "--data", str(data), "--port", str(port), "--workers", str(workers))
    with tempfile.TemporaryFile() as said:
        process = subprocess.Popen(command, env=os.environ | _UNLIMITED, stdout=said, stderr=said)  # noqa: S603
        try:
            _wait_until_ready(process, port, workers)
            yield psutil.Process(process.pid), port
        finally:
            process.terminate()
            with suppress(subprocess.TimeoutExpired):
                process.wait(_STOP_S)
            process.kill()
            process.wait()


def put_under(plan: Plan) -> Load:
    """The load of a plan, made by a process of its own. Raises ``StepFailed``."""
    command = module_command("eval.bench.load")
    given = json.dumps(plan._asdict())
    done = subprocess.run(command, input=given, capture_output=True, text=True, check=False)  # noqa: S603
    if done.returncode:
        raise StepFailed(f"eval.bench.load: exit {done.returncode}: {done.stderr.strip()[-200:]}")
    return Load(**json.loads(done.stdout))


def resident(server: psutil.Process) -> int:
    """Bytes of memory that are a process's or its children's own: what they share (files mapped) is in neither."""
    return sum(_own(one) for one in [server, *server.children(recursive=True)])


def _own(process: psutil.Process) -> int:
    found = process.memory_info()
    return int(found.rss - getattr(found, "shared", 0))


def _worked(server: psutil.Process) -> float:
    """Seconds of processor time of all processes so far."""
    times = [one.cpu_times() for one in [server, *server.children(recursive=True)]]
    return sum(one.user + one.system for one in times)


def _measured(load: Load) -> dict[str, float]:
    if not load.ms:
        raise StepFailed(f"no request was answered, {load.errors} failed")
    return {
        "service_per_s": len(load.ms) / load.seconds,
        "service_p50_ms": percentile(load.ms, 50),
        "service_p99_ms": percentile(load.ms, 99),
        "service_errors": load.errors,
    }


def _wait_until_ready(process: subprocess.Popen[bytes], port: int, workers: int) -> None:
    """Until as many answers in a row came as there are workers, twice over."""
    until, ready = time.monotonic() + _START_S, 0
    while ready < 2 * workers:
        if process.poll() is not None:
            raise StepFailed(f"youju-serve: exit {process.returncode}")
        if time.monotonic() > until:
            raise StepFailed(f"youju-serve: not ready after {_START_S} s")
        ready = ready + 1 if _is_ready(port) else 0
        time.sleep(0.25)


def _is_ready(port: int) -> bool:
    try:
        with urlopen(f"http://{HOST}:{port}/readyz", timeout=5) as response:
            return bool(response.status == 200)
    except (URLError, OSError):
        return False


def _free_port() -> int:
    with create_server((HOST, 0)) as door:
        return int(door.getsockname()[1])


def _body(question: str) -> str:
    return json.dumps({"question": question}, ensure_ascii=False)
