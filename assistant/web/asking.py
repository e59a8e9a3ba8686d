"""``/ui/ways`` and ``/ui/shelf``: what the chat's script fetches to help with a question."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Depends, HTTPException, Request
from fastapi.responses import HTMLResponse

from assistant.records import Person
from assistant.web.render import ways_of_asking
from assistant.web.scope import Wanted, shelf
from assistant.web.surroundings import Surroundings, person_of


def asking_router(around: Surroundings) -> APIRouter:
    """Both routes, each for whoever asks."""
    router = APIRouter()

    @router.get("/shelf", response_class=HTMLResponse)
    def documents_to_ask(request: Request, wanted: Annotated[Wanted, Depends()]) -> str:
        """The documents that a question can be confined to, by what is looked for."""
        return str(shelf(around.shelf(person_of(request)), wanted))

    @router.get("/ways/{conversation}/{turn}", response_class=HTMLResponse)
    async def ways(request: Request, conversation: str, turn: str) -> str:
        """Other ways of asking a refused question, each of which has an answer."""
        return await around.share.slowly(lambda: _ways(person_of(request), conversation, turn))

    def _ways(person: Person, conversation: str, turn: str) -> str:
        told = next((one for one in around.turns(person, conversation) if one.id == turn), None)
        refused = told.answer.abstention if told and told.answer else None
        if told is None or refused is None:
            raise HTTPException(404, "there is no such refusal")
        with around.share.place(person):
            return str(ways_of_asking(around.ways(person, told.standalone or told.question, refused.nearest)))

    return router
