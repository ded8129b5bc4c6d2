"""The layers of the proof that hold a sentence's words against the texts it cites."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from typing import Protocol

from rag.numerals import search_key
from rag.support import Support, elsewhere
from rag.values import stated, unfounded
from rag.verify import quotes as quoting
from rag.verify import yes_or_no
from rag.verify.claims import OK, Claim, Finding
from rag.verify.given import Given
from rag.verify.kinds import without_status
from rag.verify.placed import placed

# 「[1]。」, 「1[1]」 say nothing.
_WORD = re.compile(r"[^\W\d_]")
# 「依\n規定，」: what is left of 「依民法第12條規定，」 without the article
_NAMELESS = re.compile("(?:依照|依據|依|按照|按|根據)?\n(?:[之的]?規定)?[，：]?")
_SAYS = re.compile(r"[：:]「」")
# What leads up to a quote or goes on from it, and says nothing of its own
_SAYING = re.compile(
    r"規定|廢止前?|刪除|尚未|施行日期?未[定載]|現為|施行|修正前|自|起|明[定文]|定有|條文|法條|[原全]文|內容|依照?|依據|根據|按照?|"
    r"[該同本]條|指出|[寫載]明|所[謂稱]|稱為?|就是|是指|指的?是|其中|另外|此外|而且|並且|因此|所以|"
    r"但書|[前後中]段|本文|第\w{1,4}[項款目]|法律|分別|如下|理由|解釋文?|判決|主文|條例|屬於?|原則|例外|但是?|不過|同時|如果|"
    "[即並也亦又則為這此它是的之中上裡在有其且而該說謂法項款目和與及或另再均皆都可得應須負者由對於就向以因時後前若當]"
)
_FEW = 12  # characters of own words that a quote may carry without support: who says it, and that it does


class Leak(Protocol):
    """A word or sign that isn't Taiwan's."""

    @property
    def text(self) -> str: ...
    @property
    def kind(self) -> str: ...
    @property
    def instead(self) -> str: ...


Leaks = Callable[[str, str], Sequence[Leak]]


def marks(claim: Claim) -> Finding:
    return OK if claim.marks else Finding("none")


def read(claim: Claim) -> Finding:
    return Finding("unread", f"[{claim.unread[0]}]") if claim.unread else OK


def quotes(claim: Claim) -> Finding:
    """Every quote is verbatim; a short term in brackets stands there too, and no bracket is left over."""
    if not quoting.is_balanced(claim.said.own):
        return Finding("altered", claim.text)
    for term in claim.said.terms:
        if not any(given.has(term) for given in claim.cited):
            return Finding("altered", term)
    found = [(_best(quote, claim.cited), quote) for quote in claim.said.quotes]
    for verdict in ("altered", "folded", "exact"):
        for one, quote in found:
            if one == verdict:
                return Finding(verdict, quote)
    return Finding("none_quoted")


def _best(quote: str, cited: Sequence[Given]) -> str:
    """A quote may also be of a label or title: 「人工智慧基本法」草案."""
    if any(quote in given.about for given in cited):
        return "exact"
    verdicts = {given.find(quote).verdict for given in cited}
    return next((one for one in ("exact", "folded") if one in verdicts), "altered")


def values(claim: Claim) -> Finding:
    """Every number in the sentence's own words stands in a cited text, or in what is known about it."""
    said = list(stated(claim.words))
    known = [given.known for given in claim.cited] if said else []
    left = unfounded(said, *known)
    if not left:
        return placed(claim)
    one = left[0]
    if one.bound and any(texts.has(one) for texts in known):
        return Finding("bounds", one.written, one.bound)
    return Finding("unfounded", one.written)


def support(claim: Claim, judge: Support, others: Sequence[str] = ()) -> Finding:
    """The cited texts bear out the sentence's own words, better than ``others`` given do; a quote speaks for itself."""
    if not claim.said.quotes and (_WORD.search(claim.own) is None or yes_or_no.is_all(claim.own)):
        return Finding("unsupported")
    words = _NAMELESS.sub("", without_status(claim))
    # 不得「…」 where the text says 得 before those words; 「規定：「…」」 says nothing of its own
    if claim.said.quotes and _WORD.search(words) and not _SAYS.search(words):
        filled = judge.verdict(_filled(words, claim.said.quotes), evidence(claim.cited, words))
        if filled == "contradicted":
            return Finding(filled)
    if claim.said.quotes and len(re.sub(r"\W", "", search_key(words))) <= _FEW:
        return OK if _is_frame(claim, words, judge) else Finding("unsupported")
    # A clause for each of several sources: what bears the sentence out needs to be only one of them, or all together.
    apart = [evidence([given], claim.words) for given in claim.cited] if len(claim.cited) > 1 else []
    if any(judge.verdict(words, texts) == OK.verdict for texts in apart):
        return OK
    together = evidence(claim.cited, claim.words)
    found = Finding(judge.verdict(words, together))
    if found == OK and not claim.said.quotes and elsewhere(words, together, others):
        return Finding("elsewhere")
    return found


def _is_frame(claim: Claim, words: str, judge: Support) -> bool:
    """Whether what stands round a quote only says that it is one, or is borne out like any other words."""
    left = _SAYING.sub("", re.sub(r"\W", "", words))
    pairs = [search_key(left[at : at + 2]) for at in range(len(left) - 1)]
    texts = "\n".join(f"{given.key}\n{given.about_key}" for given in claim.cited)
    if sum(pair in texts for pair in pairs) >= len(pairs) / 2:
        return True
    return judge.verdict(left, evidence(claim.cited, left)) == OK.verdict


def _filled(words: str, quotes: Sequence[str]) -> str:
    """A sentence's own words with what it quotes put back into the empty brackets."""
    for quote in quotes:
        words = words.replace("「」", quote, 1)
    return words


def evidence(cited: Sequence[Given], words: str) -> list[str]:
    """The 項 of each source that is closest to the words, then all of it, then what is known about it."""
    found: list[str] = []
    for given in cited:
        unit = given.closest(words, [one for one in given.units if len(one.path) == 1])
        found += [given.text[unit.start : unit.end]] if unit else []
    return [*found, *(given.text for given in cited), *(given.about for given in cited)]


def locale(claim: Claim, leaks: Leaks) -> Finding:
    """No Simplified-only sign and no mainland term, but where a source has it."""
    allowed = "\n".join(f"{given.about}\n{given.text}" for given in claim.cited)
    found = next(iter(leaks(claim.said.own, allowed)), None)
    return Finding(found.kind, found.text, found.instead) if found else OK
