"""People: their sign-in names, roles and passwords; and the throttle of failed attempts."""

from __future__ import annotations

import re
import threading
import unicodedata
from dataclasses import asdict, dataclass
from datetime import datetime
from functools import cached_property
from typing import Any, Literal, get_args

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError
from sqlalchemy import Connection, delete, func, insert, select, update

from assistant.records.parts import RecordsDatabase, RecordsPart, fresh_id, value_of
from assistant.records.tables import audit, failures, sign_ins, tokens, users
from corpus import limits
from corpus.errors import InputError
from index.storage.database import put_new

Role = Literal["representative", "staff", "admin"]
ROLES: tuple[Role, ...] = get_args(Role)
LOCAL = "local"  # id and name of the one person of a page without sign-in
_NAME = re.compile(r"[\w.@-]{1,64}")
_ADDRESS = re.compile(r"[\w.!#$%&'*+/=?^`{|}~-]{1,64}@[a-z0-9](?:[a-z0-9.-]*[a-z0-9])?", re.ASCII | re.IGNORECASE)
_LONGEST_ADDRESS = 254
_SHORTEST, _LONGEST = 10, 256  # characters of a password
_REMEMBERED = 200  # sign-ins of a person whose addresses are known ones
_HASHING = 2  # passwords hashed at the same time, each with 64 MiB


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
    """Those who can sign in. ``by`` is who asks for a change, for the audit log."""

    def __init__(self, database: RecordsDatabase) -> None:
        super().__init__(database)
        self._hasher = PasswordHasher()
        self._hashing = threading.BoundedSemaphore(_HASHING)

    def exist(self) -> bool:
        """Whether anybody can be asked to sign in (somebody disabled counts: the page stays closed)."""
        return self._database.first(select(users.c.id).where(users.c.id != LOCAL).limit(1)) is not None

    def all(self) -> tuple[User, ...]:
        """Everyone, by name."""
        return self._read(User, select(users).where(users.c.id != LOCAL).order_by(users.c.name))

    def named(self, name: str) -> User:
        """The user of a sign-in name.

        Raises:
            InputError: there is none.
        """
        found = self._get(User, select(users).where((users.c.name == plain_name(name)) & (users.c.id != LOCAL)))
        if found is None:
            raise InputError(f"there is no user {name!r}; `dafu user list` shows them")
        return found

    def called(self, name: str) -> str:
        """How somebody is called in words; empty for the one person of a page without sign-in."""
        query = select(users.c.display).where((users.c.name == name) & (users.c.id != LOCAL))
        found = self._database.first(query)
        return (found.display if found else "") or ("" if name == LOCAL else name)

    def add(self, name: str, password: str, role: Role, *, display: str = "", by: str) -> User:
        """A further user; the first must be an administrator.

        Raises:
            InputError: the name is taken or no name, the password is too short, or there is no administrator yet.
        """
        named, hashed = plain_name(name), self._hashed(password, name)
        if not _NAME.fullmatch(named) or named == LOCAL:
            raise InputError(f"{name!r} is no sign-in name; use 1 to 64 letters, digits, characters or . @ _ -")
        moment = self._database.now()
        with self._database.writing() as connection:
            if connection.execute(select(users.c.id).where(users.c.name == named)).first():
                raise InputError(f"there is a user {named!r} already; choose another name")
            if role != "admin" and not administrators(connection):
                raise InputError("the first user must be an administrator; add --role admin")
            made = User(fresh_id(), named, display.strip() or name.strip(), role, disabled=False, created=moment)
            connection.execute(insert(users).values(**asdict(made), password=hashed, changed=moment))
            self._note(connection, by, "user.add", f"user:{named}", {"role": role})
        return made

    def set_role(self, name: str, role: Role, *, by: str) -> User:
        """Give another role.

        Raises:
            InputError: there is no such user, or this is the last administrator.
        """
        return self._change(name, by, "user.role", {"role": role})

    def disable(self, name: str, *, by: str, disabled: bool = True) -> User:
        """Keep a user from signing in, and end what is open; or let them in again.

        Raises:
            InputError: there is no such user, or this is the last administrator.
        """
        return self._change(name, by, "user.disable" if disabled else "user.enable", {"disabled": disabled})

    def set_email(self, name: str, address: str, *, by: str) -> User:
        """Say where they are told that staff have answered; an empty ``address`` removes what was said.

        The audit log, which outlasts a person's data, does not hold the address.

        Raises:
            InputError: there is no such user, or this is no address.
        """
        if address and not is_address(address):
            raise InputError(f"{address!r} is no e-mail address; write it as name@example.org")
        detail = {"email": "set" if address else "removed"}
        return self._change(name, by, "user.email", {"email": address}, detail)

    def set_password(self, name: str, password: str, *, by: str) -> None:
        """Give another password, and end every sign-in made with the old one.

        Raises:
            InputError: there is no such user, or the password is too short.
        """
        hashed = self._hashed(password, name)
        with self._database.writing() as connection:
            user = self.named(name)
            values = {"password": hashed, "changed": self._database.now()}
            connection.execute(update(users).where(users.c.id == user.id).values(values))
            connection.execute(delete(sign_ins).where(sign_ins.c.user == user.id))
            self._note(connection, by, "user.passwd", f"user:{user.name}")

    def verify(self, name: str, password: str) -> User | None:
        """The user if name and password fit; unknown, disabled and wrong take the same time."""
        row = self._database.first(select(users).where(users.c.name == plain_name(name)))
        usable = row is not None and not row.disabled and bool(row.password)
        with self._hashing:
            fits = self._fits(row.password if usable and row else self._nobody, password)
        if not (usable and fits and row):
            return None
        if self._hasher.check_needs_rehash(row.password):
            with self._hashing:
                hashed = self._hasher.hash(password)
            self._execute(update(users).where(users.c.id == row.id).values(password=hashed))
        return value_of(User, row)

    def local(self) -> Person:
        """The one person of a page without sign-in, who has every role."""
        if self._database.first(select(users.c.id).where(users.c.id == LOCAL)) is None:
            moment = self._database.now()
            values = {"id": LOCAL, "name": LOCAL, "display": "", "role": "admin", "disabled": True, "password": ""}
            with self._database.writing() as connection:
                put_new(connection, users, {**values, "created": moment, "changed": moment})
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

    def _change(
        self, name: str, by: str, what: str, values: dict[str, Any], detail: dict[str, Any] | None = None
    ) -> User:
        with self._database.writing() as connection:
            user = self.named(name)
            loses = values.get("disabled") or values.get("role", "admin") != "admin"
            if loses and administrators(connection) == {user.id}:
                raise InputError(f"{user.name} is the last administrator; make another one first")
            changed = {**values, "changed": self._database.now()}
            connection.execute(update(users).where(users.c.id == user.id).values(changed))
            if values.get("disabled"):
                connection.execute(delete(sign_ins).where(sign_ins.c.user == user.id))
                revoked = {"revoked": self._database.now()}
                mine = (tokens.c.user == user.id) & tokens.c.revoked.is_(None)
                connection.execute(update(tokens).where(mine).values(revoked))
            self._note(connection, by, what, f"user:{user.name}", detail or values)
            return self.named(name)


class Throttle(RecordsPart):
    """Slows down whoever guesses passwords, by where they are; nobody can keep the right person out from everywhere.

    Too many failures for a name from one address close that name to that address. Guessing from many addresses closes
    the name to those from which its owner has never signed in.
    """

    def attempt(self, name: str, address: str) -> int:
        """Count an attempt as failed until ``forgive`` says otherwise; the seconds to wait if there were too many."""
        moment, (pair, place, owner) = self._database.now(), _keys(name, address)
        with self._database.writing() as connection:
            connection.execute(delete(failures).where(failures.c.at < moment - limits.GUESS_WINDOW))
            connection.execute(delete(failures).where(failures.c.at > moment))  # a clock may be set back
            wait = self._wait(connection, pair, limits.GUESSES, moment)
            wait = max(wait, self._wait(connection, place, limits.GUESSES_ADDRESS, moment))
            anywhere = self._wait(connection, owner, limits.GUESSES_NAME, moment)
            if anywhere > wait and not _has_come_from(connection, name, address):
                wait = anywhere
            if not wait:
                connection.execute(insert(failures), [{"key": key, "at": moment} for key in (pair, place, owner)])
        return wait

    def forgive(self, name: str, address: str) -> None:
        """The last attempt was right: the name starts anew here, and address and name have one failure less."""
        pair, *others = _keys(name, address)
        with self._database.writing() as connection:
            connection.execute(delete(failures).where(failures.c.key == pair))
            for key in others:
                last = select(func.max(failures.c.id)).where(failures.c.key == key).scalar_subquery()
                connection.execute(delete(failures).where(failures.c.id == last))

    def _wait(self, connection: Connection, key: str, most: int, moment: datetime) -> int:
        query = select(failures.c.at).where(failures.c.key == key).order_by(failures.c.at.desc()).offset(most - 1)
        oldest = connection.execute(query.limit(1)).scalar()
        return 0 if oldest is None else max(1, int((oldest + limits.GUESS_WINDOW - moment).total_seconds()))


def _keys(name: str, address: str) -> tuple[str, str, str]:
    """What failures are counted by: the name at the address, the address, the name."""
    named, place = plain_name(name)[:64], address[:64]
    return f"pair:{place} {named}", f"address:{place}", f"name:{named}"


def _has_come_from(connection: Connection, name: str, address: str) -> bool:
    """Whether the owner of a name has signed in from an address lately."""
    mine = (audit.c.what == "user.sign_in") & (audit.c.object == f"user:{plain_name(name)}")
    rows = connection.execute(select(audit.c.detail).where(mine).order_by(audit.c.id.desc()).limit(_REMEMBERED))
    return any(row.detail.get("address") == address for row in rows)


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


def administrators(connection: Connection) -> set[str]:
    """The ids of those who are administrators and can sign in."""
    able = (users.c.role == "admin") & users.c.disabled.is_(False) & (users.c.id != LOCAL)
    return {row.id for row in connection.execute(select(users.c.id).where(able))}
