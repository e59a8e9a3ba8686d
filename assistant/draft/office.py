"""The office that answers: what its letters say of itself, as far as it is set."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Office:
    """Each is printed as it stands; one that is empty becomes a placeholder, never an invention.

    ``own``: how the office speaks of itself (我局); ``category``: 答复类别 A to D; ``disclosure``: 公开属性.
    """

    name: str = ""
    own: str = "我单位"
    contact: str = ""
    phone: str = ""
    category: str = ""
    disclosure: str = ""
