"""``dafu serve`` and ``dafu mcp``: the page, and the tools of the Model Context Protocol for one program."""

from __future__ import annotations

import ctypes
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from assistant.cli.options import GENERATORS, HomeCommand, settings
from assistant.cli.root import open_assistant, open_searcher, open_store
from corpus.errors import InputError

if TYPE_CHECKING:
    from assistant.answer import Answer
    from assistant.assistant import Assistant
    from assistant.draft.letter import Letter
    from assistant.settings import Settings
    from corpus.document import Document
    from index.hit import Hit
    from index.searcher import Searcher


_LOOPBACK = "127.0.0.1,::1"
_FILE = click.Path(path_type=Path)
_ARENA_MAX = -8  # M_ARENA_MAX of glibc's malloc.h
_ARENAS = 2


@click.command(cls=HomeCommand)
@click.option("--host", help="Address to listen on; others than this machine need users and encryption.")
@click.option("--port", type=click.IntRange(0, 65535), help="Port; 0 takes a free one.")
@click.option("--generator", type=GENERATORS, help="Who words the answer.")
@click.option("--tls-cert", type=_FILE, help="Certificate (PEM) to encrypt with.")
@click.option("--tls-key", type=_FILE, help="Its key (PEM, without a password).")
@click.option(
    "--behind-proxy",
    is_flag=False,
    flag_value=_LOOPBACK,
    metavar="[ADDRESSES]",
    help="A proxy encrypts; its addresses, by default this machine's. It must send Host and X-Forwarded-Proto.",
)
def serve(**given: Any) -> None:
    """Prepare the model, sync the documents and serve the page."""
    _few_arenas()
    from assistant.cli.opening import open_page  # noqa: PLC0415 (the page's library takes seconds to import)

    open_page(settings(**given))


def _few_arenas() -> None:
    """Let threads take memory from two common arenas, before most threads are there; glibc would make 16 on two cores.

    A page that is asked from many threads leaves holes in each arena that the others cannot use: after 2,000 questions
    94 MiB in holes, and growing, for 27 that stay as they are. Other C libraries have no arenas.
    """
    if sys.platform == "linux":
        set_option = getattr(ctypes.CDLL(None), "mallopt", None)
        if set_option is not None:
            set_option(_ARENA_MAX, _ARENAS)


@click.command(cls=HomeCommand)
@click.option("--generator", type=GENERATORS, help="Who words the answers.")
def mcp(generator: str | None) -> None:
    """Serve search, ask, show and draft as tools over standard input and output (Model Context Protocol)."""
    from assistant.tools import tool_server  # noqa: PLC0415 (its library is for this command alone)

    chosen = settings(generator=generator)
    searcher = open_searcher(chosen, open_store(chosen))
    caller = _Caller(chosen, searcher, open_assistant(chosen, searcher))
    tool_server(lambda _: caller).run("stdio")


class _Caller:
    """The person at this machine, who may do everything."""

    def __init__(self, chosen: Settings, searcher: Searcher, assistant: Assistant) -> None:
        self._settings, self._searcher, self._assistant = chosen, searcher, assistant

    def search(self, question: str, k: int) -> Sequence[Hit]:
        """See ``Caller``."""
        return self._searcher.search(question, k)

    def ask(self, question: str, history: Sequence[str]) -> Answer:
        """See ``Caller``."""
        return self._assistant.ask(question, history)

    def show(self, document: str) -> Document:
        """See ``Caller``."""
        found = self._searcher.document(document)
        if found is None:
            raise InputError(f"there is no document {document!r}; `search` shows the ids that there are")
        return found

    def draft(self, suggestion: str) -> Letter:
        """See ``Caller``."""
        from assistant.draft.drafter import Drafter  # noqa: PLC0415 (seldom asked for)
        from assistant.draft.requests import read_suggestion  # noqa: PLC0415

        return Drafter.of(self._settings, self._assistant).draft(read_suggestion(suggestion))
