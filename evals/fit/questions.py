"""``python -m evals.fit.questions --data DIR``: train the layers that questions go through, write them with their card.

The passages' vectors stay as they are, so each question is taught against all passages at once: the hardest wrong ones
are always among them. A second loss adds the keyword leg's score, so that what is learned is what that leg does not
find. It is done twice, among the passages of the set and among 55,983 more, there with the sentences of the written
answers as further questions; the weights are the mean of both, and part of the way there from the published ones.
"""

from __future__ import annotations

import argparse
import json
import random
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import torch
from torch import Tensor, nn
from torch.nn import functional

import index
from corpus.normalise import fold, is_english, simplify
from evals.bench.cache import CachedEncoder
from evals.bench.console import DEFAULT_CACHE
from evals.bench.data import BenchSet, Query, load
from evals.bench.measures import measure
from evals.bench.memory import MemoryIndex
from evals.fit.descent import Pace, descend
from index.bigrams import keyword_terms
from index.encoder import QUESTIONS, SentenceTransformerEncoder, torch_encoder
from index.fusion import FusionWeights, fuse
from index.interaction import Ids, Lower, lower_of, upper_of
from index.legs import Vectors
from index.questions import PAD, TokenIds, question_ids, raised, save_upper

STEPS, BATCH, RATE, DECAY = 300, 32, 5e-5, 0.01
_DEPTH = 200  # chunks of the keyword leg that keep their score
_SEED, _ORDER = 20250021, 1
BLEND = 0.7  # of the way from the published to the trained weights: there what was not seen in training gains as well
HELD = 200  # training questions kept back, by which steps, sets and share were chosen
TRAIN = "lecoqa"  # its training split; the other sets are measured only
_SAID = re.compile(r"[。；！？\n]")  # where an answer's sentences end
_WORDS = range(12, 81)  # characters of a sentence that is asked as a question
MEASURED = ("lecoqa", "drcd_dev", "cmrc2018_dev", "xquad_zh", "xquad_en2zh")


@dataclass(frozen=True, slots=True)
class Asked:
    """A question: its tokens out of the lower layers [length, 384], the chunks that answer, the keyword leg's scores.

    The scores are over their maximum, weighted as the fusion weights it: for each of ``places``, 0 for other chunks.
    """

    states: Tensor
    right: tuple[int, ...]
    places: Tensor
    scores: Tensor


class Lessons:
    """Questions against the vectors of a set's passages [chunks, 384]."""

    def __init__(self, queries: Sequence[Query], found: MemoryIndex, states: Mapping[str, Tensor]) -> None:
        self.vectors = torch.from_numpy(found.vectors)
        self.asked = [one for query in queries if (one := _asked(query, found, states[query.question])).right]

    def batch(self, chance: random.Random, size: int) -> tuple[list[Tensor], Tensor, Tensor, Tensor]:
        """States, the number of one right chunk each, what is neither right nor wrong [n, chunks], keyword scores."""
        some = chance.sample(self.asked, min(size, len(self.asked)))
        targets = torch.tensor([chance.choice(one.right) for one in some])
        left_out = torch.zeros(len(some), len(self.vectors), dtype=torch.bool)
        keywords = torch.zeros(len(some), len(self.vectors))
        for row, one in enumerate(some):
            left_out[row, list(one.right)] = True
            left_out[row, targets[row]] = False
            keywords[row, one.places] = one.scores
        return [one.states for one in some], targets, left_out, keywords


class Taught(nn.Module):
    """The layers that are trained, how steep a cosine is, and how much the keyword leg says."""

    def __init__(self, network: nn.Module) -> None:
        super().__init__()
        self.upper = upper_of(network).float()
        self.steepness = nn.Parameter(torch.tensor(4.0))
        self.keyword = nn.Parameter(torch.tensor(6.0))

    def loss(self, lessons: Lessons, chance: random.Random) -> Tensor:
        """Of a batch: choosing the right chunk among all, without and with the keyword leg."""
        states, targets, left_out, keywords = lessons.batch(chance, BATCH)
        alone = (raised(self.upper, states) @ lessons.vectors.T) * self.steepness.exp()
        both = alone + self.keyword * keywords
        losses = [functional.cross_entropy(one.masked_fill(left_out, -1e4), targets) for one in (alone, both)]
        return losses[0] + losses[1]


def main(arguments: Sequence[str] | None = None) -> None:
    """Train, measure each set before and after, write ``index/weights/questions.safetensors`` and its card."""
    parser = argparse.ArgumentParser(prog="python -m evals.fit.questions", description=__doc__)
    parser.add_argument("--data", type=Path, required=True, help=f"folder with {', '.join(MEASURED)}")
    parser.add_argument("--out", type=Path, default=Path(index.__file__).parent / "weights" / QUESTIONS)
    parser.add_argument("--cache", type=Path, default=DEFAULT_CACHE)
    parser.add_argument("--steps", type=int, default=STEPS)
    given = parser.parse_args(arguments)
    encoder = torch_encoder()
    cached = CachedEncoder(encoder, given.cache, lambda done, of: print(f"embedding {done} of {of}", flush=True))
    few, many, told = _lessons(given.data / TRAIN, encoder, cached)
    trained = [train([few], encoder, given.steps), train([many, told], encoder, 2 * given.steps)]
    save_upper(blend(upper_of(encoder.network).float(), trained, BLEND), given.out)
    card = _card(encoder, [len(one.asked) for one in (many, told)], measured(given.data, given.out, encoder, cached))
    given.out.with_suffix(".json").write_text(json.dumps(card, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")
    print(json.dumps(card, ensure_ascii=False, indent=1))


def train(lessons: Sequence[Lessons], encoder: SentenceTransformerEncoder, steps: int) -> nn.TransformerEncoder:
    """Upper layers for questions; the lessons take turns."""
    chance = random.Random(_ORDER)  # noqa: S311 (repeatable, not secret)
    taught = Taught(encoder.network)
    scales = [taught.steepness, taught.keyword]
    groups = [{"params": taught.upper.parameters(), "lr": RATE}, {"params": scales, "lr": 5e-3}]
    optimiser = torch.optim.AdamW(groups, weight_decay=DECAY)
    taught.train()
    torch.manual_seed(_SEED)
    losses = (taught.loss(one, chance) for one in _turns(lessons, chance))
    descend(taught, optimiser, losses, Pace(steps, warm=20, least=0.05, told=50))
    return taught.upper


def blend(
    published: nn.TransformerEncoder, trained: Sequence[nn.TransformerEncoder], share: float
) -> nn.TransformerEncoder:
    """The published weights moved a share of the way to the mean of the trained ones.

    Wortsman et al., Model soups (ICML 2022) and Robust fine-tuning of zero-shot models (CVPR 2022).
    """
    theirs = published.state_dict()
    ours = {name: torch.stack([one.state_dict()[name] for one in trained]).mean(0) for name in theirs}
    published.load_state_dict({name: theirs[name].lerp(ours[name], share) for name in theirs})
    return published.eval()


def measured(data: Path, weights: Path, plain: SentenceTransformerEncoder, cached: CachedEncoder) -> dict[str, Any]:
    """Each set's search before and after: hit@1, hit@5, MRR@10. LeCoQA's questions are those of its test split."""
    tuned = SentenceTransformerEncoder(plain.folder, questions=weights)
    found: dict[str, Any] = {}
    for name in MEASURED:
        bench = load(data / name, split="test" if name == "lecoqa" else None)
        memory = MemoryIndex(bench.documents, cached)
        found[name] = {
            "n": len(bench.queries),
            "before": _figures(bench, memory, cached.encode),
            "after": _figures(bench, memory, tuned.encode),
        }
    return found


def _figures(bench: BenchSet, memory: MemoryIndex, encode: Callable[..., Vectors]) -> dict[str, float]:
    vectors = encode([simplify(query.question) for query in bench.queries], "query")
    rankings = [_search(query, memory, vector) for query, vector in zip(bench.queries, vectors, strict=True)]
    values = measure(bench.queries, rankings)
    return {name: round(sum(values[name]) / len(bench.queries), 3) for name in ("hit@1", "hit@5", "MRR@10")}


def _search(query: Query, memory: MemoryIndex, vector: Vectors) -> list[str]:
    words = simplify(query.question)
    terms = keyword_terms(words)
    weight = FusionWeights().for_share(memory.share(terms), english=is_english(words))
    fused = fuse(memory.lexical(terms, 100), memory.dense(vector, 100), weight)
    return memory.documents([one.key for one in fused])[:20]


def _lessons(data: Path, encoder: SentenceTransformerEncoder, cached: CachedEncoder) -> Iterator[Lessons]:
    """The questions among the set's own passages, then among all, and there what is said in answer to them."""
    few, many = (load(data, split="train", distractors=more) for more in (False, True))
    kept_back = {*random.Random(7).sample(range(len(few.queries)), HELD)}  # noqa: S311 (repeatable, not secret)
    taught = [query for at, query in enumerate(few.queries) if at not in kept_back]
    asked, told = [replace(one, answers=()) for one in taught], [one for query in taught for one in said(query)]
    states = _states([one.question for one in (*asked, *told)], encoder.token_ids, lower_of(encoder.network))
    yield Lessons(asked, MemoryIndex(few.documents, cached), states)
    memory = MemoryIndex(many.documents, cached)
    yield Lessons(asked, memory, states)
    yield Lessons(told, memory, states)


def said(query: Query) -> list[Query]:
    """The sentences of a question's written answers, asked as questions: they rest on the same passages."""
    sentences = (part.strip() for answer in query.answers for part in _SAID.split(answer))
    wanted = [one for one in sentences if len(one) in _WORDS and not one.startswith(("您好", "你好"))]
    return [replace(query, question=one, answers=()) for one in wanted]


def _states(questions: Sequence[str], token_ids: TokenIds, lower: Lower) -> dict[str, Tensor]:
    ids = {one: question_ids(token_ids, simplify(one)) for one in questions}
    order = sorted(set(ids.values()), key=len)
    found: dict[Ids, Tensor] = {}
    for at in range(0, len(order), BATCH):
        found |= {one: states.float() for one, states in lower.encode(order[at : at + BATCH], PAD).items()}
    return {one: found[ids[one]].clone() for one in questions}


def _asked(query: Query, memory: MemoryIndex, states: Tensor) -> Asked:
    """Of a long passage the chunks that hold the answer's words, where the set has them as a slice, else all."""
    own = [at for at, one in enumerate(memory.chunks) if one.document in query.relevant]
    wanted = [fold(simplify(answer)) for answer in query.answers]
    holding = tuple(at for at in own if any(one in fold(memory.chunks[at].text) for one in wanted))
    words = simplify(query.question)
    terms = keyword_terms(words)
    hits = memory.lexical(terms, _DEPTH)
    weights = FusionWeights()
    share = weights.for_share(memory.share(terms), english=is_english(words)) / weights.keyword
    places = torch.tensor([memory.place[hit.key] for hit in hits], dtype=torch.long)
    scores = torch.tensor([share * hit.score / hits[0].score for hit in hits])
    return Asked(states, holding or tuple(own), places, scores)


def _turns(lessons: Sequence[Lessons], chance: random.Random) -> Iterator[Lessons]:
    while True:
        turn = list(lessons)
        chance.shuffle(turn)
        yield from turn


def _card(encoder: SentenceTransformerEncoder, taught: Sequence[int], figures: dict[str, Any]) -> dict[str, Any]:
    return {
        "task": "vectors of questions that are nearest to the passages which answer",
        "method": "the embedding model's last three layers, trained for questions against the vectors of passages, "
        f"which stay as published; {BLEND} of the way from published to the mean of two; python -m evals.fit.questions",
        "encoder": encoder.fingerprint,
        "data": f"LeCoQA, training split (MIT), {HELD} of its questions kept back, against all its passages; law texts",
        "questions": taught[0],
        "sentences of written answers": taught[1],
        "measured": "whole sets (LeCoQA: its test split), the keyword leg weighted as search has it",
        "search before and after": figures,
    }


if __name__ == "__main__":
    main()
