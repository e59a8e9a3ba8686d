"""The letter as it may leave the office: nothing from internal documents, nothing unproved as if it were proved."""

from __future__ import annotations

from dataclasses import replace

from assistant.draft.letter import Letter, Paragraph, Sentence
from assistant.draft.words import say


def outgoing(letter: Letter) -> Letter:
    """The variant for sending: internal sentences become one blank a paragraph, doubtful ones stand in 〔待核：…〕."""
    kept = tuple(paragraph for paragraph in map(_paragraph, letter.paragraphs) if paragraph.sentences)
    return replace(letter, paragraphs=kept)


def _paragraph(paragraph: Paragraph) -> Paragraph:
    sentences: list[Sentence] = []
    for sentence in paragraph.sentences:
        if not sentence.internal:
            sentences.append(_sentence(sentence))
        elif not any(one.id == 0 for one in sentences):
            sentences.append(Sentence(0, "blank", say("blank.internal"), verdict="none"))
    return replace(paragraph, sentences=tuple(sentences), notes=())


def _sentence(sentence: Sentence) -> Sentence:
    """Without its quotes; what they do not prove, and nobody has confirmed, cannot pass for proved."""
    doubtful = sentence.kind == "claim" and not sentence.proved and not sentence.confirmed
    text = say("doubtful", sentence.text) if doubtful else sentence.text
    return replace(sentence, text=text, cites=(), remarks=())
