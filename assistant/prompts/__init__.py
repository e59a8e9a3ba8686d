"""The prompts, one text file per task and language: the fixed part that comes first and stays in a model's cache."""

from __future__ import annotations

from functools import cache
from importlib.resources import files


@cache
def prompt(task: str) -> str:
    """The text of ``TASK.txt``, without the line break at its end."""
    return files(__name__).joinpath(f"{task}.txt").read_text("utf-8").strip()
