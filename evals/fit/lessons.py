"""What the reader learns from: a question, sentences, which of them answer, and whether any does.

Real questions come from a file of labelled rows and from benchmark folders; ``made`` adds questions by script.
"""

from __future__ import annotations

import gzip
import json
import random
import re
import zlib
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
from sklearn.feature_extraction.text import TfidfVectorizer

from corpus.normalise import fold, join_lines, simplify

SPAN = 300  # characters of a window
_ENDS = re.compile(r"[^。！？；\n]*[。！？；\n]+|[^。！？；\n]+$")


@dataclass(frozen=True, slots=True)
class Lesson:
    """``answers`` are the numbers of the sentences that answer, ``None`` where only the whole is known to."""

    source: str
    question: str
    sentences: tuple[str, ...]
    answers: frozenset[int] | None
    head: str = ""
    history: str = ""

    @property
    def answerable(self) -> bool:
        """Whether the sentences answer the question."""
        return self.answers is None or bool(self.answers)


def cut(text: str) -> tuple[str, ...]:
    """The sentences of a text, cut as the labelled rows are: at 。！？； and line ends."""
    return tuple(one.strip() for one in _ENDS.findall(text) if one.strip())


def held(name: str, share: int = 4) -> bool:
    """Whether one group in ``share`` is kept from training, the same at every run."""
    return zlib.crc32(name.encode()) % share == 0


class Near:
    """The texts nearest to a question by shared character pairs, for wrong passages that look right."""

    def __init__(self, texts: Sequence[str]) -> None:
        self._vectorizer = TfidfVectorizer(analyzer="char", ngram_range=(2, 2), sublinear_tf=True)
        self._matrix = self._vectorizer.fit_transform([fold(text) for text in texts])

    def __call__(self, question: str, k: int) -> list[int]:
        """Places of the ``k`` nearest texts, best first."""
        scores = (self._matrix @ self._vectorizer.transform([fold(question)]).T).toarray()[:, 0]
        best: list[int] = np.argsort(-scores, kind="stable")[:k].tolist()
        return best

    def best(self, text: str) -> float:
        """Cosine to the nearest text."""
        return float((self._matrix @ self._vectorizer.transform([fold(text)]).T).max())


def labelled(path: Path, split: str, chance: random.Random) -> Iterator[Lesson]:
    """The rows of one split of ``reader.jsonl.gz`` as windows, with wrong passages for those that lack them."""
    rows = [row for row in read_labels(path) if row["split"] == split]
    by_source: dict[str, list[dict[str, Any]]] = defaultdict(list)
    for row in rows:
        by_source[row["source"]].append(row)
    for source, own in by_source.items():
        wrong = _Others(own) if source in {"cmrc2018", "drcd", "equals"} else None
        for row in own:
            lesson = Lesson(
                source,
                simplify(row["question"]),
                tuple(simplify(one) for one in row["sentences"]),
                frozenset(row["answers"]),
                simplify(row["title"]),
            )
            yield window(lesson, chance)
            if wrong is not None and (other := wrong(row, chance)) is not None:
                title, sentences = other
                yield window(replace(lesson, sentences=sentences, answers=frozenset(), head=title), chance)
            elif lesson.answers and chance.random() < 0.2 and (rest := beside(lesson, chance)) is not None:
                yield rest


class _Others:
    """For a row a passage of another group that is near its question."""

    def __init__(self, rows: Sequence[Mapping[str, Any]]) -> None:
        texts = {"".join(row["sentences"]): row for row in rows}
        self._rows = list(texts.values())
        self._near = Near([simplify(text) for text in texts])

    def __call__(self, row: Mapping[str, Any], chance: random.Random) -> tuple[str, tuple[str, ...]] | None:
        gold = {simplify(row["sentences"][at]) for at in row["answers"]}
        found = []
        for at in self._near(simplify(row["question"]), 12):
            other = self._rows[at]
            sentences = tuple(simplify(one) for one in other["sentences"])
            same = "".join(other["sentences"]) == "".join(row["sentences"])
            if not same and not gold & {*sentences}:
                found.append((simplify(other["title"]), sentences))
        return chance.choice(found[:4]) if found else None


def window(lesson: Lesson, chance: random.Random, span: int = SPAN) -> Lesson:
    """The lesson with as many sentences around one that answers, or around any, as ``span`` characters hold."""
    if sum(map(len, lesson.sentences)) <= span:
        return lesson
    middle = chance.choice(sorted(lesson.answers or range(len(lesson.sentences))))
    first, last = _around(lesson.sentences, middle, chance, span)
    answers = lesson.answers
    kept = None if answers is None else frozenset(at - first for at in answers if first <= at < last)
    return replace(lesson, sentences=lesson.sentences[first:last], answers=kept)


def beside(lesson: Lesson, chance: random.Random) -> Lesson | None:
    """A window of the same passage that holds no answer, where there is one of some length."""
    answers = lesson.answers or frozenset()
    runs = [range(max(answers) + 1, len(lesson.sentences)), range(min(answers))] if answers else []
    runs = [run for run in runs if sum(len(lesson.sentences[at]) for at in run) > SPAN // 3]
    if not runs:
        return None
    run = chance.choice(runs)
    rest = replace(lesson, sentences=lesson.sentences[run.start : run.stop], answers=frozenset())
    return window(rest, chance)


def _around(sentences: Sequence[str], middle: int, chance: random.Random, span: int) -> tuple[int, int]:
    first, last = middle, middle + 1
    length = len(sentences[middle])
    while True:
        sides = [at for at in (first - 1, last) if 0 <= at < len(sentences) and length + len(sentences[at]) <= span]
        if not sides:
            return first, last
        at = chance.choice(sides)
        length += len(sentences[at])
        first, last = min(first, at), max(last, at + 1)


def read_labels(path: Path) -> Iterator[dict[str, Any]]:
    """The rows of ``reader.jsonl.gz``."""
    with gzip.open(path, "rt", encoding="utf-8") as file:
        yield from map(json.loads, file)


# Benchmark folders: questions with the documents that answer and, where they have them, the words of the answer


def benchmark(
    folder: Path,
    chance: random.Random,
    *,
    keep: str | None = None,
    wrong: int = 2,
    spoken: Mapping[str, str] | None = None,
) -> Iterator[Lesson]:
    """Right windows and near wrong ones for each question of a folder; ``keep`` names the split, or ``train``.

    Without splits one question in two (by its document) is kept back. ``spoken`` has a question's words in the
    passages' language.
    """
    passages, owners = _passages(folder / "corpus.jsonl")
    near = Near([f"{head} {''.join(sentences)}" for head, sentences in passages])
    at_of: dict[str, list[int]] = defaultdict(list)
    for at, owner in enumerate(owners):
        at_of[owner].append(at)
    for query in map(json.loads, (folder / "queries.jsonl").read_text("utf-8").splitlines()):
        if keep is not None and ("split" not in query or query["split"] != keep) and not kept(query, keep):
            continue
        own = [at for document in query["relevant"] for at in at_of.get(document, ())]
        asked = simplify((spoken or {}).get(query.get("id", ""), query["question"]))
        yield from _asked(query, passages, own, near(asked, 12 + len(own)), chance, wrong=wrong, name=folder.name)


def kept(query: Mapping[str, Any], split: str) -> bool:
    """Whether a question without splits belongs to ``split``: half to ``train``, half to ``test``, by its document."""
    return "split" not in query and held(query["relevant"][0], 2) == (split == "test")


def _asked(
    query: Mapping[str, Any],
    passages: Sequence[tuple[str, tuple[str, ...]]],
    own: Sequence[int],
    close: Sequence[int],
    chance: random.Random,
    *,
    wrong: int,
    name: str,
) -> Iterator[Lesson]:
    """Up to two of the question's ``own`` passages that answer, and so many of the ``close`` ones that do not."""
    question = simplify(query["question"])
    answers = [fold(join_lines(answer)) for answer in query["answers"]]
    spans = name != "lecoqa"
    gold = {at: _gold(passages[at][1], answers) if spans else None for at in own}
    right = [at for at in own if gold[at] is None or gold[at]]
    for at in right[:2]:
        head, sentences = passages[at]
        marked = gold[at] if gold[at] is not None or len(sentences) > 1 else frozenset({0})
        yield Lesson(name, question, sentences, marked, head)
    if not right:
        return
    texts = {"".join(passages[at][1]) for at in own}
    others = [at for at in close if "".join(passages[at][1]) not in texts][:6]
    missing = [at for at in own if spans and not gold[at]]
    for at in chance.sample(missing, min(1, len(missing))) + chance.sample(others, min(wrong, len(others))):
        head, sentences = passages[at]
        if not spans or not _gold(sentences, answers):
            yield Lesson(name, question, sentences, frozenset(), head)


def _passages(path: Path) -> tuple[list[tuple[str, tuple[str, ...]]], list[str]]:
    passages: list[tuple[str, tuple[str, ...]]] = []
    owners: list[str] = []
    for row in map(json.loads, path.read_text("utf-8").splitlines()):
        text = simplify(row["text"])
        head = simplify(row.get("title", "")) or text[:30]
        for run in runs(cut(text)):
            passages.append((head, run))
            owners.append(row["id"])
    return passages, owners


def runs(sentences: Sequence[str], span: int = SPAN) -> Iterator[tuple[str, ...]]:
    """The sentences in runs of at most ``span`` characters."""
    run: list[str] = []
    for one in sentences:
        if run and sum(map(len, run)) + len(one) > span:
            yield tuple(run)
            run = []
        run.append(one)
    if run:
        yield tuple(run)


def _gold(sentences: Sequence[str], answers: Iterable[str]) -> frozenset[int]:
    """The sentences that an answer's words stand in, also one that runs over several."""
    folded = [fold(one) for one in sentences]
    return frozenset(
        at
        for at, one in enumerate(folded)
        if any(answer in one or (len(one) > 8 and one.rstrip("。；;") in answer) for answer in answers if answer)
    )
