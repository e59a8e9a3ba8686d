"""Which generator words the answers: the one that is set, or under ``auto`` the one that won on measurement."""

from __future__ import annotations

from typing import TYPE_CHECKING

from assistant.generate import Generator
from assistant.generate.extractive import ExtractiveGenerator
from assistant.settings import Settings
from corpus.errors import InputError
from index.models import LLM

if TYPE_CHECKING:
    from assistant.llm.client import ChatClient


def choose_generator(settings: Settings) -> Generator:
    """The generator of the settings.

    ``auto`` takes an endpoint where one is configured, else the extractive generator, which no embedded model has
    beaten yet.

    Raises:
        InputError: what the named generator needs is not configured or not prepared.
    """
    if settings.generator == "local":
        return local_generator(settings)
    if settings.generator == "endpoint" or (settings.generator == "auto" and settings.endpoint_url):
        return endpoint_generator(settings)
    return ExtractiveGenerator()


def endpoint_generator(settings: Settings) -> Generator:
    """Any OpenAI-compatible server."""
    return _chat(*model_client(settings, "endpoint"), one_by_one=False)


def local_generator(settings: Settings) -> Generator:
    """The embedded model; it is loaded by the first question."""
    return _chat(*model_client(settings, "local"), one_by_one=True)


def _chat(name: str, client: ChatClient, *, one_by_one: bool) -> Generator:
    from assistant.generate.chat import ChatGenerator  # noqa: PLC0415 (langchain takes a second to import)

    return ChatGenerator(client, name, one_by_one=one_by_one)


def model_client(settings: Settings, which: str) -> tuple[str, ChatClient]:
    """``endpoint`` or ``local``: the model's name (``endpoint/MODEL``, ``local/MODEL``) and who asks it.

    Raises:
        InputError: what it needs is not configured or not prepared.
    """
    return _local_client(settings) if which == "local" else _endpoint_client(settings)


def _endpoint_client(settings: Settings) -> tuple[str, ChatClient]:
    if not settings.endpoint_url or not settings.endpoint_model:
        raise InputError("the endpoint generator needs DAFU_ENDPOINT_URL and DAFU_ENDPOINT_MODEL; set both")
    from assistant.llm.client import ChatClient, Endpoint  # noqa: PLC0415 (langchain takes a second to import)

    endpoint = Endpoint(settings.endpoint_url, settings.endpoint_model, settings.endpoint_key or "none")
    return f"endpoint/{settings.endpoint_model}", ChatClient(endpoint)


def _local_client(settings: Settings) -> tuple[str, ChatClient]:
    if settings.llm == "off":
        raise InputError("the language model is switched off (DAFU_LLM=off); use --generator extractive")
    path = settings.local_model or LLM.path(settings.models)
    if not path.is_file():
        raise InputError(f"the language model {path.name} is not prepared; run `dafu models prepare llm`")
    from assistant.llm.client import ChatClient  # noqa: PLC0415 (langchain takes a second to import)
    from assistant.llm.local import LocalServer  # noqa: PLC0415

    server = LocalServer(path, settings.threads)
    return f"local/{server.name}", ChatClient(server.endpoint, server.heard)
