"""Small tasks for a language model beside wording the answer."""

from __future__ import annotations

from collections.abc import Sequence

from assistant.conversation import Turn
from assistant.llm.client import ChatClient
from assistant.llm.data import as_data, clean
from assistant.prompts import prompt
from corpus.errors import GenerationError
from corpus.normalise import is_english

TURNS = 3  # older ones are seldom what a follow-up points to, and every token of a prompt is waited for
ANSWER_CHARACTERS = 100

STANDALONE = {
    "type": "object",
    "properties": {"question": {"type": "string"}},
    "required": ["question"],
    "additionalProperties": False,
}


def rewrite_follow_up(client: ChatClient, history: Sequence[Turn], question: str) -> str:
    """``question`` as it would be asked without the conversation, on one line; itself if nothing came before.

    ``history`` is oldest first. Raises GenerationError when the model fails or writes what is no single question.
    """
    if not history:
        return question
    turns = [{"question": turn.question, "answer": clean(turn.answer)[:ANSWER_CHARACTERS]} for turn in history[-TURNS:]]
    language = "en" if is_english(question) else "zh"
    user = as_data({"history": turns, "follow_up": question})
    written = client.complete_json(prompt(f"follow_up_{language}"), user, STANDALONE, max_tokens=200).get("question")
    standalone = clean(written) if isinstance(written, str) else ""
    if not standalone or len(standalone) > 3 * len(question) + 100:
        raise GenerationError("the language model wrote no standalone question")
    return standalone
