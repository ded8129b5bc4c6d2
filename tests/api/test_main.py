import socket

import pytest

from api.__main__ import NAME, address, app, listen
from rag.door import run
from rag.errors import UsageError


def test_address_of_the_door() -> None:
    with listen("127.0.0.1", 0) as door:
        assert address(door) == f"http://127.0.0.1:{door.getsockname()[1]}"


def test_taken_port_is_bad_usage_in_one_line() -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        with pytest.raises(UsageError, match=f"無法在 127.0.0.1 的連接埠 {port} 提供服務"):
            listen("127.0.0.1", port)


@pytest.mark.parametrize("host", ["192.0.2.1", "no such host"])
def test_address_of_another_machine_is_bad_usage(host: str) -> None:
    with pytest.raises(UsageError, match=host):
        listen(host, 0)


@pytest.mark.parametrize("arguments", [["--port", "many"], ["--port", "70000"], ["--nothing"], ["extra"]])
def test_bad_usage_is_one_line_and_two(capsys: pytest.CaptureFixture[str], arguments: list[str]) -> None:
    assert run(app, arguments, NAME) == 2
    error = capsys.readouterr().err
    assert error.startswith("youju-serve：")
    assert error.count("\n") == 1


def test_help_names_every_option(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(app, ["--help"], NAME) == 0
    shown = capsys.readouterr().out
    assert all(option in shown for option in ("--host", "--port", "--data"))
