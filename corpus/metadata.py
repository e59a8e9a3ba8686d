"""What is known of a document: declared by people, else by the properties of its file, else by its text."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import fields
from datetime import date
from typing import Any

import yaml

from corpus.document import Metadata
from corpus.errors import InputError
from corpus.imprint import READERS, iso_date
from corpus.titles import title_of

SIDECAR = ".meta.yaml"

_FRONT_MATTER = re.compile(r"\A\ufeff?---[ \t]*\r?\n(.*?)^---[ \t]*\r?$\n?", re.DOTALL | re.MULTILINE)
_KEY = re.compile(r"^\s*[{\"']?\s*[A-Za-z_][\w-]*[\"']?\s*[:：]", re.MULTILINE)
_LARGEST = 64 * 1024  # characters of front matter or of a sidecar
_BRACKETS = 1_000  # more are nonsense, and take long to read
_LARGEST_NUMBER = 128  # bits
_LISTS = frozenset({"addressees", "recipients", "attachments", "supersedes"})
_DATES = ("issued", "effective", "expires", "as_of")
_IN_LETTERHEAD = ("doc_no", "issuer")  # which some documents have in their page headers
_KNOWN = frozenset(one.name for one in fields(Metadata))
_DIGESTS = frozenset({"brief", "digest", "staff_answer"})
_REPLY_TITLE = re.compile(r"(?:建议|提案|议案)的?(?:答复|复函|回复)|答复函?$")


def front_matter(text: str, path: str) -> tuple[dict[str, Any], int]:
    """What the front matter declares, and where the text behind it begins.

    Words between two rules are none unless a line has a key: then it may say who reads the document.

    Raises:
        InputError: it is not YAML, or not a mapping.
    """
    found = _FRONT_MATTER.match(text)
    if not found:
        return {}, 0
    if found.group(1).strip() and not _KEY.search(found.group(1)):
        return {}, found.start(1)
    return _mapping(found.group(1), path, "front matter", first_line=2), found.end()


def sidecar(text: str, path: str) -> dict[str, Any]:
    """What a ``NAME.meta.yaml`` declares; errors as of ``front_matter``."""
    return _mapping(text, path, "metadata", first_line=1)


def _mapping(text: str, path: str, what: str, first_line: int) -> dict[str, Any]:
    if len(text) > _LARGEST:
        raise InputError(f"{path}: the {what} is longer than {_LARGEST} characters; keep only `key: value` lines there")
    nested = f"{path}: the {what} is nested too deep; write one `key: value` a line"
    if text.count("[") + text.count("{") > _BRACKETS:
        raise InputError(nested)
    try:
        declared = yaml.safe_load(text) or {}
    except (yaml.YAMLError, ValueError) as error:  # an impossible date is a ValueError
        line = getattr(getattr(error, "problem_mark", None), "line", 0) + first_line
        raise InputError(f"{path}: line {line} of the {what} is not YAML; quote the value") from error
    except RecursionError as error:
        raise InputError(nested) from error
    if not isinstance(declared, dict):
        raise InputError(f"{path}: the {what} is not a list of `key: value`; mend it or remove it")
    return declared


def metadata_of(text: str, declared: Sequence[Mapping[str, Any]], properties: Mapping[str, str], stem: str) -> Metadata:
    """Metadata of a text (without its front matter): the first that says something of a field is believed.

    ``declared`` are the mappings that people wrote, in the order in which they are believed; ``properties`` what the
    program that made the file wrote. Of a digest or an answer of staff nothing but the title is read from the text, for
    what it says of numbers, bodies and dates it says of other documents.

    Raises:
        InputError: a declared value cannot be used.
    """
    values: dict[str, Any] = {}
    for mapping in declared:
        for key, value in mapping.items():
            if key in _KNOWN and (usable := _declared(key, value, stem)):
                values.setdefault(key, usable)
    values.setdefault("title", title_of(text, str(properties.get("title", "")), stem.rsplit("/", 1)[-1]))
    for name in ("source", "status"):
        if properties.get(name):
            values.setdefault(name, properties[name])
    if "摘编" not in values["title"] and values.get("kind") not in _DIGESTS:
        _read(values, text, READERS)
        _read(values, properties.get("letterhead", ""), _IN_LETTERHEAD)
    values.setdefault("kind", "reply" if _REPLY_TITLE.search(values["title"]) else "document")
    return Metadata(**values)


def _read(values: dict[str, Any], text: str, open_fields: Iterable[str]) -> None:
    """Fill the fields that are still open with what a text says."""
    for field in open_fields:
        if not values.get(field) and (found := READERS[field](text, values)):
            values[field] = found


def _declared(key: str, value: Any, stem: str) -> Any:
    """A declared value in the form of its field; nothing for what is no value."""
    if key in _LISTS:
        several = value if isinstance(value, list) else re.split(r"[；;]", str(value)) if _is_plain(value) else []
        return tuple(str(one).strip() for one in several if _is_plain(one) and str(one).strip())
    text = str(value).strip() if _is_plain(value) else ""
    if key == "access" and text not in {"", "public", "internal"}:
        raise InputError(f"{stem}: access is {text!r}; write public or internal")
    if key in _DATES and text:
        text = iso_date(text) or text
        if key in {"effective", "expires"} and not re.fullmatch(r"\d{4}(?:-\d\d(?:-\d\d)?)?", text):
            raise InputError(f"{stem}: {key} is {text!r}; write a date such as 2026-01-31")
    return text


def _is_plain(value: Any) -> bool:
    """Whether it is text, a date or a number that somebody may have meant."""
    if isinstance(value, int):
        return not isinstance(value, bool) and value.bit_length() <= _LARGEST_NUMBER
    return isinstance(value, (str, float, date))
