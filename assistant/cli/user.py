"""``dafu user``: who may sign in to the page, with which role, and the tokens of their programs."""

from __future__ import annotations

import getpass
import sys
from collections.abc import Mapping
from datetime import datetime
from typing import TYPE_CHECKING

import click

from assistant.cli.options import HomeGroup, json_option, print_json, settings
from assistant.cli.root import open_records
from corpus.errors import InputError

if TYPE_CHECKING:
    from assistant.records import ApiToken, Records, Role, User

ROLE = click.Choice(["representative", "staff", "admin"])
_STATES = {True: "disabled", False: "active"}


def stdin_option(command: click.decorators.FC) -> click.decorators.FC:
    """``--password-stdin``."""
    help_text = "Read the password from the first line of standard input instead of asking for it twice."
    return click.option("--password-stdin", "from_stdin", is_flag=True, help=help_text)(command)


@click.group(cls=HomeGroup)
def user() -> None:
    """Who may sign in to the page."""


@user.command()
@click.argument("name")
@click.option("--role", type=ROLE, default="representative", show_default=True, help="What they may do.")
@click.option("--display", default="", help="How the page calls them; by default their sign-in name.")
@stdin_option
def add(name: str, role: Role, display: str, from_stdin: bool) -> None:
    """Add a user; the first must be an administrator (--role admin)."""
    records = open_records(settings())
    if role != "admin" and not records.users.exist():
        raise InputError("the first user must be an administrator; add --role admin")
    made = records.users.add(name, _password(from_stdin=from_stdin), role, display=display, by=_who())
    print(f"added {made.name} ({made.role})")


@user.command("list")
@json_option
def list_users(as_json: bool) -> None:
    """List the users."""
    users = _records().users.all()
    if as_json:
        print_json([_row(one) for one in users])
        return
    for one in users:
        print("\t".join((one.name, one.role, _STATES[one.disabled], one.display)))
    if not users:
        print("no users: the page serves this machine only; add the first with `dafu user add NAME --role admin`")


@user.command()
@click.argument("name")
@click.option("--undo", is_flag=True, help="Let them in again.")
def disable(name: str, undo: bool) -> None:
    """Keep a user from signing in; what they have open ends at once, their tokens are revoked."""
    changed = _records().users.disable(name, by=_who(), disabled=not undo)
    print(f"{changed.name} is {_STATES[changed.disabled]}")


@user.command()
@click.argument("name")
@stdin_option
def passwd(name: str, from_stdin: bool) -> None:
    """Give a user another password; what is open with the old one ends."""
    records = _records()
    known = records.users.named(name)
    records.users.set_password(known.name, _password(from_stdin=from_stdin), by=_who())
    print(f"{known.name} has a new password")


@user.command()
@click.argument("name")
@click.argument("role", type=ROLE)
def role(name: str, role: Role) -> None:
    """Give a user another role."""
    changed = _records().users.set_role(name, role, by=_who())
    print(f"{changed.name} is {changed.role}")


@user.command()
@click.argument("name")
@click.argument("address", required=False)
@click.option("--remove", is_flag=True, help="They are no longer written to.")
def email(name: str, *, address: str | None, remove: bool) -> None:
    """Say where a user is told by mail that staff have answered; needs the settings of a mail server."""
    if (address is None) != remove:
        raise InputError("give an ADDRESS, or --remove without one")
    changed = _records().users.set_email(name, address or "", by=_who())
    print(f"{changed.name} is told by mail to {changed.email}" if address else f"{changed.name} is not told by mail")


@user.command()
@click.argument("name")
@click.option("--for", "purpose", default="", help="What the token is for; shown in the list.")
@click.option("--list", "listing", is_flag=True, help="List the tokens instead of making one.")
@click.option("--revoke", metavar="ID", help="Withdraw a token instead of making one.")
@json_option
def token(name: str, *, purpose: str, listing: bool, revoke: str | None, as_json: bool) -> None:
    """Make a token with which a user's program may use the API; it is printed this once."""
    records = _records()
    if listing and revoke:
        raise InputError("give --list or --revoke ID, not both")
    if listing:
        _print_tokens(records.tokens.of(name), as_json=as_json)
    elif revoke:
        records.tokens.revoke(name, revoke, by=_who())
        print(f"revoked {revoke}")
    else:
        secret = records.tokens.issue(name, purpose, by=_who())
        print_json({"token": secret}) if as_json else print(secret)


@user.command()
@click.argument("name")
def export(name: str) -> None:
    """Print everything that is held of a user as JSON, but for passwords and tokens."""
    records = _records()
    print_json(records.keeping.of(records.users.named(name).id))


@user.command()
@click.argument("name")
@click.option("--yes", is_flag=True, help="Do it; without, it is only told what would go.")
@json_option
def delete(name: str, *, yes: bool, as_json: bool) -> None:
    """Delete a user with all that they asked; what staff answered stays without their name."""
    records = _records()
    known = records.users.named(name)
    if not yes:
        held = {kind: len(rows) for kind, rows in records.keeping.of(known.id).items() if isinstance(rows, list)}
        raise InputError(f"{known.name} has {_counted(held)}; add --yes to delete what is theirs")
    gone = records.keeping.forget(known.id, by=_who(), account=True)
    stays = gone.pop("stays")
    if as_json:
        print_json({"deleted": gone, "stays": stays})
    else:
        print(f"deleted {known.name}: {_counted(gone)}")
        print(
            f"stays: {_counted(stays)} (what staff answered without their name; the audit log until its time is over)"
        )


def _counted(counts: Mapping[str, int]) -> str:
    return ", ".join(f"{count} {kind}" for kind, count in counts.items())


def _records() -> Records:
    return open_records(settings(), create=False)


def _password(*, from_stdin: bool) -> str:
    if from_stdin:
        return sys.stdin.readline().rstrip("\r\n")
    if not sys.stdin.isatty():
        raise InputError("there is no terminal to ask for the password; give it with --password-stdin")
    first, again = getpass.getpass("Password: "), getpass.getpass("Again: ")
    if first != again:
        raise InputError("the two passwords differ; run the command again")
    return first


def _who() -> str:
    """Who is at the terminal, for the audit log."""
    try:
        return f"terminal:{getpass.getuser()}"
    except (OSError, KeyError):
        return "terminal"


def _row(one: User) -> dict[str, object]:
    return {
        "name": one.name,
        "display": one.display,
        "role": one.role,
        "disabled": one.disabled,
        "email": one.email,
        "created": one.created.isoformat(timespec="seconds"),
    }


def _print_tokens(tokens: tuple[ApiToken, ...], *, as_json: bool) -> None:
    rows = [
        {
            "id": one.id,
            "for": one.name,
            "created": _when(one.created),
            "used": _when(one.used),
            "revoked": _when(one.revoked),
        }
        for one in tokens
    ]
    if as_json:
        print_json(rows)
        return
    for row in rows:
        state = f"revoked {row['revoked']}" if row["revoked"] else f"used {row['used'] or 'never'}"
        print("\t".join((str(row["id"]), str(row["created"]), state, str(row["for"]))))


def _when(moment: datetime | None) -> str | None:
    return moment.isoformat(timespec="seconds") if moment else None
