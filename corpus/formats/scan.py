"""PDF whose pages are pictures → text, by recognition; pages with text are read as ever."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from corpus.formats.parser import Limits, Parsed
from corpus.formats.pdf import parse_with
from corpus.formats.recognition import Recogniser

RECOGNISED = "扫描件，文字由识别得到，以原件为准"


def parse(path: Path, limits: Limits) -> Parsed:
    """See ``Parser``."""
    parsed = parse_with(path, limits, Recogniser())
    return replace(parsed, properties={**parsed.properties, "status": RECOGNISED})
