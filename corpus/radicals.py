"""Radicals as characters: programs that make PDFs write ⺠ (a radical) for 民, which looks the same.

For the Kangxi radicals (U+2F00 to U+2FD5) Unicode's compatibility mapping says which character is meant; for their
supplement, which has no such mapping, its property Equivalent_Unified_Ideograph does.
"""

from __future__ import annotations

import unicodedata
from functools import cache

_FIRST = 0x2E80
_SUPPLEMENT = (
    "⺀厂乛乚乙亻冂𠘨刀刂卜㔾小小兀尣尢𡯂巳幺彑彐忄心扌攵⺚旡日月歺母民氵氺灬爫爫丬牛"
    "犭王𤴔目示礻𥫗糹纟罓罒㓁冗𦉫羊𦍌𦍋耂肀聿肉𦥑艹艹艹虎衤覀西见角𧢲讠贝𧾷车辶辶辶邑"
    "钅長镸长门𨸏阝雨青韦页风飞食𩙿飠饣𩠐马骨鬼鱼鸟卤麦黄黾斉齐歯齿竜龙龜亀龟"
)


def unified(text: str) -> str:
    """The text with characters for radicals; its length stays."""
    return text if text.isascii() else text.translate(_table())


@cache
def _table() -> dict[int, str]:
    kangxi = {at: unicodedata.normalize("NFKC", chr(at)) for at in range(0x2F00, 0x2FD6)}
    return {**dict(enumerate(_SUPPLEMENT, _FIRST)), **kangxi}
