"""Handing text to a model as data: it can neither give instructions unseen nor forge where it ends."""

from __future__ import annotations

import json
import re
import unicodedata
from typing import Any

# Chat templates mark turns with <|im_start|>, </s>, <start_of_turn> …, and servers take these from a text as well.
_ANGLES = str.maketrans({"<": "＜", ">": "＞"})
# Unicode's default-ignorable characters that are not of the category "format": joiners, fillers, variation selectors.
_IGNORABLE = re.compile("[\u034f\u115f\u1160\u17b4\u17b5\u180b-\u180f\u3164\ufe00-\ufe0f\uffa0\U000e0000-\U000e0fff]")


def as_data(fields: dict[str, Any]) -> str:
    """``fields`` as one line of JSON, whose quoting cannot be forged; its texts are cleaned."""
    return json.dumps(_cleaned(fields), ensure_ascii=False)


def clean(text: str) -> str:
    """``text`` on one line, without what a reader wouldn't see: zero-width, direction, tag and control characters."""
    spaced = _IGNORABLE.sub("", re.sub(r"\s+", " ", text))
    visible = "".join(char for char in spaced if unicodedata.category(char) not in {"Cc", "Cf", "Co", "Cs"})
    return visible.translate(_ANGLES).strip()


def _cleaned(value: Any) -> Any:
    if isinstance(value, str):
        return clean(value)
    if isinstance(value, dict):
        return {key: _cleaned(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [_cleaned(item) for item in value]
    return value
