"""``/ui/export``: one of a person's conversations as a file to keep."""

from __future__ import annotations

import re
import tempfile
import threading
from datetime import datetime
from functools import cache
from pathlib import Path
from typing import Any, Literal
from urllib.parse import quote

from fastapi import APIRouter, HTTPException, Request
from fastapi.responses import Response

from assistant.export import Transcript, markdown, transcript, word
from assistant.locale import DEFAULT, languages
from assistant.records import Person, StaffCitation
from assistant.web.surroundings import Surroundings, person_of
from corpus.document import Document
from corpus.formats.process import converted, office, shared_process
from corpus.formats.refusals import Unreadable

_TYPES = {
    "docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    "md": "text/markdown; charset=utf-8",
    "pdf": "application/pdf",
}
_NO_NAME = re.compile(r'[\\/:*?"<>|\s\x00-\x1f]+')


def export_router(around: Surroundings) -> APIRouter:
    """The one route; somebody else's conversation is as if it were not there."""
    router = APIRouter()
    converting = threading.Lock()  # an office program takes a core and half a gigabyte

    @router.get("/{conversation}.{kind}")
    def export(
        request: Request, conversation: str, kind: Literal["docx", "md", "pdf"], lang: str = DEFAULT, turn: str = ""
    ) -> Response:
        """The conversation or, with its ``turn``, one answer of it."""
        if lang not in languages():
            raise HTTPException(422, f"the languages are {', '.join(languages())}")
        told = _told(around, person_of(request), conversation, lang, turn)
        content: Any = markdown(told) if kind == "md" else word(told)
        if kind == "pdf":
            with converting:
                content = _pdf(content)
        name = quote(f"{_NO_NAME.sub(' ', told.title)[:40].strip()}.{kind}")
        headers = {"Content-Disposition": f"attachment; filename*=UTF-8''{name}"}
        return Response(content, media_type=_TYPES[kind], headers=headers)

    return router


_office = cache(office)  # looked for at every answer that is drawn


def makes_pdf() -> bool:
    """Whether the program that makes one of a Word file is installed; without it, browsers print to PDF."""
    return _office() is not None


def _pdf(content: bytes) -> bytes:
    """A Word file as PDF, by LibreOffice."""
    with tempfile.TemporaryDirectory(prefix="dafu-export-") as folder:
        written = Path(folder) / "export.docx"
        written.write_bytes(content)
        try:
            with converted(written, ".pdf", shared_process().limits) as made:
                return made.read_bytes()
        except Unreadable as error:
            told = "LibreOffice made no PDF of it; take the Word file, or print to PDF in the browser"
            raise HTTPException(503, told) from error


def _told(around: Surroundings, person: Person, conversation: str, language: str, turn: str = "") -> Transcript:
    def source(cited: StaffCitation) -> Document | None:
        return around.cited(person, cited.document, cited.version)

    records = around.records
    found = records.conversations.get(person.id, conversation)
    if found is None:
        raise HTTPException(404, "there is no such conversation")
    turns = tuple(one for one in around.turns(person, conversation) if turn in {"", one.id})
    if not turns:
        raise HTTPException(404, "there is no such answer")
    answered = records.reviews.approved_in(person.id, conversation)
    moment = datetime.now().astimezone()
    return transcript(
        turns[0].question if turn else found.title, turns, answered, language=language, moment=moment, source=source
    )
