"""``dafu sync``, ``show`` and ``doctor``: what the home holds."""

from __future__ import annotations

import sys
from collections.abc import Iterable, Sequence
from contextlib import suppress
from dataclasses import asdict
from itertools import groupby
from operator import itemgetter
from pathlib import Path
from typing import TYPE_CHECKING

import click

from assistant.cli.compose import bundled_documents, open_encoder, prepared_encoder, warn
from assistant.cli.options import home_option, json_option, print_json, progress_bar, settings
from assistant.settings import Settings
from corpus.document import Document, LeftOut
from corpus.errors import DafuError, InputError
from index.catalog import Catalog
from index.store import Fault, Store
from index.sync import SyncReport, left_out, told
from index.sync import sync as run_sync

if TYPE_CHECKING:
    from index.encoder import Encoder


@click.command()
@click.argument("paths", nargs=-1, type=click.Path(path_type=Path))
@click.option("--yes", is_flag=True, help="Go on even if more than half of the documents would be removed.")
@click.option("--watch", is_flag=True, help="Go on, and sync whenever files change, until interrupted.")
@home_option
@json_option
def sync(paths: tuple[Path, ...], yes: bool, watch: bool, home: Path | None, as_json: bool) -> None:
    """Bring the index in step with the sources; PATHs become the sources, without any the remembered ones are read."""
    chosen = settings(home=home)
    store = Store(chosen.home, create=True)
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
        print(f"failed {one.path}: {one.reason}")
    _print_left_out(report.left_out)
    for group in report.clashes:
        print(f"same name: {', '.join(group)}")
    for group in sorted({tuple(sorted((one, *others))) for one, others in report.duplicates.items()}):
        print(f"same words: {', '.join(group)}")
    sys.stdout.flush()


def _print_left_out(left_out: Iterable[tuple[str, LeftOut]]) -> None:
    for path, some in groupby(left_out, key=itemgetter(0)):
        print(f"left out of {path}: {', '.join(f'{one.what} ({one.count})' for _, one in some)}")


@click.command()
@click.argument("document")
@home_option
@json_option
def show(document: str, home: Path | None, as_json: bool) -> None:
    """Show a document: its metadata and its text."""
    catalog = Store(settings(home=home).home).catalog
    found = catalog.document(document)
    if found is None:
        raise InputError(f"there is no document {document!r}; {_known(catalog)}")
    if as_json:
        metadata = asdict(found.metadata)
        metadata["addressees"] = list(found.metadata.addressees)
        print_json({"document": found.id, "path": found.path, "metadata": metadata, "text": found.text})
    else:
        _print_document(found)


def _print_document(document: Document) -> None:
    known = {key: value for key, value in asdict(document.metadata).items() if value}
    for key, value in known.items():
        print(f"{key}: {'、'.join(value) if isinstance(value, tuple) else value}")
    print()
    print(document.text[document.body :].strip())


def _known(catalog: Catalog) -> str:
    some = list(catalog.entries())[:3]
    return f"there are {', '.join(some)} …" if some else "run `dafu sync` first"


@click.command()
@home_option
@json_option
def doctor(home: Path | None, as_json: bool) -> None:
    """Look for faults in the home; exit status 1 if there are any."""
    chosen = settings(home=home)
    store = Store(chosen.home)
    faults = [*store.faults(_fingerprint(chosen)), *_records_faults(chosen), *_missing_model(chosen)]
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


def _fingerprint(chosen: Settings) -> str | None:
    try:
        encoder = open_encoder(chosen)
    except DafuError:
        return None
    return encoder.fingerprint if encoder else None


def _records_faults(chosen: Settings) -> list[Fault]:
    """Of users, conversations and drafts, where there are any."""
    from assistant.records import FILE, Records  # noqa: PLC0415 (the database library, for `doctor` alone)

    if not (chosen.home / FILE).is_file():
        return []
    cure = "put a backup back with `dafu restore` in a new home"
    try:
        records = Records.open(chosen.home)
        state = records.check()
        records.close()
    except DafuError as error:
        return [Fault(f"the records cannot be opened: {error}", cure)]
    return [] if state == "ok" else [Fault(f"the records are damaged: {state}", cure)]


def _missing_model(chosen: Settings) -> list[Fault]:
    try:
        open_encoder(chosen)
    except DafuError as error:
        return [Fault(f"the embedding model cannot be loaded: {error}", "run `dafu models prepare`")]
    return []


COMMANDS = (sync, show, doctor)
