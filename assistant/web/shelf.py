"""The documents that answers on the page cite, as they were when they were cited."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Iterable
from threading import Lock

from assistant.web.source import version
from corpus.document import Document


class Shelf:
    """Keeps the versions cited last, so that an old answer's offsets still fit after a document has changed."""

    def __init__(self, capacity: int = 256) -> None:
        self._capacity = capacity
        self._documents: OrderedDict[tuple[str, str], Document] = OrderedDict()
        self._lock = Lock()

    def put(self, documents: Iterable[Document]) -> None:
        """Keep these; beyond the capacity, those cited longest ago go."""
        with self._lock:
            for document in documents:
                key = (document.id, version(document))
                self._documents[key] = document
                self._documents.move_to_end(key)
            while len(self._documents) > self._capacity:
                self._documents.popitem(last=False)

    def get(self, document: str, wanted: str) -> Document | None:
        """The document in the wanted version, if it is kept."""
        with self._lock:
            return self._documents.get((document, wanted))
