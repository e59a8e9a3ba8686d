"""What commands share: options, settings from them, progress bars, JSON lines."""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar, get_args

import click

from assistant.choices import GeneratorName, ReaderName
from corpus.errors import InputError

if TYPE_CHECKING:
    from rich.progress import TaskID

    from assistant.conversation import Turn
    from assistant.settings import Settings
    from index.models.pinned import OnProgress

READERS = click.Choice(get_args(ReaderName))
GENERATORS = click.Choice(get_args(GeneratorName))
F = TypeVar("F", bound=Callable[..., Any])


class HomeCommand(click.Command):
    """A command that takes ``--home`` after its name, as well as before it."""

    def __init__(self, *given: Any, **named: Any) -> None:
        super().__init__(*given, **named)
        kind, about = click.Path(path_type=Path), "Folder that holds index and records."
        self.params.append(click.Option(["--home"], type=kind, help=about, expose_value=False, callback=_keep_home))


class HomeGroup(click.Group):
    """A group of such commands."""

    command_class = HomeCommand


def _keep_home(context: click.Context, _: click.Parameter, home: Path | None) -> None:
    if home is not None:
        context.find_root().ensure_object(dict)["home"] = home


def json_option(command: F) -> F:
    """``--json``."""
    return click.option("--json", "as_json", is_flag=True, help="Print JSON instead of words.")(command)


def batch_option(command: F) -> F:
    """``--batch FILE``."""
    help_text = "JSONL file of {id, question, history} rows; prints one JSON line for each, in order."
    return click.option("--batch", type=click.Path(path_type=Path), help=help_text)(command)


def settings(**given: Any) -> Settings:
    """Settings from a command's options over those of the group, the environment and the home's file."""
    from assistant.settings import load_settings  # noqa: PLC0415 (`dafu --help` needs none)

    outer: Mapping[str, Any] = click.get_current_context().find_object(dict) or {}  # given before the command's name
    return load_settings({**outer, **{key: value for key, value in given.items() if value is not None}}, os.environ)


def print_json(value: Any, *, indent: int | None = 2) -> None:
    """Write JSON with Chinese characters as they are, escaped where the console lacks one."""
    text = json.dumps(value, ensure_ascii=False, indent=indent)
    try:
        text.encode(sys.stdout.encoding or "utf-8")
    except UnicodeEncodeError:
        text = json.dumps(value, indent=indent)
    print(text, flush=indent is None)


@dataclass(frozen=True, slots=True)
class BatchRow:
    """A row of a batch file."""

    id: Any
    question: str
    history: tuple[Turn, ...] = ()


def read_batch(path: Path) -> tuple[BatchRow, ...]:
    """Every row of a batch file, checked before the first is answered.

    Raises:
        InputError: the file is missing or a line is not a row, named by its number.
    """
    try:
        lines = path.read_text(encoding="utf-8-sig").split("\n")
    except (OSError, UnicodeDecodeError) as error:
        raise InputError(f"{path} cannot be read; give a UTF-8 file of JSON lines") from error
    return tuple(_row(path, number, line) for number, line in enumerate(lines, start=1) if line.strip())


def _row(path: Path, number: int, line: str) -> BatchRow:
    from assistant.conversation import turns  # noqa: PLC0415 (for batches alone)

    try:
        values = json.loads(line)
    except json.JSONDecodeError as error:
        raise InputError(f"{path}:{number}: not JSON ({error.msg}); write one object a line") from error
    question = values.get("question") if isinstance(values, dict) else None
    history = (values.get("history") or []) if isinstance(values, dict) else []
    if not isinstance(question, str) or not question.strip() or not isinstance(history, list):
        raise InputError(f'{path}:{number}: write {{"id": ..., "question": "...", "history": [...]}}')
    try:
        return BatchRow(values.get("id"), question, turns(history))
    except InputError as error:
        raise InputError(f"{path}:{number}: {error}") from error


@contextmanager
def progress_bar() -> Iterator[OnProgress]:
    """A progress bar on stderr where that is a terminal, else nothing."""
    if not sys.stderr.isatty():
        yield lambda _description, _done, _total: None  # nobody is told
        return
    from rich.console import Console  # noqa: PLC0415 (only where it is seen)
    from rich.progress import BarColumn, TextColumn, TimeRemainingColumn  # noqa: PLC0415
    from rich.progress import Progress as Bar  # noqa: PLC0415

    columns = (
        TextColumn("{task.description}"),
        BarColumn(),
        TextColumn("{task.percentage:>3.0f}%"),
        TimeRemainingColumn(),
    )
    with Bar(*columns, console=Console(stderr=True), transient=True) as bar:
        tasks: dict[str, TaskID] = {}

        def show(description: str, done: int, total: int) -> None:
            if description not in tasks:
                tasks[description] = bar.add_task(description, total=total)
            bar.update(tasks[description], completed=done, total=total)

        yield show


def each_with_progress(rows: Sequence[BatchRow], description: str) -> Iterator[BatchRow]:
    """The rows, with a bar that counts them."""
    with progress_bar() as show:
        for number, row in enumerate(rows):
            show(description, number, len(rows))
            yield row
