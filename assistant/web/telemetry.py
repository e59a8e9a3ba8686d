"""What is counted and logged of every question, whichever way it came: numbers and lengths, no words of people.

Imports prometheus_client.
"""

from __future__ import annotations

import json
import logging
import time
from asyncio import CancelledError
from collections.abc import Callable, Generator, Mapping
from contextlib import closing
from datetime import UTC, datetime
from typing import Literal, TextIO

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, ProcessCollector
from prometheus_client.exposition import CONTENT_TYPE_LATEST, generate_latest

from assistant.answer import Answer
from assistant.conversation import Progress
from assistant.web.share import TooManyError
from corpus.errors import DafuError

Door = Literal["page", "api", "openai", "mcp"]
Logging = Literal["off", "events", "questions"]
MEDIA = CONTENT_TYPE_LATEST
_LOG = logging.getLogger("dafu")
_SECONDS = (0.02, 0.05, 0.1, 0.2, 0.5, 1, 2, 5, 10, 30, 60, 150)


class Telemetry:
    """The counters of one server. ``words``: the log holds the questions themselves."""

    def __init__(self, *, words: bool = False) -> None:
        self._words = words
        self._registry = CollectorRegistry()
        self._questions = Counter(
            "dafu_questions",
            "Questions by where they came from and what became of them: answered, a reason of refusal, left, busy, "
            "unusable, failed.",
            ("door", "outcome"),
            registry=self._registry,
        )
        self._whole = Histogram(
            "dafu_answer_seconds",
            "From a question to its whole answer.",
            ("door",),
            buckets=_SECONDS,
            registry=self._registry,
        )
        self._stages = Histogram(
            "dafu_stage_seconds",
            "Time of each stage of an answer.",
            ("stage",),
            buckets=_SECONDS,
            registry=self._registry,
        )
        ProcessCollector(registry=self._registry)
        self._gauges: dict[str, Gauge] = {}

    def gauge(self, name: str, told: str, read: Callable[[], float]) -> None:
        """A value that is read at each look, by the last function given for its name."""
        if name not in self._gauges:
            self._gauges[name] = Gauge(name, told, registry=self._registry)
        self._gauges[name].set_function(read)

    def text(self) -> bytes:
        """Everything in the text format of Prometheus."""
        return generate_latest(self._registry)

    def followed(self, door: Door, question: str, steps: Generator[Progress | Answer]) -> Generator[Progress | Answer]:
        """The steps of an answer as they come; what becomes of them is counted, however they end."""
        began, outcome = time.perf_counter(), "failed"
        answer: Answer | None = None
        try:
            with closing(steps):
                for step in steps:
                    answer = step if isinstance(step, Answer) else answer
                    yield step
            outcome = _outcome(answer) if answer else "failed"
        except GeneratorExit:
            outcome = "left"
            raise
        except TooManyError:
            outcome = "busy"
            raise
        except DafuError:
            outcome = "unusable"
            raise
        finally:
            self._count(door, outcome, question, time.perf_counter() - began, answer)

    def _count(self, door: Door, outcome: str, question: str, seconds: float, answer: Answer | None) -> None:
        self._questions.labels(door, outcome).inc()
        event = {"door": door, "outcome": outcome, "seconds": round(seconds, 3), "characters": len(question)}
        if answer is not None and outcome != "left":
            self._whole.labels(door).observe(seconds)
            for stage, spent in answer.timings_ms.items():
                self._stages.labels(stage).observe(spent / 1000)
            event |= {"reader": answer.reader, "generator": answer.generator, "citations": len(answer.citations)}
            event |= {f"{stage}_ms": spent for stage, spent in answer.timings_ms.items()}
        told = {"question": question} if self._words else {}
        _LOG.info("question", extra={"event": event | told})


def _outcome(answer: Answer) -> str:
    if answer.abstention is not None:
        return answer.abstention.reason
    return "answered" if answer.answered else "failed"


class JsonLines(logging.Formatter):
    """A record as one JSON object: when, how grave, what happened, and its values."""

    def format(self, record: logging.LogRecord) -> str:
        """See ``logging.Formatter``."""
        when = datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds")
        line = {"time": when, "level": record.levelname.lower(), "what": record.getMessage()}
        line |= getattr(record, "event", {})
        if record.exc_info:
            line["trace"] = self.formatException(record.exc_info)
        return json.dumps(line, ensure_ascii=False, default=str)


class PlainLines(logging.Formatter):
    """A record as a person at a terminal reads it: the time, what happened, and its values."""

    def format(self, record: logging.LogRecord) -> str:
        """See ``logging.Formatter``."""
        when = datetime.fromtimestamp(record.created).astimezone()
        grave = f"{record.levelname.lower()}: " if record.levelno >= logging.WARNING else ""
        event: Mapping[str, object] = getattr(record, "event", {})
        values = ", ".join(f"{name} {value}" for name, value in event.items() if value not in ("", [], None))
        line = f"{when:%H:%M:%S} {grave}{record.getMessage()}{f': {values}' if values else ''}"
        return f"{line}\n{self.formatException(record.exc_info)}" if record.exc_info else line


def write_log(chosen: Logging, stream: TextIO) -> None:
    """Write what happens: warnings of every library, and, unless ``off``, the events of this one.

    As JSON lines, for programs; a terminal gets lines for people.
    """
    handler = logging.StreamHandler(stream)
    handler.setFormatter(PlainLines() if stream.isatty() else JsonLines())
    logging.getLogger("uvicorn.error").addFilter(_is_told)
    logging.getLogger().handlers[:] = [handler]
    _LOG.setLevel(logging.WARNING if chosen == "off" else logging.INFO)


def _is_told(record: logging.LogRecord) -> bool:
    """All but that a browser was still listening when the server was ended, which is no fault."""
    return not (record.exc_info and isinstance(record.exc_info[1], CancelledError))
