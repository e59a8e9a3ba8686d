"""The process that parses: takes one file after the other from its parent, under limits that the kernel holds.

Each request is one line of JSON; each reply is JSON behind its length. Whatever a library prints goes nowhere, and
whatever it raises becomes a reason.
"""

from __future__ import annotations

import json
import os
import resource
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from corpus.formats.parser import Limits
from corpus.formats.refusals import Unreadable
from corpus.formats.registry import Format

_MEGABYTE = 2**20


@dataclass(frozen=True, slots=True)
class ParseTask:
    """One file to parse, and how."""

    path: str
    format: Format
    limits: Limits

    def to_line(self) -> bytes:
        """As it goes to the worker."""
        values = {"path": self.path, "format": _values(self.format), "limits": _values(self.limits)}
        return json.dumps(values).encode() + b"\n"

    @classmethod
    def from_line(cls, line: str) -> ParseTask:
        """As it comes from the parent."""
        values = json.loads(line)
        return cls(values["path"], Format(**values["format"]), Limits(**values["limits"]))


def _values(one: Format | Limits) -> dict[str, Any]:
    return {name: getattr(one, name) for name in one.__slots__}


def serve(replies: int) -> None:
    """Answer every request on standard input with a reply on the descriptor ``replies``, until the input ends."""
    for line in sys.stdin:
        reply = json.dumps(_reply(ParseTask.from_line(line))).encode()
        rest = memoryview(len(reply).to_bytes(8, "big") + reply)
        while rest:
            rest = rest[os.write(replies, rest) :]


def _reply(request: ParseTask) -> dict[str, Any]:
    _limit(request.limits)
    try:
        parsed = request.format.parser()(Path(request.path), request.limits)
    except Unreadable as reason:
        return {"code": reason.code, "facts": reason.facts}
    except MemoryError:
        return {"code": "memory", "facts": {"limit": request.limits.memory}}
    except Exception:  # noqa: BLE001 (parsers raise whatever their libraries do; the reason is the file either way)
        return {"code": "damaged", "facts": {}}
    values = {"text": parsed.text, "pages": parsed.pages, "properties": dict(parsed.properties)}
    return {**values, "left_out": [(one.what, one.count) for one in parsed.left_out]}


def _limit(limits: Limits) -> None:
    """Memory, and processor time too: a parent that was killed can't stop a parser that hangs."""
    _set(resource.RLIMIT_AS, limits.memory * _MEGABYTE)
    used = resource.getrusage(resource.RUSAGE_SELF)
    _set(resource.RLIMIT_CPU, int(used.ru_utime + used.ru_stime + limits.seconds) + 5)
    _set(resource.RLIMIT_CORE, 0)


def _set(what: int, value: int) -> None:
    hard = resource.getrlimit(what)[1]
    resource.setrlimit(what, (value if hard == resource.RLIM_INFINITY else min(value, hard), hard))


if __name__ == "__main__":
    serve(int(sys.argv[1]))
