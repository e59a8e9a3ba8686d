"""People in the records: passwords, sign-ins, tokens and the throttle."""

from __future__ import annotations

import statistics
import time
from datetime import timedelta

import pytest

from assistant.records import FILE, Person
from assistant.records.people import IDLE, LONGEST
from corpus import InputError, limits
from tests.fakes.clock import START

SECRET = "correct horse battery"


@pytest.fixture
def admin(records):
    return records.users.add("Chen", SECRET, "admin", display="陈", by="terminal")


def test_a_user_signs_in_by_name_and_password(records, admin):
    """However the name is written; nothing but the right password fits."""
    assert records.users.verify("ＣＨＥＮ ", SECRET) == admin
    for name, password in (("chen", SECRET + "x"), ("chen", ""), ("nobody", SECRET), ("local", "")):
        assert records.users.verify(name, password) is None
    assert admin.person == Person(admin.id, "chen", "admin", "陈")


def test_no_password_is_in_the_file(tmp_path, records, admin):
    """Passwords, tokens and sign-ins are kept as hashes."""
    secrets = [SECRET, records.sign_ins.open(admin.id), records.tokens.issue("chen", "script", by="chen")]
    held = (tmp_path / FILE).read_bytes()
    assert b"$argon2id$" in held
    for secret in secrets:
        assert secret.encode() not in held


@pytest.mark.usefixtures("admin")
def test_unknown_names_take_as_long_as_wrong_passwords(records):
    """The time of an answer does not tell whether somebody exists."""
    taken = {"chen": [], "nobody": []}
    for _ in range(5):
        for name, times in taken.items():
            start = time.process_time()
            records.users.verify(name, "some wrong password")
            times.append(time.process_time() - start)
    known, unknown = (statistics.median(times) for times in taken.values())
    assert 0.5 < unknown / known < 2


@pytest.mark.usefixtures("admin")
@pytest.mark.parametrize(
    ("name", "password", "said"),
    [
        ("a b", SECRET, "no sign-in name"),
        ("local", SECRET, "no sign-in name"),
        ("", SECRET, "no sign-in name"),
        ("CHEN", SECRET, "already"),
        ("li", "short", "10 to 256"),
        ("li", "aaaaaaaaaaaa", "too easy"),
        ("li-xiaoming", "Li-Xiaoming", "too easy"),
    ],
)
def test_what_cannot_be_a_user_is_refused(records, name, password, said):
    """One line that names the cure."""
    with pytest.raises(InputError, match=said):
        records.users.add(name, password, "staff", by="terminal")


def test_there_is_always_an_administrator(records):
    """The first user is one, and the last cannot be disabled or given another role."""
    with pytest.raises(InputError, match="--role admin"):
        records.users.add("li", SECRET, "staff", by="terminal")
    records.users.add("chen", SECRET, "admin", by="terminal")
    for change in (
        lambda: records.users.disable("chen", by="x"),
        lambda: records.users.set_role("chen", "staff", by="x"),
    ):
        with pytest.raises(InputError, match="last administrator"):
            change()
    records.users.add("li", SECRET, "admin", by="terminal")
    assert records.users.set_role("chen", "staff", by="x").role == "staff"


def test_roles_include_the_lower_ones():
    """An administrator may what staff may; only these see internal documents."""
    tiers = {role: Person("1", "x", role).tiers for role in ("representative", "staff", "admin")}
    assert tiers == {"representative": ("public",), "staff": ("public", "internal"), "admin": ("public", "internal")}
    assert [Person("1", "x", "staff").has(role) for role in ("representative", "staff", "admin")] == [True, True, False]


def test_a_page_without_users_has_one_local_person(records):
    """Who has every role, is no user, and does not make the page ask for a password."""
    assert not records.users.exist()
    person = records.users.local()
    assert records.users.local() == person
    assert person.local
    assert person.has("admin")
    assert not records.users.exist()
    assert records.users.all() == ()
    with pytest.raises(InputError, match="no user"):
        records.users.named("local")


def test_a_sign_in_slides_and_ends(records, admin, clock):
    """It lasts while it is used, ends when it is not, and ends in any case after the longest time."""
    token = records.sign_ins.open(admin.id)
    for _ in range(10):
        clock.on(IDLE - timedelta(minutes=1))
        assert records.sign_ins.person(token) == admin.person
    clock.on(IDLE + timedelta(minutes=6))
    assert records.sign_ins.person(token) is None
    token = records.sign_ins.open(admin.id)
    while clock.now - START < LONGEST + timedelta(days=14):
        clock.on(timedelta(hours=6))
        last = records.sign_ins.person(token)
    assert last is None
    assert records.sign_ins.person("made up") is None


def test_signing_out_ends_it(records, admin):
    """The token is worth nothing afterwards; another browser stays in."""
    one, two = records.sign_ins.open(admin.id), records.sign_ins.open(admin.id)
    records.sign_ins.close(one)
    assert records.sign_ins.person(one) is None
    assert records.sign_ins.person(two) == admin.person


@pytest.mark.usefixtures("admin")
def test_a_disabled_user_is_out_at_once(records):
    """Sign-ins and tokens end, the password fits no more; enabled again, the old tokens stay revoked."""
    records.users.add("li", SECRET, "staff", by="chen")
    token = records.sign_ins.open(records.users.named("li").id)
    secret = records.tokens.issue("li", "script", by="chen")
    records.users.disable("li", by="chen")
    assert records.users.verify("li", SECRET) is None
    assert records.sign_ins.person(token) is None
    assert records.tokens.person(secret) is None
    records.users.disable("li", by="chen", disabled=False)
    assert records.users.verify("li", SECRET) is not None
    assert records.sign_ins.person(token) is None
    assert records.tokens.person(secret) is None


def test_a_new_password_ends_what_the_old_one_opened(records, admin):
    """Also when somebody else has it."""
    token = records.sign_ins.open(admin.id)
    records.users.set_password("chen", "another password", by="terminal")
    assert records.sign_ins.person(token) is None
    assert records.users.verify("chen", SECRET) is None
    assert records.users.verify("chen", "another password") == admin


@pytest.mark.usefixtures("admin")
def test_a_change_of_role_counts_from_the_next_request(records):
    """No sign-in keeps an old role."""
    records.users.add("li", SECRET, "staff", by="chen")
    token = records.sign_ins.open(records.users.named("li").id)
    records.users.set_role("li", "representative", by="chen")
    assert records.sign_ins.person(token).tiers == ("public",)


def test_a_token_is_shown_once_and_can_be_revoked(records, admin, clock):
    """A program comes in with it until then; the list tells when it was used."""
    secret = records.tokens.issue("chen", "脚本", by="chen")
    clock.on(timedelta(days=400))
    assert records.tokens.person(secret) == admin.person
    listed = records.tokens.of("chen")[0]
    assert (listed.name, listed.used, listed.revoked) == ("脚本", clock.now, None)
    records.tokens.revoke("chen", listed.id, by="chen")
    assert records.tokens.person(secret) is None
    with pytest.raises(InputError, match="no token"):
        records.tokens.revoke("chen", "nothing", by="chen")


def test_guessing_is_slowed_down_by_name(records, clock):
    """Ten failures at one address within a quarter of an hour, and the name waits there, whether it exists or not."""
    for _ in range(10):
        assert records.throttle.attempt("Chen", "10.0.0.1") == 0
        clock.on(timedelta(seconds=30))
    wait = records.throttle.attempt("chen", "10.0.0.1")
    assert wait == 15 * 60 - 10 * 30
    assert records.throttle.attempt("li", "10.0.0.1") == 0
    clock.on(timedelta(seconds=wait + 1))
    assert records.throttle.attempt("chen", "10.0.0.1") == 0


def test_nobody_keeps_the_right_person_out(records, admin):
    """However many guess, from wherever: at an address where its owner signed in before, the name is open."""
    records.sign_ins.open(admin.id, "10.0.0.7")
    for n in range(limits.GUESSES_NAME):
        assert records.throttle.attempt("chen", f"192.0.2.{n}") == 0
    assert records.throttle.attempt("chen", "198.51.100.1") > 0
    assert records.throttle.attempt("chen", "10.0.0.7") == 0


def test_a_clock_set_back_keeps_neither_failures_nor_sign_ins(records, admin, clock):
    """What happened in what is now the future is over: nobody waits for it, nobody stays signed in by it."""
    token = records.sign_ins.open(admin.id)
    for _ in range(10):
        records.throttle.attempt("chen", "10.0.0.1")
    assert records.throttle.attempt("chen", "10.0.0.1") > 0
    clock.on(timedelta(days=-30))
    assert records.throttle.attempt("chen", "10.0.0.1") == 0
    assert records.sign_ins.person(token) is None


def test_guessing_is_slowed_down_by_address(records):
    """Fifty failures from one address, whatever the names."""
    for n in range(50):
        assert records.throttle.attempt(f"name{n}", "10.0.0.1") == 0
    assert records.throttle.attempt("new", "10.0.0.1") > 0
    assert records.throttle.attempt("new", "10.0.0.2") == 0


def test_the_right_password_starts_the_count_anew(records):
    """Signing in many times from one office is no attack."""
    for _ in range(60):
        assert records.throttle.attempt("chen", "10.0.0.1") == 0
        records.throttle.forgive("chen", "10.0.0.1")


def test_waiting_does_not_grow_by_trying(records, clock):
    """An attempt that is turned away counts for nothing: it cannot keep somebody out for ever."""
    for _ in range(10):
        records.throttle.attempt("chen", "10.0.0.1")
    clock.on(timedelta(minutes=14))
    assert 0 < records.throttle.attempt("chen", "10.0.0.1") <= 60
    clock.on(timedelta(seconds=61))
    assert records.throttle.attempt("chen", "10.0.0.1") == 0
