"""People: names, roles, passwords, the throttle of failed attempts, and how a request is known to be theirs."""

from __future__ import annotations

import hashlib
import re
import secrets
import threading
import unicodedata
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cached_property
from typing import TYPE_CHECKING, Any, Literal, get_args

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError
from sqlalchemy import func, select

from assistant.records.parts import RecordsPart, required, value_of
from assistant.records.tables import audit, failures, fresh_id, sign_ins, tokens, users
from corpus import limits
from corpus.errors import InputError

if TYPE_CHECKING:
    from assistant.records import Records

Role = Literal["representative", "staff", "admin"]
ROLES: tuple[Role, ...] = get_args(Role)
LOCAL = "local"  # id and name of the one person of a page without sign-in
_NAME = re.compile(r"[\w.@-]{1,64}")
_ADDRESS = re.compile(r"[\w.!#$%&'*+/=?^`{|}~-]{1,64}@[a-z0-9](?:[a-z0-9.-]*[a-z0-9])?", re.ASCII | re.IGNORECASE)
_LONGEST_ADDRESS = 254
_SHORTEST, _LONGEST = 10, 256  # characters of a password
_REMEMBERED = 200  # sign-ins of a person whose addresses are known ones
_HASHING = 2  # passwords hashed at the same time, each with 64 MiB
IDLE = timedelta(hours=12)  # a sign-in ends when it was not used for so long
LONGEST = timedelta(days=14)  # and after this in any case
_SEEN_EVERY = timedelta(minutes=5)  # how exactly its last use is kept: a write each time would be felt
_SKEW = timedelta(minutes=5)  # by which a clock may be put right
_PREFIX = "dafu_"  # by which people and scanners know a token
_SIGNING = users.c.id != LOCAL


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody who uses the page: what handlers and pages need to know. ``local`` where nobody signs in."""

    id: str
    name: str
    role: Role
    display: str = ""
    local: bool = False

    @property
    def is_staff(self) -> bool:
        """Whether this is staff or an administrator."""
        return self.has("staff")

    @property
    def tiers(self) -> tuple[str, ...]:
        """The access tiers of the documents that this person may see."""
        return tiers_of(self.role)

    def has(self, role: Role) -> bool:
        """Whether this person may do what a role may: an administrator what staff may, staff what anyone may."""
        return _reaches(self.role, role)


@dataclass(frozen=True, slots=True)
class User:
    """A person who can sign in; ``email`` is empty where they are not to be written to."""

    id: str
    name: str
    display: str
    role: Role
    disabled: bool
    created: datetime
    email: str = ""

    @property
    def person(self) -> Person:
        """As handlers know them."""
        return Person(self.id, self.name, self.role, self.display)


class Users(RecordsPart):
    """Those who can sign in. ``by`` is who asks for a change, for the audit log.

    Whatever concerns a user by name raises ``InputError`` where there is none of that name.
    """

    def __init__(self, records: Records) -> None:
        super().__init__(records)
        self._hasher = PasswordHasher()
        self._hashing = threading.BoundedSemaphore(_HASHING)

    def exist(self) -> bool:
        """Whether anybody can be asked to sign in (somebody disabled counts: the page stays closed)."""
        return self._records.first(select(users.c.id).where(_SIGNING).limit(1)) is not None

    def all(self) -> tuple[User, ...]:
        """Everyone, by name."""
        return self._read(User, select(users).where(_SIGNING).order_by(users.c.name))

    def named(self, name: str) -> User:
        """The user of a sign-in name."""
        found = self._get(User, select(users).where((users.c.name == plain_name(name)) & _SIGNING))
        return required(found, f"there is no user {name!r}; `dafu user list` shows them")

    def called(self, name: str) -> str:
        """How somebody is called in words; empty for the one person of a page without sign-in."""
        found = self._records.first(select(users.c.display).where((users.c.name == name) & _SIGNING))
        return (found.display if found else "") or ("" if name == LOCAL else name)

    def administrators(self) -> set[str]:
        """The ids of those who are administrators and can sign in."""
        able = (users.c.role == "admin") & users.c.disabled.is_(False) & _SIGNING
        return {row.id for row in self._records.rows(select(users.c.id).where(able))}

    def add(self, name: str, password: str, role: Role, *, display: str = "", by: str) -> User:
        """A further user; the first must be an administrator.

        Raises:
            InputError: the name is taken or no name, the password is too short, or there is no administrator yet.
        """
        named, hashed = plain_name(name), self._hashed(password, name)
        if not _NAME.fullmatch(named) or named == LOCAL:
            raise InputError(f"{name!r} is no sign-in name; use 1 to 64 letters, digits, characters or . @ _ -")
        with self._records.writing():
            if self._records.first(select(users.c.id).where(users.c.name == named)):
                raise InputError(f"there is a user {named!r} already; choose another name")
            if role != "admin" and not self.administrators():
                raise InputError("the first user must be an administrator; add --role admin")
            called = display.strip() or name.strip()
            self._insert(users, name=named, display=called, role=role, disabled=False, password=hashed)
            self._note(by, "user.add", f"user:{named}", {"role": role})
            return self.named(named)

    def set_role(self, name: str, role: Role, *, by: str) -> User:
        """Give another role.

        Raises:
            InputError: this is the last administrator.
        """
        return self._change(name, by, "user.role", {"role": role}, role=role)

    def disable(self, name: str, *, by: str, disabled: bool = True) -> User:
        """Keep a user from signing in, and end what is open; or let them in again.

        Raises:
            InputError: this is the last administrator.
        """
        what = "user.disable" if disabled else "user.enable"
        return self._change(name, by, what, {"disabled": disabled}, disabled=disabled)

    def set_email(self, name: str, address: str, *, by: str) -> User:
        """Say where they are told that staff have answered; an empty ``address`` removes what was said.

        The audit log, which outlasts a person's data, does not hold the address.

        Raises:
            InputError: this is no address.
        """
        if address and not is_address(address):
            raise InputError(f"{address!r} is no e-mail address; write it as name@example.org")
        return self._change(name, by, "user.email", {"email": "set" if address else "removed"}, email=address)

    def set_password(self, name: str, password: str, *, by: str) -> User:
        """Give another password, and end every sign-in made with the old one.

        Raises:
            InputError: the password is too short.
        """
        return self._change(name, by, "user.passwd", {}, password=self._hashed(password, name))

    def verify(self, name: str, password: str) -> User | None:
        """The user if name and password fit; unknown, disabled and wrong take the same time."""
        row = self._records.first(select(users).where(users.c.name == plain_name(name)))
        usable = row is not None and not row.disabled and bool(row.password)
        with self._hashing:
            fits = self._fits(row.password if usable and row else self._nobody, password)
        if not (usable and fits and row):
            return None
        if self._hasher.check_needs_rehash(row.password):
            with self._hashing:
                hashed = self._hasher.hash(password)
            self._update(users, users.c.id == row.id, password=hashed)
        return value_of(User, row)

    def local(self) -> Person:
        """The one person of a page without sign-in, who has every role."""
        if self._records.first(select(users.c.id).where(users.c.id == LOCAL)) is None:
            self._insert_new(users, id=LOCAL, name=LOCAL, display="", role="admin", disabled=True, password="")
        return Person(LOCAL, LOCAL, "admin", local=True)

    @cached_property
    def _nobody(self) -> str:
        return self._hasher.hash(fresh_id())

    def _fits(self, hashed: str, password: str) -> bool:
        try:
            self._nobody  # noqa: B018 (made before the first answer, so that no name is told by the time it takes)
            return self._hasher.verify(hashed, password[:_LONGEST])
        except (VerificationError, InvalidHashError):
            return False

    def _hashed(self, password: str, name: str) -> str:
        if not _SHORTEST <= len(password) <= _LONGEST:
            raise InputError(f"the password has {len(password)} characters; choose one of {_SHORTEST} to {_LONGEST}")
        if plain_name(password) == plain_name(name) or len(set(password)) < 4:
            raise InputError("the password is too easy to guess; choose another")
        with self._hashing:
            return self._hasher.hash(password)

    def _change(self, name: str, by: str, what: str, detail: dict[str, Any], **values: Any) -> User:
        with self._records.writing():
            user, moment = self.named(name), self._records.now()
            loses = values.get("disabled") or values.get("role", "admin") != "admin"
            if loses and self.administrators() == {user.id}:
                raise InputError(f"{user.name} is the last administrator; make another one first")
            self._update(users, users.c.id == user.id, **values, changed=moment)
            if values.get("disabled") or "password" in values:
                self._delete(sign_ins, sign_ins.c.user == user.id)
            if values.get("disabled"):
                self._update(tokens, (tokens.c.user == user.id) & tokens.c.revoked.is_(None), revoked=moment)
            self._note(by, what, f"user:{user.name}", detail)
            return self.named(name)


class Throttle(RecordsPart):
    """Slows down whoever guesses passwords, by where they are; nobody can keep the right person out from everywhere.

    Too many failures for a name from one address close that name to that address. Guessing from many addresses closes
    the name to those from which its owner has never signed in.
    """

    def attempt(self, name: str, address: str) -> int:
        """Count an attempt as failed until ``forgive`` says otherwise; the seconds to wait if there were too many."""
        moment, keys = self._records.now(), _keys(name, address)
        with self._records.writing():
            # those of the future too: a clock may be set back
            self._delete(failures, (failures.c.at < moment - limits.GUESS_WINDOW) | (failures.c.at > moment))
            most = (limits.GUESSES, limits.GUESSES_ADDRESS, limits.GUESSES_NAME)
            pair, place, anywhere = (self._wait(*one, moment) for one in zip(keys, most, strict=True))
            wait = max(pair, place)
            if anywhere > wait and not self._has_come_from(name, address):
                wait = anywhere
            for key in () if wait else keys:
                self._insert(failures, key=key, at=moment)
        return wait

    def forgive(self, name: str, address: str) -> None:
        """The last attempt was right: the name starts anew here, and address and name have one failure less."""
        pair, *others = _keys(name, address)
        with self._records.writing():
            self._delete(failures, failures.c.key == pair)
            for key in others:
                last = select(func.max(failures.c.id)).where(failures.c.key == key).scalar_subquery()
                self._delete(failures, failures.c.id == last)

    def _wait(self, key: str, most: int, moment: datetime) -> int:
        query = select(failures.c.at).where(failures.c.key == key).order_by(failures.c.at.desc())
        oldest = self._records.first(query.offset(most - 1).limit(1))
        return max(1, int((oldest.at + limits.GUESS_WINDOW - moment).total_seconds())) if oldest else 0

    def _has_come_from(self, name: str, address: str) -> bool:
        """Whether the owner of a name has signed in from an address lately."""
        mine = (audit.c.what == "user.sign_in") & (audit.c.object == f"user:{plain_name(name)}")
        lately = select(audit.c.detail).where(mine).order_by(audit.c.id.desc()).limit(_REMEMBERED)
        return any(row.detail.get("address") == address for row in self._records.rows(lately))


def _keys(name: str, address: str) -> tuple[str, str, str]:
    """What failures are counted by: the name at the address, the address, the name."""
    named, place = plain_name(name)[:64], address[:64]
    return f"pair:{place} {named}", f"address:{place}", f"name:{named}"


class SignIns(RecordsPart):
    """Open sign-ins of browsers; of tokens only hashes are kept."""

    def open(self, user: str, address: str = "") -> str:
        """Sign a user in, by id; the token to hand to the browser."""
        token, moment = secrets.token_urlsafe(32), self._records.now()
        with self._records.writing():
            self._delete(sign_ins, (sign_ins.c.seen < moment - IDLE) | (sign_ins.c.opened < moment - LONGEST))
            self._insert(sign_ins, token=_hash(token), user=user, address=address, opened=moment, seen=moment)
            name = self._records.first(select(users.c.name).where(users.c.id == user)).name
            self._note(name, "user.sign_in", f"user:{name}", {"address": address})
        return token

    def person(self, token: str) -> Person | None:
        """Who holds the token, unless it has ended; its use keeps it open."""
        here, moment = sign_ins.c.token == _hash(token), self._records.now()
        row = self._records.first(select(users, sign_ins.c.seen, sign_ins.c.opened).join(sign_ins).where(here))
        if row is None or row.disabled or _ended(row.opened, row.seen, moment):
            return None
        if moment - row.seen > _SEEN_EVERY:
            self._update(sign_ins, here, seen=moment)
        return value_of(Person, row)

    def close(self, token: str) -> None:
        """Sign out."""
        self._delete(sign_ins, sign_ins.c.token == _hash(token))


@dataclass(frozen=True, slots=True)
class ApiToken:
    """A program's way in, without the secret; ``revoked`` is when it was withdrawn."""

    id: str
    name: str
    created: datetime
    used: datetime | None
    revoked: datetime | None


class Tokens(RecordsPart):
    """Bearer tokens of the API, each of a user by sign-in name; only their hashes are kept.

    All but ``person`` raise ``InputError`` where there is no such user.
    """

    def issue(self, user: str, name: str, *, by: str) -> str:
        """A new token; it is shown this once."""
        secret = _PREFIX + secrets.token_urlsafe(32)
        with self._records.writing():
            owner = self._records.users.named(user)
            made = self._insert(tokens, user=owner.id, name=name, hash=_hash(secret))
            self._note(by, "token.issue", f"user:{owner.name}", {"token": made})
        return secret

    def of(self, user: str) -> tuple[ApiToken, ...]:
        """Those of a user, oldest first."""
        mine = tokens.c.user == self._records.users.named(user).id
        return self._read(ApiToken, select(tokens).where(mine).order_by(tokens.c.created))

    def revoke(self, user: str, token: str, *, by: str) -> None:
        """Withdraw a token, by its id.

        Raises:
            InputError: the user has no such token.
        """
        with self._records.writing():
            owner = self._records.users.named(user)
            mine = (tokens.c.id == token) & (tokens.c.user == owner.id)
            told = f"{user} has no token {token!r}; `dafu user token {user} --list` shows them"
            required(self._update(tokens, mine, revoked=self._records.now()), told)
            self._note(by, "token.revoke", f"user:{owner.name}", {"token": token})

    def person(self, secret: str) -> Person | None:
        """Whose token this is, unless it was revoked."""
        here, moment = (tokens.c.hash == _hash(secret)) & tokens.c.revoked.is_(None), self._records.now()
        row = self._records.first(select(users, tokens.c.used).join(tokens).where(here))
        if row is None or row.disabled:
            return None
        if row.used is None or moment - row.used > _SEEN_EVERY:
            self._update(tokens, here, used=moment)
        return value_of(Person, row)


def _ended(opened: datetime, seen: datetime, moment: datetime) -> bool:
    """Whether a sign-in has ended; one from the future has, for a clock that was set back would keep it for ever."""
    return moment - seen > IDLE or moment - opened > LONGEST or opened > moment + _SKEW or seen > moment + _SKEW


def _hash(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()


def tiers_of(role: Role) -> tuple[str, ...]:
    """The access tiers of the documents that people of a role may see."""
    return ("public", "internal") if _reaches(role, "staff") else ("public",)


def plain_name(name: str) -> str:
    """The form in which sign-in names are kept and compared."""
    return unicodedata.normalize("NFKC", name).strip().casefold()


def is_address(text: str) -> bool:
    """Whether mail can be sent to it, as far as its form tells."""
    return len(text) <= _LONGEST_ADDRESS and _ADDRESS.fullmatch(text) is not None


def _reaches(role: Role, wanted: Role) -> bool:
    return ROLES.index(role) >= ROLES.index(wanted)
