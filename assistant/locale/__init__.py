"""Every text that a person sees, in one file a language, read by Python and by the pages' script alike.

``zh.json`` is the one that is written first. Traditional is made from it; ``zh-Hant.json`` holds what conversion alone
gets wrong: words of the trade (导出 is 匯出) and, by key, the few texts that differ altogether. Any other file here is
one more language, named by its tag: once ``fr.json`` is there, the pages offer French under the name that it gives
itself as ``language``. A key that it lacks is said in English. ``{0}`` and ``{1}`` stand for values.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Mapping
from functools import cache
from pathlib import Path

from corpus.errors import StateError
from corpus.normalise import traditional

DEFAULT = "zh-Hans"
Texts = Mapping[str, str]
_WRITTEN, _TRADITIONAL, _SPARE = "zh", "zh-Hant", "en"
_QUOTES = str.maketrans("“”‘’", "「」『』")
_SLOT = re.compile(r"\{(\d)\}")


def message(key: str, *values: object, language: str = DEFAULT) -> str:
    """The text of a key with its values filled in; an unknown key or language is a KeyError."""
    return _SLOT.sub(lambda slot: str(values[int(slot[1])]), catalogues()[language][key])


def is_message(key: str) -> bool:
    """Whether there is such a text: what a program names by a code may have none."""
    return key in catalogues()[DEFAULT]


def languages() -> tuple[str, ...]:
    """The tags of all languages, Simplified and Traditional Chinese first."""
    return tuple(catalogues())


@cache
def catalogues() -> Mapping[str, Texts]:
    """The texts of every language, by its tag and their key."""
    return read_catalogues(Path(__file__).parent)


def read_catalogues(folder: Path) -> dict[str, Texts]:
    """The texts of every language whose file is in a folder.

    Raises:
        StateError: a file is no JSON object of texts, or a text has a slot that the one in ``zh.json`` has not.
    """
    files = {path.stem: _read(path) for path in sorted(folder.glob("*.json"))}
    written = files.pop(_WRITTEN)
    found: dict[str, Texts] = {DEFAULT: written, _TRADITIONAL: _converted(written, files.pop(_TRADITIONAL, {}))}
    for tag, texts in files.items():
        for key in texts.keys() & written.keys():
            if not set(_SLOT.findall(texts[key])) <= set(_SLOT.findall(written[key])):
                raise StateError(f"{tag}.json: {key} has another slot than zh.json; use those of: {written[key]}")
        found[tag] = {**written, **files.get(_SPARE, {}), **texts}
    return found


def _read(path: Path) -> dict[str, str]:
    try:
        texts = json.loads(path.read_text("utf-8"))
    except ValueError as error:
        raise StateError(f"{path.name} is no JSON ({error}); mend it or take it out of {path.parent}") from error
    if not isinstance(texts, dict) or not all(isinstance(one, str) for one in texts.values()):
        raise StateError(f"{path.name} must be one JSON object of keys and texts; see zh.json beside it")
    return texts


def _converted(written: Texts, own: Texts) -> Texts:
    """All texts in Traditional characters, but for the words and the texts that ``own`` gives."""
    words = sorted(own.keys() - written.keys(), key=lambda word: (-len(word), word))
    pieces: Callable[[str], list[str]] = re.compile(f"({'|'.join(map(re.escape, words)) or '(?!)'})").split
    return {
        key: own.get(key) or "".join(own.get(one) or traditional(one) for one in pieces(text)).translate(_QUOTES)
        for key, text in written.items()
    }
