"""A question that goes on from one for an article or for what a document holds, made whole: 下一条呢, 文号呢."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace

from assistant.reading.held import asks_held
from corpus.citing import KIND, Cited, asked_articles, compact, only_frames
from corpus.markers import ordinal

_NUMBER = r"[一二三四五六七八九十百]+|\d{1,3}"
_NEXT = re.compile(r"(?:(?P<back>上|前)|下|后)面?(?:[一1]|的)?(?P<unit>[条款项])")
_DIVIDED = re.compile(r"第(?:[一二三四五六七八九十百]+|\d{1,3})(?:编|篇|章|节|部分)")
_PART = re.compile(rf"第?\(?(?P<number>{_NUMBER})\)?(?P<unit>[款项])")
_BEHIND = re.compile(r"(?:[的是呢吗吧里中,，.。?？!！]|says?|state|provide)+$")
_FRAMES = re.compile(r"不是|不对|错了|说错了|应该是|改成|换成|再|还|另外|然后|接着|它|其")


def made_whole(question: str, earlier: Sequence[str]) -> str:
    """The question with the document and article that the ones before it are about; empty where it needs none."""
    last = ""
    for one in earlier:
        last = _after(one, last) or one
    return _after(question, last)


def _after(question: str, last: str) -> str:
    words = _FRAMES.sub("", compact(question))
    name, cited, asked = _about(last)
    if not (name or cited):
        return ""
    for start in _asked_at(words):
        own = words[start:]
        return f"{name}{'的' if asks_held(own) else ''}{own}" if only_frames(words[:start]) else ""
    if cited and (part := _part(words, cited)):
        return f"{name}{part}"
    core = _core(words)
    named = re.search(rf"(?:{KIND.pattern})$", core)
    return f"{core}{cited or asked}" if named else ""


def _asked_at(words: str) -> Iterator[int]:
    """Where a question begins to ask for an article, a chapter, or what a document holds, by the first of them."""
    if own := asked_articles(words):
        yield len(own.mentions[0].before)
    if divided := _DIVIDED.search(words):
        yield divided.start()
    if held := asks_held(words):
        yield len(held[0])


def _about(question: str) -> tuple[str, Cited | None, str]:
    """The words that name the document of a question, the last article that it cites, else what it asks for."""
    own, held, divided = asked_articles(question), asks_held(question), _DIVIDED.search(words := compact(question))
    if own:
        name = next((one.before for one in reversed(own.mentions) if not only_frames(one.before)), own.rest)
        return _core(name), own.mentions[-1].cited[-1], ""
    if divided:
        return _core(words[: divided.start()]), None, words[divided.start() :]
    return (_core(held[0]), None, held[1]) if held else ("", None, "")


def _part(words: str, cited: Cited) -> Cited | None:
    """The article, 款 or 项 that words with nothing else in them mean beside the one before."""
    found = _NEXT.search(words)
    if found and only_frames(words.replace(found.group(), "")):
        step = -1 if found["back"] else 1
        if found["unit"] == "条":
            return Cited(cited.number + step) if cited.number + step > 0 else None
        field = "paragraph" if found["unit"] == "款" else "item"
        number = getattr(cited, field) + step
        return replace(cited, **{field: number}) if number > 0 else None
    found = _PART.search(words)
    if found is None or not only_frames(words.replace(found.group(), "")):
        return None
    number = ordinal(found["number"])
    if found["unit"] == "款":
        return replace(cited, paragraph=number, item=0)
    return replace(cited, item=number)


def _core(words: str) -> str:
    """Words without what only asks or refers before them, and what closes a question behind."""
    start = max((at for at in range(len(words) + 1) if only_frames(words[:at])), default=0)
    return _BEHIND.sub("", words[start:])
