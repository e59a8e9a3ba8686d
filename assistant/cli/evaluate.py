"""``dafu eval``: run the suites, compare two runs, measure search on other people's sets."""

from __future__ import annotations

import tempfile
from pathlib import Path

import click

from assistant.assistant import Assistant
from assistant.cli.compose import bundled_documents, open_encoder
from assistant.cli.options import GENERATORS, home_option, progress_bar, settings
from assistant.generate.choose import choose_generator
from assistant.settings import Settings
from assistant.verify import RuleVerifier
from corpus.errors import InputError
from evals.compare import compare as compare_runs
from evals.gate import gate
from evals.report import html, markdown
from evals.results import Run, read_run, write_baseline
from evals.runner import System, read_documents, run
from evals.suite import load, suite_names
from index.searcher import Searcher
from index.store import Store
from index.sync import sync

AS_OF = "2026-11-24"  # answers of an eval run are given for one day, whenever it runs
BASELINE = Path(__file__).parents[2] / "evals" / "baseline" / "extractive.jsonl"


@click.group(name="eval")
def evaluate() -> None:
    """Measure the quality of answers and of search."""


@evaluate.command(name="run")
@click.argument("suites", nargs=-1)
@click.option("--generator", type=GENERATORS, default="extractive", show_default=True, help="Who words the answers.")
@click.option("--gate", "gated", is_flag=True, help="Exit status 1 on a forbidden fault or a drop below the baseline.")
@click.option("--baseline", type=click.Path(path_type=Path), default=BASELINE, help="Run to compare with.")
@click.option("--out", type=click.Path(path_type=Path), default=Path("artifacts/eval"), help="Folder for the results.")
@click.option("--write-baseline", "writes", is_flag=True, help="Make this run the baseline.")
@home_option
def run_suites(
    *, suites: tuple[str, ...], generator: str, gated: bool, baseline: Path, out: Path, writes: bool, home: Path | None
) -> None:
    """Run SUITES (all without any) over the bundled documents; write results and a report, and print the table."""
    unknown = set(suites) - set(suite_names())
    if unknown:
        raise InputError(f"there is no suite {min(unknown)!r}; there are {', '.join(suite_names())}")
    out.mkdir(parents=True, exist_ok=True)
    done = _run(settings(home=home, generator=generator), suites or suite_names(), out / f"{generator}.jsonl")
    before = read_run(baseline) if baseline.is_file() and not writes else None
    reasons = gate(done, before)
    compared = compare_runs(before, done) if before else None
    (out / f"{generator}.html").write_text(html(done, reasons=reasons, compared=compared), encoding="utf-8")
    table = markdown(done, reasons=reasons, compared=compared)
    (out / f"{generator}.md").write_text(table, encoding="utf-8")
    print(table)
    if writes:
        baseline.parent.mkdir(parents=True, exist_ok=True)
        write_baseline(done, baseline)
    if gated and reasons:
        raise click.exceptions.Exit(1)


def _run(chosen: Settings, suites: tuple[str, ...], results: Path) -> Run:
    encoder = open_encoder(chosen)
    with tempfile.TemporaryDirectory() as folder, progress_bar() as show:
        store = Store(Path(folder), create=True)
        sync(store, [bundled_documents()], encoder, progress=show)
        searcher = Searcher.open(store, encoder)
        words = choose_generator(chosen)
        versions = {"generator": words.name, "encoder": encoder.fingerprint if encoder else "none"}
        asker = Assistant(searcher, words, as_of=AS_OF)
        system = System(asker, searcher, read_documents(bundled_documents()), RuleVerifier(), versions)
        cases = {name: load(name) for name in suites}
        return run(cases, system, results, progress=lambda done, total: show("asking", done, total))


@evaluate.command(name="compare")
@click.argument("a", type=click.Path(path_type=Path))
@click.argument("b", type=click.Path(path_type=Path))
@home_option
def compare_two(a: Path, b: Path, home: Path | None) -> None:
    """Compare the results of two runs, A before and B after: paired differences, and the cases that flipped."""
    del home  # taken by every command; two files need none
    print(compare_runs(_read(a), _read(b)).to_markdown())


def _read(path: Path) -> Run:
    if not path.is_file():
        raise InputError(f"{path} does not exist; give a results file of `dafu eval run`")
    return read_run(path)


@evaluate.command(name="bench", context_settings={"ignore_unknown_options": True, "help_option_names": []})
@click.argument("arguments", nargs=-1, type=click.UNPROCESSED)
def measure_bench(arguments: tuple[str, ...]) -> None:
    """Measure search on a folder of corpus.jsonl and queries.jsonl: --data DIR."""
    from evals.bench.__main__ import main  # noqa: PLC0415 (its measures take a second to import)

    main.main(args=list(arguments), prog_name="dafu eval bench", standalone_mode=False)


COMMANDS = (evaluate,)
