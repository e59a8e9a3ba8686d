"""Askers are told by mail that staff have answered: that an answer is there and where, no word of either."""

from __future__ import annotations

import logging
import sched
import threading
import time
from collections.abc import Sequence
from contextlib import suppress

from assistant.locale import message
from assistant.mail import Mail, MailError
from assistant.records import Records
from assistant.records.reviews import Recipient
from assistant.web.html import language
from corpus.errors import DafuError

_LOG = logging.getLogger("dafu.mail")
_PAUSES = (60.0, 600.0, 3_600.0)  # seconds before each further try


class Telling:
    """Sends in a thread of its own; who is still to be told is known to it alone and not kept over a restart."""

    def __init__(self, mail: Mail, records: Records, pauses: Sequence[float] = _PAUSES) -> None:
        self._mail, self._records, self._pauses = mail, records, pauses
        self._woken, self._ended = threading.Event(), threading.Event()
        self._plan = sched.scheduler(time.monotonic, self._wait)
        threading.Thread(target=self._work, daemon=True, name="mail").start()

    def __call__(self, review: str) -> None:
        """Tell those whose hand-over an approved answer answers; returns at once."""
        self._later(0, review, frozenset(), 0)

    def close(self) -> None:
        """Try no more; how many answers nobody was told of is logged."""
        self._ended.set()
        left = self._plan.queue
        for event in left:
            with suppress(ValueError):  # it has just begun
                self._plan.cancel(event)
        self._woken.set()
        if left:
            _LOG.warning("mail given up: the server ends", extra={"event": {"answers": len(left)}})

    def _later(self, seconds: float, review: str, told: frozenset[str], tried: int) -> None:
        self._plan.enter(seconds, 0, self._try, (review, told, tried))
        self._woken.set()

    def _wait(self, seconds: float | None) -> None:
        """Until the time has come, or something was planned that may come earlier."""
        self._woken.wait(seconds)
        self._woken.clear()

    def _work(self) -> None:
        while not self._ended.is_set():
            try:
                self._plan.run()
                if not self._ended.is_set():
                    self._wait(None)
            except Exception as error:  # noqa: BLE001 (a thread that ends would tell nobody any more)
                _LOG.error("mail failed", extra={"event": {"reason": type(error).__name__}})

    def _try(self, review: str, told: frozenset[str], tried: int) -> None:
        """Write to whoever is to be told by what the records say now, but for those who were."""
        again = False
        try:
            for asker in self._records.reviews.askers(review):
                if asker.id not in told and not self._ended.is_set():
                    done = self._write(asker, tried)
                    told, again = (told | {asker.id}, again) if done else (told, True)
        except DafuError as error:
            again = True
            _LOG.warning("mail not sent", extra={"event": {"reason": type(error).__name__, "try": tried + 1}})
        if again and tried < len(self._pauses) and not self._ended.is_set():
            self._later(self._pauses[tried], review, told, tried + 1)

    def _write(self, asker: Recipient, tried: int) -> bool:
        """Whether nothing is left to be done for them."""
        spoken, link = language(asker.question), f"{self._mail.page}/?c={asker.conversation}"
        subject, *lines = (message(key, language=spoken) for key in ("mail.subject", "mail.told", "mail.auto"))
        try:
            self._mail.send(asker.address, subject, f"{lines[0]}\n{link}\n\n{lines[1]}\n")
        except MailError as error:
            last = not error.again or tried == len(self._pauses)
            told = {"reason": str(error), "try": tried + 1, "last": last}
            _LOG.warning("mail not sent", extra={"event": told})
            return not error.again
        _LOG.info("mail sent", extra={"event": {"try": tried + 1}})
        return True
