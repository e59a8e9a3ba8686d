"""The demands that stay rules: a question's year and document number, and declared gaps."""

from __future__ import annotations

import re
from collections.abc import Collection, Sequence
from dataclasses import replace

from assistant.question import Question, read_question, years
from assistant.reading.reader import Read, Reading
from assistant.reading.references import of_other_deed
from assistant.reading.rows import asks_most
from assistant.units import Unit, units_of_document
from corpus.document import Document
from corpus.naming import is_number_alone, names, numbered, shown
from corpus.normalise import fold
from index.hit import Hit

# What a condition of a law leaves out stands before 的 (未载明日期的，…): without those this is in none of 168,628
# sentences of laws and notices, with them in 29, of which none says a gap, and in all 25 gaps of the bundled digests.
_GAP = re.compile(
    r"(?:未收录|没有可靠来源|(?:未|没有|尚未)公布|不掌握|(?:未作|没有)统计|未载明|没有写明|不作判断)(?![^。]*的)"
)
_CLAUSE = re.compile(r"[，,；;]")
_BEGINS = re.compile(r"\D{0,3}(?:19|20)\d{2}年")  # 截至2023年底
HALF = (
    0.5  # of the surest, and sure enough for an answer: what is of the year asked for, beside what is surer of others
)
_OPENING = 2  # units that say what a document is


def agreeing(question: Question, reading: Reading) -> Reading:
    """The Reading without units of other years than the question names, or that say what is not held.

    A refusal where all that answered do, or where one that is about as sure as the surest says that something is not
    held: a document's own word that it lacks it comes before what stands near.
    """
    if reading.answered:
        beside_deed = (one.unit.key for one in reading.units if of_other_deed(question.text, one.unit))
        reading = without(reading, set(beside_deed))
    if not reading.answered or not reading.units:
        return reading
    if asks_most(question.text) and reading.units[0].unit.block.kind == "table_row":
        reading = replace(reading, unsure=True)  # a reader compares no rows with each other
    least = 0.75 * reading.units[0].sure
    gap = next((one for one in reading.units if one.sure >= least and _lacks(question, one.unit)), None)
    if gap is not None:
        others = tuple(one for one in reading.units if one is not gap)
        return replace(reading, answered=False, refusal="not_covered", units=(gap, *others))
    kept = tuple(one for one in reading.units if not _contradicts(question, one))
    enough = max(HALF, 1 - reading.margin / reading.answers) * reading.units[0].sure
    if kept and kept[0].sure >= enough:
        return replace(reading, units=kept)
    if any(_years(one.unit) & question.years for one in kept):
        return replace(reading, answered=False)  # something is said of the year, though hardly what is asked
    return replace(reading, answered=False, refusal="constraint")


def without(reading: Reading, places: Collection[tuple[str, tuple[int, int]]]) -> Reading:
    """The Reading without some units, by document and own place; the surest other one decides if there is an answer."""
    units = tuple(one for one in reading.units if one.unit.key not in places)
    if units[:1] == reading.units[:1]:
        return replace(reading, units=units)
    least = reading.answers + (-reading.margin if reading.answered else reading.margin)
    best = units[0].sure if units else 0.0
    return replace(
        reading, answers=best, answered=best >= least, units=units, margin=abs(best - least), unsure=best >= least
    )


def _contradicts(question: Question, one: Read) -> bool:
    """Whether a unit is of other years than those asked for."""
    named = _years(one.unit) if question.years else frozenset()
    return bool(named) and not named & question.years


def _years(unit: Unit) -> frozenset[int]:
    """The years that a unit names, and those of its heading, unless it begins with one of its own.

    全年完成投资5亿元 under 一、2024年工作完成情况 is of 2024, and so is 比2023年增长3%. In the written questions and
    the notices that name a year no heading above an answer names another one.
    """
    said = fold(unit.text)
    above = next((found for heading in reversed(unit.block.heading) if (found := years(fold(heading)))), frozenset())
    return years(said) if _BEGINS.match(said) else years(said) | above


def _lacks(question: Question, unit: Unit) -> bool:
    """Whether a unit says that what is asked is not held: of a year that it names what it says of that year.

    A row says so only if every cell does; a sentence if any part of it does. Not where the question asks what follows
    from 未公布 and the like.
    """
    if _GAP.search(question.folded):
        return False
    said = _by_year(unit.text)
    asked = [text for text in said if years(text) & question.years]
    lacking = [bool(_GAP.search(text)) for text in asked or said]
    return all(lacking) if asked or unit.block.kind == "table_row" else any(lacking)


def _by_year(text: str) -> list[str]:
    """The clauses of a sentence or row; one that names no year belongs to the one before it."""
    found: list[str] = []
    for clause in _CLAUSE.split(text):
        words = fold(clause)
        if found and not years(words):
            found[-1] += words
        else:
            found.append(words)
    return found


def with_conversation_year(question: Question, earlier: Sequence[str]) -> Question:
    """今年 after a question about 2025 is 2025."""
    if question.years or not question.relative_years:
        return question
    for text in reversed(earlier):
        named = read_question(text).years
        if named:
            return replace(question, years=frozenset(max(named) + offset for offset in question.relative_years))
    return question


def lacking_number(question: Question, hits: Sequence[Hit]) -> str:
    """The number by which the question names a document, where no hit's document bears it or speaks of it."""
    for number in numbered(question.folded):
        if not any(names(hit.source, number) for hit in hits):
            return shown(number)
    return ""


def opening_asked(question: Question, hits: Sequence[Hit]) -> tuple[Unit, ...]:
    """What a document begins with, where the question is its number and nothing more."""
    if not hits or not is_number_alone(question.folded):
        return ()
    return _opening(hits[0].source)


def _opening(document: Document) -> tuple[Unit, ...]:
    said = (unit for unit in units_of_document(document) if unit.role == "text" and unit.block.kind == "paragraph")
    return tuple(unit for _, unit in zip(range(_OPENING), said, strict=False))
