"""PDF whose pages are pictures → text, by recognition; pages with text are read as ever. The door to RapidOCR.

It is there where ``pip install dafu[ocr]`` was run; its models come in the package, nothing is fetched. What is
recognised is less sure than what is written, so a document that was read this way says so.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from dataclasses import replace
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from corpus.formats.layout.shapes import Glyph
from corpus.formats.parser import Limits, Parsed

RECOGNISED = "扫描件，文字由识别得到，以原件为准"


def parse(path: Path, limits: Limits) -> Parsed:
    """See ``Parser``."""
    from corpus.formats.pdf import parse_with  # noqa: PLC0415 (heavy; whether pictures can be read is asked without it)

    parsed = parse_with(path, limits, RapidRecogniser())
    return replace(parsed, properties={**parsed.properties, "status": RECOGNISED})


_LETTER = 0.55  # of a Chinese character's width
_SIZE = 0.85  # of a line's box that its font is high
_DESCENT = 0.16  # of a line's box, below the baseline


def installed() -> bool:
    """Whether pictures can be read on this machine."""
    return all(find_spec(one) is not None for one in ("rapidocr", "onnxruntime"))


class RapidRecogniser:
    """Reads pictures, one at a time; loading takes about a second."""

    def __init__(self) -> None:
        from rapidocr import RapidOCR  # noqa: PLC0415 (only where it is installed, and a scan has to be read)

        threads = int(os.environ.get("OMP_NUM_THREADS") or -1)
        self._engine = RapidOCR(
            params={
                "Global.log_level": "critical",
                "Global.use_cls": False,  # what tells lines that stand on their heads turns whole sound lines around
                "EngineConfig.onnxruntime.intra_op_num_threads": threads,
            }
        )

    def glyphs(self, picture: Any, scale: float, height: float) -> Iterator[Glyph]:
        """The characters of a picture (rows of BGR pixels, ``scale`` pixels a point) of a page so many points high."""
        found = self._engine(picture, return_word_box=False)
        if found.txts is None or found.boxes is None:
            return
        for text, box in zip(found.txts, found.boxes, strict=True):
            xs, ys = [float(x) / scale for x, _ in box], [height - float(y) / scale for _, y in box]
            yield from _spread(text, min(xs), max(xs), min(ys), max(ys))


def _spread(text: str, left: float, right: float, bottom: float, top: float) -> Iterator[Glyph]:
    """The characters of a line side by side over its box, for the recogniser says where the line is and no more."""
    widths = [_LETTER if one.isascii() else 1.0 for one in text]
    unit = (right - left) / max(sum(widths), 1.0)
    size, base = _SIZE * (top - bottom), bottom + _DESCENT * (top - bottom)
    spaced = False
    for character, width in zip(text, widths, strict=True):
        if not character.isspace():
            yield Glyph(character, left, left + width * unit, base, size, spaced)
        spaced = character.isspace()
        left += width * unit
