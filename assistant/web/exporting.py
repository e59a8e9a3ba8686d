"""``/ui/export``: one of a person's conversations as a file to keep."""

from __future__ import annotations

import re
from datetime import datetime
from typing import Any, Literal
from urllib.parse import quote

from fastapi import APIRouter, HTTPException, Request
from fastapi.responses import Response

from assistant.export import Transcript, markdown, transcript, word
from assistant.locale import DEFAULT, languages
from assistant.records import Person, StaffCitation
from assistant.web.surroundings import Surroundings, person_of
from corpus.document import Document

_WORD = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
_NO_NAME = re.compile(r'[\\/:*?"<>|\s\x00-\x1f]+')


def export_router(around: Surroundings) -> APIRouter:
    """The one route; somebody else's conversation is as if it were not there."""
    router = APIRouter()

    @router.get("/{conversation}.{kind}")
    def export(
        request: Request, conversation: str, kind: Literal["docx", "md"], lang: str = DEFAULT, turn: str = ""
    ) -> Response:
        """The conversation or, with its ``turn``, one answer of it."""
        if lang not in languages():
            raise HTTPException(422, f"the languages are {', '.join(languages())}")
        told = _told(around, person_of(request), conversation, lang, turn)
        content: Any = word(told) if kind == "docx" else markdown(told)
        name = quote(f"{_NO_NAME.sub(' ', told.title)[:40].strip()}.{kind}")
        headers = {"Content-Disposition": f"attachment; filename*=UTF-8''{name}"}
        return Response(
            content, media_type=_WORD if kind == "docx" else "text/markdown; charset=utf-8", headers=headers
        )

    return router


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
