"""The composition root: settings → encoder, store, searcher, generator, assistant."""

from __future__ import annotations

import sys
from importlib.resources import files
from pathlib import Path
from typing import TYPE_CHECKING

from assistant.settings import Settings
from corpus.errors import DafuError, InputError
from index.models.pinned import OnProgress

if TYPE_CHECKING:  # each command imports what it opens
    from assistant.assistant import Assistant
    from assistant.generate import Generator
    from assistant.reading import Reader
    from assistant.records import Records
    from index.encoder import Encoder
    from index.searcher import Searcher
    from index.storage.store import Store


def bundled_documents() -> Path:
    """The documents that come with the program: the first source of a new home."""
    return Path(str(files("corpus"))) / "documents"


def open_store(settings: Settings, *, create: bool = False) -> Store:
    """The index of the settings' home, wherever its database and its vectors are.

    Raises:
        InputError: there is none, and ``create`` is off; an address is none.
        StateError: it cannot be read.
    """
    from index.storage.store import Store  # noqa: PLC0415
    from index.vectors import vectors_at  # noqa: PLC0415

    vectors = vectors_at(settings.vectors) if settings.vectors else None
    return Store(settings.home, create=create, vectors=vectors, database=settings.database)


def open_records(settings: Settings, *, create: bool = True) -> Records:
    """The records of the settings' home, wherever they are.

    Raises:
        InputError: there is no such home, and ``create`` is off.
    """
    from assistant.records import Records  # noqa: PLC0415

    if not (create or settings.database or settings.home.is_dir()):
        raise InputError(
            f"{settings.home} does not exist; check --home, or run `dafu sync --home {settings.home}` first"
        )
    return Records.open(settings.home, database=settings.database)


def open_encoder(settings: Settings) -> Encoder | None:
    """The encoder of the settings, or none where they say so.

    Raises:
        InputError: it is not on this machine.
    """
    from index.encoder import SentenceTransformerEncoder, load_default_encoder  # noqa: PLC0415

    if settings.encoder == "none":
        return None
    if settings.encoder == "default":
        return load_default_encoder(settings.models)
    return SentenceTransformerEncoder(settings.encoder, threads=settings.threads or None)


def prepared_encoder(settings: Settings, progress: OnProgress) -> Encoder | None:
    """The encoder, fetched first where it is the default one and missing.

    None, with a line on stderr, where it can't be had: search by keywords alone is better than no search.
    """
    if settings.encoder != "default":
        return open_encoder(settings)
    from index.models import prepare_encoder  # noqa: PLC0415

    try:
        prepare_encoder(settings.models, progress)
        return open_encoder(settings)
    except DafuError as error:
        warn(f"no embedding model, search is by keywords alone: {error}")
        return None


def open_searcher(settings: Settings, store: Store) -> Searcher:
    """Search over a store that ``sync`` has filled; by keywords alone, with a line on stderr, if it has no vectors.

    Raises:
        InputError: there is no document in it.
        StateError: another encoder made its vectors.
    """
    from index.searcher import Searcher  # noqa: PLC0415

    if store.catalog.count()[0] == 0:
        raise InputError(f"{store.home} holds no documents; run `dafu sync` first")
    if settings.encoder == "none":
        return Searcher.open(store, None)
    if store.catalog.get("fingerprint") is None:
        warn("the index has no vectors, search is by keywords alone; run `dafu models prepare`, then `dafu sync`")
        return Searcher.open(store, None)
    if not store.writable:
        warn(f"{store.home} cannot be written, which the vectors need; search is by keywords alone")
        return Searcher.open(store, None)
    return Searcher.open(store, open_encoder(settings))


def open_assistant(settings: Settings, searcher: Searcher, generator: Generator | None = None) -> Assistant:
    """The assistant over a searcher, with the generator of the settings or one that is open already."""
    from assistant.assistant import Assistant  # noqa: PLC0415
    from assistant.generate.choose import choose_generator  # noqa: PLC0415

    return Assistant(searcher, generator or choose_generator(settings), reader=open_reader(settings))


def open_reader(settings: Settings) -> Reader:
    """The reader of the settings: under ``auto`` a configured endpoint's model, else the cross-encoder or words.

    The cross-encoder reads by the default encoder's words, whatever model embeds; that they are missing is told.

    Raises:
        InputError: what the named reader needs is not configured or not prepared.
    """
    from assistant.reading import default_reader, reader_named  # noqa: PLC0415

    asks_endpoint = settings.reader == "auto" and settings.endpoint_url and settings.endpoint_model
    if settings.reader != "model" and not asks_endpoint:
        found = reader_named(settings.reader, settings.models)
        if settings.reader == "auto" and found.name == "words" and settings.encoder not in {"default", "none"}:
            warn("the reader is not prepared, answers are read by shared words alone; run `dafu models fit`")
        return found
    from assistant.generate.choose import model_client  # noqa: PLC0415
    from assistant.reading.model import ModelReader  # noqa: PLC0415

    _, client = model_client(settings, "endpoint" if settings.endpoint_url else "local", "--reader cross")
    return ModelReader(client, default_reader(settings.models))


def warn(line: str) -> None:
    """Tell a person something on stderr that is no error."""
    print(f"dafu: {line}", file=sys.stderr)
