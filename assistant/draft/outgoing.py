"""The letter as it may leave the office: nothing from internal documents, nothing unproved as if it were proved."""

from __future__ import annotations

from dataclasses import replace

from assistant.draft.letter import Letter, Paragraph, Sentence
from assistant.draft.words import phrase


def outgoing(letter: Letter) -> Letter:
    """The variant for sending: internal sentences become one blank a paragraph, doubtful ones stand in 〔待核：…〕."""
    kept = tuple(paragraph for paragraph in map(_paragraph, letter.paragraphs) if paragraph.sentences)
    return replace(letter, paragraphs=kept)


def keeps_back(letter: Letter) -> int:
    """How many of its sentences keep a letter from leaving: to be settled or filled in, or from internal documents."""
    return sum(one.open or one.unfilled or one.internal or _blank(one) for one in letter.sentences)


def _blank(sentence: Sentence) -> bool:
    """Whether it is still the place that a sentence was to be written in, even where somebody let it stand."""
    return sentence.kind == "blank" and sentence.text.startswith("〔")


def _paragraph(paragraph: Paragraph) -> Paragraph:
    sentences: list[Sentence] = []
    for sentence in paragraph.sentences:
        if not sentence.internal:
            sentences.append(_sentence(sentence))
        elif not any(one.id == 0 for one in sentences):
            sentences.append(Sentence(0, "blank", phrase("blank.internal"), verdict="none"))
    return replace(paragraph, sentences=tuple(sentences), notes=())


def _sentence(sentence: Sentence) -> Sentence:
    """Without its quotes; what they do not prove, and nobody has confirmed, cannot pass for proved."""
    doubtful = sentence.kind == "claim" and not sentence.proved and not sentence.confirmed
    text = phrase("doubtful", sentence.text) if doubtful else sentence.text
    return replace(sentence, text=text, cites=(), remarks=())
