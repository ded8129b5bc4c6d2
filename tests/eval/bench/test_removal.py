import json
import random
import zipfile
from contextlib import closing
from datetime import date
from pathlib import Path

import pytest

from eval.bench.ground import StepFailed
from eval.bench.removal import LENGTH, found_in, own_strings, pieces, removal, slices, write_deletions
from eval.bench.taken import take_in
from ingest.judicial_archives import removals
from ingest.parsed import Removal
from tests.eval.bench.grounds import filled, ground, judgment


def said(seed: int, length: int = 4_000) -> str:
    drawn = random.Random(seed)
    return "".join(chr(drawn.randrange(0x4E00, 0x9FA5)) for _ in range(length))


def test_only_what_no_other_document_says_is_looked_for(tmp_path: Path) -> None:
    shared = said(1, 60 * LENGTH)
    one = judgment(1, shared + said(2, 10 * LENGTH) + " " + said(3, 5))
    with closing(filled(tmp_path, one, judgment(2, "首" + shared))) as store:
        found = own_strings(store, one.document)
    assert len(found) == 10
    assert not any(text in shared for text in found)
    assert all(len(text) == LENGTH and text in one.document.text for text in found)


def test_a_stretch_is_another_s_though_one_before_it_overlaps(tmp_path: Path) -> None:
    whole = said(4, 3 * LENGTH // 2)
    one = judgment(1, whole[:LENGTH] + whole[LENGTH // 2 :] + said(5, 4 * LENGTH))
    with closing(filled(tmp_path, one, judgment(2, "首" + whole))) as store:
        assert not any(text in whole for text in own_strings(store, one.document))


def test_too_few_of_its_own_is_an_error(tmp_path: Path) -> None:
    one = judgment(1, said(1))
    with (
        closing(filled(tmp_path, one, judgment(2, one.document.text))) as store,
        pytest.raises(StepFailed, match="only 0"),
    ):
        own_strings(store, one.document)


def test_each_string_counts_once() -> None:
    assert found_in([b"..ab..", b"ab", b"cd"], [b"ab", b"cd", b"ef"]) == 2
    assert found_in([b"abc"], [b"ab", b"bc"]) == 2


def test_nothing_is_cut_in_two_by_the_pieces_a_file_is_read_in(tmp_path: Path) -> None:
    (tmp_path / "below").mkdir()
    (tmp_path / "below" / "file").write_bytes(b"-" * 95 + "一二三四五".encode() + b"-" * 90)
    assert found_in(pieces(tmp_path, 100), ["一二三四五".encode()]) == 1
    assert found_in(pieces(tmp_path, 100), ["一二三四六".encode()]) == 0


def test_what_is_packed_is_known_by_its_bytes() -> None:
    assert slices(bytes(range(200))) == [bytes(range(at, at + LENGTH)) for at in (50, 100, 150)]
    assert slices(b"short") == []


def test_the_list_of_deletions_is_the_court_s(tmp_path: Path) -> None:
    one = judgment(7, "甲").document
    body = write_deletions(tmp_path / "deleted.csv", one).read_bytes()
    assert list(removals(body)) == [Removal(one.key, date.today())]


def as_published(number: int) -> tuple[str, str]:
    jid = f"TPDV,109,訴,{number},20200102,1"
    text = f"臺灣臺北地方法院民事判決 109年度訴字第{number}號\r\n主文\r\n原告之訴駁回。\r\n理由\r\n{said(number)}"
    fields = {"JID": jid, "JYEAR": "109", "JCASE": "訴", "JNO": str(number), "JDATE": "20200102", "JTITLE": "損害賠償"}
    return jid, json.dumps(fields | {"JFULL": text, "JPDF": ""}, ensure_ascii=False)


def test_a_judgment_taken_back_is_found_nowhere(tmp_path: Path) -> None:
    archive = tmp_path / "judicial" / "judgments.zip"
    archive.parent.mkdir()
    with zipfile.ZipFile(archive, "w") as file:
        for number in (1, 2):
            jid, body = as_published(number)
            file.writestr(f"202001/臺灣臺北地方法院民事/{jid}.json", body)
    assert take_in("judgments", [archive], tmp_path / "data").documents == 2
    measured = removal(ground(tmp_path, tmp_path / "data"))
    assert measured.pop("removal_s") > 0
    assert measured.pop("removal_found_before") >= 20
    assert measured == {"removal_strings": 30, "removal_found": 0, "removal_versions": 0, "removal_tombstone": 1.0}
