"""Every error Youju raises on purpose. Each carries one clear line for the person at the door.

YoujuError
├── UsageError            bad usage or bad input (exit 2, HTTP 400)
│   ├── SettingsError     an unknown or ill-typed setting
│   ├── UnknownKey        no such document, law or article (HTTP 404)
│   └── Conflict          not in the state it is in (HTTP 409)
├── StoreError            the store of record can't be used
│   ├── StoreBusy         another job is writing to it; later it will do
│   └── StoreTooNew       its schema comes from a newer Youju
├── SearchIndexError           the index can't be used
│   ├── NoIndex           nothing has been indexed yet
│   └── IndexMismatch     built by another segmenter or layout
├── ModelError            the chat model gave no usable answer
│   ├── ModelUnreachable  no server, or it answers with an error
│   ├── ModelTimeout      too slow: no first word, a pause, or no end
│   ├── ModelBroken       the stream broke off, or isn't what the protocol says
│   └── CalledOff         whoever asked waits no longer
└── IngestError           a source could not be taken in; nothing was changed
    ├── SourceUnreachable no answer, or an error status
    │   └── RefusedRequest    an HTTP status that says no
    ├── SourceBlocked     a bot page or robots.txt in the way
    ├── SourceChanged     not the shape the source is known to have
    ├── BrokenArchive     truncated, wrong CRC, not a ZIP
    └── TooFewRecords     far fewer records than last time
"""

from __future__ import annotations


class YoujuError(Exception):
    """Base of all errors raised on purpose; ``str(error)`` is one line a person can act on."""

    exit_code = 1


class UsageError(YoujuError):
    exit_code = 2


class SettingsError(UsageError): ...


class UnknownKey(UsageError): ...


class Conflict(UsageError): ...


class StoreError(YoujuError): ...


class StoreBusy(StoreError): ...


class StoreTooNew(StoreError): ...


class SearchIndexError(YoujuError): ...


class NoIndex(SearchIndexError):
    exit_code = 3


class IndexMismatch(SearchIndexError): ...


class ModelError(YoujuError): ...


class ModelUnreachable(ModelError): ...


class ModelTimeout(ModelError): ...


class ModelBroken(ModelError): ...


class CalledOff(ModelError): ...


class IngestError(YoujuError):
    exit_code = 2


class SourceUnreachable(IngestError): ...


class RefusedRequest(SourceUnreachable):
    """``status`` is the HTTP status the server answered with."""

    def __init__(self, line: str, status: int) -> None:
        super().__init__(line)
        self.status = status


class SourceBlocked(IngestError): ...


class SourceChanged(IngestError): ...


class BrokenArchive(IngestError): ...


class TooFewRecords(IngestError): ...
