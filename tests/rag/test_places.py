"""Which places a caller may name, and how places are told."""

from __future__ import annotations

from ipaddress import ip_address
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rag.errors import UsageError
from rag.places import checked, inside, without_folders, without_secrets

HOSTS = st.sampled_from(["www.example.org", "EXAMPLE.org", "xn--fiq228c.tw", "localhost", "a.local", "127.0.0.1", "0x7f.1", "[::1]"])  # fmt: skip
BITS = st.text("aA0./:@?#\\%[] \t\n\r１。", max_size=6)


@pytest.mark.parametrize(
    "given",
    ["https://www.example.org", "HTTP://data.example.org:80/a/b.zip", "https://a-b.example.org:443?page=2", "https://xn--fiq228c.tw/民法"],
)  # fmt: skip
def test_a_public_address_stays_as_it_was_given(given: str) -> None:
    assert checked(given, None) == given


@given(st.sampled_from(["http", "https", "ftp", "HTTPS"]), BITS, HOSTS, BITS)
def test_whatever_passes_has_a_public_host_for_every_reader(scheme: str, before: str, host: str, after: str) -> None:
    given = f"{scheme}://{before}{host}{after}"
    try:
        checked(given, None)
    except UsageError:
        return
    parts = urlsplit(given)
    assert parts.scheme in ("http", "https")
    assert parts.username is None
    assert parts.port in (None, 80, 443)
    assert parts.hostname
    assert parts.hostname.rpartition(".")[2].isalpha() or "xn--" in parts.hostname
    with pytest.raises(ValueError, match="not appear"):
        ip_address(parts.hostname)


@given(st.text("ab./\\~ \x00", max_size=12))
def test_no_path_leads_out_of_its_folder(given: str) -> None:
    folder = Path(__file__).parent
    try:
        found = inside(given, folder)
    except UsageError:
        return
    assert found.is_relative_to(folder.resolve())


def test_a_link_inside_the_folder_may_lead_to_another_place_inside(tmp_path: Path) -> None:
    (tmp_path / "real").mkdir()
    (tmp_path / "real" / "a").write_text("a")
    (tmp_path / "link").symlink_to(tmp_path / "real")
    assert inside("link/a", tmp_path) == (tmp_path / "real" / "a").resolve()
    (tmp_path / "round").symlink_to(tmp_path / "round")
    for wrong in ("round", "real/b", "字" * 300):
        with pytest.raises(UsageError) as error:
            inside(wrong, tmp_path)
        assert str(tmp_path) not in str(error.value)


def test_without_a_folder_only_addresses_can_be_named() -> None:
    with pytest.raises(UsageError, match="YOUJU_SOURCE_DIR"):
        checked("own.jsonl", None)


@pytest.mark.parametrize(
    ("message", "told"),
    [
        ("/srv/youju/raw/a.zip：壞了", "…/a.zip：壞了"),
        ("找不到 /home/ann/a 與 /tmp/b/c", "找不到 …/a 與 …/c"),
        ("https://a.tw/x/y.zip：HTTP 500", "https://a.tw/x/y.zip：HTTP 500"),
        ("judgment/TPSV,104,台上,472,20150326,1", "judgment/TPSV,104,台上,472,20150326,1"),
        ("寫入 民事/刑事/其他", "寫入 民事/刑事/其他"),
        ("讀/data of us/x", "讀…/x"),
        ("", ""),
    ],
)
def test_no_folder_is_told(message: str, told: str) -> None:
    assert without_folders(message, [Path("/data of us"), Path("/"), Path("data")]) == told


@pytest.mark.parametrize(
    ("message", "told"),
    [
        ("https://a.tw/x?token=1&b=2：HTTP 500", "https://a.tw/x：HTTP 500"),
        ("http://user:pass@a.tw/x", "http://a.tw/x"),
        ("為什麼？因為", "為什麼？因為"),
        ("寄給 a@b.tw", "寄給 a@b.tw"),
    ],
)
def test_no_secret_of_an_address_is_told(message: str, told: str) -> None:
    assert without_secrets(message) == told
