"""Which generator words the answers: the one that is set, or under ``auto`` the one that won on measurement."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

from assistant.generate import Generator
from assistant.generate.extractive import ExtractiveGenerator
from assistant.settings import Settings
from corpus.errors import InputError
from index.models import LLM

if TYPE_CHECKING:
    from assistant.llm.client import ChatClient


def choose_generator(settings: Settings) -> Generator:
    """The generator of the settings; the embedded model is loaded by the first question.

    ``auto`` takes an endpoint where one is configured, else the extractive generator, which no embedded model has
    beaten yet.

    Raises:
        InputError: what the named generator needs is not configured or not prepared.
    """
    wanted = settings.generator
    if wanted == "auto":
        wanted = "endpoint" if settings.endpoint_url else "extractive"
    if wanted == "extractive":
        return ExtractiveGenerator()
    name, client = model_client(settings, wanted)
    from assistant.generate.chat import ChatGenerator  # noqa: PLC0415 (langchain takes a second to import)

    return ChatGenerator(client, name, one_by_one=wanted == "local")


def model_client(
    settings: Settings, which: Literal["endpoint", "local"], without: str = "--generator extractive"
) -> tuple[str, ChatClient]:
    """The model's name (``endpoint/MODEL``, ``local/MODEL``) and who asks it; ``without`` is how to do without it.

    Raises:
        InputError: what it needs is not configured or not prepared.
    """
    path = settings.local_model or LLM.path(settings.models)
    if which == "endpoint" and not (settings.endpoint_url and settings.endpoint_model):
        raise InputError("the endpoint needs DAFU_ENDPOINT_URL and DAFU_ENDPOINT_MODEL; set both")
    if which == "local" and settings.llm == "off":
        raise InputError(f"the language model is switched off (DAFU_LLM=off); use {without}")
    if which == "local" and not path.is_file():
        raise InputError(f"the language model {path.name} is not prepared; run `dafu models prepare llm`")
    from assistant.llm.client import ChatClient, Endpoint  # noqa: PLC0415 (langchain takes a second to import)
    from assistant.llm.local import LocalServer  # noqa: PLC0415

    if which == "endpoint":
        endpoint = Endpoint(settings.endpoint_url, settings.endpoint_model, settings.endpoint_key or "none")
        return f"endpoint/{settings.endpoint_model}", ChatClient(endpoint)
    server = LocalServer(path, settings.threads)
    return f"local/{server.name}", ChatClient(server.endpoint, server.heard)
