"""What is asked of the system and what a right answer holds: a suite is a JSONL file, a Case one row of it."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import as_file, files
from pathlib import Path
from typing import Annotated, Any, Literal, get_args

from pydantic import AfterValidator, Field, StrictBool, StringConstraints, TypeAdapter, ValidationError

from corpus.errors import InputError

Kind = Literal[
    "number",
    "plan",
    "list",
    "entity",
    "date",
    "table",
    "cross_document",
    "conflict",
    "colloquial",
    "traditional",
    "english",
    "follow_up",
    "false_premise",
    "injection",
    "unanswerable",
]
KINDS: tuple[Kind, ...] = get_args(Kind)

_TOLD = {"string_pattern_mismatch": "write a text that is not empty"}
Text = Annotated[str, StringConstraints(pattern=r"\S")]
Earlier = str | Mapping[str, str]
"""An earlier question, or ``{"question", "answer"}``; what ``Assistant.ask`` takes as history."""


def _turn(turn: Earlier) -> Earlier:
    if turn and (isinstance(turn, str) or all(turn.get(key) for key in ("question", "answer"))):
        return turn
    raise ValueError('a turn is a question or {"question", "answer"}')


@dataclass(frozen=True, slots=True)
class Nugget:
    """One fact of a right answer: it is there if any of its ``forms`` is; a vital one must be there."""

    vital: StrictBool
    forms: Annotated[tuple[Text, ...], Field(min_length=1)]


@dataclass(frozen=True, slots=True)
class GoldQuote:
    """A raw slice of a document's canonical text that proves the answer, or that declares the gap.

    All of a case's gold together proves its vital nuggets; another place may prove them as well.
    """

    document: Text
    quote: Text


@dataclass(frozen=True, slots=True)
class Case:
    """One question with what a right answer holds, what it rests on and what must never be in it.

    A case that isn't ``answerable`` has no vital nuggets; its ``gold``, if any, is the sentence that says so.
    """

    id: Text
    kind: Kind
    question: Text
    answerable: StrictBool
    history: tuple[Annotated[Earlier, AfterValidator(_turn)], ...] = ()
    nuggets: tuple[Nugget, ...] = ()
    gold: tuple[GoldQuote, ...] = ()
    must_not: tuple[Text, ...] = ()
    note: str = ""

    @property
    def vital(self) -> tuple[Nugget, ...]:
        """The nuggets that a right answer can't do without."""
        return tuple(nugget for nugget in self.nuggets if nugget.vital)


def suite_names() -> tuple[str, ...]:
    """The names of the suites that come with the package, sorted."""
    folder = files("evals") / "suites"
    return tuple(sorted(item.name.removesuffix(".jsonl") for item in folder.iterdir() if item.name.endswith(".jsonl")))


def load(name: str) -> tuple[Case, ...]:
    """The cases of a suite that comes with the package; InputError names the suites there are."""
    if name not in suite_names():
        raise InputError(f"no suite {name!r}; there are: {', '.join(suite_names())}")
    with as_file(files("evals") / "suites" / f"{name}.jsonl") as path:
        return load_suite(path)


def load_suite(path: Path) -> tuple[Case, ...]:
    """The cases of a suite file in its order; blank lines are skipped.

    Raises:
        InputError: the file can't be read, or a row is wrong: one line with the file, the line and the fault.
    """
    try:
        lines = path.read_text(encoding="utf-8").split("\n")
    except (OSError, UnicodeDecodeError) as error:
        raise InputError(f"{path}: cannot be read as UTF-8 text ({error}); name a suite file") from error
    cases: dict[str, Case] = {}
    for number, line in enumerate(lines, start=1):
        if not line.strip():
            continue
        case = _located(line, f"{path}:{number}")
        if case.id in cases:
            raise InputError(f"{path}:{number}: the id {case.id!r} is taken by an earlier row; give it another")
        cases[case.id] = case
    if not cases:
        raise InputError(f"{path}: no cases in it; a suite has one JSON object a line")
    return tuple(cases.values())


def _located(line: str, place: str) -> Case:
    try:
        return parse_case(json.loads(line))
    except json.JSONDecodeError as error:
        raise InputError(f"{place}: not JSON ({error.msg} at column {error.colno})") from error
    except InputError as error:
        raise InputError(f"{place}: {error}") from error


def parse_case(row: Any) -> Case:
    """A decoded row as a Case; InputError says in one line which field is wrong and what it should be."""
    if not isinstance(row, dict):
        raise InputError("a row must be a JSON object")
    if unknown := sorted(row.keys() - Case.__dataclass_fields__):
        raise InputError(f"unknown field {unknown[0]!r}; a case has {', '.join(Case.__dataclass_fields__)}")
    try:
        return _reader().validate_python({name: value for name, value in row.items() if value is not None})
    except ValidationError as error:
        first = error.errors()[0]
        told = _TOLD.get(first["type"], first["msg"].removeprefix("Value error, "))
        raise InputError(f"{' '.join(map(str, first['loc']))}: {told}") from error


@cache
def _reader() -> TypeAdapter[Case]:
    return TypeAdapter(Case)


def case_to_dict(case: Case) -> dict[str, Any]:
    """The row that ``parse_case`` reads back as the same case."""
    row: dict[str, Any] = _reader().dump_python(case, mode="json")
    return row
