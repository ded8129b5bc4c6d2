"""The proof: a draft and the sources it was given → sentences that stand, each with one verdict a layer."""

from rag.verify.prover import Proved, Prover, citation, prove

__all__ = ["Proved", "Prover", "citation", "prove"]
