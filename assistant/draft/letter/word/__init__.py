"""A letter as a Word file in the layout of GB/T 9704-2012."""

from assistant.draft.letter.word.write import word

__all__ = ["word"]
