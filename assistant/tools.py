"""Dafu as a server of the Model Context Protocol: the tools search, ask, show and draft, for programs that call tools.

The command line serves it over standard input and output, the page over HTTP. Imports mcp.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable, Iterator, Mapping, Sequence
from contextlib import asynccontextmanager, contextmanager
from dataclasses import asdict
from importlib.metadata import version
from typing import Annotated, Any, Protocol

from anyio import to_thread
from mcp.server.mcpserver import Context, MCPServer
from mcp.server.mcpserver.exceptions import ToolError
from mcp.server.transport_security import TransportSecuritySettings
from mcp.types import ToolAnnotations
from pydantic import Field
from starlette.types import Receive, Scope, Send

from assistant.answer import Answer
from assistant.conversation import turns
from assistant.draft.letter import Letter
from assistant.draft.letter_markdown import markdown
from corpus import limits
from corpus.document import Document
from corpus.errors import DafuError
from index.hit import Hit

_READS = ToolAnnotations(read_only_hint=True, open_world_hint=False)
_INSTRUCTIONS = (
    "Questions about Chinese government documents, answered with verbatim quotes, or refused with 资料未涉及 where the "
    "documents do not say. Ask in Chinese. Say nothing as Dafu's answer that is not in a claim, and keep its citations."
)
_Question = Annotated[str, Field(max_length=limits.QUESTION, description="The question, best in Chinese.")]
_History = Annotated[list[str], Field(max_length=limits.HISTORY, description="Earlier questions, oldest first.")]


class Caller(Protocol):
    """What one caller may do; errors meant for people are told to them."""

    def search(self, question: str, k: int) -> Sequence[Hit]:
        """The nearest passages."""
        ...

    def ask(self, question: str, history: Sequence[str]) -> Answer:
        """The whole answer."""
        ...

    def show(self, document: str) -> Document:
        """A document by its id."""
        ...

    def draft(self, suggestion: str) -> Letter:
        """A reply to a suggestion."""
        ...


def tool_server(
    caller: Callable[[Mapping[str, Any] | None], Caller],
    slowly: Callable[[Callable[[], Any]], Awaitable[Any]] = to_thread.run_sync,
) -> MCPServer[None]:
    """The server; ``caller`` is asked at each call, with the scope of its request where it came over HTTP.

    ``slowly`` does what may take seconds, beside the event loop.
    """
    server = MCPServer[None]("dafu", instructions=_INSTRUCTIONS, version=version("dafu"), log_level="WARNING")

    def of(context: Context[Any, Any]) -> Caller:
        request = context.request_context.request
        return caller(None if request is None else request.scope)

    @server.tool(annotations=_READS)
    async def search(
        question: _Question,
        ctx: Context[Any, Any],
        k: Annotated[int, Field(ge=1, le=100, description="How many passages at most.")] = 5,
    ) -> dict[str, Any]:
        """Find the passages nearest to a question, each with its document and place."""
        with _told():
            hits = await slowly(lambda: of(ctx).search(question, k))
            return {"question": question, "hits": [hit.to_dict() for hit in hits]}

    @server.tool(annotations=_READS)
    async def ask(question: _Question, ctx: Context[Any, Any], history: _History = []) -> dict[str, Any]:  # noqa: B006
        """Answer a question: claims with their citations, or an abstention with its reason and the nearest passages."""
        with _told():
            earlier = [turn.question for turn in turns(history)]
            answer: Answer = await slowly(lambda: of(ctx).ask(question, earlier))
            return answer.to_dict()

    @server.tool(annotations=_READS)
    def show(
        document: Annotated[str, Field(description="Its id, as in hits and citations.")],
        ctx: Context[Any, Any],
        start: Annotated[int, Field(ge=0, description="Character to begin at.")] = 0,
        length: Annotated[int, Field(ge=1, le=100_000, description="Characters at most.")] = 20_000,
    ) -> dict[str, Any]:
        """Show a document: its metadata and its text, or a part of that; offsets are those of citations."""
        with _told():
            found = of(ctx).show(document)
        metadata = {key: value for key, value in asdict(found.metadata).items() if value}
        part = {"start": start, "characters": len(found.text), "text": found.text[start : start + length]}
        return {"document": found.id, "path": found.path, "metadata": metadata, **part}

    @server.tool(annotations=_READS)
    async def draft(
        suggestion: Annotated[str, Field(description="The suggestion's whole text.")],
        ctx: Context[Any, Any],
    ) -> dict[str, Any]:
        """Draft a reply to a suggestion as Markdown, every sentence with its evidence or a blank to fill in."""
        with _told():
            letter: Letter = await slowly(lambda: of(ctx).draft(suggestion))
        return {"markdown": markdown(letter), "requests": len(letter.suggestion.requests), "counts": letter.counts()}

    return server


@contextmanager
def _told() -> Iterator[None]:
    """Hands an error meant for people to the caller of a tool."""
    try:
        yield
    except DafuError as error:
        raise ToolError(str(error)) from error


class OverHttp:
    """The server as an application: each request by itself, so that no session of one person is another's."""

    def __init__(self, server: MCPServer[None]) -> None:
        self._server = server

    @asynccontextmanager
    async def running(self) -> AsyncIterator[None]:
        """While it lasts, requests are served."""
        checked_before = TransportSecuritySettings(enable_dns_rebinding_protection=False)
        self._server.streamable_http_app(json_response=True, stateless_http=True, transport_security=checked_before)
        async with self._server.session_manager.run():
            yield

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """One request, of somebody who was let in."""
        await self._server.session_manager.handle_request(scope, receive, send)
