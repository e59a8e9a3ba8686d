"""Letter → Markdown: to read anywhere and to compare versions; whatever people or documents wrote is text."""

from __future__ import annotations

from collections.abc import Iterator

from assistant.draft.letter import Letter, Paragraph, Sentence, confirmed, outgoing
from assistant.draft.phrases import phrase
from assistant.export.markdown import text as _text

_HEADINGS = {"title": "# ", "h1": "## ", "h2": "### "}


def markdown(letter: Letter, *, sending: bool = False) -> str:
    """The letter; to read and approve with the marks of its quotes and the list of them, for ``sending`` without."""
    shown = outgoing(letter) if sending else letter
    lines = [f"> {_text(letter.ai_note)}", ""] if letter.ai_note else []
    for paragraph in shown.paragraphs:
        lines += [_paragraph(paragraph, shown, sending=sending), ""]
    lines += [] if sending else list(_evidence(shown))
    return "\n".join(lines).rstrip() + "\n"


def _paragraph(paragraph: Paragraph, letter: Letter, *, sending: bool) -> str:
    words = (_sentence(sentence, letter, sending=sending) for sentence in paragraph.sentences)
    return _HEADINGS.get(paragraph.style, "") + "".join(words)


def _sentence(sentence: Sentence, letter: Letter, *, sending: bool) -> str:
    words = _text(sentence.shown)
    if sending:
        return words
    marks = "".join(f"\\[{letter.number(c)}{phrase('internal') if c.internal else ''}\\]" for c in sentence.cites)
    marked = sentence.kind == "claim" and (sentence.open or sentence.standing == "hand")
    return words + marks + (f"**（{phrase('v.' + sentence.standing)}）**" if marked else "")


def _evidence(letter: Letter) -> Iterator[str]:
    yield f"## {phrase('annex.title')}"
    yield ""
    for n, cite in enumerate(letter.cites, start=1):
        yield f"{n}. {_text(cite.reference)}"
        yield ""
        yield f"   > {_text(cite.shown)}"
        yield ""
    for sentence in letter.sentences:
        if sentence.open or sentence.remarks or sentence.standing == "hand":
            reasons = "；".join((*confirmed(sentence), *(remark.reason for remark in sentence.remarks)))
            yield f"- {phrase('v.' + sentence.standing)}：{_text(sentence.shown)}（{_text(reasons)}）"
