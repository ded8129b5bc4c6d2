import importlib.util

import pytest

from rag.ckip import CkipSegmenter
from rag.errors import SettingsError


def test_name_and_empty_texts_load_no_model() -> None:
    segmenter = CkipSegmenter("bert-base")
    assert segmenter.name == "ckip:bert-base"
    assert segmenter.words(["", ""]) == [[], []]


@pytest.mark.skipif(bool(importlib.util.find_spec("ckip_transformers")), reason="extra `models` is installed")
def test_missing_extra_says_what_to_install() -> None:
    with pytest.raises(SettingsError, match="pip install"):
        CkipSegmenter().words(["勞工"])
