"""The JSON that goes in and out, for checking what comes in and describing what goes out."""

from api.schemas.answer import AnswerOut, AskIn, CitationOut, SentenceOut
from api.schemas.document import CoverageOut, DocumentOut, LinksOut
from api.schemas.fields import AsOf, Envelope, Held, Key, Number, Pcode, Question
from api.schemas.law import ArticleOut, HistoryOut
from api.schemas.search import HitOut, SearchIn, SearchOut
from api.schemas.verify import VerifyIn, VerifyOut

__all__ = [
    "AnswerOut",
    "ArticleOut",
    "AsOf",
    "AskIn",
    "CitationOut",
    "CoverageOut",
    "DocumentOut",
    "Envelope",
    "Held",
    "HistoryOut",
    "HitOut",
    "Key",
    "LinksOut",
    "Number",
    "Pcode",
    "Question",
    "SearchIn",
    "SearchOut",
    "SentenceOut",
    "VerifyIn",
    "VerifyOut",
]
