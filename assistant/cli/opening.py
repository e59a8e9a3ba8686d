"""Opening the page: encoder, index in step with the sources, first questions, and the language model beside it."""

from __future__ import annotations

import json
import os
import signal
import sys
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import AbstractContextManager, contextmanager, nullcontext, suppress
from dataclasses import dataclass, replace
from functools import lru_cache, partial
from itertools import islice
from pathlib import Path

from assistant.assistant import Assistant, let_go
from assistant.cli.home import DAY, expire
from assistant.cli.options import progress_bar
from assistant.cli.root import (
    bundled_documents,
    open_assistant,
    open_records,
    open_searcher,
    open_store,
    prepared_encoder,
    warn,
)
from assistant.generate.choose import choose_generator
from assistant.in_turn import InTurn, Queue
from assistant.mail import Mail
from assistant.records import Person, Records
from assistant.review import StaffAnswers, document_id
from assistant.settings import Settings
from assistant.suggest import related_questions, suggestions, ways_of_asking
from assistant.web import (
    Encryption,
    Holdings,
    StaffServices,
    Standing,
    Surroundings,
    Telemetry,
    check_exposure,
    serve,
    write_log,
)
from assistant.web.chat.scope import Listed
from assistant.web.telling import Telling
from corpus.document import STAFF_ANSWER, Document
from corpus.errors import DafuError
from corpus.private import private_folder
from index.encoder import Encoder
from index.models import LLM, prepare_llm
from index.searcher import Searcher
from index.storage.catalog import TIERS, Catalog
from index.storage.schema import version_of
from index.storage.store import Store, fingerprint
from index.sync import sync
from index.watch import BackgroundSync, beside, follow_in_turn

PUBLIC = ("public",)
_RELEASED = 8  # questions that staff answered for everyone, looked at for suggestions
_FRESH = 1_800  # seconds after which it is seen what staff answered meanwhile


def open_page(chosen: Settings) -> None:
    """Prepare what is missing, sync, and serve until interrupted.

    Raises:
        InputError: others could reach the page without sign-in or encryption.
        StateError: another process serves this home, and its records are in a file.
    """
    write_log(chosen.log, sys.stderr)
    encryption = Encryption(chosen.tls_cert, chosen.tls_key, chosen.behind_proxy)
    records = open_records(chosen)
    check_exposure(records, chosen.host, encryption)
    mail = Mail.of(chosen)
    with ended_in_order(), records.served():
        _open_page(chosen, records, encryption, mail)


def _open_page(chosen: Settings, records: Records, encryption: Encryption, mail: Mail | None) -> None:
    store = open_store(chosen, create=True)
    synced = prepared(chosen, store)
    model = ModelPreparation(chosen)
    shelves = open_shelves(chosen, store, records)
    encoder = shelves[TIERS].searcher.encoder
    answers = StaffAnswers(records, store, encoder, chosen.office_name)
    background = BackgroundSync(store, store.catalog.sources, encoder, answers.keep)
    around = surroundings(chosen, store, records, shelves, model.status, background=background)
    telling = Telling(mail, records) if mail else None
    if telling:
        around = replace(around, answered=telling)

    def ready(address: str) -> None:
        print(f"Dafu: {address}{'' if records.users.exist() else ' (this machine only; nobody signs in)'}", flush=True)
        for shelf in shelves.values():
            shelf.first.make_in_background()
        model.prepare_in_background()
        if not synced:
            background.ask()

    try:
        with following(chosen, store, background), forgetting(chosen, records):
            serve(around, chosen.host, chosen.port, encryption=encryption, on_ready=ready)
    finally:
        if telling:
            telling.close()
        for shelf in shelves.values():
            shelf.first.stop()


@contextmanager
def ended_in_order() -> Iterator[None]:
    """While it lasts, SIGTERM, with which a system ends its services, leaves as an interrupt does, with status 0.

    What is under way is given up or written then, as ``finally`` and the ends of pools have it; by itself the signal
    would end the process where it stands, after the server has closed its doors too: uvicorn raises it once more.
    """
    if threading.current_thread() is not threading.main_thread():  # which alone is told of signals
        yield
        return

    def leave(_signal: int, _frame: object) -> None:
        raise SystemExit(0)

    before = signal.signal(signal.SIGTERM, leave)
    try:
        yield
    finally:
        signal.signal(signal.SIGTERM, before)


def forgetting(chosen: Settings, records: Records) -> AbstractContextManager[None]:
    """While it lasts, what is over is forgotten: at once, and each day."""

    def work(ended: threading.Event) -> None:
        while True:
            try:
                expire(chosen, records)
                let_go()  # of what was deleted from elsewhere too
            except DafuError as error:
                warn(f"what is over was not forgotten: {error}")
            if ended.wait(DAY):
                return

    return beside(work)


def following(chosen: Settings, store: Store, background: BackgroundSync) -> AbstractContextManager[None]:
    """While it lasts, files that come to the sources or the uploads, change or go are synced beside the serving."""
    if chosen.watch == "off":
        return nullcontext()
    private_folder(store.uploads)

    def places() -> tuple[Path, ...]:
        return (*store.catalog.sources(), store.uploads)

    return beside(partial(follow_in_turn, places, background.ask, partial(_turn, store)))


def _turn(store: Store) -> AbstractContextManager[None]:
    """Be the one of the programs at a database that follows the folders.

    Raises:
        BusyError: another one is.
    """
    return store.catalog.database.locked("follow", wait=0.1, busy="another process follows the folders")


def prepared(chosen: Settings, store: Store) -> bool:
    """The encoder, and an index that can be searched; whether it was brought in step with the sources.

    An index that is there already is searched at once and synced beside the serving: looking through the files of many
    documents takes minutes. A source that is gone does not keep the page from opening.
    """
    with progress_bar() as show:
        encoder = prepared_encoder(chosen, show)
        if searchable(store, encoder):
            return False
        try:
            sources = store.catalog.sources() or (bundled_documents(),)
            sync(store, sources, encoder, keep_missing=True, progress=show)
        except DafuError as error:
            warn(f"the documents were not synced: {error}")
    return True


def searchable(store: Store, encoder: Encoder | None) -> bool:
    """Whether the store holds documents, with whole vectors of this encoder: whatever a sync would make anew."""
    made = fingerprint(encoder.fingerprint) if encoder else None
    catalog = store.catalog
    as_made = catalog.get("fingerprint") == made and not catalog.get("clearing")
    return catalog.count()[0] > 0 and as_made and (encoder is None or store.is_sound())


@dataclass(frozen=True, slots=True)
class Shelf:
    """The documents that people of the same access see: search over them, who answers, and first questions."""

    searcher: Searcher
    assistant: Assistant
    first: FirstQuestions


def open_shelves(chosen: Settings, store: Store, records: Records | None = None) -> dict[tuple[str, ...], Shelf]:
    """One shelf for those who see every document and one for those who see the public ones, by their tiers.

    ``records`` lend first questions from what was asked; without, these come from the documents alone.
    """
    full = open_searcher(chosen, store)
    generator = choose_generator(chosen)
    shelves: dict[tuple[str, ...], Shelf] = {}
    for tiers in (TIERS, PUBLIC):
        searcher = full if tiers == TIERS else Searcher.open(store, full.encoder, tiers=tiers)
        assistant = open_assistant(chosen, searcher, generator)
        shelves[tiers] = Shelf(searcher, assistant, FirstQuestions(assistant, store, tiers, records))
    return shelves


def surroundings(
    chosen: Settings,
    store: Store,
    records: Records,
    shelves: Mapping[tuple[str, ...], Shelf],
    model_status: Callable[[], tuple[str, ...]] = tuple,
    *,
    background: BackgroundSync | None = None,
) -> Surroundings:
    """What the pages need, for each person by the tiers of their role."""

    def version(person: Person, document: str, wanted: str) -> Document | None:
        found = shelves[person.tiers].searcher.version(document, wanted)
        if found is not None:
            return found
        unknown = store.catalog.entry(document) is None  # else its present access forbids it
        return records.documents.get(document, wanted, person.tiers) if unknown else None

    # By tiers and the catalog's generation: looked at anew when that changes.
    holdings = lru_cache(len(shelves))(lambda tiers, _generation: _holdings(store, tiers))
    listed = lru_cache(len(shelves))(lambda tiers, _generation: _listed(store, tiers))
    workers = ThreadPoolExecutor(os.cpu_count() or 1, thread_name_prefix="search")
    searching = ThreadPoolExecutor(1, thread_name_prefix="first")
    queue = Queue(workers, searching)  # one, whoever asks and whatever they may see
    answering = {tiers: InTurn(shelf.assistant, queue) for tiers, shelf in shelves.items()}
    return Surroundings(
        answers=lambda person: answering[person.tiers],
        records=records,
        suggestions=lambda person: shelves[person.tiers].first(),
        ways=lambda person, question, near: ways_of_asking(answering[person.tiers], question, near),
        related=lambda person, question, cited: related_questions(answering[person.tiers], question, cited),
        shelf=lambda person: listed(person.tiers, store.catalog.generation()),
        holdings=lambda person: holdings(person.tiers, store.catalog.generation()),
        search=lambda person, question, k: shelves[person.tiers].searcher.search(question, k),
        version=version,
        tier=lambda document: store.catalog.tier(document.id) or document.metadata.access,
        standing=lambda document: standing_of(store.catalog, document),
        model_status=model_status,
        office=StaffServices(chosen, store, shelves[TIERS].searcher.encoder, background),
        telemetry=Telemetry(words=chosen.log == "questions"),
        waiting=lambda: () if store.catalog.count()[0] else ("documents",),
        queued=lambda: queue.waiting,
    )


def standing_of(catalog: Catalog, document: Document) -> Standing:
    """What has become of a document since it was cited."""
    entry, found = catalog.entry(document.id), catalog.standing(document.id)
    if found == "withdrawn":
        return "withdrawn"
    if entry is None or found != "live":
        return "removed"
    return "live" if version_of(document.text) == entry.version else "older"


def _listed(store: Store, tiers: tuple[str, ...]) -> tuple[Listed, ...]:
    entries = store.catalog.entries()
    known = store.catalog.metadata().items()
    found = (Listed.of(name, one) for name, one in known if name in entries and entries[name].tier in tiers)
    return tuple(sorted(found, key=lambda one: one.title))


def _holdings(store: Store, tiers: tuple[str, ...]) -> Holdings:
    metadata = store.catalog.metadata()  # a document that a sync adds meanwhile is not counted yet
    entries = store.catalog.entries().items()
    some = [metadata[name] for name, one in entries if one.tier in tiers and name in metadata]
    dated = (
        one.as_of or one.issued for one in some if one.kind != STAFF_ANSWER
    )  # what staff wrote today makes nothing newer
    return Holdings(len(some), max(dated, default=""))


class FirstQuestions:
    """The suggestions for an empty page, worked out beside the serving: when the index changed, and now and then.

    They are kept in the catalog, so that a start over the same documents has them at once.
    """

    def __init__(
        self, assistant: Assistant, store: Store, tiers: tuple[str, ...], records: Records | None = None
    ) -> None:
        self._assistant, self._store, self._tiers, self._records = assistant, store, tiers, records
        self._key = f"first questions {'+'.join(tiers)}"
        self._made: tuple[int, float, list[tuple[str, str]]] = self._kept()
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
        """What is ready; an index that was not looked at, or has changed, is looked at in the background."""
        generation, moment, found = self._made
        if generation != self._store.catalog.generation() or time.monotonic() - moment > _FRESH:
            self.make_in_background()
        return found

    def _make(self) -> None:
        generation = self._store.catalog.generation()
        catalog, approved = self._store.catalog, self._records.reviews.all(("approved",)) if self._records else ()
        ours = ((one.question, document_id(one.id)) for one in approved)  # what somebody only asked is theirs alone
        seen = (asked for asked, name in ours if catalog.standing(name) == "live" and catalog.tier(name) in self._tiers)
        released = (question for question in islice(seen, _RELEASED) if not self._stopped.is_set())
        found = suggestions(self._assistant, self._documents(), released)
        self._made = (generation, time.monotonic(), found)
        if not self._stopped.is_set():
            with suppress(DafuError):  # a sync that is writing: they are worked out again at the next start
                self._store.catalog.remember(self._key, json.dumps([generation, found], ensure_ascii=False))

    def _kept(self) -> tuple[int, float, list[tuple[str, str]]]:
        """What an earlier process worked out over these very documents; generations count from 1."""
        generation, found = json.loads(self._store.catalog.get(self._key) or "[0, []]")
        if generation != self._store.catalog.generation():
            return (0, 0.0, [])
        return (generation, time.monotonic(), [(question, document) for question, document in found])

    def _documents(self) -> Iterator[Document]:
        """The documents one by one, until it is time to stop."""
        for document in sorted(self._store.catalog.documents(), key=lambda one: one.metadata.kind != "reply"):
            if self._stopped.is_set():
                return
            if self._store.catalog.tier(document.id) in self._tiers:
                yield document


class ModelPreparation:
    """The embedded language model, fetched while the page is already open; a failure is one line on the page."""

    def __init__(self, chosen: Settings) -> None:
        self._settings = chosen
        self._told: tuple[str, ...] = ()

    def status(self) -> tuple[str, ...]:
        """The key of the message about its preparation and its values; empty when there is nothing to tell."""
        return self._told

    def prepare_in_background(self) -> None:
        """Start fetching unless it is there, switched off, or another generator was chosen."""
        chosen = self._settings
        wanted = chosen.llm == "on" and chosen.generator in {"auto", "local"} and not chosen.endpoint_url
        if wanted and chosen.local_model is None and not LLM.path(chosen.models).is_file():
            threading.Thread(target=self._prepare, daemon=True).start()

    def _prepare(self) -> None:
        try:
            prepare_llm(self._settings.models, self._tell)
            self._told = ()
        except DafuError as error:
            self._told = ("model.failed", str(error))

    def _tell(self, description: str, done: int, total: int) -> None:
        share = str(100 * done // max(total, 1))
        self._told = ("model.fetch", LLM.title, LLM.licence, share) if description else ()
