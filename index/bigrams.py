"""Terms of the keyword leg: bigrams of Chinese characters, whole words and numbers of everything else."""

from __future__ import annotations

import re
import sys
from functools import lru_cache

from corpus.normalise import fold, is_english

_RUN = re.compile(r"[\u3400-\u4dbf\u4e00-\u9fff]+|[a-z]+(?:[&+'-][a-z]+)*|\d+(?:\.\d+)?|[^\W\d_]+")
_SHORT = 500  # characters of a text whose terms are worth keeping
_WORD = re.compile(r"[A-Za-z0-9][A-Za-z0-9.&'-]*")
# Words that ask or bind: as terms of a question they find nothing but other questions.
_ASKING = re.compile(
    r"请问|请|什么时候|什么|怎么样|怎么|怎样|如何|为什么|为何|哪些|哪个|哪几个|哪几|哪里|哪儿|哪|多少|几个|几项|是否|是不是|有没有|"
    r"能不能|可不可以|能否|可否|吗|呢|吧|啊|谁|何时|多久|多大|多高|多长|告诉我|介绍一下|介绍|了解|想知道|我想|一下"
)


def terms(text: str) -> list[str]:
    """Terms in order, with repetition: ``2025年目标`` → ``2025``, ``年目``, ``目标``. A lone character stands alone."""
    found: list[str] = []
    for run in _RUN.findall(fold(text)):
        if "\u3400" <= run[0] <= "\u9fff" and len(run) > 1:
            found.extend(run[at : at + 2] for at in range(len(run) - 1))
        else:
            found.append(run)
    return found


def term_set(text: str) -> frozenset[str]:
    """The distinct terms."""
    return _term_set_short(text) if len(text) <= _SHORT else frozenset(terms(text))


# A term is one string in all of these sets: that makes them a third smaller.
_term_set_short = lru_cache(maxsize=4_096)(lambda text: frozenset(map(sys.intern, terms(text))))


def characters(text: str) -> list[str]:
    """The Chinese characters in order, with repetition, but for those that stand alone and are terms already."""
    return [one for run in _RUN.findall(fold(text)) if "\u3400" <= run[0] <= "\u9fff" and len(run) > 1 for one in run]


def question_terms(question: str) -> list[str]:
    """Distinct terms of a question without its words of asking; all its terms when nothing else is left."""
    content = _ASKING.sub(" ", fold(question))
    return list(dict.fromkeys(terms(content) or terms(question)))


def keyword_terms(question: str) -> list[str]:
    """Distinct terms to look a question up by: of an English one, which Chinese texts answer, its names and numbers."""
    if not is_english(question):
        return question_terms(question)
    words = _WORD.findall(question)
    return list(dict.fromkeys(t for at, word in enumerate(words) if _is_name(word, first=at == 0) for t in terms(word)))


def _is_name(word: str, *, first: bool) -> bool:
    """Whether a word is written as names, abbreviations or numbers are; a sentence's first has a capital anyway."""
    abbreviation = len(word) > 1 and word.isupper()
    return abbreviation or any(c.isdigit() for c in word) or (word[0].isupper() and not first)
