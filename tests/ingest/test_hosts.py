from __future__ import annotations

import shutil
import ssl
import subprocess
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest
import truststore

from ingest.hosts import is_public, tls_context
from ingest.web import Web
from rag.errors import SettingsError, SourceUnreachable
from tests.ingest.web_server import Server, Time, serving, whole


def test_certificates_and_names_are_checked_and_only_the_strict_flag_is_cleared() -> None:
    context = tls_context()
    assert context.verify_mode is ssl.CERT_REQUIRED
    assert context.check_hostname
    assert isinstance(context, truststore.SSLContext)
    usual = truststore.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    assert context.verify_flags == usual.verify_flags & ~ssl.VERIFY_X509_STRICT


@pytest.mark.parametrize("text", [None, "", "no certificate"])
def test_a_file_that_holds_no_certificate_is_named(tmp_path: Path, text: str | None) -> None:
    file = tmp_path / "authority.pem"
    if text is not None:
        file.write_text(text)
    with pytest.raises(SettingsError, match="authority"):
        tls_context(file)


@pytest.fixture(scope="module")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A key and its own certificate for 127.0.0.1, in one file."""
    if not shutil.which("openssl"):
        pytest.skip("no openssl")
    folder = tmp_path_factory.mktemp("tls")
    command = (
        "req -x509 -newkey rsa:2048 -nodes -days 2 -subj /CN=127.0.0.1 -addext subjectAltName=IP:127.0.0.1".split()
    )
    files = ["-keyout", str(folder / "key.pem"), "-out", str(folder / "certificate.pem")]
    subprocess.run(["openssl", *command, *files], check=True, capture_output=True)
    both = folder / "both.pem"
    both.write_text((folder / "key.pem").read_text() + (folder / "certificate.pem").read_text())
    return both


@pytest.fixture
def secure(certificate: Path) -> Iterator[Server]:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate)
    with serving(context) as one:
        yield one


def test_an_unknown_certificate_is_refused_unless_its_authority_is_trusted_for_the_host(
    secure: Server, certificate: Path
) -> None:
    secure.acts = [whole(b"x")]
    for trusted in ("", "example.org", "127.0.0.1"):
        with closing(Web(clock=Time().clock())) as web:
            web.trust(trusted, certificate)
            if trusted == "127.0.0.1":
                assert web.get(secure.at("/")).body == b"x"
                continue
            with pytest.raises(SourceUnreachable, match="certificate"):
                web.get(secure.at("/"))


@pytest.mark.parametrize(
    ("host", "public"),
    [
        ("8.8.8.8", True), ("2001:4860:4860::8888", True), ("localhost", False), ("127.0.0.1", False),
        ("10.1.2.3", False), ("169.254.169.254", False), ("::1", False), ("::ffff:10.0.0.1", False),
        ("no-such-host.invalid", False), ("甲" * 80, False),
    ],
)  # fmt: skip
def test_what_only_this_machine_can_reach_is_not_public(host: str, public: bool) -> None:
    assert is_public(host) is public
