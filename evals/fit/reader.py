"""``python -m evals.fit.reader --labels FILE --data DIR``: train the reader; stop and go on at any time.

A cross-encoder that starts from the embedding model's weights: all layers learn, the table of words stays. One logit
for each sentence (the mean of its tokens through a linear head), one for the whole.
"""

from __future__ import annotations

import argparse
import json
import random
import time
from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import torch
from sklearn.metrics import roc_auc_score
from tokenizers import Tokenizer
from torch import Tensor, nn
from torch.nn import functional
from transformers import AutoModel

from assistant.reading.window import PAD, TokenIds, Window, windows
from evals.fit import written
from evals.fit.lessons import Lesson, Near, benchmark, kept, labelled
from evals.fit.made import HELD_KIND, Counterfactuals, distracted, follow_ups, from_texts, near_misses
from index.engine import quantize_body, save_body

SEED = 20250021
BATCH, RATE, WARM, DECAY = 20, 8e-5, 150, 0.01
SHARES = {"squad2_zh": 0.55, "cmrc2018": 0.16, "drcd": 0.24, "cail2019": 0.2}  # of sets that are learnt soon
KINDS = frozenset({"year", "place", "name", "number", "noun", "body"}) - {HELD_KIND}


class TrainedNetwork(nn.Module):
    """The embedding model's transformer under two heads."""

    def __init__(self, folder: Path) -> None:
        super().__init__()
        self.body = AutoModel.from_pretrained(folder, attn_implementation="sdpa", local_files_only=True)
        for module in self.body.modules():
            if isinstance(module, nn.Dropout):
                module.p = 0.0
        for layer in self.body.encoder.layer:
            layer.attention.self.dropout_prob = 0.0
        for parameter in self.body.embeddings.parameters():
            parameter.requires_grad = False
        width = self.body.config.hidden_size
        self.sentence, self.passage = nn.Linear(width, 1), nn.Linear(width, 1)
        self.share = nn.Parameter(torch.tensor(0.5))  # of the best sentence's logit in the passage's

    def forward(self, batch: Sequence[Window]) -> tuple[Tensor, list[Tensor]]:
        """Logits of the passages [n] and, for each, of its sentences (those with tokens here, in order)."""
        length = max(len(one.ids) for one in batch)
        ids = torch.full((len(batch), length), PAD)
        mask = torch.zeros(len(batch), length, dtype=torch.long)
        for row, one in enumerate(batch):
            ids[row, : len(one.ids)] = torch.tensor(one.ids)
            mask[row, : len(one.ids)] = 1
        with torch.autocast("cpu", torch.bfloat16):
            hidden = self.body(input_ids=ids, attention_mask=mask).last_hidden_state
        hidden = hidden.float()
        tokens = self.sentence(hidden)[..., 0]
        each = []
        for row, one in enumerate(batch):
            owner = torch.tensor(one.owner)
            numbers = torch.tensor(sorted({*one.owner} - {-1}), dtype=torch.long)
            place = torch.searchsorted(numbers, owner.clamp(min=0))
            own = owner >= 0
            total = torch.zeros(len(numbers)).index_add(0, place[own], tokens[row, : len(owner)][own])
            count = torch.zeros(len(numbers)).index_add(0, place[own], torch.ones(int(own.sum())))
            each.append(total / count)
        best = torch.stack([one.max() if len(one) else torch.zeros(()) for one in each])
        return self.passage(hidden[:, 0])[:, 0] + self.share * best, each


@dataclass(frozen=True, slots=True)
class Shown:
    """A lesson in its one window."""

    lesson: Lesson
    window: Window


def main(arguments: Sequence[str] | None = None) -> None:
    """Train until the time is over; keep weights and optimiser below ``--state``."""
    parser = argparse.ArgumentParser(prog="python -m evals.fit.reader", description=__doc__)
    parser.add_argument("--labels", type=Path, required=True, help="reader.jsonl.gz")
    parser.add_argument("--data", type=Path, required=True, help="folder with lecoqa, notices, xquad_*")
    parser.add_argument("--encoder", type=Path, required=True, help="folder of the embedding model")
    parser.add_argument("--state", type=Path, required=True, help="folder for checkpoints")
    parser.add_argument("--minutes", type=float, default=110)
    parser.add_argument("--threads", type=int, default=1)
    parser.add_argument("--rate", type=float, default=RATE)
    parser.add_argument("--export", type=Path, help="write the checkpoint's weights there in int8, and train no more")
    given = parser.parse_args(arguments)
    if given.export:
        network = TrainedNetwork(given.encoder)
        network.load_state_dict(torch.load(given.state / "checkpoint.pt", weights_only=True)["network"])
        export(network, given.export)
        return
    torch.set_num_threads(given.threads)
    torch.manual_seed(SEED)
    given.state.mkdir(parents=True, exist_ok=True)
    tokenizer = Tokenizer.from_file(str(given.encoder / "tokenizer.json"))
    tokenizer.no_truncation()

    def token_ids(text: str) -> list[int]:
        return list(tokenizer.encode(text, add_special_tokens=False).ids)

    chance = random.Random(SEED)  # noqa: S311 (repeatable, not secret)
    train = _shown(learning(given.labels, given.data, chance), token_ids)
    held = _shown(judging(given.labels, given.data, random.Random(SEED + 1)), token_ids)  # noqa: S311
    tokens = sum(len(one.window.ids) for one in train)
    print(json.dumps(dict(sorted(Counter(one.lesson.source for one in train).items())), ensure_ascii=False))
    print(f"{len(train)} lessons, {tokens / len(train):.0f} tokens each; {len(held)} to judge", flush=True)
    descend(TrainedNetwork(given.encoder), train, held, given.state, minutes=given.minutes, rate=given.rate)


def learning(labels: Path, data: Path, chance: random.Random) -> list[Lesson]:
    """All that is learnt from, in a random order."""
    rows = list(labelled(labels, "train", chance))
    answered = [one for one in rows if one.answers and one.source in {"squad2_zh", "drcd", "cmrc2018"}]
    counter = Counterfactuals(answered, chance)
    others = [
        made
        for one in chance.sample(answered, len(answered))
        for kinds in (KINDS - {"noun"} if chance.random() < 0.75 else KINDS,)
        if (made := counter(one, kinds)) is not None
    ]
    found = [one for one in rows if chance.random() < SHARES.get(one.source, 1.0)]
    found += others[:4_500]
    found += [one for _ in range(2) for one in written.lessons(chance, "train")]
    found += list(benchmark(data / "lecoqa", chance, keep="train", wrong=1))
    found += [one for _ in range(2) for one in benchmark(data / "notices", chance, keep="train", wrong=4)]
    found += list(english(labels, data, chance))
    articles = list(from_texts(data / "lecoqa" / "distractors.jsonl", chance, 18_000))
    articles = _some(articles, {"cloze": 2_200, "enumeration": 2_600, "denial": 600}, chance)
    found += [*articles, *near_misses(articles, chance, 2_200)]
    asked = map(json.loads, (data / "notices" / "queries.jsonl").open())
    noticed = frozenset(document for query in asked if kept(query, "test") for document in query["relevant"])
    clozed = [
        one for one in from_texts(data / "notices" / "corpus.jsonl", chance, 600, noticed) if one.source == "cloze"
    ]
    found += [*clozed, *near_misses(clozed, chance, len(clozed))]
    found += [lesson for one in written.passages(written.BY_SCRIPT) for lesson in one.lessons]
    found += _some(list(follow_ups(chance.sample(rows, len(rows)), chance)), {"follow-up": 1_200}, chance)
    found += list(distracted(answered, 700, chance))
    chance.shuffle(found)
    # half of the questions without the mark at their end, as many are typed
    return [one if chance.random() < 0.5 else replace(one, question=one.question.rstrip("？?")) for one in found]


def judging(labels: Path, data: Path, chance: random.Random, each: int = 140) -> list[Lesson]:
    """A part of what is kept back, small enough to be read often."""
    rows = list(labelled(labels, "test", chance))
    answered = [one for one in rows if one.answers and one.source in {"squad2_zh", "drcd", "cmrc2018"}]
    counter = Counterfactuals(answered, chance)
    others = [made for one in answered if (made := counter(one, KINDS - {"noun"} | {HELD_KIND})) is not None]
    found: list[Lesson] = []
    for source in ("squad2_zh", "cail2019", "drcd", "cmrc2018", "equals"):
        own = [one for one in rows if one.source == source]
        for side in (True, False):
            some = [one for one in own if one.answerable == side]
            found += chance.sample(some, min(each // 2, len(some)))
    found += chance.sample(others, min(each // 2, len(others)))
    asked = list(written.lessons(chance, "test"))
    found += chance.sample(asked, min(5 * each, len(asked)))
    notices = list(benchmark(data / "notices", chance, keep="test"))
    found += chance.sample(notices, min(2 * each, len(notices)))
    return found


def english(labels: Path, data: Path, chance: random.Random) -> Iterator[Lesson]:
    """English questions over Chinese passages, without the passages that a judged split holds in other words."""
    judged = [one for one in labelled(labels, "test", chance) if one.source == "squad2_zh"]
    near = Near(["".join(one.sentences) for one in judged])
    corpus = {row["id"]: row["text"] for row in map(json.loads, (data / "xquad_zh" / "corpus.jsonl").open())}
    close = {text for text in corpus.values() if near.best(text[:300]) > 0.25}
    queries = map(json.loads, (data / "xquad_zh" / "queries.jsonl").open())
    spoken = {one["id"]: one["question"] for one in queries}
    for one in benchmark(data / "xquad_en2zh", chance, wrong=1, spoken=spoken):
        if not any("".join(one.sentences)[:40] in text for text in close):
            yield one


def _some(lessons: Sequence[Lesson], counts: dict[str, int], chance: random.Random) -> list[Lesson]:
    by_source: dict[str, list[Lesson]] = defaultdict(list)
    for one in lessons:
        by_source[one.source].append(one)
    return [
        one
        for name, count in counts.items()
        for one in chance.sample(by_source[name], min(count, len(by_source[name])))
    ]


def _shown(lessons: Sequence[Lesson], token_ids: TokenIds) -> list[Shown]:
    """Those that fit in one window."""
    found = []
    for one in lessons:
        made = list(windows(token_ids, one.question, one.sentences, head=one.head, history=one.history))
        if len(made) == 1 and one.sentences:
            found.append(Shown(one, made[0]))
    return found


def descend(
    network: TrainedNetwork, train: list[Shown], held: list[Shown], state: Path, *, minutes: float, rate: float
) -> None:
    """Learn until the time is over, the rate falling to nearly nothing; go on from a checkpoint where there is one."""
    parameters = [one for one in network.parameters() if one.requires_grad]
    optimiser = torch.optim.AdamW(parameters, lr=rate, weight_decay=DECAY, betas=(0.9, 0.98), fused=True)
    step, kept = 0, state / "checkpoint.pt"
    if kept.is_file():
        saved = torch.load(kept, weights_only=True)
        network.load_state_dict(saved["network"])
        optimiser.load_state_dict(saved["optimiser"])
        step = saved["step"]
        print(f"going on from step {step}", flush=True)
    began, first = time.monotonic(), step
    said, judged, losses = began, began, []
    for batch in _batches(train, step):
        spent = (time.monotonic() - began) / (60 * minutes)
        if spent >= 1:
            break
        pace = min(1.0, (step - first + 1) / WARM) * max(0.03, 1 - spent)
        for group in optimiser.param_groups:
            group["lr"] = rate * pace
        loss = _loss(batch, *network([one.window for one in batch]))
        loss.backward()  # type: ignore[no-untyped-call]
        nn.utils.clip_grad_norm_(parameters, 1.0)
        optimiser.step()
        optimiser.zero_grad(set_to_none=True)
        step += 1
        losses.append(float(loss.detach()))
        now = time.monotonic()
        if now - said > 60:
            print(f"step {step} {now - began:.0f} s loss {sum(losses) / len(losses):.3f} pace {pace:.2f}", flush=True)
            said, losses = now, []
        if now - judged > 900:
            _save(network, optimiser, step, kept)
            print(f"step {step}", json.dumps(measure(network, held), ensure_ascii=False), flush=True)
            judged = time.monotonic()
    _save(network, optimiser, step, kept)
    print(f"end, step {step}", json.dumps(measure(network, held), ensure_ascii=False), flush=True)


def export(network: TrainedNetwork, out: Path) -> None:
    """Write what is shipped: the body in int8, without the table of words, and the heads."""
    state = {name: value.detach().float().numpy() for name, value in network.state_dict().items()}
    body = {name.removeprefix("body."): value for name, value in state.items() if name.startswith("body.")}
    heads = {name: value for name, value in state.items() if not name.startswith("body.")}
    out.parent.mkdir(parents=True, exist_ok=True)
    save_body({**quantize_body(body), **heads}, out)


def _save(network: TrainedNetwork, optimiser: torch.optim.Optimizer, step: int, path: Path) -> None:
    part = path.with_suffix(".part")
    torch.save({"network": network.state_dict(), "optimiser": optimiser.state_dict(), "step": step}, part)
    part.replace(path)


def _batches(train: list[Shown], skip: int) -> Iterator[list[Shown]]:
    """Batches of like length in a random order, epoch after epoch."""
    epoch = 0
    while True:
        chance = random.Random(SEED + epoch)  # noqa: S311
        order = chance.sample(train, len(train))
        pools = [
            sorted(order[at : at + 40 * BATCH], key=lambda one: len(one.window.ids))
            for at in range(0, len(order), 40 * BATCH)
        ]
        for pool in pools:
            batches = [pool[at : at + BATCH] for at in range(0, len(pool), BATCH)]
            chance.shuffle(batches)
            for batch in batches:
                if skip > 0:
                    skip -= 1
                    continue
                yield batch
        epoch += 1


def _loss(batch: Sequence[Shown], passages: Tensor, each: Sequence[Tensor]) -> Tensor:
    """Whether the passage answers, which sentences do (both sides of equal weight), and each before all that do not."""
    relevant = torch.tensor([float(one.lesson.answerable) for one in batch])
    total = functional.binary_cross_entropy_with_logits(passages, relevant)
    marked = torch.zeros(())
    for one, logits in zip(batch, each, strict=True):
        answers = one.lesson.answers
        if answers is None or not len(logits):
            continue
        numbers = sorted({*one.window.owner} - {-1})
        gold = torch.tensor([float(at in answers) for at in numbers])
        point = functional.binary_cross_entropy_with_logits(logits, gold, reduction="none")
        if gold.any():
            right = gold.bool()
            wrong = point[~right].mean() if (~right).any() else torch.zeros(())
            marked = marked + 0.5 * (point[right].mean() + wrong)
            beside = torch.logsumexp(logits[~right], 0) if (~right).any() else torch.tensor(-20.0)
            marked = marked + 0.5 * functional.softplus(beside - logits[right]).mean()
        else:
            marked = marked + 0.5 * (point.mean() + point.max())
    return total + marked / len(batch)


@torch.inference_mode()
def measure(network: TrainedNetwork, held: Sequence[Shown]) -> dict[str, Any]:
    """By source: n, AUC of answerable, share refused at .90 answered, and how often the best sentence answers."""
    scores: dict[str, list[tuple[bool, float, bool | None]]] = defaultdict(list)
    ordered = sorted(held, key=lambda one: len(one.window.ids))
    for at in range(0, len(ordered), 32):
        batch = ordered[at : at + 32]
        passages, each = network([one.window for one in batch])
        for one, score, logits in zip(batch, passages.tolist(), each, strict=True):
            answers = one.lesson.answers
            first = None
            if answers and len(logits) > 1:
                first = sorted({*one.window.owner} - {-1})[int(logits.argmax())] in answers
            scores[one.lesson.source].append((one.lesson.answerable, score, first))
    return {name: _figures(own, scores) for name, own in sorted(scores.items())}


def _figures(own: Sequence[tuple[bool, float, bool | None]], scores: dict[str, Any]) -> dict[str, Any]:
    first = [one for _, _, one in own if one is not None]
    yes = sorted(score for answers, score, _ in own if answers)
    no = [score for answers, score, _ in own if not answers]
    figures: dict[str, Any] = {"n": len(own)}
    if not yes:  # counterfactuals: beside the answerable of the sets they were made from
        yes = sorted(s for name in ("squad2_zh", "drcd", "cmrc2018") for a, s, _ in scores[name] if a)
    if yes and no:
        figures["auc"] = round(float(roc_auc_score([1] * len(yes) + [0] * len(no), [*yes, *no])), 3)
        least = yes[int(0.1 * len(yes))]
        figures["refused@.9"] = round(sum(score < least for score in no) / len(no), 3)
    if first:
        figures["first"] = round(sum(first) / len(first), 3)
    return figures


if __name__ == "__main__":
    main()
