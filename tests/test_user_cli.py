"""``dafu user``: the first administrator is made at a terminal, and everyone after."""

from __future__ import annotations

import json
import os
import pty
import subprocess
import sys
import time

import pytest
from click.testing import CliRunner

from assistant.cli.main import cli
from assistant.cli.user import ROLE
from assistant.records import ROLES, Records
from corpus import InputError

SECRET = "correct horse battery"


@pytest.fixture
def dafu_user(tmp_path, monkeypatch):
    """Run ``dafu user ...`` in this process; what it prints, or the InputError that it raises."""
    monkeypatch.delenv("DAFU_HOME", raising=False)

    def run(*arguments: str, given: str = SECRET) -> str:
        arguments = ("user", arguments[0], "--home", str(tmp_path), *arguments[1:])
        done = CliRunner().invoke(cli, arguments, input=given + "\n", standalone_mode=False)
        if done.exception is not None:
            raise done.exception
        return done.output

    return run


@pytest.fixture
def records(tmp_path):
    opened = Records.open(tmp_path)
    yield opened
    opened.close()


def test_the_roles_of_the_command_are_those_of_the_records():
    """They are written twice so that the command need not load the records to show its help."""
    assert tuple(ROLE.choices) == ROLES


def test_the_life_of_a_user(dafu_user, records):
    """Add, list, role, password, disable and let in again, each of them in the audit log."""
    assert "the first with `dafu user add" in dafu_user("list")
    assert dafu_user("add", "chen", "--role", "admin", "--password-stdin") == "added chen (admin)\n"
    assert dafu_user("add", "li", "--display", "李代表", "--password-stdin") == "added li (representative)\n"
    assert dafu_user("list") == "chen\tadmin\tactive\tchen\nli\trepresentative\tactive\t李代表\n"
    assert dafu_user("role", "li", "staff") == "li is staff\n"
    dafu_user("passwd", "li", "--password-stdin", given="another password")
    assert records.users.verify("li", "another password").role == "staff"
    assert dafu_user("disable", "li") == "li is disabled\n"
    assert records.users.verify("li", "another password") is None
    assert dafu_user("disable", "li", "--undo") == "li is active\n"
    done = [event.what for event in records.audit.of("user:li")]
    assert done == ["user.enable", "user.disable", "user.passwd", "user.role", "user.add"]
    assert all(event.who.startswith("terminal") for event in records.audit.of())


def test_an_address_is_set_and_removed_and_stays_out_of_the_audit_log(dafu_user, records):
    """The log outlasts the data of a person."""
    dafu_user("add", "chen", "--role", "admin", "--password-stdin")
    assert dafu_user("email", "chen", "chen@office.example") == "chen is told by mail to chen@office.example\n"
    assert records.users.named("chen").email == "chen@office.example"
    assert json.loads(dafu_user("list", "--json"))[0]["email"] == "chen@office.example"
    assert json.loads(dafu_user("export", "chen"))["account"]["email"] == "chen@office.example"
    assert dafu_user("email", "chen", "--remove") == "chen is not told by mail\n"
    assert records.users.named("chen").email == ""
    assert "office.example" not in "".join(str(event.detail) for event in records.audit.of("user:chen"))


@pytest.mark.parametrize(
    "address",
    ["chen", "@office", "chen@", "a b@c.example", "chen@office.example\nBcc: x@y.example", "陈@office.example"],
)
def test_what_is_no_address_is_refused(dafu_user, address):
    """None could carry a further header."""
    dafu_user("add", "chen", "--role", "admin", "--password-stdin")
    with pytest.raises(InputError, match="no e-mail address"):
        dafu_user("email", "chen", address)


def test_a_token_is_made_listed_and_revoked(dafu_user, records):
    """It is printed once; afterwards only its id is."""
    dafu_user("add", "chen", "--role", "admin", "--password-stdin")
    secret = dafu_user("token", "chen", "--for", "nightly").strip()
    assert records.tokens.person(secret).name == "chen"
    listed = dafu_user("token", "chen", "--list")
    assert secret not in listed
    assert listed.endswith("nightly\n")
    dafu_user("token", "chen", "--revoke", listed.split("\t")[0])
    assert records.tokens.person(secret) is None
    assert "revoked" in dafu_user("token", "chen", "--list")


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("add", "li", "--password-stdin"), "--role admin"),
        (("disable", "chen"), "dafu user list"),
        (("passwd", "chen", "--password-stdin"), "dafu user list"),
        (("role", "chen", "staff"), "dafu user list"),
        (("token", "chen"), "dafu user list"),
        (("email", "chen", "chen@office.example"), "dafu user list"),
        (("email", "chen"), "--remove"),
        (("email", "chen", "chen@office.example", "--remove"), "--remove"),
        (("token", "chen", "--list", "--revoke", "x"), "not both"),
        (("add", "chen", "--role", "admin"), "--password-stdin"),
    ],
)
def test_what_cannot_be_done_is_one_line_with_the_cure(dafu_user, arguments, said):
    """Also where there is no terminal to ask for a password."""
    with pytest.raises(InputError, match=said):
        dafu_user(*arguments)


def at_terminal(command: list[str], *typed: str) -> tuple[int, str]:
    """Run a command at a terminal of its own and type each answer when it is asked for."""
    ours, theirs = pty.openpty()
    running = subprocess.Popen(
        command, stdin=theirs, stdout=theirs, stderr=theirs, start_new_session=True, close_fds=True
    )
    os.close(theirs)
    shown = b""
    for answer in typed:
        shown += _until(ours, b": ")
        time.sleep(0.1)  # getpass flushes what was typed before it asks
        os.write(ours, answer.encode() + b"\n")
    shown += _until(ours, None)
    os.close(ours)
    return running.wait(60), shown.decode()


def _until(terminal: int, end: bytes | None) -> bytes:
    shown = b""
    while end is None or not shown.endswith(end):
        try:
            read = os.read(terminal, 1024)
        except OSError:  # the other side is closed
            break
        if not read:
            break
        shown += read
    return shown


def test_a_password_is_asked_for_twice_and_not_shown(tmp_path, records):
    """At a real terminal; two that differ make no user."""
    program = [
        sys.executable,
        "-c",
        "from assistant.cli import main; main()",
        "user",
        "add",
        "chen",
        "--role",
        "admin",
        "--home",
        str(tmp_path),
    ]
    status, shown = at_terminal(program, SECRET, SECRET + "x")
    assert (status, "differ" in shown) == (2, True)
    status, shown = at_terminal(program, SECRET, SECRET)
    assert status == 0, shown
    assert SECRET not in shown
    assert records.users.verify("chen", SECRET) is not None
