"""Answers of staff: what can be said against each sentence, and the document that an approved one becomes.

================  ====================================================================================================
``judge``         an answer with its marks (``……。[1]``) and its quotes → its sentences, each with a verdict and why
``cite``          a place that was selected in a document → a citation, an exact slice of it
``StaffAnswers``  approved answers as documents of kind 人工答复, found and quoted: ``put``, ``take``, ``keep``
================  ====================================================================================================
"""

from __future__ import annotations

from assistant.review.cite import cite, cited_document
from assistant.review.judge import Judged, judge, marks_without, may_be_courtesy, sentence_spans, unproved, unused
from assistant.review.staff_answers import StaffAnswers, document_id, may_be_public

__all__ = [
    "Judged",
    "StaffAnswers",
    "cite",
    "cited_document",
    "document_id",
    "judge",
    "marks_without",
    "may_be_courtesy",
    "may_be_public",
    "sentence_spans",
    "unproved",
    "unused",
]
