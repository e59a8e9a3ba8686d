"""Claim and quotes as they are compared: folded, split into clauses, table rows read with their header."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from assistant.verify.lexicon import WILL_DO
from assistant.verify.ordinary import is_ordinary
from assistant.verify.verdict import Context
from corpus.normalise import fold, join_lines
from corpus.quantities import Facts, bare, dates, facts, one_of

_SENTENCE = re.compile(r"[^。;!?\n]+[。;!?]*")
_CLAUSE = re.compile(r"(?:,(?=\d{1,3}(?!\d))(?<=\d,)|[^,:]|(?<=\d):(?=\d))+")
ENUMERATOR = re.compile(
    r"^\s*(?:[-*+]\s+)?(?:[(（]?(?:[一二三四五六七八九十]{1,3}|\d{1,2})[)）]|[一二三四五六七八九十]{1,3}、|\d{1,2}[.、](?!\d)|"
    r"[一二三四五六七八九十]{1,2}(?:是|要)|第[一二三四五六七八九十百]+[条章节款项][:\s]+|[①-⑳])\s*"
)
_BOUNDARY = "。;!?,:、()（）|\n“”‘’「」《》—"


@dataclass(frozen=True, slots=True)
class Clause:
    """A stretch between commas; ``lead`` is its sentence up to the clause's end (a plan reaches to there)."""

    text: str
    lead: str
    sentence: str


@dataclass(frozen=True, slots=True)
class Passage:
    """One text with its facts and clauses; ``text`` is folded and line-joined."""

    text: str
    facts: Facts
    clauses: tuple[Clause, ...]

    @classmethod
    def of(cls, folded: str) -> Passage:
        """The passage of an already folded text."""
        return cls(folded, facts(folded), tuple(_clauses(folded)))


@dataclass(frozen=True, slots=True)
class Material:
    """All that a claim is judged by; ``dated`` are the years that the nearest heading or title gives."""

    quotes: tuple[Passage, ...]
    context: Passage
    year: int | None
    dated: frozenset[int]
    raw: tuple[str, ...]

    @classmethod
    def of(cls, quotes: Sequence[str], context: Context) -> Material:
        """Folds the quotes and reads each table row together with the header row before it."""
        passages = tuple(Passage.of(text) for text in _readable(quotes))
        around = Passage.of("\n".join(plain(text) for text in context.texts))
        raw = tuple(plain(quote) for quote in quotes)
        return cls(passages, around, context.year, _nearest_years(context.texts), raw)

    @property
    def bare(self) -> str:
        """Quotes and raw rows without blanks and marks, one a line."""
        return "\n".join(bare(text) for text in (*(p.text for p in self.quotes), *self.raw))

    @property
    def known(self) -> str:
        """As ``bare``, with the context's texts: where a name may be found."""
        return self.bare + "\n" + bare(self.context.text)

    @property
    def spaced(self) -> str:
        """As ``known``, with blanks and marks: where Latin words may be found."""
        return "\n".join((*self.raw, self.context.text))

    def contains(self, claim: str) -> bool:
        """Whether the folded claim is a line-joined slice of one quote, from one boundary to another."""
        wanted = bare(ENUMERATOR.sub("", claim)).strip(_BOUNDARY + ".")
        return bool(wanted) and any(_slice_of(wanted, bare(text)) for text in self.raw)


def wording(passage: Passage, instead: str = " ") -> str:
    """The text without its numbers and dates, which are compared by value and not by how they are written."""
    text = passage.text
    spans = [(q.start, q.end) for q in passage.facts.quantities] + [(d.start, d.end) for d in passage.facts.dates]
    for start, end in spans:
        text = text[:start] + instead * (end - start) + text[end:]
    return text


def _nearest_years(texts: Sequence[str]) -> frozenset[int]:
    """The years of the last text that has any: a heading speaks for what stands below it before the title does."""
    for text in reversed(texts):
        years = frozenset(d.year for d in dates(plain(text)) if d.year is not None)
        if years:
            return years
    return frozenset()


def plain(raw: str) -> str:
    """A raw text folded and line-joined."""
    return fold(join_lines(raw)) if raw.strip() else ""


def _slice_of(wanted: str, text: str) -> bool:
    text = f"\n{text}\n"
    return any(
        text[m.start() - 1] in _BOUNDARY + "." or ENUMERATOR.search(_item_start(text, m.start())) is not None
        for m in re.finditer(re.escape(wanted), text)
        if text[m.end()] in _BOUNDARY + "."
    )


def _item_start(text: str, at: int) -> str:
    """What stands between the last boundary before ``at`` and ``at``, if that is an enumerator alone."""
    before = re.split(r"[。;!?,:\n]", text[max(0, at - 8) : at])[-1]
    found = ENUMERATOR.match(before)
    return before if found and found.end() == len(before) else ""


def _clauses(text: str) -> Iterator[Clause]:
    for sentence in _SENTENCE.finditer(_without_disposal(text)):
        for clause in _CLAUSE.finditer(sentence[0]):
            words = clause[0].strip(" 。;!?")
            if words:
                yield Clause(words, sentence[0][: clause.end()], sentence[0])


def _without_disposal(text: str) -> str:
    """The text with 把 for a 将 that means it: before a noun (将两园连接, 可将), not before a verb (将建成)."""
    text = re.sub(r"(?<![即大上中少名武主])将(?=\d+(?:\.\d+)?[个家条项名万亿])", "把", text)
    return re.sub(
        rf"(?<![即大上中少名武主])(可以?|应当?|须|不得|能够?)?将(?![军领来近士]|{one_of(WILL_DO)})(?=([\u3400-\u9fff]{{2}}))",
        lambda m: m[0] if not m[1] and (is_ordinary(m[2][0]) or is_ordinary(m[2])) else (m[1] or "") + "把",
        text,
    )


def _readable(quotes: Sequence[str]) -> Iterator[str]:
    """The quotes folded; a table row becomes one sentence a cell: row name, column name, cell."""
    header: list[str] = []
    for quote in quotes:
        rows = [line for line in quote.splitlines() if line.strip().startswith("|")]
        if not rows:
            yield plain(quote)
        for row in rows:
            cells = [plain(cell) for cell in row.strip().strip("|").split("|")]
            if all(re.fullmatch(r"[\s:-]*", cell) for cell in cells):
                continue
            if header and len(header) == len(cells):
                yield "。".join(f"{cells[0]} {name} {cell}" for name, cell in zip(header, cells, strict=True))
            else:
                header = cells
                yield " ".join(cells)
