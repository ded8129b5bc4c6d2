"""Makes ``rag/data/embedding`` anew: ``python -m eval.training.embedding --data DIR``, over the store of that folder.

Words, first vectors, pairs, learning; a twentieth of the articles is held out, and with them the figures are made that
are printed at the end. All that is random has a fixed seed. What the model is worth: ``docs/embedding.md``.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from contextlib import closing
from hashlib import blake2b
from pathlib import Path
from random import Random
from time import monotonic
from typing import Annotated, NamedTuple

import numpy as np
import typer
from numpy.typing import NDArray
from tokenizers import Tokenizer

from eval.training.embedding_export import export
from eval.training.embedding_initial import initial_vectors
from eval.training.embedding_pairs import OWN, Pair, clauses, make_pairs
from eval.training.embedding_scores import held_out_figures
from eval.training.embedding_texts import Article, Text, corpus, missing, read_articles, read_texts
from eval.training.embedding_train import Query, Schedule, Shelves, train
from eval.training.embedding_vocabulary import encode, make_tokenizer
from eval.training.embedding_words import Everyday, Words, counted, thesaurus_pairs
from rag.embed import load
from rag.names import LawNames, with_aliases
from rag.settings import load_settings
from rag.store import Store, open_store
from rag.thesaurus import load_terms

NAME = "youju-static-1"
_FOLDER = Path(__file__).parents[2] / "rag" / "data" / "embedding"
_HELD_OUT = 20  # one article of so many
_LONG, _SPAN = 25, (5, 25)
_CUT, _EVERYDAY = 0.6, 0.5
_RARE = 20  # times seen; what is rarer starts from the words it stands for
_STRONGEST = 8.0

Tell = Callable[[str], None]
Matrix = NDArray[np.float32]


class Plan(NamedTuple):
    """How large, and how long it learns."""

    words: int = 30_000
    size: int = 128
    schedule: Schedule = Schedule()


class Material(NamedTuple):
    """What a store gives to learn from."""

    articles: Sequence[Article]
    texts: Sequence[Text]
    pairs: Sequence[Pair]
    thesaurus: Mapping[str, Sequence[str]]


def read(store: Store, seed: int) -> Material:
    """Everything it learns from, in memory (some 400 MB for the whole database)."""
    articles, texts = read_articles(store), list(read_texts(store))
    names = LawNames(with_aliases(store.law_names()))
    thesaurus = load_terms()
    pairs = make_pairs(store, articles, texts, names, seed)
    more = thesaurus_pairs(thesaurus, articles) + clauses(articles, seed)
    return Material(articles, texts, pairs + more, thesaurus)


def learn(material: Material, plan: Plan, tell: Tell) -> tuple[Tokenizer, Matrix]:
    """The tokenizer, and a vector for each of its words, learned without the held-out articles' pairs."""
    tokenizer = make_tokenizer(_statutes(material.articles), material.thesaurus, plan.words)
    tell(f"詞 {tokenizer.get_vocab_size():,}")
    directions, seen = initial_vectors(
        tokenizer, corpus(material.articles, material.texts), plan.size, plan.schedule.seed
    )
    _lend(directions, seen, tokenizer, material.thesaurus)
    shown = [row for batch in encode(tokenizer, (one.shown for one in material.articles)) for row in batch]
    words = counted(shown, tokenizer.get_vocab_size())
    shelves = Shelves(words, [one.law for one in material.articles])
    rarity = np.log((words.shape[0] + 1) / (np.bincount(words.indices, minlength=words.shape[1]) + 1))
    start = directions, np.log(np.clip(rarity, 0.1, _STRONGEST))
    pairs = [pair for pair in material.pairs if not is_held_out(material.articles[pair.article])]
    return tokenizer, train(pairs, shelves, start, _asked(tokenizer, material.thesaurus), plan.schedule, tell)


def is_held_out(article: Article) -> bool:
    """By its key alone, so that it is the same articles in every run."""
    return int.from_bytes(blake2b(article.key.encode(), digest_size=4).digest(), "big") % _HELD_OUT == 0


def _statutes(articles: Sequence[Article]) -> list[str]:
    return [one.text for one in articles] + sorted({one.name for one in articles})


def _lend(
    directions: Matrix, seen: NDArray[np.int64], tokenizer: Tokenizer, thesaurus: Mapping[str, Sequence[str]]
) -> None:
    """Everyday words that the texts hardly have start where the words stand that statutes have in their place."""
    for word, targets in thesaurus.items():
        number = tokenizer.token_to_id(word)
        if number is None or seen[number] >= _RARE:
            continue
        summed = directions[[one for target in targets for one in tokenizer.encode(target).ids if one]].sum(axis=0)
        if summed.any():
            directions[number] = summed / np.linalg.norm(summed)


def _asked(tokenizer: Tokenizer, thesaurus: Mapping[str, Sequence[str]]) -> Query:
    """Texts as a citizen might write them: every other one in everyday words, long ones mostly cut to a span."""
    everyday = Everyday(thesaurus)

    def asked(texts: Sequence[str], choice: Random) -> Words:
        said = [everyday.spoken(text, choice) if choice.random() < _EVERYDAY else text for text in texts]
        return [_cut(row, choice) for batch in encode(tokenizer, said) for row in batch]

    return asked


def _cut(words: list[int], choice: Random) -> list[int]:
    if len(words) <= _LONG or choice.random() >= _CUT:
        return words
    length = choice.randint(*_SPAN)
    start = choice.randrange(len(words) - length + 1)
    return words[start : start + length]


def main(
    data: Annotated[Path, typer.Option(help="資料夾，內有已匯入的各來源")],
    out: Annotated[Path, typer.Option(help="模型寫入的資料夾")] = _FOLDER,
    epochs: Annotated[int, typer.Option(min=1)] = Schedule().epochs,
) -> None:
    """訓練詞向量，寫入專案的模型檔，並印出保留題的成績。"""
    began = monotonic()

    def tell(line: str) -> None:
        typer.echo(f"{monotonic() - began:5.0f} s  {line}")

    with closing(open_store(load_settings(data=data).store_url)) as store:
        if absent := missing(store):
            tell(f"資料庫缺少：{'、'.join(absent)}；模型會因此較差")
        plan = Plan(schedule=Schedule(epochs=epochs))
        material = read(store, plan.schedule.seed)
    tell(f"條文 {len(material.articles):,}、其他文件 {len(material.texts):,}、配對 {len(material.pairs):,}")
    tokenizer, vectors = learn(material, plan, tell)
    export(out, NAME, tokenizer, vectors)
    model = load(out)
    held = [one for one in material.pairs if one.kind != OWN and is_held_out(material.articles[one.article])]
    for line in held_out_figures(model, material.articles, held, Everyday(material.thesaurus)):
        tell(line)
    tell(f"{model.name} → {out}")


if __name__ == "__main__":
    typer.run(main)
