"""A transcript as Markdown."""

from __future__ import annotations

import re
from collections.abc import Iterator

from assistant.export.transcript import Answered, Source, Transcript
from assistant.locale import message

_MARKUP = re.compile(r"([\\`*_{}\[\]<>#|~])")
_AT_START = re.compile(r"^(\d+)([.)])|^([-+>=])")


def markdown(one: Transcript) -> str:
    """The whole transcript; whatever documents or people wrote is text and never markup."""
    lines = [f"# {text(one.title)}", "", text(one.subtitle), ""]
    for entry in one.entries:
        lines += _entry(entry, one)
    return "\n".join(lines).rstrip() + "\n"


def _entry(entry: Answered, whole: Transcript) -> Iterator[str]:
    unverified = text(message("export.unverified", language=whole.language))
    yield f"## {text(entry.question)}"
    yield ""
    if entry.searched:
        yield text(entry.searched)
        yield ""
    for line in entry.lines:
        told = text(line.text)
        yield f"**{unverified}**{told}" if line.unverified else told
        yield ""
    if entry.sources:
        yield f"### {text(entry.sources_title)}"
        yield ""
        for source in entry.sources:
            yield from _source(source)
    if entry.label or entry.as_of:
        yield text("　".join(filter(None, [entry.label, entry.as_of])))
        yield ""


def _source(source: Source) -> Iterator[str]:
    facts = f"（{text(source.facts)}）" if source.facts else ""
    yield f"\\[{source.n}\\] {text(source.title)}{facts}"
    yield ""
    yield f"> {text(source.quote)}"
    yield ""


def text(words: str) -> str:
    """Words that are never markup, on one line."""
    joined = " ".join(words.split())
    escaped = _MARKUP.sub(r"\\\1", joined)
    return _AT_START.sub(lambda m: f"{m[1]}\\{m[2]}" if m[1] else f"\\{m[3]}", escaped)
