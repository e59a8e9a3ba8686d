"""One question to the assistant → the sentences that a letter can say, each in a form that its quotes prove."""

from __future__ import annotations

import re
from collections.abc import Generator, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import TypeVar

from assistant.answer import Answer, Citation
from assistant.conversation import Answers, Progress
from assistant.draft.check import Checker, undated_figures
from assistant.draft.letter import Cite, Sentence
from assistant.draft.voice import speaks_to
from corpus import limits
from corpus.markers import leading_marker, strip_marker
from corpus.structure import blocks, sentences
from index.bigrams import terms
from index.hit import Hit

MAX_SENTENCES = 8  # to one question; further ones can be asked for
MAX_FURTHER = 6
T = TypeVar("T")
_COMMON = 4  # terms: fewer are an accident
_SHORT = 14  # characters of a thing named that may mean anything (简化审批手续) but for the request it stands in

_LABEL = re.compile(r"(?P<label>[^，,；;：:。（(“]{1,14}(?:[（(][^）)]{1,24}[）)])?)[。：:](?=.{6,})")
_TITLE = re.compile(r"[^，,；;：:。（(“\d]{1,14}(?:[（(][^）)]{1,24}[）)])?。?")
_LEAD_IN = re.compile(r"[，,]?(?:具体|主要|现将)?[^，。；]{0,6}(?:如下|以下|下列)[^，。；]{0,4}[：:]$")
_LINK = re.compile(r"^(?:首先|其次|再次|最后|此外|另外|同时|与此同时|第[一二三四五六]|其[一二三四五六])[，,、]")
_YEAR = re.compile(r"20\d\d年(?:年中|年底|底|上半年|下半年|\d{1,2}月)?")
_NUMBERED = re.compile(r"[\u4e00-\u9fff]{1,8}〔\d{4}〕\d+号")
_COUNTS = frozenset({"一、", "（一）", "1.", "（1）", "①", "一是"})
_TOLD = frozenset({"conflict", "superseded", "correction", "relative_year"})


@dataclass(frozen=True, slots=True)
class Gathered:
    """What the documents say to one thing asked: sentences without numbers yet, notes, and who worded them."""

    asked: str
    sentences: tuple[Sentence, ...] = ()
    notes: tuple[str, ...] = ()
    generator: str = ""


class Finder:
    """Asks the assistant and takes its answers for a letter."""

    def __init__(self, assistant: Answers, checker: Checker) -> None:
        self._assistant = assistant
        self._checker = checker

    def find(self, step: T, asked: str, question: str = "") -> Generator[T, None, Gathered]:
        """What is found for a thing asked, in the end; until then it yields where it stands whenever it can be left."""
        answer = yield from self._answer(step, question or asked)
        if not answer.answered:
            return Gathered(asked, generator=answer.generator)
        told = {c.n: c for c in answer.citations}
        cites = {n: Cite.of_citation(c) for n, c in told.items()}
        notes = tuple(note.text for note in answer.notes if note.kind in _TOLD)
        unsure = any(note.kind == "unsure" for note in answer.notes)
        claims = (one for one in answer.claims if not _is_title(one.text, [told[n] for n in one.citations]))
        said = (self._sentence(claim.text, tuple(cites[n] for n in claim.citations)) for claim in claims)
        kept = tuple(replace(one, unsure=unsure) for one in said if one is not None)[:MAX_SENTENCES]
        return Gathered(asked, kept, notes, answer.generator)

    def _answer(self, step: T, question: str) -> Generator[T, None, Answer]:
        last: Progress | Answer | None = None
        for progress in self._assistant.stream(question[: limits.QUESTION]):
            last = progress
            yield step
        if not isinstance(last, Answer):
            raise TypeError("a stream ends with its answer")
        return last

    def _sentence(self, text: str, cites: tuple[Cite, ...]) -> Sentence | None:
        """A claim as a letter says it: no label before it, the year or 文号 that its place gives written out."""
        words = _LEAD_IN.sub("。", text.strip())
        if words.endswith(("：", ":")) or speaks_to(words):
            return None  # announces what is said elsewhere
        ended = words if words.endswith(("。", "！", "？", "”", "）")) else words.rstrip("；;，,、") + "。"
        own = leading_marker(ended)
        if own and own.style in _COUNTS:  # the letter counts anew
            ended = ended[len(own.text) :].lstrip("，,")
        ended = _LINK.sub("", ended)
        label = _LABEL.match(ended)
        bare = ended[label.end() :].strip() if label else ended
        forms = (*_forms(bare, label["label"] if label else "", cites), ended)
        ascribed = (one for form in forms for one in self._checker.ascribed(form, cites))
        proved = next((one for one in (*ascribed, *forms) if self._checker.holds(one, cites)), text)
        return None if proved.endswith(("：", ":")) else Sentence(0, "claim", proved, cites)


def fitting(found: Gathered, title: str, first: str) -> Gathered:
    """What was found without that which answers the words of a short thing only (简化审批手续 of something else).

    ``title``: of the request; ``first``: the first thing that it names, which says what it is about.
    """
    if len(found.asked) > _SHORT:
        return found
    own = set(terms(found.asked)) if found.asked != first else set()
    about = set(terms(title)) | set(terms(first))
    kept = tuple(one for one in found.sentences if (about - own) & set(terms(_around(one))))
    return replace(found, sentences=kept)


def further(sentence: Sentence, hits: Sequence[Hit]) -> tuple[Cite, ...]:
    """Places for a sentence that it does not cite yet, those with most of its words first."""
    asked = set(terms(sentence.text))
    found = {
        (cite.quote.document, cite.quote.start): cite for cite in _places(hits) if not _cited(cite, sentence.cites)
    }
    shares = [(len(asked & set(terms(cite.shown))), cite) for cite in found.values()]
    near = sorted((pair for pair in shares if pair[0] >= min(_COMMON, len(asked))), key=lambda pair: -pair[0])
    return tuple(cite for _, cite in near[:MAX_FURTHER])


def cites(sentence: Sentence, hit: Hit) -> bool:
    """Whether a sentence quotes from a passage."""
    return any(
        one.quote.document == hit.document and one.quote.start < hit.end and hit.start < one.quote.end
        for one in sentence.cites
    )


def _is_title(text: str, citations: Sequence[Citation]) -> bool:
    """Whether a claim is but the title of its own line (（二）特殊物品审批（第二条）), which says nothing.

    Over the 524 questions of the suites it leaves out 29 of 860 claims, each such a title; of 45 drawn from those that
    it names in 700 other notices and laws three say something.
    """
    words = text.strip()
    own = leading_marker(words)
    if not own or own.style == "一是" or not _TITLE.fullmatch(strip_marker(words)):
        return False
    return any(one.source.text[one.quote.end :].partition("\n")[0].strip() for one in citations)


def _places(hits: Iterable[Hit]) -> Iterator[Cite]:
    """Every sentence, or row of a table, that lies in one of the passages."""
    for hit in hits:
        document = hit.source
        for block in blocks(document):
            if block.kind == "heading" or block.start >= hit.end or block.end <= hit.start:
                continue
            spans = (
                [(block.start, block.end)]
                if "table" in block.kind
                else sentences(document.text, block.start, block.end)
            )
            for start, end in spans:
                yield Cite.of(document, start, end, block.heading, block.page)


def _cited(cite: Cite, have: Iterable[Cite]) -> bool:
    """Whether one of the quotes lies where this place is."""
    quote = cite.quote
    return any(
        one.quote.document == quote.document and one.quote.start < quote.end and quote.start < one.quote.end
        for one in have
    )


def _forms(bare: str, label: str, cites: Sequence[Cite]) -> Iterator[str]:
    """The forms a sentence can take, the most telling first."""
    year = _year(label, cites) if undated_figures(bare) else ""
    number = cites[-1].metadata.doc_no
    if year:
        yield f"{year}，{bare}"
    elif _NUMBERED.fullmatch(number) and number not in bare and "依据" not in bare:
        yield f"依据{number}，{bare}"
    if _YEAR.fullmatch(label):
        yield f"{label}，{bare}"
    yield bare


def _year(label: str, cites: Sequence[Cite]) -> str:
    """The year of figures that a label (2024年年中) or the nearest heading with one year gives."""
    for text in (label, *reversed(cites[-1].heading)):
        years = list(dict.fromkeys(found.group() for found in _YEAR.finditer(text)))
        if len(years) == 1:
            return years[0]
        if years:
            return ""
    return ""


def _around(sentence: Sentence) -> str:
    """A sentence with what its places are about."""
    return "。".join(
        [sentence.text, *(text for c in sentence.cites for text in (c.shown, c.metadata.title, *c.heading))]
    )
