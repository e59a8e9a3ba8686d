"""Opening the page: encoder, index in step with the sources, first questions, and the language model beside it."""

from __future__ import annotations

import threading
from collections.abc import Iterator

from assistant.assistant import Assistant
from assistant.cli.compose import bundled_documents, open_assistant, open_searcher, prepared_encoder, warn
from assistant.cli.options import progress_bar
from assistant.settings import Settings
from assistant.suggest import suggestions
from assistant.web import Holdings, Surroundings, serve
from corpus.document import Document
from corpus.errors import DafuError
from index.models import LLM, prepare_llm
from index.store import Store
from index.sync import sync


def open_page(chosen: Settings) -> None:
    """Prepare what is missing, sync, and serve until interrupted."""
    store = Store(chosen.home, create=True)
    _prepare(chosen, store)
    searcher = open_searcher(chosen, store)
    assistant = open_assistant(chosen, searcher)
    model = LanguageModel(chosen)
    first = FirstQuestions(assistant, store)
    around = Surroundings(
        suggestions=first,
        model_status=model.status,
        holdings=lambda: _holdings(store),
        search=searcher.search,
    )

    def ready(address: str) -> None:
        print(f"Dafu: {address}", flush=True)
        first.make_in_background()
        model.prepare_in_background()

    try:
        serve(assistant, chosen.host, chosen.port, around=around, on_ready=ready)
    finally:
        first.stop()


def _prepare(chosen: Settings, store: Store) -> None:
    """The encoder and an index in step with the sources; a source that is gone does not keep the page from opening."""
    with progress_bar() as show:
        encoder = prepared_encoder(chosen, show)
        try:
            sync(store, store.catalog.sources() or (bundled_documents(),), encoder, progress=show)
        except DafuError as error:
            warn(f"the documents were not synced: {error}")


def _holdings(store: Store) -> Holdings:

    dates = [document.metadata.as_of or document.metadata.issued for document in store.catalog.documents()]
    return Holdings(len(dates), max(dates, default=""))


class FirstQuestions:
    """The suggestions for an empty page, worked out once for each state of the index, beside the serving."""

    def __init__(self, assistant: Assistant, store: Store) -> None:
        self._assistant, self._store = assistant, store
        self._made: tuple[int, list[tuple[str, str]]] = (-1, [])
        self._stopped = threading.Event()
        self._worker: threading.Thread | None = None

    def make_in_background(self) -> None:
        """Work the questions out, unless that is being done."""
        if self._worker is None or not self._worker.is_alive():
            self._worker = threading.Thread(target=self._make, daemon=True)
            self._worker.start()

    def stop(self) -> None:
        """Wait for the question in hand: a process that ends while a model computes is aborted."""
        self._stopped.set()
        if self._worker is not None:
            self._worker.join()

    def __call__(self) -> list[tuple[str, str]]:
        """What is ready; a changed index is looked at anew in the background."""
        if self._made[0] not in {-1, self._store.catalog.generation()}:
            self.make_in_background()
        return self._made[1]

    def _make(self) -> None:
        generation = self._store.catalog.generation()
        self._made = (generation, suggestions(self._assistant, self._documents()))

    def _documents(self) -> Iterator[Document]:
        """The documents one by one, until it is time to stop."""
        for document in sorted(self._store.catalog.documents(), key=lambda one: one.metadata.kind != "reply"):
            if self._stopped.is_set():
                return
            yield document


class LanguageModel:
    """The embedded language model, fetched while the page is already open; a failure is one line on the page."""

    def __init__(self, chosen: Settings) -> None:
        self._settings = chosen
        self._line = ""

    def status(self) -> str:
        """One line about its preparation, empty when there is nothing to tell."""
        return self._line

    def prepare_in_background(self) -> None:
        """Start fetching unless it is there, switched off, or another generator was chosen."""
        chosen = self._settings
        wanted = chosen.llm == "on" and chosen.generator in {"auto", "local"} and not chosen.endpoint_url
        if wanted and chosen.local_model is None and not LLM.path(chosen.models).is_file():
            threading.Thread(target=self._prepare, daemon=True).start()

    def _prepare(self) -> None:
        try:
            prepare_llm(self._settings.models, self._tell)
            self._line = ""
        except DafuError as error:
            self._line = f"语言模型没有备好：{error}"

    def _tell(self, description: str, done: int, total: int) -> None:
        self._line = (
            f"正在准备语言模型 {LLM.title}（{LLM.licence}）：{100 * done // max(total, 1)}%" if description else ""
        )
