"""``/v1``: OpenAI's chat completions over the assistant, so that clients made for that API talk to it as they are.

Citations are marks in the text and annotations with addresses; a refusal is one. Instructions, temperature and the
like have no effect: what is said comes from the documents.
"""

from __future__ import annotations

import json
import time
import uuid
from collections.abc import AsyncGenerator, Iterator, Mapping, Sequence
from contextlib import aclosing
from dataclasses import dataclass
from typing import Any, Literal
from urllib.parse import urlencode

from fastapi import APIRouter, Request, Security
from fastapi.responses import JSONResponse, Response, StreamingResponse
from pydantic import BaseModel, Field

from assistant.answer import Answer, Citation, Claim, Note, with_marks
from assistant.conversation import Progress, Turn
from assistant.locale import message
from assistant.question import read_question
from assistant.records import document_version
from assistant.web.interfaces.api import TOKEN, followed
from assistant.web.interfaces.programs import COMPLETIONS, problem
from assistant.web.surroundings import Surroundings, person_of
from corpus import limits
from corpus.errors import DafuError, InputError

MODEL = "dafu"
_USAGE = {"prompt_tokens": 0, "completion_tokens": 0, "total_tokens": 0}  # no tokens are counted here
_ASKING = frozenset({"user", "assistant"})  # roles that make the conversation; the others give instructions
_TEXT = frozenset({"text", "input_text"})


class Part(BaseModel):
    """A part of a message; only text can be asked."""

    type: str
    text: str = ""


class Message(BaseModel):
    """A message of the conversation; those of a system are not followed."""

    role: Literal["system", "developer", "user", "assistant", "tool", "function"]
    content: str | list[Part] | None = None

    @property
    def text(self) -> str:
        """What it says.

        Raises:
            InputError: it holds something else than text.
        """
        parts = [Part(type="text", text=self.content)] if isinstance(self.content, str) else self.content or []
        if any(part.type not in _TEXT for part in parts):
            raise InputError("only text can be asked; leave pictures, sounds and files out")
        return "\n".join(part.text for part in parts).strip()


class ResponseFormat(BaseModel):
    """What the answer is written in."""

    type: Literal["text"] = "text"


class StreamOptions(BaseModel):
    """What a stream ends with."""

    include_usage: bool = False


class Completion(BaseModel):
    """Body of ``/v1/chat/completions``; what is not named here is accepted and has no effect."""

    model: str = Field(MODEL, description="`dafu`.")
    messages: list[Message] = Field(min_length=1, description="The conversation; the last message is the question.")
    stream: bool = Field(default=False, description="Whether the answer comes as it grows.")
    stream_options: StreamOptions | None = None
    n: int | None = Field(1, ge=1, le=1, description="One answer at a time.")
    response_format: ResponseFormat | None = None

    @property
    def turns(self) -> tuple[Turn, ...]:
        """The questions with their answers, oldest first; the last one is what is asked now.

        Raises:
            InputError: the last message is no question.
        """
        said = [message for message in self.messages if message.role in _ASKING]
        if not said or said[-1].role != "user":
            raise InputError("the last message must be the question, with the role `user`")
        found: list[Turn] = []
        for one in said:
            if one.role == "user":
                found.append(Turn(one.text))
            elif found:
                found[-1] = Turn(found[-1].question, one.text[: limits.EARLIER_ANSWER])
        return tuple(found)


@dataclass(frozen=True, slots=True)
class _Spoken:
    """An answer as a message: its text, and where in it each citation stands."""

    text: str
    annotations: tuple[Mapping[str, Any], ...]


def completions_router(around: Surroundings) -> APIRouter:
    """``/v1/models`` and ``/v1/chat/completions``."""
    router = APIRouter(prefix=COMPLETIONS, dependencies=[Security(TOKEN)])
    known = {"id": MODEL, "object": "model", "created": int(time.time()), "owned_by": MODEL}

    @router.get("/models")
    def models() -> dict[str, Any]:
        """The one model that there is."""
        return {"object": "list", "data": [known]}

    @router.get("/models/{model}")
    def model(request: Request, model: str) -> Response:
        """The model by its name."""
        return JSONResponse(known) if model == MODEL else _unknown(request)

    @router.post("/chat/completions", response_model=None)
    async def complete(request: Request, body: Completion) -> Response:
        """Answer the last message, every sentence with its source."""
        if body.model != MODEL:
            return _unknown(request)
        *earlier, last = body.turns
        steps = followed(around.share, request, around.asked(person_of(request), last.question, earlier, door="openai"))
        base = str(request.base_url).rstrip("/")
        first = await anext(steps, None)  # what is wrong with the question is told before a stream begins
        if first is None:
            return Response(status_code=204)  # nobody is there to read it
        if body.stream:
            usage = body.stream_options is not None and body.stream_options.include_usage
            return StreamingResponse(_events(first, steps, base, usage=usage), media_type="text/event-stream")
        answer: Answer | None = None
        async for step in steps:
            answer = step if isinstance(step, Answer) else answer
        return JSONResponse(_whole(answer, base)) if answer else Response(status_code=204)

    return router


def _unknown(request: Request) -> Response:
    return problem(request.url.path, 404, f"there is one model, `{MODEL}`; ask it")


def _whole(answer: Answer, base: str) -> dict[str, Any]:
    spoken = _spoken(answer, base)
    message: dict[str, Any] = {"role": "assistant", "content": spoken.text, "refusal": _refusal(answer)}
    if spoken.annotations:
        message["annotations"] = spoken.annotations
    choice = {"index": 0, "message": message, "logprobs": None, "finish_reason": "stop"}
    return {**_envelope("chat.completion"), "choices": [choice], "usage": _USAGE}


async def _events(
    first: Answer | Progress, steps: AsyncGenerator[Progress | Answer], base: str, *, usage: bool
) -> AsyncGenerator[str]:
    """Server-sent events: the text as it grows, at its end the sources, the annotations and a refusal."""
    envelope = _envelope("chat.completion.chunk")

    def chunk(delta: Mapping[str, Any], finish: str | None = None) -> str:
        choice = {"index": 0, "delta": delta, "logprobs": None, "finish_reason": finish}
        return _event({**envelope, "choices": [choice]})

    answer, sent = (first if isinstance(first, Answer) else None), 0
    yield chunk({"role": "assistant", "content": ""})
    try:
        async with aclosing(steps):
            async for step in steps:
                if isinstance(step, Answer):
                    answer, body = step, _body(step.parts)
                    if len(body) > sent:
                        yield chunk({"content": body[sent:]})
                        sent = len(body)
    except DafuError as error:
        yield _event({"error": {"message": str(error), "type": "server_error", "param": None, "code": None}})
        return
    if answer is not None:
        spoken = _spoken(answer, base)
        delta: dict[str, Any] = {"content": spoken.text[sent:]}
        if answer.abstention is not None:
            delta["refusal"] = _refusal(answer)
        if spoken.annotations:
            delta["annotations"] = spoken.annotations
        yield chunk(delta)
        yield chunk({}, "stop")
    if usage:
        yield _event({**envelope, "choices": [], "usage": _USAGE})
    yield "data: [DONE]\n\n"


def _envelope(kind: str) -> dict[str, Any]:
    return {"id": f"chatcmpl-{uuid.uuid4().hex}", "object": kind, "created": int(time.time()), "model": MODEL}


def _event(data: Mapping[str, Any]) -> str:
    return f"data: {json.dumps(data, ensure_ascii=False)}\n\n"


def _refusal(answer: Answer) -> str | None:
    return _plain(answer.abstention.detail) if answer.abstention else None


def _body(parts: Sequence[Note | Claim]) -> str:
    """Notes and claims, each a paragraph; it only grows while an answer does."""
    return "\n\n".join(_part(part) for part in parts)


def _part(part: Note | Claim) -> str:
    return _plain(with_marks(part) if isinstance(part, Claim) else part.text)


def _spoken(answer: Answer, base: str) -> _Spoken:
    """The whole message: what is said, then the list of its sources, each with its address."""
    links = {one.n: _link(one, base) for one in answer.citations}
    cited = {one.n: one for one in answer.citations}
    pieces, annotations, at = [], list[Mapping[str, Any]](), 0
    if answer.abstention is not None:
        pieces.append(_plain(answer.abstention.detail))
    for part in answer.parts:
        words = _part(part)
        if isinstance(part, Claim):
            annotations += _annotations(words, at, [cited[n] for n in part.citations], links)
        at += len(words) + 2
        pieces.append(words)
    pieces += _sources(answer, base)
    return _Spoken("\n\n".join(pieces), tuple(annotations))


def _annotations(
    words: str, at: int, cited: Sequence[Citation], links: Mapping[int, str]
) -> Iterator[Mapping[str, Any]]:
    """One for each mark at the end of a claim that begins ``at`` a place of the message."""
    start = at + len(words) - sum(len(f"[{one.n}]") for one in cited)
    for one in cited:
        end = start + len(f"[{one.n}]")
        told = {name: value for name, value in one.to_dict().items() if name in {"document", "quote", "heading"}}
        place = {"start_index": start, "end_index": end, "title": one.source.metadata.title, "url": links[one.n]}
        yield {"type": "url_citation", "url_citation": {**place, **told}}
        start = end


def _sources(answer: Answer, base: str) -> Iterator[str]:
    """What the marks stand for, or what comes nearest to a refused question."""
    refused = answer.abstention is not None
    listed = answer.abstention.nearest if answer.abstention else answer.citations
    if listed:
        yield message(
            "export.nearest" if refused else "export.sources", language=read_question(answer.question).language
        )
        yield "\n\n".join(f"[{one.n}] [{_place(one)}]({_link(one, base)})" for one in listed)


def _place(citation: Citation) -> str:
    return _plain(" / ".join((citation.source.metadata.title, *citation.heading)).replace("[", "［").replace("]", "］"))


def _link(citation: Citation, base: str) -> str:
    """Where the page shows the document with the quote marked."""
    quote = citation.quote
    query = {"document": quote.document, "v": document_version(citation.source), "q": f"{quote.start}-{quote.end}"}
    return f"{base}/ui/source?{urlencode(query)}"


def _plain(text: str) -> str:
    """Words of a document, in which no Markdown link or picture begins: a client would ask another host for it."""
    return text.replace("](", "]\\(").replace("![", "!\\[")
