"""Mail: who is told that staff have answered, of what, and what no mail, log or error ever holds."""

from __future__ import annotations

import shutil
import ssl
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from zipfile import ZipFile

import pytest

from assistant import mail as mail_module
from assistant.mail import Mail, MailError, MailServer
from assistant.records import FILE, Records
from assistant.settings import Settings, load_settings
from assistant.web.telling import Telling
from corpus.errors import InputError
from tests.fakes import mail_server as fake
from tests.test_review_page import desk, office_home  # noqa: F401 (fixtures)

ASKED = {"li": "河套有哪些措施？", "ho": "河套有哪些措施，開放時間為何？", "ann": "What measures are there in Hetao?"}


def mail_at(server: fake.MailServer) -> Mail:
    return Mail(
        MailServer("127.0.0.1", server.port, encrypted=False), "答复 <dafu@office.example>", "https://dafu.example"
    )


@contextmanager
def telling(server: fake.MailServer, records: Records, *pauses: float) -> Iterator[Telling]:
    made = Telling(mail_at(server), records, pauses)
    try:
        yield made
    finally:
        made.close()


@pytest.fixture(scope="module")
def people(tmp_path_factory):
    """A home with an administrator and three who may be written to, made once: passwords take time."""
    home = tmp_path_factory.mktemp("people")
    records = Records.open(home)
    records.users.add("wang", "correct-horse-battery", "admin", by="test")
    for name in ASKED:
        records.users.add(name, "correct-horse-battery", "representative", by="test")
        records.users.set_email(name, f"{name}@office.example", by="test")
    records.close()
    return home


@pytest.fixture
def records(people, tmp_path):
    shutil.copyfile(people / FILE, tmp_path / FILE)
    opened = Records.open(tmp_path)
    yield opened
    opened.close()


@pytest.fixture
def answered(records):
    """A review that answered three hand-overs; its id."""
    items, wang = [], records.users.named("wang").person
    for name, question in ASKED.items():
        person = records.users.named(name).person
        conversation = records.conversations.new(person.id, question)
        turn = records.turns.append(person.id, conversation.id, question)
        items.append(f"handover:{records.handovers.give(person, turn.id, '急').id}")
    review = records.reviews.begin(wang, "河套有哪些措施？", items=items, text="有十项措施。")
    return records.reviews.approve(wang, review, second_person=False).id


def test_each_asker_is_told_in_the_language_of_the_question(records, answered):
    """That there is an answer and where it is: no word of the question or the answer."""
    with fake.MailServer() as server, telling(server, records) as tell:
        tell(answered)
        server.wait(3)
    mails = dict(server.mails)
    assert {name: one["Subject"] for name, one in mails.items()} == {
        "li@office.example": "您的提问已有人工答复",
        "ho@office.example": "您的提問已有人工答覆",
        "ann@office.example": "Staff have answered your question",
    }
    li = records.users.named("li").id
    (conversation,) = records.conversations.of(li)
    whole = mails["li@office.example"]
    assert f"\nhttps://dafu.example/?c={conversation.id}\n" in whole.get_content()
    assert (whole["From"], whole["To"]) == ("答复 <dafu@office.example>", "li@office.example")
    assert (whole["Auto-Submitted"], whole["Date"] is not None) == ("auto-generated", True)
    for one in mails.values():
        assert not any(word in one["Subject"] + one.get_content() for word in ("河套", "Hetao", "十项", "急"))


def test_who_is_not_told(records, answered):
    """Whoever has no address, cannot sign in, deleted the conversation, or asked what was answered and taken back."""
    ids = {name: records.users.named(name).id for name in ASKED}
    assert {one.id for one in records.reviews.askers(answered)} == set(ids.values())
    records.users.set_email("li", "", by="test")
    records.users.disable("ho", by="test")
    assert [one.id for one in records.reviews.askers(answered)] == [ids["ann"]]
    records.conversations.put_away(ids["ann"], records.conversations.of(ids["ann"])[0].id)
    assert records.reviews.askers(answered) == ()
    records.users.set_email("li", "li@office.example", by="test")
    wang = records.users.named("wang").person
    records.reviews.decide(wang, records.reviews.get(answered), "withdraw", "错了")
    assert records.reviews.askers(answered) == ()


def test_what_failed_is_tried_again_for_those_alone_whom_it_failed_for(records, answered, caplog):
    """A refusal for good is not; the log holds codes, no address."""
    caplog.set_level("INFO", "dafu")
    with fake.MailServer(250, 451, 550) as server, telling(server, records, 0.05, 0.05) as tell:
        tell(answered)
        server.wait(2)
        time.sleep(0.3)
    assert [name for name, _ in server.mails] == ["li@office.example", "ho@office.example"]
    assert sum(one.startswith("RCPT") for one in server.heard) == 4
    told = [(one.getMessage(), one.event.get("reason")) for one in caplog.records if one.name == "dafu.mail"]
    assert told == [
        ("mail sent", None),
        ("mail not sent", "it refuses the recipient (451)"),
        ("mail not sent", "it refuses the recipient (550)"),
        ("mail sent", None),
    ]
    assert "office.example" not in str([vars(one) for one in caplog.records])


def test_it_is_tried_a_few_times_and_not_for_ever(records, answered):
    with fake.MailServer(*[451] * 20) as server, telling(server, records, 0.02, 0.02) as tell:
        tell(answered)
        server.wait(9, "RCPT")
        time.sleep(0.2)
        assert sum(one.startswith("RCPT") for one in server.heard) == 9
        records.users.set_email("li", "", by="test")  # whoever is not to be told by now is not
        server.replies.clear()
        tell(answered)
        server.wait(2)
    assert "li@office.example" not in dict(server.mails)


def test_an_approval_waits_for_no_mail_server(desk):  # noqa: F811
    """One that says nothing delays neither the approval nor the end of the server; the answer is there."""
    records = desk.records
    records.users.set_email("li", "li@office.example", by="test")
    turn = desk.ask(hand="")
    with fake.MailServer(silent=True) as server:
        told = Telling(mail_at(server), records)
        (wang,) = desk.at("wang", answered=told)
        wang.open(desk.key())
        wang.write("有。")
        began = time.monotonic()
        assert "已发给提问者" in str(wang.act("approve")["told"])
        told.close()
        assert time.monotonic() - began < 5
    assert records.reviews.approved_in(desk.people["li"].id, turn.conversation)


def test_an_approval_on_the_page_tells_the_asker(desk):  # noqa: F811
    desk.records.users.set_email("li", "li@office.example", by="test")
    desk.ask(hand="")
    with fake.MailServer() as server, telling(server, desk.records) as tell:
        (wang,) = desk.at("wang", answered=tell)
        wang.open(desk.key())
        wang.write("有。")
        assert server.mails == []
        wang.act("approve")
        server.wait(1)
    assert [name for name, _ in server.mails] == ["li@office.example"]


# The server


@pytest.mark.parametrize(
    ("address", "server"),
    [
        ("smtps://a%40b:p%2Fw@mail.example", MailServer("mail.example", 465, True, "a@b", "p/w")),  # noqa: FBT003
        ("smtp://mail.example", MailServer("mail.example", 587, encrypted=False)),
        ("smtp://127.0.0.1:25/", MailServer("127.0.0.1", 25, encrypted=False)),
    ],
)
def test_an_address_names_the_server(address, server):
    assert MailServer.at(address) == server


@pytest.mark.parametrize(
    "address",
    [
        "mail.example:25",
        "http://u:hush@mail.example",
        "smtp://u:hu/hush@mail.example",
        "smtp://u:hush@mail.example:hush",
        "smtp://u:hush七@mail.example",
        "smtps://u:hush@",
    ],
)
def test_a_wrong_address_is_one_line_without_the_password(address):
    with pytest.raises(InputError, match="DAFU_SMTP_URL") as told:
        MailServer.at(address)
    assert "hush" not in str(told.value)


def test_the_settings_are_whole_or_name_what_is_missing(tmp_path):
    """Nothing is shown of the password by printing them."""
    given = {"DAFU_SMTP_URL": "smtp://u:hush@mail.example"}
    assert Mail.of(load_settings({"home": tmp_path}, {})) is None
    for name, value in (("DAFU_MAIL_FROM", "dafu@office.example"), ("DAFU_PUBLIC_URL", "https://dafu.example/")):
        with pytest.raises(InputError, match=name):
            Mail.of(load_settings({"home": tmp_path}, given))
        given[name] = value
    for page in ("dafu.example", "ftp://dafu.example", "http://[x y", "https://dafu.example/#c=1"):
        with pytest.raises(InputError, match="DAFU_PUBLIC_URL"):
            Mail.of(load_settings({"home": tmp_path}, {**given, "DAFU_PUBLIC_URL": page}))
    settings: Settings = load_settings({"home": tmp_path}, given)
    mail = Mail.of(settings)
    assert (mail.server.password, mail.page) == ("hush", "https://dafu.example")
    assert "hush" not in repr(settings) + repr(mail)


@pytest.fixture(scope="module")
def certificate(tmp_path_factory):
    """A certificate for 127.0.0.1, as a file, and a server's context with it."""
    if shutil.which("openssl") is None:
        pytest.skip("openssl is not installed")
    folder = tmp_path_factory.mktemp("tls")
    made = f"openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -days 2 -subj /CN=fake \
        -addext subjectAltName=IP:127.0.0.1 -keyout {folder}/key -out {folder}/certificate"
    subprocess.run(made.split(), check=True, capture_output=True)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(folder / "certificate", folder / "key")
    return folder / "certificate", context


@pytest.mark.parametrize("encrypted", [True, False])
def test_the_password_goes_encrypted_to_a_server_that_is_trusted_alone(certificate, monkeypatch, encrypted):
    """By TLS from the start or STARTTLS; an unknown certificate is sent nothing; a refusal does not repeat it."""
    path, context = certificate
    with fake.MailServer(tls=context, encrypted=encrypted, password="hush") as server:
        right = MailServer("127.0.0.1", server.port, encrypted, "u", "hush")
        with pytest.raises(MailError, match="certificate is not trusted"):
            right.check()
        assert not any(one.startswith("AUTH") for one in server.heard)
        monkeypatch.setenv("SSL_CERT_FILE", str(path))
        right.check()
        with pytest.raises(MailError, match="user or password") as told:
            MailServer("127.0.0.1", server.port, encrypted, "u", "other").check()
        assert "other" not in str(told.value)
        assert server.mails == []


def test_without_encryption_nothing_is_sent_to_another_machine(monkeypatch):
    """Here 127.0.0.1 plays one."""
    monkeypatch.setattr(mail_module, "_is_here", lambda _: False)
    with fake.MailServer(password="hush") as server:
        with pytest.raises(MailError, match="STARTTLS"):
            MailServer("127.0.0.1", server.port, False, "u", "hush").check()  # noqa: FBT003
        assert not any(one.startswith(("AUTH", "MAIL")) for one in server.heard)


def test_the_doctor_names_a_server_that_is_away(dafu, tmp_path, monkeypatch):
    """With the cure and without the password; one that answers is no fault."""
    (tmp_path / "papers").mkdir()
    (tmp_path / "papers" / "paper.txt").write_text("答复\n\n我们在三月五日答复。\n", encoding="utf-8")
    home = tmp_path / "home"
    dafu("sync", tmp_path / "papers", "--home", home, keywords=True)
    monkeypatch.setenv("DAFU_MAIL_FROM", "dafu@office.example")
    monkeypatch.setenv("DAFU_PUBLIC_URL", "https://dafu.example")
    with fake.MailServer(password="hush") as server:
        monkeypatch.setenv("DAFU_SMTP_URL", f"smtp://u:hush@127.0.0.1:{server.port}")
        assert dafu("doctor", "--home", home, keywords=True).status == 0
    sick = dafu("doctor", "--home", home, "--json", keywords=True)
    assert sick.status == 1
    (fault,) = sick.json["faults"]
    assert f"the mail server 127.0.0.1:{server.port} cannot be used: Connection refused" in fault["what"]
    assert "DAFU_SMTP_URL" in fault["cure"]
    assert "hush" not in sick.out + sick.err
    monkeypatch.setenv("DAFU_SMTP_URL", "smtp://u:hush@127.0.0.1:hush")
    (home / "settings.toml").write_text('smtp_url = "smtp://u:hush@127.0.0.1"\n', encoding="utf-8")
    assert "smtp_url" in dafu("backup", tmp_path / "kept", "--home", home, keywords=True).err
    with ZipFile(tmp_path / "kept") as kept:
        assert b"hush" not in kept.read("settings.toml")
    assert "hush" not in dafu("doctor", "--home", home, keywords=True).refused()
