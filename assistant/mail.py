"""Mail as it is set up: the server, who writes, and the page that a mail leads to. Talks to no other host.

No error tells a password, an address or what was written: servers repeat them in their replies.
"""

from __future__ import annotations

import re
import smtplib
import ssl
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from email.message import EmailMessage
from email.utils import formatdate, make_msgid, parseaddr
from ipaddress import ip_address
from urllib.parse import unquote, urlsplit

from assistant.records.people import is_address
from assistant.settings import Settings
from corpus.errors import DafuError, InputError

_PORTS = {"smtp": 587, "smtps": 465}
_PAGE = re.compile(r"https?://[^\s?#/@]+(?:/[^\s?#]*)?")
_SECONDS = 10.0  # for each step of a server's reply
_FORM = "write smtps://user:password@host:465 or smtp://host:587, marks in user and password as %40"


class MailError(DafuError):
    """A mail was not taken; ``again``: it may be later."""

    def __init__(self, told: str, *, again: bool) -> None:
        super().__init__(told)
        self.again = again


@dataclass(frozen=True, slots=True)
class MailServer:
    """Where mail is handed in: ``encrypted`` from the first byte, else by STARTTLS unless it is this machine."""

    host: str
    port: int
    encrypted: bool
    user: str = ""
    password: str = field(default="", repr=False)

    @classmethod
    def at(cls, address: str) -> MailServer:
        """The server of an address.

        Raises:
            InputError: it is none; the line doesn't repeat it.
        """
        try:
            parts = urlsplit(address)
            port = parts.port or _PORTS[parts.scheme]
        except (KeyError, ValueError):
            raise InputError(f"DAFU_SMTP_URL is no address of a mail server; {_FORM}") from None
        user, password = unquote(parts.username or ""), unquote(parts.password or "")
        plain = (user + password).isascii() and (parts.hostname or "").isascii()
        if not parts.hostname or parts.path.strip("/") or parts.query or parts.fragment or not plain:
            raise InputError(f"DAFU_SMTP_URL is no address of a mail server; {_FORM}")
        return cls(parts.hostname, port, parts.scheme == "smtps", user, password)

    def check(self) -> None:
        """Connect and sign in, without sending anything.

        Raises:
            MailError: that fails.
        """
        with self._connected():
            pass

    def send(self, mail: EmailMessage) -> None:
        """Hand one mail in.

        Raises:
            MailError: it was not taken.
        """
        with self._connected() as connection:
            connection.send_message(mail)

    @contextmanager
    def _connected(self) -> Iterator[smtplib.SMTP]:
        try:
            with self._opened() as connection:
                if not self.encrypted:
                    self._encrypt(connection)
                if self.user:
                    connection.login(self.user, self.password)
                yield connection
        except (OSError, ValueError) as error:  # smtplib's own are OSErrors, a name that is none a ValueError
            raise _told(error) from None

    def _opened(self) -> smtplib.SMTP:
        if self.encrypted:
            context = ssl.create_default_context()
            return smtplib.SMTP_SSL(self.host, self.port, timeout=_SECONDS, context=context)
        return smtplib.SMTP(self.host, self.port, timeout=_SECONDS)

    def _encrypt(self, connection: smtplib.SMTP) -> None:
        connection.ehlo()
        if connection.has_extn("starttls") or not _is_here(self.host):
            connection.starttls(context=ssl.create_default_context())


@dataclass(frozen=True, slots=True)
class Mail:
    """What is needed to tell people by mail. ``page`` is the address under which they reach the page."""

    server: MailServer
    sender: str
    page: str

    @classmethod
    def of(cls, settings: Settings) -> Mail | None:
        """As the settings have it; None where they name no server.

        Raises:
            InputError: a setting is missing or wrong.
        """
        if not settings.smtp_url:
            return None
        if not settings.mail_from.isprintable() or not is_address(parseaddr(settings.mail_from)[1]):
            raise InputError("mail needs a sender; set DAFU_MAIL_FROM, such as dafu@example.org")
        if not _PAGE.fullmatch(settings.public_url):
            raise InputError("mail leads to the page; set DAFU_PUBLIC_URL, such as https://dafu.example.org")
        return cls(MailServer.at(settings.smtp_url), settings.mail_from, settings.public_url.rstrip("/"))

    def send(self, to: str, subject: str, text: str) -> None:
        """Write to one person.

        Raises:
            MailError: the server did not take it.
        """
        mail = EmailMessage()
        mail["From"], mail["To"], mail["Subject"] = self.sender, to, subject
        mail["Date"] = formatdate()
        mail["Message-ID"] = make_msgid(domain=parseaddr(self.sender)[1].partition("@")[2])
        mail["Auto-Submitted"] = "auto-generated"
        mail.set_content(text)
        self.server.send(mail)


def _is_here(host: str) -> bool:
    try:
        return host == "localhost" or ip_address(host).is_loopback
    except ValueError:
        return False


def _told(error: OSError | ValueError) -> MailError:
    """What went wrong, in our words; a code from 500 on is final."""
    if isinstance(error, smtplib.SMTPRecipientsRefused):
        code = max(code for code, _ in error.recipients.values())
        return MailError(f"it refuses the recipient ({code})", again=code < 500)
    if isinstance(error, smtplib.SMTPResponseException):
        refused = isinstance(error, smtplib.SMTPAuthenticationError)
        what = "it refuses user or password" if refused else "it refuses"
        return MailError(f"{what} ({error.smtp_code})", again=error.smtp_code < 500)
    return MailError(_reason(error), again=True)


def _reason(error: OSError | ValueError) -> str:
    if isinstance(error, smtplib.SMTPNotSupportedError):
        return "it offers no STARTTLS or no sign-in"
    if isinstance(error, smtplib.SMTPServerDisconnected):
        return "it ends the connection"
    if isinstance(error, ssl.SSLCertVerificationError):
        return f"its certificate is not trusted ({error.verify_message})"
    if isinstance(error, TimeoutError):
        return f"no reply within {_SECONDS:.0f} seconds"
    return (isinstance(error, OSError) and error.strerror) or type(error).__name__
