"""Stand-ins for what readers rest on: a network that counts shared characters, a model that follows a script."""

from __future__ import annotations

import json
from collections import deque
from collections.abc import Callable, Mapping, Sequence
from typing import Any

import numpy as np

from assistant.reading.cross import Logits
from assistant.reading.window import NOBODY, Window


def characters(text: str) -> list[int]:
    """A token for each character, numbered from 100."""
    return [100 + ord(one) for one in text]


class SharedCharacters:
    """A window's logits by how much of its question each sentence holds; ``windows`` is the history."""

    def __init__(self) -> None:
        self.windows: list[Window] = []

    def __call__(self, windows: Sequence[Window]) -> list[Logits]:
        self.windows += windows
        return [self._one(window) for window in windows]

    @staticmethod
    def _one(window: Window) -> Logits:
        first = window.owner.index(0) if 0 in window.owner else len(window.owner)
        asked = {one for one in window.ids[len("query: ") + 1 : first] if one > 100 + 0x3400}
        numbers = sorted({*window.owner} - {NOBODY})
        each = []
        for number in numbers:
            held = {one for one, owner in zip(window.ids, window.owner, strict=True) if owner == number}
            each.append(12 * len(asked & held) / max(1, len(asked)) - 6)
        return max(each, default=-6.0), np.array(each, np.float32)


Script = Callable[[Mapping[str, Any]], dict[str, Any]]


class ScriptedModel:
    """Answers each request by the next script; the last one stays. ``requests`` is the history, parsed."""

    def __init__(self, *scripts: Script) -> None:
        self._scripts = deque(scripts)
        self.requests: list[dict[str, Any]] = []

    def complete_json(self, _system: str, user: str, _schema: Mapping[str, Any]) -> dict[str, Any]:
        self.requests.append(json.loads(user))
        script = self._scripts.popleft() if len(self._scripts) > 1 else self._scripts[0]
        return script(self.requests[-1])
