"""What the assistant and the check of drafts say in one language, the pages say in that of their reader."""

from __future__ import annotations

import re

import pytest

from assistant.draft import words
from assistant.texts import say as told
from assistant.web.known import spoken
from assistant.web.messages import MESSAGES, message

NOTES = [key.removeprefix("nt.") for key in MESSAGES if key.startswith("nt.")]
REASONS = [key.removeprefix("why.") for key in MESSAGES if key.startswith("why.")]


@pytest.mark.parametrize("language", ["zh-Hans", "zh-Hant", "en"])
@pytest.mark.parametrize("key", NOTES)
def test_a_note_is_known_in_the_language_it_was_written_in(key, language):
    """With its values, whatever the language of the question was."""
    slots = {"title": "条例", "by": "新条例", "held": "三项", "asked": "五项", "word": "去年", "year": "2025"}
    slots |= {"part": "住房？", "status": "已失效", "date": "2026-03-01", "detail": "没有写。"}
    text = told(key, language, **slots)
    shown = str(spoken(text))
    assert f'data-i="nt.{key}"' in shown
    values = re.search(r'data-a="([^"]*)"', shown)
    for value in re.findall(r"\{\d\}", MESSAGES[f"nt.{key}"][0]) and list(slots.values()):
        assert (value in text) <= (values is not None and value in values[1])


@pytest.mark.parametrize("key", REASONS)
def test_a_reason_is_known_as_the_check_words_it(key):
    """The sentence of the check is the one of the interface, value by value."""
    text = words.say(key, "136亿元", "2025年")
    assert message(f"why.{key}", "136亿元", "2025年") == text
    assert f'data-i="why.{key}"' in str(spoken(text))


def test_what_nobody_knows_stays_as_it_is_in_its_language():
    """Words of a document, whatever they look like."""
    shown = str(spoken("《<b>》已公布。", "p", class_="note"))
    assert shown == '<p lang="zh-Hans" class="note">《&lt;b&gt;》已公布。</p>'


@pytest.mark.parametrize("value", ["覈實", "核實", "爲民", "為民"])
def test_what_a_person_typed_stands_in_a_note_as_they_typed_it(value):
    """Ways of writing that the pages and the converter treat alike are told apart again."""
    shown = str(spoken(message("nt.missing", value)))
    assert 'data-i="nt.missing"' in shown
    assert value in shown
