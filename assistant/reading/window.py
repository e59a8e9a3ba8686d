"""How a question and a passage are laid out for the cross-encoder: token ids, and whose each token is."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

BEGIN, PAD, END = 0, 1, 2  # the tokenizer's <s>, <pad> and </s>
ROOM = 240  # tokens of a window; what is longer is read in several
QUESTION, HISTORY, HEAD = 56, 40, 28  # tokens at most of each part
PATH = 56  # and of a head with several headings: the one above often says what all below it is about
NOBODY = -1

Ids = tuple[int, ...]
TokenIds = Callable[[str], list[int]]


@dataclass(frozen=True, slots=True)
class Window:
    """``ids`` int [length] of ``<s> query: question </s></s> passage: head sentences </s>``.

    ``owner`` int [length]: the number of the sentence that a token belongs to, -1 for none.
    """

    ids: Ids
    owner: Ids


def windows(
    token_ids: TokenIds,
    question: str,
    sentences: Sequence[str],
    *,
    head: str = "",
    most: int = HEAD,
    history: str = "",
    room: int = ROOM,
) -> Iterator[Window]:
    """The passage in as few windows as hold it, each under the question and ``most`` tokens of its head; at least one.

    A sentence stays whole where it fits; a longer one is read in pieces of one owner.
    """
    asked = token_ids(f"query: {question}")[:QUESTION]
    if history:
        asked = [*token_ids(f"query: {history}")[:HISTORY], END, *asked]
    above = token_ids(f"passage: {head}")[:most]
    prefix = (BEGIN, *asked, END, END, *above)
    space = room - len(prefix) - 1
    ids: list[int] = []
    owner: list[int] = []
    for number, sentence in enumerate(sentences):
        own = token_ids(sentence)
        for piece in (own[at : at + space] for at in range(0, len(own), space)):
            if ids and len(ids) + len(piece) > space:
                yield _window(prefix, ids, owner)
                ids, owner = [], []
            ids += piece
            owner += [number] * len(piece)
    yield _window(prefix, ids, owner)


def _window(prefix: Ids, ids: Sequence[int], owner: Sequence[int]) -> Window:
    return Window((*prefix, *ids, END), (*[NOBODY] * len(prefix), *owner, NOBODY))
