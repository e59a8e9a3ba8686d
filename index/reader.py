"""A Reader reads a question together with passages and says of each sentence how likely it answers.

The network is ``interaction``; this module turns words into its numbers and keeps what can be kept: the passages' own
encodings, so that a question costs only the reading together.
"""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from importlib.resources import as_file, files
from typing import TYPE_CHECKING, Any, Protocol

from index.models import ENCODER

if TYPE_CHECKING:
    from torch import Tensor

    from index.interaction import Lower, Matcher

ROOM = 160  # tokens of a passage that are read at once; a longer one is read in parts
_HEAD = 32  # of them for title, headings and lead
_QUESTION = 48
_BATCH = 16
_BEGIN, _PAD, _END = 0, 1, 2  # the tokenizer's <s>, <pad> and </s>
_KEPT = 1_500  # encodings of parts kept in memory: up to 0.25 MB each
_NOT_READ = -20.0

Ids = tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Passage:
    """What is read: the words above (title, headings) and the sentences, all in Simplified characters."""

    head: str
    sentences: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Reading:
    """Log-odds that the passage answers the question, and for each sentence that it is what answers."""

    passage: float
    sentences: tuple[float, ...]


class Reader(Protocol):
    """Reads a question with passages."""

    def read(self, question: str, passages: Sequence[Passage]) -> list[Reading]:
        """A Reading for each passage, in order; the question is in Simplified characters or English."""
        ...


@dataclass(frozen=True, slots=True)
class Part:
    """Tokens of a passage, or of as much of it as is read at once; ``owner`` is each token's sentence, or -1."""

    ids: Ids
    owner: Ids


class Tokens:
    """Texts → token ids, by what gives those of a text without begin and end (``SentenceTransformerEncoder``'s)."""

    def __init__(self, token_ids: Callable[[str], list[int]]) -> None:
        self._ids = token_ids

    def question(self, text: str) -> Ids:
        """Ids of a question as the embedding model reads one."""
        return (_BEGIN, *self._ids(f"query: {text}")[:_QUESTION], _END)

    def parts(self, passage: Passage) -> list[Part]:
        """The passage in parts that fit, each under its head."""
        head = self._ids(f"passage: {passage.head}")[:_HEAD]
        room = ROOM - len(head) - 2
        made: list[Part] = []
        ids: list[int] = []
        owner: list[int] = []
        for number, sentence in enumerate(passage.sentences):
            own = self._ids(sentence)[:room]
            if ids and len(ids) + len(own) > room:
                made.append(_part(head, ids, owner))
                ids, owner = [], []
            ids += own
            owner += [number] * len(own)
        return [*made, _part(head, ids, owner)]


def _part(head: Sequence[int], ids: Sequence[int], owner: Sequence[int]) -> Part:
    return Part((_BEGIN, *head, *ids, _END), (-1, *[-1] * len(head), *owner, -1))


class InteractionReader:
    """The default Reader. One thread reads at a time, the others wait: the processor is the limit."""

    def __init__(self, tokens: Tokens, lower: Lower, matcher: Matcher) -> None:
        self._tokens, self._lower, self._matcher = tokens, lower, matcher
        self._kept: OrderedDict[Ids, Tensor] = OrderedDict()
        self._lock = threading.Lock()

    def read(self, question: str, passages: Sequence[Passage]) -> list[Reading]:
        """See ``Reader``."""
        parts = [(number, part) for number, one in enumerate(passages) for part in self._tokens.parts(one)]
        asked = self._tokens.question(question)
        with self._lock:
            encoded = self._encoded([asked, *(part.ids for _, part in parts)])
            readings = {
                at: one
                for batch in _by_length([asked + part.ids for _, part in parts])
                for at, one in self._together(asked, [(at, parts[at][1]) for at in batch], encoded)
            }
        return [
            _reading(one, [readings[at] for at, (n, _) in enumerate(parts) if n == number])
            for number, one in enumerate(passages)
        ]

    def _together(
        self, asked: Ids, parts: Sequence[tuple[int, Part]], encoded: dict[Ids, Tensor]
    ) -> Iterator[tuple[int, Reading]]:
        """Each part's logits; those of sentences that are in another part stay out of the way."""
        from index.interaction import no_gradients, pair_up  # noqa: PLC0415

        with no_gradients():
            pair = pair_up([(encoded[asked].float(), encoded[part.ids].float(), part.owner) for _, part in parts])
            whole, each = self._matcher(pair)
        for row, (at, part) in enumerate(parts):
            here = {*part.owner}
            logits = each[row].tolist()
            sentences = tuple(logit if n in here else _NOT_READ for n, logit in enumerate(logits))
            yield at, Reading(float(whole[row]), sentences)

    def _encoded(self, wanted: Sequence[Ids]) -> dict[Ids, Tensor]:
        """What the lower layers make of each, from memory where it is kept."""
        found = {ids: self._kept[ids] for ids in wanted if ids in self._kept}
        new = list(dict.fromkeys(ids for ids in wanted if ids not in found))
        for batch in _by_length(new):
            found |= self._lower.encode([new[at] for at in batch], padding=_PAD)
        for ids in wanted:
            self._kept[ids] = found[ids]
            self._kept.move_to_end(ids)
        while len(self._kept) > _KEPT:
            self._kept.popitem(last=False)
        return found


def load_reader(encoder: object) -> Reader | None:
    """The trained reader over the encoder it was trained on, one for all who ask; for any other encoder none."""
    if getattr(getattr(encoder, "folder", None), "name", "") != ENCODER.name:
        return None
    return _over(encoder)


@lru_cache(maxsize=1)
def _over(encoder: Any) -> Reader:
    from index.interaction import load_matcher, lower_of  # noqa: PLC0415

    with as_file(files(__package__) / "weights" / "reader.safetensors") as path:
        matcher = load_matcher(path)
    return InteractionReader(Tokens(encoder.token_ids), lower_of(encoder.network), matcher)


def _reading(passage: Passage, parts: Sequence[Reading]) -> Reading:
    """One Reading of a passage from those of its parts."""
    best = [
        max((part.sentences[at] for part in parts if at < len(part.sentences)), default=_NOT_READ)
        for at in range(len(passage.sentences))
    ]
    return Reading(max(part.passage for part in parts), tuple(best))


def _by_length(ids: Sequence[Ids]) -> Iterator[list[int]]:
    """Places of the sequences in batches of like length, so that little is padding."""
    ordered = sorted(range(len(ids)), key=lambda at: len(ids[at]))
    for start in range(0, len(ordered), _BATCH):
        yield ordered[start : start + _BATCH]
