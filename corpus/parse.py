"""Files → Documents: decode, take the front matter apart, read what the text says of itself."""

from __future__ import annotations

import re
from dataclasses import fields
from pathlib import Path
from typing import Any

import yaml

from corpus.document import Document, Metadata
from corpus.errors import InputError
from corpus.markers import leading_marker

SUFFIXES = frozenset({".txt", ".md", ".markdown"})

_FRONT_MATTER = re.compile(r"\A\ufeff?---[ \t]*\r?\n(.*?)^---[ \t]*\r?$\n?", re.DOTALL | re.MULTILINE)
_REPLY_TITLE = re.compile(r"(?:建议|提案|议案)的?(?:答复|复函|回复)|答复函?$")
_SALUTATION = re.compile(r"^\s*尊敬的(?P<names>[^\n：:]{1,80}?)(?:代表|委员)[们]?[：:]", re.MULTILINE)
_DOC_NO = re.compile(r"^[ \t]*(?P<no>[\u4e00-\u9fff]{2,12}〔\d{4}〕(?:第)?\d{1,5}号)[ \t]*$", re.MULTILINE)
_ENCODINGS = ("utf-8-sig", "gb18030")


def read_document(path: Path, root: Path) -> Document:
    """The Document in a file below ``root``; its id is that path without the suffix, with forward slashes.

    Raises:
        InputError: the file is missing, of an unknown type, empty, or not text.
    """
    if path.suffix.lower() not in SUFFIXES:
        raise InputError(
            f"{path.name}: this file type cannot be read; convert it to one of {', '.join(sorted(SUFFIXES))}"
        )
    try:
        raw = path.read_bytes()
    except OSError as error:
        raise InputError(f"{path}: cannot be read ({error.strerror}); check the path and its permissions") from error
    relative = path.relative_to(root).as_posix()
    return parse_text(decode(raw, path.name), relative)


def parse_text(text: str, path: str) -> Document:
    """A Document of a decoded text; ``path`` decides its id, and whether it is read as Markdown."""
    if not text.strip():
        raise InputError(f"{path}: the file is empty; remove it or put its text back")
    declared, body = _front_matter(text, path)
    stem = path.rsplit(".", 1)[0] if "." in path.rsplit("/", 1)[-1] else path
    return Document(stem, path, _metadata(text, body, declared, stem), text, body)


def decode(raw: bytes, name: str) -> str:
    """Text of a file in UTF-8 (with or without BOM), UTF-16 with BOM, or GB18030; newlines stay as they are."""
    if raw.startswith((b"\xff\xfe", b"\xfe\xff")):
        return raw.decode("utf-16")
    if b"\x00" in raw:
        raise InputError(f"{name}: this is not a text file; export it as UTF-8 text")
    for encoding in _ENCODINGS:
        try:
            text = raw.decode(encoding)
        except UnicodeDecodeError:
            continue
        return text
    raise InputError(f"{name}: the encoding is neither UTF-8 nor GB18030; save it as UTF-8")


def _front_matter(text: str, path: str) -> tuple[dict[str, Any], int]:
    found = _FRONT_MATTER.match(text)
    if not found:
        return {}, 0
    try:
        declared = yaml.safe_load(found.group(1)) or {}
    except yaml.YAMLError as error:
        line = getattr(getattr(error, "problem_mark", None), "line", 0) + 2
        raise InputError(f"{path}: line {line} of the front matter is not YAML; quote the value") from error
    if not isinstance(declared, dict):
        raise InputError(f"{path}: the front matter is not a list of `key: value`; mend it or remove it")
    return declared, found.end()


def _metadata(text: str, body: int, declared: dict[str, Any], stem: str) -> Metadata:
    """What front matter declares, and for the rest what the text says of itself."""
    known = {f.name for f in fields(Metadata)} - {"addressees"}
    values = {key: str(value).strip() for key, value in declared.items() if key in known and value is not None}
    title = values.pop("title", "") or _title(text[body:]) or stem.rsplit("/", 1)[-1]
    number = _DOC_NO.search(text, body)
    values.setdefault("doc_no", number.group("no") if number and number.start() < body + 400 else "")
    if not values.get("kind"):
        values["kind"] = "reply" if _REPLY_TITLE.search(title) else "document"
    if values.get("access", "public") not in {"public", "internal"}:
        raise InputError(f"{stem}: access is {values['access']!r}; write public or internal")
    return Metadata(title=title, addressees=_addressees(text[body:]), **values)


def _title(text: str) -> str:
    """The lines at the top that are no sentence, joined; spaces beside Chinese characters are the export's."""
    lines = []
    for line in (one.strip() for one in text.strip().split("\n")[:4]):
        words = re.sub(r"^#+\s*", "", line)
        if not words or re.search(r"[。；：，:;]$", words) or leading_marker(words) or len(words) > 80:
            break
        lines.append(words)
    title = "".join(lines)
    return re.sub(r"(?<=[\u4e00-\u9fff])\s+|\s+(?=[\u4e00-\u9fff])", "", title)


def _addressees(text: str) -> tuple[str, ...]:
    found = _SALUTATION.search(text)
    return tuple(name.strip() for name in re.split(r"[、，,和]", found.group("names")) if name.strip()) if found else ()
