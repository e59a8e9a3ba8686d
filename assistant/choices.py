"""The names that a setting or an option may have; without imports, so that ``dafu --help`` stays quick."""

from __future__ import annotations

from typing import Literal

ReaderName = Literal["auto", "cross", "model", "words"]
GeneratorName = Literal["auto", "extractive", "local", "endpoint"]
