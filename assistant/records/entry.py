"""How a request is known to come from somebody: sign-ins of a browser, and tokens of programs. Only hashes are kept."""

from __future__ import annotations

import hashlib
import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import delete, insert, select, update

from assistant.records.parts import RecordsPart, fresh_id, value_of
from assistant.records.people import Person, plain_name
from assistant.records.tables import sign_ins, tokens, users
from corpus.errors import InputError

IDLE = timedelta(hours=12)  # a sign-in ends when it was not used for so long
LONGEST = timedelta(days=14)  # and after this in any case
_SEEN_EVERY = timedelta(minutes=5)  # how exactly its last use is kept: a write each time would be felt
_SKEW = timedelta(minutes=5)  # by which a clock may be put right
_PREFIX = "dafu_"  # by which people and scanners know a token


class SignIns(RecordsPart):
    """Open sign-ins of browsers."""

    def open(self, user: str, address: str = "") -> str:
        """Sign a user in, by id; the token to hand to the browser."""
        token, moment = secrets.token_urlsafe(32), self._database.now()
        with self._database.writing() as connection:
            connection.execute(delete(sign_ins).where(sign_ins.c.seen < moment - IDLE))
            connection.execute(delete(sign_ins).where(sign_ins.c.opened < moment - LONGEST))
            values = {"token": _hash(token), "user": user, "address": address, "opened": moment, "seen": moment}
            connection.execute(insert(sign_ins).values(values))
            name = connection.execute(select(users.c.name).where(users.c.id == user)).scalar_one()
            self._note(connection, name, "user.sign_in", f"user:{name}", {"address": address})
        return token

    def person(self, token: str) -> Person | None:
        """Who holds the token, unless it has ended; its use keeps it open."""
        moment = self._database.now()
        query = select(users, sign_ins.c.seen, sign_ins.c.opened).join(users, users.c.id == sign_ins.c.user)
        row = self._database.first(query.where(sign_ins.c.token == _hash(token)))
        if row is None or row.disabled or _ended(row.opened, row.seen, moment):
            return None
        if moment - row.seen > _SEEN_EVERY:
            self._execute(update(sign_ins).where(sign_ins.c.token == _hash(token)).values(seen=moment))
        return value_of(Person, row)

    def close(self, token: str) -> None:
        """Sign out."""
        self._execute(delete(sign_ins).where(sign_ins.c.token == _hash(token)))


@dataclass(frozen=True, slots=True)
class ApiToken:
    """A program's way in, without the secret; ``revoked`` is when it was withdrawn."""

    id: str
    name: str
    created: datetime
    used: datetime | None
    revoked: datetime | None


class Tokens(RecordsPart):
    """Bearer tokens of the API."""

    def issue(self, user: str, name: str, *, by: str) -> str:
        """A new token of a user, by sign-in name; it is shown this once.

        Raises:
            InputError: there is no such user.
        """
        secret, moment = _PREFIX + secrets.token_urlsafe(32), self._database.now()
        with self._database.writing() as connection:
            values = {"id": fresh_id(), "user": self._owner(user), "name": name, "hash": _hash(secret)}
            connection.execute(insert(tokens).values(**values, created=moment))
            self._note(connection, by, "token.issue", f"user:{plain_name(user)}", {"token": values["id"]})
        return secret

    def of(self, user: str) -> tuple[ApiToken, ...]:
        """The tokens of a user, oldest first.

        Raises:
            InputError: there is no such user.
        """
        query = select(tokens).where(tokens.c.user == self._owner(user))
        return self._read(ApiToken, query.order_by(tokens.c.created))

    def revoke(self, user: str, token: str, *, by: str) -> None:
        """Withdraw a token, by its id.

        Raises:
            InputError: the user has no such token.
        """
        with self._database.writing() as connection:
            mine = (tokens.c.id == token) & (tokens.c.user == self._owner(user))
            if not connection.execute(update(tokens).where(mine).values(revoked=self._database.now())).rowcount:
                raise InputError(f"{user} has no token {token!r}; `dafu user token {user} --list` shows them")
            self._note(connection, by, "token.revoke", f"user:{plain_name(user)}", {"token": token})

    def person(self, secret: str) -> Person | None:
        """Whose token this is, unless it was revoked."""
        query = select(users, tokens.c.id.label("token"), tokens.c.used).join(users, users.c.id == tokens.c.user)
        row = self._database.first(query.where((tokens.c.hash == _hash(secret)) & tokens.c.revoked.is_(None)))
        if row is None or row.disabled:
            return None
        moment = self._database.now()
        if row.used is None or moment - row.used > _SEEN_EVERY:
            self._execute(update(tokens).where(tokens.c.id == row.token).values(used=moment))
        return value_of(Person, row)

    def _owner(self, user: str) -> str:
        row = self._database.first(select(users.c.id).where(users.c.name == plain_name(user)))
        if row is None:
            raise InputError(f"there is no user {user!r}; `dafu user list` shows them")
        return str(row.id)


def _ended(opened: datetime, seen: datetime, moment: datetime) -> bool:
    """Whether a sign-in has ended; one from the future has, for a clock that was set back would keep it for ever."""
    return moment - seen > IDLE or moment - opened > LONGEST or opened > moment + _SKEW or seen > moment + _SKEW


def _hash(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()
