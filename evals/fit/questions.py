"""``python -m evals.fit.questions --labels FILE --data DIR --encoder DIR --out FILE``: teach the question layers.

Low-rank layers (LoRA, Hu et al., 2021) in every matrix of the embedding model, for questions alone: the vectors of the
passages stay as they are, so each question is compared with all of them at every step.
"""

from __future__ import annotations

import argparse
import json
import math
import random
import time
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import torch
from safetensors.numpy import save_file
from torch import Tensor, nn
from transformers import AutoModel, AutoTokenizer

from corpus.document import Document
from corpus.normalise import simplify
from evals.bench.sets import CachedEncoder, load, show_embedding
from evals.fit import written
from evals.fit.lessons import held, read_labels
from index.chunk import chunk
from index.encoder import E5_PROMPTS, Encoder, load_default_encoder

SEED = 20250021
RANK, BATCH, STEPS, RATE, WARM, TEMPERATURE = 16, 64, 500, 4e-4, 30, 0.02
SHARES = {"squad2_zh": 0.35, "drcd": 0.35, "cmrc2018": 0.3}  # whose questions share most words with the passage
SCALE = 0.5  # all the way, what is unlike the lessons loses
FURTHER = 3_000  # articles of law that answer no question
LENGTH = 128  # tokens of a question


@dataclass(frozen=True, slots=True)
class TaughtQuestion:
    """A question, and the document whose chunks answer it."""

    question: str
    document: str


class LowRank(nn.Module):
    """A frozen linear map and a low-rank one that learns, added up."""

    def __init__(self, base: nn.Linear, rank: int) -> None:
        super().__init__()
        self.base = base
        self.down = nn.Parameter(torch.randn(rank, base.in_features) / math.sqrt(base.in_features))
        self.up = nn.Parameter(torch.zeros(base.out_features, rank))

    def forward(self, states: Tensor) -> Tensor:
        """``states`` [..., in_features] → [..., out_features]."""
        added: Tensor = self.base(states) + (states @ self.down.T) @ self.up.T
        return added


class QuestionTower(nn.Module):
    """The embedding model with low-rank layers in its matrices; nothing else learns."""

    def __init__(self, folder: Path, rank: int) -> None:
        super().__init__()
        self.tokenizer = AutoTokenizer.from_pretrained(folder, local_files_only=True)
        self.body = AutoModel.from_pretrained(folder, local_files_only=True).float().eval()
        for parameter in self.body.parameters():
            parameter.requires_grad = False
        linear = [name for name, one in self.body.encoder.named_modules() if isinstance(one, nn.Linear)]
        self.layers: dict[str, LowRank] = {}
        for name in linear:
            parent, _, own = name.rpartition(".")
            made = LowRank(self.body.encoder.get_submodule(name), rank)
            setattr(self.body.encoder.get_submodule(parent), own, made)
            self.layers[f"encoder.{name}.weight"] = made

    def forward(self, questions: Sequence[str]) -> Tensor:
        """Unit vectors [n, dimensions]."""
        prompted = [E5_PROMPTS["query"] + one for one in questions]
        batch = self.tokenizer(prompted, padding=True, truncation=True, max_length=LENGTH, return_tensors="pt")
        with torch.autocast("cpu", torch.bfloat16):
            hidden = self.body(**batch).last_hidden_state.float()
        mask = batch["attention_mask"][..., None].float()
        return nn.functional.normalize((hidden * mask).sum(1) / mask.sum(1), dim=-1)


def main(arguments: Sequence[str] | None = None) -> None:
    """Teach the layers and write them, in half precision, as what is added to each matrix."""
    parser = argparse.ArgumentParser(prog="python -m evals.fit.questions", description=__doc__)
    parser.add_argument("--labels", type=Path, required=True, help="reader.jsonl.gz")
    parser.add_argument("--data", type=Path, required=True, help="folder with lecoqa")
    parser.add_argument("--encoder", type=Path, required=True, help="folder of the embedding model")
    parser.add_argument("--cache", type=Path, required=True, help="folder that keeps the passages' vectors")
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--scale", type=float, default=SCALE, help="how much of what was learnt is written")
    parser.add_argument("--steps", type=int, default=STEPS)
    given = parser.parse_args(arguments)
    torch.manual_seed(SEED)
    encoder = CachedEncoder(load_default_encoder(), given.cache, show_embedding)
    passages, asked = learning(given.labels, given.data)
    tower = QuestionTower(given.encoder, RANK)
    learn(tower, *embedded(passages, encoder), asked, steps=given.steps)
    save(tower, given.out, given.scale)


def learning(labels: Path, data: Path) -> tuple[list[Document], list[TaughtQuestion]]:
    """The passages, those of questions kept back among them, and the questions that are learnt from."""
    chance = random.Random(SEED)  # noqa: S311 (repeatable, not secret)
    passages: dict[str, Document] = {one.id: one for one in written.bench().documents}
    asked = list(_written())
    for row in read_labels(labels):
        if row["source"] == "cail2019":
            continue
        text = simplify("\n".join(row["sentences"]))
        made = written.as_document(simplify(row["title"]), text)
        passages[made.id] = made
        if row["answerable"] and row["split"] == "train" and chance.random() < SHARES.get(row["source"], 1.0):
            asked.append(TaughtQuestion(simplify(row["question"]), made.id))
    lecoqa = load(data / "lecoqa")
    passages |= {one.id: one for one in (*lecoqa.documents, *load(data / "notices").documents)}
    asked += [TaughtQuestion(simplify(one.question), one.relevant[0]) for one in lecoqa.queries if not held(one.id, 2)]
    further = map(json.loads, (data / "lecoqa" / "distractors.jsonl").read_text("utf-8").splitlines())
    some = chance.sample([written.as_document(row["title"], row["text"]) for row in further], FURTHER)
    return [*passages.values(), *some], asked


def _written() -> Iterator[TaughtQuestion]:
    for one in written.passages():
        document = written.document_of(one)
        for lesson in one.lessons:
            if lesson.answers and not lesson.history and not one.kept:
                yield TaughtQuestion(lesson.question, document.id)


def embedded(passages: Sequence[Document], encoder: Encoder) -> tuple[Tensor, dict[str, list[int]]]:
    """The vectors of all chunks [n, dimensions], and which of them each document has."""
    chunks = [one for document in passages for one in chunk(document)]
    places: dict[str, list[int]] = defaultdict(list)
    for at, one in enumerate(chunks):
        places[one.document].append(at)
    return torch.from_numpy(encoder.encode([one.text for one in chunks], "passage")), places


def learn(
    tower: nn.Module,
    vectors: Tensor,
    places: Mapping[str, Sequence[int]],
    asked: Sequence[TaughtQuestion],
    *,
    steps: int,
    rate: float = RATE,
) -> None:
    """Cross-entropy of a question's own document among all chunks, the rate falling to nearly nothing."""
    parameters = [one for one in tower.parameters() if one.requires_grad]
    optimiser = torch.optim.AdamW(parameters, lr=rate, weight_decay=0.01, betas=(0.9, 0.98))
    began, chance, left = time.monotonic(), random.Random(SEED), list[TaughtQuestion]()  # noqa: S311
    for step in range(steps):
        if len(left) < BATCH:
            left = chance.sample(asked, len(asked))
        batch = [left.pop() for _ in range(BATCH)]
        for group in optimiser.param_groups:
            group["lr"] = rate * min(1.0, (step + 1) / WARM) * (0.52 + 0.5 * math.cos(math.pi * step / steps))
        scores = tower([one.question for one in batch]) @ vectors.T / TEMPERATURE
        own = [torch.logsumexp(scores[row, places[one.document]], 0) for row, one in enumerate(batch)]
        loss = (torch.logsumexp(scores, 1) - torch.stack(own)).mean()
        optimiser.zero_grad()
        loss.backward()  # type: ignore[no-untyped-call]
        nn.utils.clip_grad_norm_(parameters, 1.0)
        optimiser.step()
        if step % 20 == 0:
            print(f"step {step} {time.monotonic() - began:.0f} s loss {float(loss.detach()):.3f}", flush=True)


def save(tower: QuestionTower, out: Path, scale: float) -> None:
    """Write each matrix's ``NAME.a`` [rank, columns] and ``NAME.b`` [rows, rank], scaled."""
    made: dict[str, np.ndarray] = {}
    for name, one in tower.layers.items():
        made[f"{name}.a"] = one.down.detach().numpy().astype(np.float16)
        made[f"{name}.b"] = (scale * one.up.detach()).numpy().astype(np.float16)
    out.parent.mkdir(parents=True, exist_ok=True)
    save_file(made, out)


if __name__ == "__main__":
    main()
