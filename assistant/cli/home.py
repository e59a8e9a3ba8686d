"""``dafu sync``, ``show``, ``doctor``, ``backup``, ``restore`` and ``keeping``: what the home holds, and how long."""

from __future__ import annotations

import json
import sys
import time
from collections.abc import Iterable, Mapping, Sequence
from contextlib import suppress
from dataclasses import asdict
from difflib import get_close_matches
from itertools import groupby
from operator import itemgetter
from pathlib import Path
from typing import TYPE_CHECKING

import click

from assistant.cli.options import HomeCommand, json_option, print_json, progress_bar, settings
from assistant.cli.root import bundled_documents, open_encoder, open_records, open_store, prepared_encoder, warn
from assistant.settings import Settings
from corpus.document import Document, LeftOut
from corpus.errors import DafuError, InputError
from corpus.parse import document_id
from index.storage.catalog import Entry
from index.storage.store import CATALOG, Fault, Store
from index.sync import SyncReport, left_out, told
from index.sync import sync as run_sync

if TYPE_CHECKING:
    from assistant.records import Records
    from index.encoder import Encoder

DAY = 86_400
_LIKE = 3  # ids that are named where one is unknown
_OURS = frozenset(
    {"database", "endpoint_key", "smtp_url", "tls_cert", "tls_key", "vectors"}
)  # settings that stay on this machine
_FILE = click.Path(path_type=Path)


@click.command(cls=HomeCommand)
@click.argument("paths", nargs=-1, type=click.Path(path_type=Path))
@click.option("--yes", is_flag=True, help="Go on even if more than half of the documents would be removed.")
@click.option("--watch", is_flag=True, help="Go on, and sync whenever files change, until interrupted.")
@json_option
def sync(paths: tuple[Path, ...], yes: bool, watch: bool, as_json: bool) -> None:
    """Bring the index in step with the sources; PATHs become the sources, without any the remembered ones are read."""
    chosen = settings()
    store = open_store(chosen, create=True)
    given = tuple(path.expanduser().absolute() for path in paths)
    sources = given or store.catalog.sources() or (bundled_documents(),)
    with progress_bar() as show:
        encoder = prepared_encoder(chosen, show)
        report = run_sync(store, sources, encoder, yes=yes, keep_missing=not given, progress=show)
    _print_report(report, as_json=as_json)
    if watch:
        _watch(store, sources, encoder, as_json=as_json)


def _watch(store: Store, sources: Sequence[Path], encoder: Encoder | None, *, as_json: bool) -> None:
    from index.watch import watch as follow  # noqa: PLC0415 (only here is anything followed)

    def tell(outcome: SyncReport | DafuError) -> None:
        if isinstance(outcome, DafuError):
            warn(str(outcome))
        elif outcome.touched or outcome.failed:
            _print_report(outcome, as_json=as_json)

    warn("following the sources; interrupt to end")
    with suppress(KeyboardInterrupt):
        follow(store, sources, encoder, told=tell)


def _print_report(report: SyncReport, *, as_json: bool) -> None:
    if as_json:
        print_json(report.to_dict())
        for group in report.clashes:
            warn(f"several files have one name, their ids are {', '.join(group)}")
        return
    print(f"added {report.added}, changed {report.changed}, removed {report.removed}, unchanged {report.unchanged}")
    for one in report.failed:
        print(f"failed {one.path}: {one.reason.removeprefix(f'{Path(one.path).name}: ')}")
    _print_left_out(report.left_out)
    for group in report.clashes:
        print(f"same name: {', '.join(group)}")
    for group in sorted({tuple(sorted((one, *others))) for one, others in report.duplicates.items()}):
        print(f"same words: {', '.join(group)}")
    sys.stdout.flush()


def _print_left_out(left_out: Iterable[tuple[str, LeftOut]]) -> None:
    for path, some in groupby(left_out, key=itemgetter(0)):
        print(f"left out of {path}: {', '.join(f'{one.what} ({one.count})' for _, one in some)}")


@click.command(cls=HomeCommand)
@click.argument("document")
@json_option
def show(document: str, as_json: bool) -> None:
    """Show a document: its metadata and its text."""
    catalog = open_store(settings()).catalog
    found = catalog.document(document)
    if found is None:
        raise InputError(f"there is no document {document!r}; {_known(document, catalog.entries())}")
    if as_json:
        metadata = asdict(found.metadata)
        metadata["addressees"] = list(found.metadata.addressees)
        print_json({"document": found.id, "path": found.path, "metadata": metadata, "text": found.text})
    else:
        _print_document(found)


def _known(name: str, entries: Mapping[str, Entry]) -> str:
    """The cure for a name that is no document's: the ids of files that it names in part, or nearly."""
    stem = document_id(name)
    like = [one for one, entry in entries.items() if stem in one or name in entry.path]
    like = like or get_close_matches(stem, entries, n=_LIKE)
    if like:
        return f"is it {' or '.join(like[:_LIKE])}?"
    return f"`dafu search WORDS` shows ids, such as {next(iter(entries))}" if entries else "run `dafu sync` first"


def _print_document(document: Document) -> None:
    known = {key: value for key, value in asdict(document.metadata).items() if value}
    for key, value in known.items():
        print(f"{key}: {'、'.join(value) if isinstance(value, tuple) else value}")
    print()
    print(document.text[document.body :].strip())


@click.command(cls=HomeCommand)
@json_option
def doctor(as_json: bool) -> None:
    """Look for faults in the home; exit status 1 if there are any."""
    chosen = settings()
    store = open_store(chosen)
    fingerprint, missing = _model(chosen)
    faults = [*store.faults(fingerprint), *_records_faults(chosen), *missing, *_mail_faults(chosen)]
    documents, chunks = store.catalog.count()
    omitted = left_out(store)
    if as_json:
        counts = {"documents": documents, "chunks": chunks}
        print_json({"ok": not faults, **counts, "faults": [asdict(f) for f in faults], "left_out": told(omitted)})
    else:
        print(f"{documents} documents, {chunks} chunks in {chosen.home}")
        _print_left_out(omitted)
        for fault in faults:
            print(f"fault: {fault.what}; {fault.cure}")
        if not faults:
            print("no fault found")
    if faults:
        raise click.exceptions.Exit(1)


def _model(chosen: Settings) -> tuple[str | None, list[Fault]]:
    """The fingerprint of the embedding model, and what is wrong with it."""
    try:
        encoder = open_encoder(chosen)
    except DafuError as error:
        return None, [Fault(f"the embedding model cannot be loaded: {error}", "run `dafu models prepare`")]
    return encoder.fingerprint if encoder else None, []


def _records_faults(chosen: Settings) -> list[Fault]:
    """Of users, conversations and drafts, where there are any."""
    from assistant.records import FILE  # noqa: PLC0415 (the database library, for `doctor` alone)

    if not chosen.database and not (chosen.home / FILE).is_file():
        return []
    cure = "put a backup back with `dafu restore` in a new home"
    try:
        records = open_records(chosen)
        state = records.check()
        records.close()
    except DafuError as error:
        return [Fault(f"the records cannot be opened: {error}", cure)]
    return [] if state == "ok" else [Fault(f"the records are damaged: {state}", cure)]


def _mail_faults(chosen: Settings) -> list[Fault]:
    """Of the mail server, where one is set up."""
    if not chosen.smtp_url:
        return []
    from assistant.mail import Mail, MailError  # noqa: PLC0415

    mail = Mail.of(chosen)
    assert mail is not None
    try:
        mail.server.check()
    except MailError as error:
        server = f"the mail server {mail.server.host}:{mail.server.port} cannot be used: {error}"
        return [Fault(server, "mend DAFU_SMTP_URL, or let this machine reach it")]
    return []


@click.command(cls=HomeCommand)
@click.argument("file", type=_FILE)
def backup(file: Path) -> None:
    """Write the home (index, records, uploads, settings without keys) to FILE, also while it is served."""
    from index.storage.backup import backup as write_backup  # noqa: PLC0415

    chosen = settings()
    _require_files(chosen, f"`pg_dump` writes it, the folder {chosen.home} holds the uploads")

    kept = write_backup(open_store(chosen), file, bundled=bundled_documents(), secrets=_OURS)
    print(f"{kept.documents} documents, {kept.chunks} chunks, {kept.uploads} uploads in {file}")
    if kept.left_out:
        warn(f"left out, set them again after a restore: {', '.join(kept.left_out)}")


@click.command(cls=HomeCommand)
@click.argument("file", type=_FILE)
def restore(file: Path) -> None:
    """Make an empty home hold what a backup FILE holds."""
    from index.storage.backup import restore as read_backup  # noqa: PLC0415

    chosen = settings()
    _require_files(chosen, "`pg_restore` fills it; or leave the setting `database` out")
    target = chosen.home
    kept = read_backup(file, target, bundled=bundled_documents())
    print(f"{kept.documents} documents, {kept.chunks} chunks, {kept.uploads} uploads in {target}")
    for source in kept.missing:
        warn(f"{source} is not on this machine; its documents are kept, `dafu sync PATH` names another folder")


@click.command(cls=HomeCommand)
@click.argument("database")
@click.option("--vectors", help="Where the vectors go: http://… of a Chroma server, postgresql://…; else they stay.")
def move(database: str, vectors: str | None) -> None:
    """Copy catalog, records and vectors of a home onto servers; DATABASE is the address of an empty PostgreSQL."""
    chosen = settings()
    _require_files(chosen, "it is moved already")
    there = chosen.model_copy(update={"database": database, "vectors": vectors or ""})
    if not (chosen.home / CATALOG).is_file():
        raise InputError(f"{chosen.home} holds no index; run `dafu sync` first, or write the settings and begin there")
    records = open_records(chosen)
    with records.served():
        if vectors:
            open_store(there, create=True).fill(open_store(chosen))
        else:
            open_store(there, create=True).catalog.database.fill(open_store(chosen).catalog.database)
        open_records(there).fill(records)
    said = {"database": database, **({"vectors": vectors} if vectors else {})}
    print(f"copied; write into {chosen.home / 'settings.toml'}, readable by its owner alone:")
    for name, value in said.items():
        print(f"{name} = {json.dumps(value)}")


def _require_files(chosen: Settings, cure: str) -> None:
    if chosen.database:
        raise InputError(f"the database of this home is on a server; {cure}")


@click.command(cls=HomeCommand)
@click.option("--apply", is_flag=True, help="Forget what is over now; `dafu serve` does so each day.")
@json_option
def keeping(*, apply: bool, as_json: bool) -> None:
    """How long conversations, removed drafts, waiting uploads and the audit log are kept, and what is over."""
    chosen = settings()
    records = open_records(chosen, create=False)
    kept = _kept(chosen)
    over = expire(chosen, records) if apply else due(chosen, records)
    records.close()
    if as_json:
        print_json({"days": kept, "forgotten" if apply else "over": over})
        return
    for kind, days in kept.items():
        told = f"{days} days" if days else "for good"
        print(f"{kind}: kept {told}; {over.get(kind, 0)} {'forgotten' if apply else 'over'}")


def due(chosen: Settings, records: Records) -> dict[str, int]:
    """How many of each kind are over."""
    return {**records.keeping.due(_kept(chosen)), "uploads": len(_old_uploads(chosen))}


def expire(chosen: Settings, records: Records) -> dict[str, int]:
    """Forget what is over; how many of each kind."""
    from shutil import rmtree  # noqa: PLC0415

    gone = records.keeping.expire(_kept(chosen))
    old = _old_uploads(chosen)
    for place in old:
        rmtree(place, ignore_errors=True)
    return {**gone, "uploads": len(old)}


def _kept(chosen: Settings) -> dict[str, int]:
    """For how many days each kind is kept."""
    return {kind: int(getattr(chosen, f"keep_{kind}")) for kind in ("conversations", "drafts", "uploads", "audit")}


def _old_uploads(chosen: Settings) -> list[Path]:
    """Files that wait for what is to be said of them, for longer than they are kept."""
    from index.incoming import places  # noqa: PLC0415

    if not chosen.keep_uploads:
        return []
    before = time.time() - chosen.keep_uploads * DAY
    return [place for place in places(chosen.home) if place.stat().st_mtime < before]
