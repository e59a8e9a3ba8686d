"""First questions for an empty page, made from the documents that are there and kept only if they are answered."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from assistant.assistant import Assistant
from assistant.lists import enumerations
from corpus.document import Document
from corpus.markers import strip_marker

_ABOUT_ITSELF = re.compile(r"说明|概况|出处|提示|参考|附则|口径")
_PLAIN = re.compile(r"[\u4e00-\u9fffA-Za-z0-9“”+·]{4,18}")


def suggestions(assistant: Assistant, documents: Iterable[Document], wanted: int = 4) -> list[tuple[str, str]]:
    """At most ``wanted`` questions, one a document in the order given, with the document's title."""
    found: list[tuple[str, str]] = []
    for document in documents:
        question = next((q for q in _questions(document) if _answered(assistant, q, document)), None)
        if question:
            found.append((question, document.metadata.title))
        if len(found) == wanted:
            break
    return found


def _questions(document: Document) -> Iterator[str]:
    """Questions after the headings of the document's enumerations, the longest enumeration first."""
    for one in sorted(enumerations(document), key=lambda e: -e.count):
        heading = re.split(r"[，（(]", strip_marker(one.heading[-1]))[0] if one.heading else ""
        if _PLAIN.fullmatch(heading) and not _ABOUT_ITSELF.search(heading):
            listed = re.search(r"[政策措施目标特点要点定位方向数据]$", heading)
            yield f"{heading}有哪些？" if listed else f"{heading}包括哪些内容？"


def _answered(assistant: Assistant, question: str, document: Document) -> bool:
    answer = assistant.ask(question)
    return answer.answered and any(citation.source.id == document.id for citation in answer.citations)
