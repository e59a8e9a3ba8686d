"""``dafu eval``: run the suites, compare two runs, measure search on other people's sets."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Literal

import click

from assistant.assistant import Assistant
from assistant.cli.options import GENERATORS, READERS, HomeGroup, json_option, print_json, progress_bar, settings
from assistant.cli.root import bundled_documents, open_encoder, open_reader, open_records, open_searcher, open_store
from assistant.generate import Generator
from assistant.generate.choose import choose_generator, model_client
from assistant.reading import Reader
from assistant.records import FILE, Records
from assistant.settings import Settings
from assistant.verify import RuleVerifier
from corpus.document import Document
from corpus.errors import InputError
from evals.compare import Comparison, accept, gate
from evals.compare import compare as compare_runs
from evals.judge import ModelJudge
from evals.proposals import collect, faults, known_cases, proposal, write_accepted
from evals.report import markdown
from evals.results import REPORT, RESULTS, Run, append, baseline_path, point, read_run, write_baseline
from evals.runner import AS_OF, System, read_documents, run
from evals.suite import Case, load, load_suite, suite_names
from index.models import prepare_encoder
from index.models.pinned import OnProgress
from index.searcher import Searcher
from index.storage.catalog import Catalog
from index.storage.store import Store
from index.sync import sync


@click.group(name="eval", cls=HomeGroup)
def evaluate() -> None:
    """Measure the quality of answers and of search."""


@evaluate.command(name="run")
@click.argument("suites", nargs=-1)
@click.option("--generator", type=GENERATORS, default="extractive", show_default=True, help="Who words the answers.")
@click.option("--reader", type=READERS, help="Who reads the nearest passages.")
@click.option("--gate", "gated", is_flag=True, help="Exit status 1 on a forbidden fault or a drop below the baseline.")
@click.option("--baseline", type=click.Path(path_type=Path), help="Run to compare with; the committed one by default.")
@click.option("--out", type=click.Path(path_type=Path), default=Path("artifacts/eval"), help="Folder for the results.")
@click.option("--write-baseline", "writes", is_flag=True, help="Make this run the baseline.")
@click.option("--accept", "accepted", nargs=2, multiple=True, metavar="CASE REASON", help="Accept that a case is lost.")
@click.option("--resume", is_flag=True, help="Go on with an interrupted run of the same program and documents.")
@click.option("--here", is_flag=True, help="Ask the documents of the home instead of the bundled ones.")
@click.option("--workers", type=click.IntRange(min=1), default=1, help="Cases asked at a time; helps with an endpoint.")
@click.option("--judge", type=click.Choice(["endpoint", "local"]), help="Whose opinion is reported; it gates nothing.")
def run_suites(
    *,
    suites: tuple[str, ...],
    generator: str,
    reader: str | None,
    gated: bool,
    baseline: Path | None,
    out: Path,
    writes: bool,
    accepted: Sequence[tuple[str, str]],
    resume: bool,
    here: bool,
    workers: int,
    judge: Literal["endpoint", "local"] | None,
) -> None:
    """Run SUITES (all without any) over the bundled documents; write results and a report, and print it.

    A suite is a name or a JSONL file. With `--gate` the run must also be no worse than the baseline: it names each case
    that was right there and is wrong now. `--accept` keeps such a loss in the baseline, with its reason.
    """
    chosen, cases = settings(generator=generator, reader=reader), _cases(suites or suite_names())
    baseline = baseline or baseline_path(generator)
    before = None if writes else _before(baseline, needed=gated or bool(accepted))
    out.mkdir(parents=True, exist_ok=True)
    results = out / f"{generator}.jsonl"
    with progress_bar() as show, tempfile.TemporaryDirectory() as folder:
        words = choose_generator(chosen)
        system = _here(chosen, words) if here else _bundled(chosen, words, Path(folder), show)
        done = run(
            cases,
            _judged(chosen, system, judge),
            results,
            workers=workers,
            resume=resume,
            progress=lambda done, total: show("asking", done, total),
        )
    if accepted and before is not None:
        before = accept(done, before, dict(accepted))
        write_baseline(before, baseline)
    reasons = gate(done, before)
    compared = compare_runs(before, done) if before else None
    print(_report(done, reasons, compared, out / generator, chosen.home))
    shutil.copyfile(results, chosen.home / "evals" / RESULTS)
    if writes:
        write_baseline(done, baseline)
    close = [row.id for row in compared.lost if row.close] if compared else []
    if close:
        click.echo(f"lost within a hair of the threshold, not gated: {', '.join(close)}", err=True)
    if gated and reasons:
        raise click.exceptions.Exit(1)


def _cases(names: Sequence[str]) -> dict[str, tuple[Case, ...]]:
    """The suites by name, those from a file by its name without the suffix."""
    found: dict[str, tuple[Case, ...]] = {}
    for name in names:
        if name.endswith(".jsonl"):
            found[Path(name).stem] = load_suite(Path(name))
        else:
            found[name] = load(name)
    return found


def _before(baseline: Path, *, needed: bool) -> Run | None:
    """The run to compare with; a gate without one would let everything pass."""
    if baseline.is_file():
        return read_run(baseline)
    if needed:
        raise InputError(f"{baseline} does not exist; make it with `dafu eval run --write-baseline`")
    return None


def _report(done: Run, reasons: Sequence[str], compared: Comparison | None, to: Path, home: Path) -> str:
    """Write the report, and the home's copy with a line of its history; returns it."""
    kept = home / "evals"
    append(kept, point(done, reasons))
    report = markdown(done, reasons=reasons, compared=compared)
    for path in (to.with_suffix(".md"), kept / REPORT):
        path.write_text(report, encoding="utf-8")
    return report


def _judged(chosen: Settings, system: System, judge: Literal["endpoint", "local"] | None) -> System:
    """The system with the judge that was asked for."""
    if judge is None:
        return system
    name, client = model_client(chosen, judge)
    return replace(system, judge=ModelJudge(client), versions={**system.versions, "judge": name})


def _bundled(chosen: Settings, words: Generator, folder: Path, show: OnProgress) -> System:
    """The assistant over the bundled documents in a throw-away home, with its encoder fetched first if need be."""
    if chosen.encoder == "default":
        prepare_encoder(chosen.models, show)
    encoder = open_encoder(chosen)
    store = Store(folder, create=True)
    sync(store, [bundled_documents()], encoder, progress=show)
    return _system(Searcher.open(store, encoder), words, open_reader(chosen), read_documents(bundled_documents()))


def _here(chosen: Settings, words: Generator) -> System:
    """The assistant over the documents of the home, as they are indexed."""
    store = open_store(chosen)
    documents = {one.id: one for one in store.catalog.documents()}
    return _system(open_searcher(chosen, store), words, open_reader(chosen), documents)


def _system(searcher: Searcher, words: Generator, reader: Reader, documents: Mapping[str, Document]) -> System:
    encoder = searcher.encoder
    versions = {
        "generator": words.name,
        "reader": reader.name,
        "encoder": encoder.fingerprint if encoder else "none",
    }
    assistant = Assistant(searcher, words, reader=reader, as_of=AS_OF)
    return System(assistant, searcher, documents, RuleVerifier(), versions)


@evaluate.command(name="compare")
@click.argument("a", type=click.Path(path_type=Path))
@click.argument("b", type=click.Path(path_type=Path))
def compare_two(a: Path, b: Path) -> None:
    """Compare the results of two runs, A before and B after: paired differences, and the cases that flipped."""
    print(compare_runs(read_run(a), read_run(b)).to_markdown())


@evaluate.command(name="candidates")
@click.option("--accept", multiple=True, metavar="ID", help="Take this case into the home's own suite.")
@click.option("--refuse", multiple=True, metavar="ID", help="Leave this case out for good.")
@click.option(
    "--out", type=click.Path(path_type=Path), help="Where the accepted cases go (default: evals in the home)."
)
@json_option
def show_candidates(*, accept: tuple[str, ...], refuse: tuple[str, ...], out: Path | None, as_json: bool) -> None:
    """Cases made from complaints, hand-overs and answers of staff: list them, accept or refuse them.

    What is accepted is written as a suite, for `dafu eval run FILE --here`. The page edits a case before that.
    """
    chosen = settings()
    if not chosen.database and not (chosen.home / FILE).is_file():
        raise InputError(f"{chosen.home} has no records yet; they begin with `dafu serve`")
    records = open_records(chosen)
    new = collect(records)
    for identifier in accept:
        _accept(records, identifier, Store(chosen.home).catalog)
    for identifier in refuse:
        records.candidates.decide(records.users.local(), identifier, "rejected")
    written = out or chosen.home / "evals" / "accepted.jsonl"
    count = write_accepted(records, written)
    waiting = [(one.id, one.origin, proposal(one)) for one in records.candidates.all("candidate")]
    if as_json:
        print_json([{"id": identifier, "origin": origin} | one.to_dict() for identifier, origin, one in waiting])
        return
    for identifier, origin, one in waiting:
        print(f"{identifier}  {origin.partition(':')[0]:8}  {one.case.kind:12}  {one.case.question}")
    print(f"{len(waiting)} to decide ({new} new), {count} accepted: {written}")


def _accept(records: Records, identifier: str, catalog: Catalog) -> None:
    """Accept a case as it was proposed, unless a suite could not take it."""
    found = next((one for one in records.candidates.all() if one.id == identifier), None)
    if found is None:
        raise InputError(f"there is no candidate {identifier!r}; `dafu eval candidates` lists them")
    texts = {document.id: document.text for document in catalog.documents()}
    wrong = faults(proposal(found).case, texts.get, known_cases(records))
    if wrong:
        raise InputError(f"{identifier} cannot be accepted: {' '.join(wrong)} Edit it on the page first")
    records.candidates.decide(records.users.local(), identifier, "accepted")


@evaluate.command(name="bench", context_settings={"ignore_unknown_options": True, "help_option_names": []})
@click.argument("arguments", nargs=-1, type=click.UNPROCESSED)
def measure_bench(arguments: tuple[str, ...]) -> None:
    """Measure search on a folder of corpus.jsonl and queries.jsonl: --data DIR."""
    from evals.bench.__main__ import main  # noqa: PLC0415 (its measures take a second to import)

    main.main(args=list(arguments), prog_name="dafu eval bench", standalone_mode=False)
