"""What is asked of the system and what a right answer holds: a suite is a JSONL file, a Case one row of it."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from importlib.resources import as_file, files
from pathlib import Path
from typing import Any, Literal, get_args

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

Turn = str | Mapping[str, str]
"""An earlier question, or ``{"question", "answer"}``; what ``Assistant.ask`` takes as history."""


@dataclass(frozen=True, slots=True)
class Nugget:
    """One fact of a right answer: it is there if any of its ``forms`` is; a vital one must be there."""

    vital: bool
    forms: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class GoldQuote:
    """A raw slice of a document's canonical text that proves the answer, or that declares the gap.

    All of a case's gold together proves its vital nuggets; another place may prove them as well.
    """

    document: str
    quote: str


@dataclass(frozen=True, slots=True)
class Case:
    """One question with what a right answer holds, what it rests on and what must never be in it.

    A case that isn't ``answerable`` has no vital nuggets; its ``gold``, if any, is the sentence that says so.
    """

    id: str
    kind: Kind
    question: str
    answerable: bool
    history: tuple[Turn, ...] = ()
    nuggets: tuple[Nugget, ...] = ()
    gold: tuple[GoldQuote, ...] = ()
    must_not: tuple[str, ...] = ()
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
    fields = set(Case.__dataclass_fields__)
    if unknown := sorted(set(row) - fields):
        raise InputError(f"unknown field {unknown[0]!r}; a case has {', '.join(sorted(fields))}")
    kind = _text(row, "kind")
    if kind not in KINDS:
        raise InputError(f"unknown kind {kind!r}; a kind is one of {', '.join(KINDS)}")
    return Case(
        id=_text(row, "id"),
        kind=kind,
        question=_text(row, "question"),
        answerable=_flag(row, "answerable"),
        history=tuple(_turn(turn) for turn in _list(row, "history")),
        nuggets=tuple(_nugget(nugget) for nugget in _list(row, "nuggets")),
        gold=tuple(_gold(quote) for quote in _list(row, "gold")),
        must_not=_strings(row, "must_not"),
        note=_text(row, "note") if row.get("note") else "",
    )


def case_to_dict(case: Case) -> dict[str, Any]:
    """The row that ``parse_case`` reads back as the same case."""
    return {
        "id": case.id,
        "kind": case.kind,
        "history": [turn if isinstance(turn, str) else dict(turn) for turn in case.history],
        "question": case.question,
        "answerable": case.answerable,
        "nuggets": [{"vital": nugget.vital, "forms": list(nugget.forms)} for nugget in case.nuggets],
        "gold": [{"document": quote.document, "quote": quote.quote} for quote in case.gold],
        "must_not": list(case.must_not),
        "note": case.note,
    }


def _turn(turn: Any) -> Turn:
    if isinstance(turn, str) and turn.strip():
        return turn
    if isinstance(turn, dict):
        return {"question": _text(turn, "question"), "answer": _text(turn, "answer")}
    raise InputError('a turn of "history" must be a question or {"question", "answer"}')


def _nugget(nugget: Any) -> Nugget:
    if not isinstance(nugget, dict):
        raise InputError('"nuggets" must hold objects {"vital", "forms"}')
    forms = _strings(nugget, "forms")
    if not forms:
        raise InputError('"forms" of a nugget must hold at least one string')
    return Nugget(_flag(nugget, "vital"), forms)


def _gold(quote: Any) -> GoldQuote:
    if not isinstance(quote, dict):
        raise InputError('"gold" must hold objects {"document", "quote"}')
    return GoldQuote(_text(quote, "document"), _text(quote, "quote"))


def _text(row: Mapping[str, Any], key: str) -> str:
    value = row.get(key)
    if not isinstance(value, str) or not value.strip():
        raise InputError(f'"{key}" must be a text that is not empty')
    return value


def _flag(row: Mapping[str, Any], key: str) -> bool:
    value = row.get(key)
    if not isinstance(value, bool):
        raise InputError(f'"{key}" must be true or false')
    return value


def _list(row: Mapping[str, Any], key: str) -> list[Any]:
    value = row.get(key, [])
    if not isinstance(value, list):
        raise InputError(f'"{key}" must be a list')
    return value


def _strings(row: Mapping[str, Any], key: str) -> tuple[str, ...]:
    value = _list(row, key)
    if not all(isinstance(item, str) and item for item in value):
        raise InputError(f'"{key}" must be a list of texts that are not empty')
    return tuple(value)
