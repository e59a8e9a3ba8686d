"""Which cells of a table say a number or a date, and which name something."""

from __future__ import annotations

import re

_FIGURE = re.compile(
    r"[<>≥≤≈约]?\s*[-+−－(（]?\s*[¥￥$€]?\s*\d[\d,，. ]*(?:[%‰)）]|[^\d\s]{0,6})|\d{2,4}[-/.]\d{1,2}[-/.]\d{1,2}.*|"
    r"[-—–/]{1,2}|无|暂无|待定",
    re.DOTALL,
)
_LABEL = re.compile(r"(?:19|20)\d\d|.*(?:年|月|日|季度|年度|周|期|版|级|类|岁)", re.DOTALL)  # not a figure


def is_figure(text: str) -> bool:
    """Whether a cell says a number or a date, not the name of a column (2024年, 1月, 第1季度)."""
    shown = text.strip()
    return bool(shown) and bool(_FIGURE.fullmatch(shown)) and not _LABEL.fullmatch(shown)
