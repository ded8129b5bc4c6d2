"""The words of the embedding: what current statutes say often enough, and the everyday words of the thesaurus.

Nothing else may become a word, since other sources hold people's names. A run of two to four characters is a word when
it is more frequent than its characters let expect (pointwise mutual information) and what stands before and behind it
varies (branching entropy, Jin & Tanaka-Ishii 2006). A text is cut into the words that together are the most probable
(unigram model, Kudo 2018); cutting the statutes so and counting again leaves the words that are used.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import chain, islice
from math import log
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray
from tokenizers import Tokenizer, models, normalizers

from rag.segment import fold

UNKNOWN = "<unk>"
_ODDS = -30.0  # of a character that is no word, as a logarithm
_LONGEST = 4  # characters of an everyday word that is a word of its own
_SEEN = 15  # times, to be a word at all
_EVERY = 2  # texts: which words are used shows in half of them
_FUNCTION = frozenset("之的及或與於者應得其由因依為以該有不未經所並而等在且但各是將受按至對自曾已")
_BITS = 13
_CHARACTERS = (1 << _BITS) - 1


class _Bar(NamedTuple):
    """What a run must reach to be a word, in nats."""

    information: float
    entropy: float


_BARS: Mapping[int, _Bar] = {2: _Bar(0.7, 0.7), 3: _Bar(3.0, 1.0), 4: _Bar(6.0, 1.2)}
_ROUNDS = (40_000,)

Numbers = NDArray[np.int64]


def make_tokenizer(statutes: Sequence[str], everyday: Iterable[str], size: int) -> Tokenizer:
    """A tokenizer of some ``size`` words, single characters included; the first stands for all that is unknown.

    :param statutes: texts of current law.
    :param everyday: words that must be there whole, however rare; those longer than four characters are not.
    """
    folded = [fold(text) for text in statutes]
    wanted = {fold(word) for word in everyday}
    wanted = {word for word in wanted if 1 < len(word) <= _LONGEST}
    counts = dict.fromkeys(wanted, float(_SEEN)) | _candidates("\n".join(folded))
    for keep in (*_ROUNDS, size - 1):
        counts = _used(_tokenizer(counts), folded[::_EVERY], wanted, keep)
    return _tokenizer(counts)


def _tokenizer(counts: Mapping[str, float]) -> Tokenizer:
    total = log(sum(counts.values()))
    words = [(word, log(counts[word]) - total) for word in sorted(counts)]
    made = Tokenizer(models.Unigram([(UNKNOWN, _ODDS), *words], unk_id=0))
    # As ``rag.segment.fold`` does.
    made.normalizer = normalizers.Sequence(
        [normalizers.NFKC(), normalizers.Lowercase(), normalizers.Replace("臺", "台")]
    )
    return made


def encode(tokenizer: Tokenizer, texts: Iterable[str]) -> Iterator[list[list[int]]]:
    """The numbers of the words of each text, a thousand texts at a time; what is unknown is 0."""
    rest = iter(texts)
    while batch := list(islice(rest, 1000)):
        yield [one.ids for one in tokenizer.encode_batch_fast(batch, add_special_tokens=False)]


def _used(tokenizer: Tokenizer, texts: Sequence[str], wanted: set[str], keep: int) -> dict[str, float]:
    """How often each word is used: the ``keep`` most frequent, with all single characters and all that are wanted."""
    seen = np.zeros(tokenizer.get_vocab_size(), np.int64)
    for batch in encode(tokenizer, texts):
        seen += np.bincount(np.fromiter(chain.from_iterable(batch), np.int64), minlength=len(seen))
    words = {word: float(seen[number]) for word, number in tokenizer.get_vocab().items() if word != UNKNOWN}
    must = {word for word in words if len(word) == 1 or word in wanted}
    rest = sorted(words.keys() - must, key=lambda word: (-words[word], word))[: max(0, keep - len(must))]
    floor = {word: max(words[word], float(_SEEN) if word in wanted else 0.5) for word in must}
    return floor | {word: words[word] for word in rest if words[word]}


def _candidates(text: str) -> dict[str, float]:
    """How often each character of ``text`` occurs, and each run that may be a word."""
    codes = np.frombuffer(text.encode("utf-32-le"), np.uint32).astype(np.int64)
    ideographs = ((codes >= 0x3400) & (codes <= 0x9FFF)) | (codes == 0x3007)
    alphabet, places = np.unique(codes[ideographs], return_inverse=True)
    # Number 0 is whatever is no ideograph: the end of a run.
    numbers = np.zeros(len(codes), np.int64)
    numbers[ideographs] = places + 1
    letters = [chr(code) for code in alphabet]
    assert len(letters) < _CHARACTERS, "more characters than the keys of runs have room for"
    frequency = np.bincount(numbers, minlength=len(letters) + 1)
    frequency[0] = 0
    found = {letter: float(count) for letter, count in zip(letters, frequency[1:], strict=True)}
    for length, bar in _BARS.items():
        runs, counts = _runs(numbers, frequency, length, bar)
        spelled = ("".join(letters[number - 1] for number in _parts(run, length)) for run in runs)
        found |= {word: float(count) for word, count in zip(spelled, counts, strict=True) if _is_whole(word)}
    return found


def _is_whole(word: str) -> bool:
    """Not 「之損害」, whose first character belongs to no word."""
    return len(word) == 2 or not (word[0] in _FUNCTION or word[-1] in _FUNCTION)


def _runs(numbers: Numbers, frequency: Numbers, length: int, bar: _Bar) -> tuple[list[int], list[int]]:
    """The runs of ``length`` characters that reach the bar, and how often each occurs."""
    keys = np.zeros(len(numbers) - length + 1, np.int64)
    whole = np.ones(len(keys), bool)
    for offset in range(length):
        part = numbers[offset : len(keys) + offset]
        keys = keys << _BITS | part
        whole &= part > 0
    starts = np.flatnonzero(whole)
    runs, inverse, counts = np.unique(keys[starts], return_inverse=True, return_counts=True)
    often = counts >= _SEEN
    rank = np.cumsum(often) - 1
    kept = often[inverse]
    places, starts, runs, counts = rank[inverse[kept]], starts[kept], runs[often], counts[often]
    around = np.concatenate([[0], numbers, [0]])
    entropy = np.minimum(
        _entropy(places, around[starts], counts), _entropy(places, around[starts + length + 1], counts)
    )
    share = np.log(frequency / frequency.sum(), where=frequency > 0, out=np.zeros(len(frequency)))
    information = np.log(counts / frequency.sum()) - share[_parts(runs, length)].sum(axis=0)
    good = (information >= bar.information) & (entropy >= bar.entropy)
    return runs[good].tolist(), counts[good].tolist()


def _parts(runs: Numbers | int, length: int) -> NDArray[np.int64]:
    """The characters of each run, ``length`` × runs."""
    return np.stack([np.asarray(runs) >> _BITS * (length - 1 - place) & _CHARACTERS for place in range(length)])


def _entropy(places: Numbers, neighbours: Numbers, counts: Numbers) -> NDArray[np.float64]:
    """Of the neighbours of each run, in nats: ``ln n - Σ c ln c / n``."""
    pairs, times = np.unique(places << _BITS | neighbours, return_counts=True)
    weighed = np.bincount(pairs >> _BITS, times * np.log(times), len(counts))
    return np.log(counts) - weighed / counts
