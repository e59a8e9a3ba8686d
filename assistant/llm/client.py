"""The client: asks an OpenAI-compatible endpoint for JSON under a schema, within time limits. Imports LangChain.

It talks to the endpoint and to nothing else: tracing is off whatever the environment says.
"""

from __future__ import annotations

from collections.abc import AsyncGenerator, AsyncIterator, Callable, Generator, Iterator, Mapping
from contextlib import aclosing, closing
from dataclasses import dataclass
from ipaddress import ip_address
from queue import SimpleQueue
from typing import Any
from urllib.parse import urlsplit

import anyio
import httpx
from anyio.from_thread import start_blocking_portal
from langchain.chat_models import init_chat_model
from langchain_core.language_models import BaseChatModel
from langchain_core.messages import AIMessage
from langchain_core.runnables import Runnable
from langsmith import tracing_context

from assistant.llm.partial import elements, whole
from corpus import limits
from corpus.errors import GenerationError

Schema = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Endpoint:
    """Where a model is reached and how long it may take.

    ``first_token_seconds`` counts from the request, ``total_seconds`` too.
    """

    base_url: str
    model: str
    api_key: str = "none"
    first_token_seconds: float = 20.0
    total_seconds: float = 60.0
    max_tokens: int = 1024
    seed: int = 1
    temperature: float = 0.0


class ChatClient:
    """Asks one endpoint; every failure is a GenerationError with a one-line reason.

    ``endpoint`` may be a function, called at each request: an embedded server is started by the first one. ``heard`` is
    told after each request that was not given up whether any of an answer came.
    """

    def __init__(
        self, endpoint: Endpoint | Callable[[], Endpoint], heard: Callable[[bool], None] = lambda _: None
    ) -> None:
        self._endpoint = endpoint
        self._heard = heard

    def complete_json(self, system: str, user: str, schema: Schema, max_tokens: int | None = None) -> dict[str, Any]:
        """The whole answer, an object as ``schema`` says; ``max_tokens`` in place of the endpoint's."""
        with closing(self._pieces(system, user, schema, max_tokens)) as pieces:
            return whole("".join(pieces))

    def stream_json(self, system: str, user: str, schema: Schema, key: str = "sentences") -> Iterator[dict[str, Any]]:
        """The objects in the answer's array ``key``, each as soon as it is complete.

        Closing the iterator cancels the request.
        """
        with closing(self._pieces(system, user, schema)) as pieces:
            yield from elements(pieces, key)

    def _pieces(self, system: str, user: str, schema: Schema, max_tokens: int | None = None) -> Generator[str]:
        """The answer's text as it arrives; the request runs in an event loop of its own, so that it can be cut off."""
        endpoint = self._endpoint() if callable(self._endpoint) else self._endpoint
        http = _http_client(endpoint)
        # Here, so that loading the library doesn't count as the model's time. max_tokens goes as it is: LangChain would
        # rename it, and few servers know the new name.
        model = _chat_model(endpoint, http).bind(
            response_format={
                "type": "json_schema",
                "json_schema": {"name": "answer", "strict": True, "schema": schema},
            },
            extra_body={"max_tokens": max_tokens or endpoint.max_tokens},
        )
        texts = _texts(model, [("system", system), ("user", user)])
        arrived: SimpleQueue[str | None] = SimpleQueue()
        with start_blocking_portal() as portal:  # left by an exception, a closed iterator's too, it cancels the request
            running, begun = portal.start_task_soon(_receive, endpoint, texts, http, arrived.put), False
            while (piece := arrived.get()) is not None:
                begun = True
                yield piece
            self._heard(begun)
            running.result()


async def _receive(
    endpoint: Endpoint, texts: AsyncGenerator[str], http: httpx.AsyncClient, put: Callable[[str | None], None]
) -> None:
    """Put each piece of the answer as it comes, within time and length, then None, whatever happened."""
    started, reason = anyio.current_time(), "began no answer"
    try:
        with tracing_context(enabled=False), anyio.fail_after(endpoint.first_token_seconds) as scope:
            async with http, aclosing(texts):
                async for text in texts:
                    reason, scope.deadline = "did not finish", started + endpoint.total_seconds
                    put(text)
    except GenerationError:
        raise
    except TimeoutError as error:
        seconds = anyio.current_time() - started
        raise GenerationError(f"the language model {reason} within {seconds:.1f} s") from error
    except Exception as error:  # whatever an endpoint's answer makes the library raise is the model's failure
        raise GenerationError(f"the language model failed: {_one_line(error)}") from error
    finally:
        put(None)


async def _texts(model: Runnable[Any, AIMessage], messages: list[tuple[str, str]]) -> AsyncGenerator[str]:
    """The pieces of the answer that carry text."""
    left = limits.MODEL_CHARACTERS
    async for chunk in model.astream(messages):
        left -= len(chunk.text)
        if left < 0:
            raise GenerationError(f"the language model wrote more than {limits.MODEL_CHARACTERS} characters")
        if chunk.text:
            yield str(chunk.text)


def _chat_model(endpoint: Endpoint, http: httpx.AsyncClient) -> BaseChatModel:
    """LangChain's client for the endpoint; what it would otherwise take from the environment is given or off."""
    return init_chat_model(
        endpoint.model,
        model_provider="openai",
        base_url=endpoint.base_url,
        api_key=endpoint.api_key,
        openai_proxy="",
        http_async_client=http,
        temperature=endpoint.temperature,
        seed=endpoint.seed,
        max_retries=0,
        stream_chunk_timeout=None,
        use_responses_api=False,
    )


def _http_client(endpoint: Endpoint) -> httpx.AsyncClient:
    """A connection of the request's own; the request's limits stand in for the connection's.

    A proxy from the environment is used, but not on the way to this machine. Nothing is sent packed: a packed response
    may be a thousand times as long as what is counted.
    """
    return httpx.AsyncClient(
        timeout=None,  # noqa: S113
        trust_env=not _is_loopback(endpoint.base_url),
        headers={"Accept-Encoding": "identity"},
        event_hooks={"response": [_bound]},
    )


async def _bound(response: httpx.Response) -> None:
    """Have the response break off where it becomes longer than any answer."""
    if response.headers.get("content-encoding", "identity") != "identity":
        raise httpx.DecodingError("the response is packed, which was not asked for")
    stream = response.stream
    assert isinstance(stream, httpx.AsyncByteStream)
    response.stream = _Bounded(stream)


class _Bounded(httpx.AsyncByteStream):
    """A body of at most so many bytes."""

    def __init__(self, stream: httpx.AsyncByteStream) -> None:
        self._stream = stream

    async def __aiter__(self) -> AsyncIterator[bytes]:
        left = limits.MODEL_BYTES
        async for block in self._stream:
            left -= len(block)
            if left < 0:
                raise httpx.ReadError(f"the response has more than {limits.MODEL_BYTES} bytes")
            yield block

    async def aclose(self) -> None:
        await self._stream.aclose()


def _is_loopback(url: str) -> bool:
    host = urlsplit(url).hostname or ""
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


def _one_line(error: Exception) -> str:
    """The error's first line, short enough for an answer's metadata."""
    lines = str(error).splitlines() or [""]
    return f"{type(error).__name__}: {lines[0]}"[:200]
