"""What the assistant and the check of drafts say in one language, the pages say in that of their reader."""

from __future__ import annotations

import html
import json
import re

import pytest

from assistant.locale import catalogues, languages, message
from assistant.web.known import spoken

WRITTEN = catalogues()["zh-Hans"]
KNOWN = [key for key in WRITTEN if key.startswith(("nt.", "why."))]


@pytest.mark.parametrize("language", languages())
@pytest.mark.parametrize("key", KNOWN)
def test_a_sentence_is_known_in_the_language_it_was_written_in(key, language):
    """With its values, whatever the language of the question was; two that say the same are one."""
    values = ("136亿元", "2025年", "“甲”爲乙")
    shown = str(spoken(message(key, *values, language=language)))
    same = [one for one in KNOWN if WRITTEN[one] == WRITTEN[key]]
    assert any(f'data-i="{one}"' in shown for one in same)
    told = re.search(r'data-a="([^"]*)"', shown)
    kept = json.loads(html.unescape(told[1])) if told else []
    slots = {int(slot) for slot in re.findall(r"\{(\d)\}", catalogues()[language][key])}
    assert {n: kept[n] for n in slots} == {n: values[n] for n in slots}


def test_what_an_earlier_version_wrote_in_traditional_characters_is_known():
    """It wrote 爲 and the quotation marks of Simplified Chinese; the records keep that."""
    shown = str(spoken("資料中與“去年”對應的是2025年。"))
    assert 'data-i="nt.relative_year"' in shown
    assert 'data-i="nt.correction"' in str(spoken("資料爲10條，非20條。"))


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
