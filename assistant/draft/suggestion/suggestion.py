"""A suggestion (建议) as it was handed in: who makes it, under which number, and the requests it is split into."""

from __future__ import annotations

import re
from dataclasses import dataclass

from corpus.errors import InputError


class DraftError(InputError):
    """What was asked of a draft can't be done; ``code`` names the reason for who tells it in other words."""

    def __init__(self, code: str, line: str) -> None:
        super().__init__(line)
        self.code = code


@dataclass(frozen=True, slots=True)
class Request:
    """One thing that is asked for: a number that stays its own through every change, a title, and its words."""

    id: int
    title: str
    text: str


@dataclass(frozen=True, slots=True)
class Suggestion:
    """A suggestion and its requests in order; what the text does not say of itself is empty."""

    text: str
    title: str = ""
    number: str = ""
    session: str = ""
    representatives: tuple[str, ...] = ()
    date: str = ""
    requests: tuple[Request, ...] = ()

    @property
    def topic(self) -> str:
        """What the title is about: 关于促进福田区经济高质量发展的建议 is about 福田区经济高质量发展."""
        words = re.sub(r"^.*?关于|(?:的)?(?:建议|提案|议案|意见)(?:[（(].*)?$", "", self.title)
        return re.sub(r"^(?:进一步)?(?:促进|加快|推动|推进|加强|深化|完善|支持|强化|做好)(?=.{4,})", "", words)
