"""Which document the words around what is asked mean: by its number, its title, or words of its title."""

from __future__ import annotations

import re
from collections.abc import Mapping

from assistant.reading.explained import left_over
from corpus.citing import named, named_anywhere, names, only_frames
from corpus.document import Document
from corpus.naming import bears, numbered, without_number
from corpus.normalise import fold

_NAMES = 0.4  # of a title's characters that name the document where the title does not end with them
_PAPER = re.compile("《([^《》]{4,60}(?:建议|提案|议案))》")
_TOP = 600  # characters in which a reply says what it answers
_SHORTEST = 4  # characters that name one


def meant(before: str, rest: str, documents: Mapping[str, Document]) -> list[Document]:
    """The documents that the words around what is asked name and say no more of: by number, by title or its words."""
    if numbered(before + rest):
        own = [one for one in documents.values() if any(bears(one.metadata, n) for n in numbered(before + rest))]
        return [one for one in own if not left_over(without_number(before + rest), known(one))]
    titles = {one.id: one.metadata.title for one in documents.values()}
    name = named(before, titles)
    if name.how == "none":
        name = named_anywhere(rest, titles)
    elif not only_frames(rest):
        return []
    if name.how == "title":
        return [documents[one] for one in name.documents]
    if name.how == "none":
        return list(documents.values()) if only_frames(rest) and len(documents) == 1 else []
    return [one for one in documents.values() if _calls(before, one)]


def entitled(words: str, documents: Mapping[str, Document]) -> list[Document]:
    """The one document whose title holds the words as they stand, if it is one: 加装电梯 of 甲市加装电梯实施方案."""
    bare = re.sub("的+$", "", words)
    holding = [one for one in documents.values() if len(bare) >= _SHORTEST and bare in known(one)]
    return holding if len(holding) == 1 else []


def _calls(words: str, document: Document) -> bool:
    """Whether all that words say is in a title that they end as it does, or hold much of it: 停电公告, 公交提案答复."""
    if left_over(words, known(document)):
        return False
    title = max(names(document.metadata.title), key=len, default="")
    bare = re.sub("[的是]+$", "", words)
    shared = sum(
        any(pair in title for pair in (words[at - 1 : at + 1], words[at : at + 2])) for at in range(len(words))
    )
    ends = any(bare.endswith(name[-2:]) for name in names(document.metadata.title))
    return bool(title) and (ends or shared >= _NAMES * len(title)) and shared >= _SHORTEST


def known(document: Document) -> str:
    """The words by which a document is known: its title, who issued it, its file's name, the paper it answers."""
    metadata = document.metadata
    return re.sub(r"\s+", "", fold(f"{metadata.title} {metadata.issuer} {document.path} {paper(document)}"))


def paper(document: Document) -> str:
    """The title of the suggestion that a reply answers, which its own title often does not say."""
    found = _PAPER.search(document.text, document.body, document.body + _TOP)
    return found[1] if found else ""
