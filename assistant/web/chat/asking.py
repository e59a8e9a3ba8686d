"""``/ui/ways``, ``/ui/shelf``, ``/ui/answer``: what helps with a question, and an answer by its address."""

from __future__ import annotations

from http import HTTPStatus
from typing import Annotated

from fastapi import APIRouter, Depends, HTTPException, Request
from fastapi.responses import HTMLResponse

from assistant.records import Person
from assistant.web.chat.render import CHAT
from assistant.web.chat.scope import ShelfFilter, shelf
from assistant.web.door import shared_page, spoken
from assistant.web.surroundings import Surroundings, person_of


def asking_router(around: Surroundings) -> APIRouter:
    """The routes, each for whoever asks."""
    router = APIRouter()

    @router.get("/shelf", response_class=HTMLResponse)
    def documents_to_ask(request: Request, wanted: Annotated[ShelfFilter, Depends()]) -> str:
        """The documents that a question can be confined to, by what is looked for."""
        return str(shelf(around.shelf(person_of(request)), wanted))

    @router.get("/answer/{turn}", response_class=HTMLResponse)
    def answer(request: Request, turn: str, lang: str = "") -> HTMLResponse:
        """An answer that its asker shows to colleagues, as far as whoever opens it may see what it rests on."""
        language, found = spoken(request, lang), around.records.turns.shared(turn)
        seen = found.seen(around.allowed(person_of(request))) if found else None
        return HTMLResponse(shared_page(language, seen), HTTPStatus.OK if seen else HTTPStatus.NOT_FOUND)

    @router.get("/ways/{conversation}/{turn}", response_class=HTMLResponse)
    async def ways(request: Request, conversation: str, turn: str) -> str:
        """Questions that have answers: other ways of asking a refused one, or further ones beside an answer."""
        return await around.share.slowly(lambda: _ways(person_of(request), conversation, turn))

    def _ways(person: Person, conversation: str, turn: str) -> str:
        told = next((one for one in around.turns(person, conversation) if one.id == turn), None)
        if told is None or told.answer is None:
            raise HTTPException(404, "there is no such answer")
        question, refused = told.standalone or told.question, told.answer.abstention
        with around.share.place(person):
            if refused is None:
                return str(CHAT.further_questions(around.related(person, question, told.answer.citations)))
            return str(CHAT.ways_of_asking(around.ways(person, question, refused.nearest)))

    return router
