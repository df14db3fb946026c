"""How e-mails are worded and addressed."""

import json
from datetime import date
from email import message_from_bytes
from email.headerregistry import Address
from email.policy import SMTP

import pytest
from jinja2 import UndefinedError
from pydantic import ValidationError

from contactflow.gateway.emails.facts import FACTS, TEMPLATES, Coded, Facts, Template
from contactflow.gateway.emails.writing import Writer, day
from contactflow.kernel import LOCALES, Locale
from contactflow.testing.mail import code_in, words
from services.gateway.tests.emails.letters import (
    AUTHORITY,
    ENDED,
    RECEIPT,
    SAID,
    a_letter,
    an_envelope,
)

HEADERS = {
    *("From", "To", "Subject", "Date", "Message-ID", "Auto-Submitted", "Content-Language"),
    *("MIME-Version", "Content-Type"),
}
EVIL = "Blue\r\nBcc: eve@example.com\r\n\r\n<script>alert(1)</script>"


@pytest.fixture(scope="module")
def writer() -> Writer:
    return Writer(Address("ContactFlow", addr_spec="no-reply@cf.example"), "https://cf.example")


@pytest.mark.parametrize("locale", LOCALES)
@pytest.mark.parametrize("said", SAID)
def test_everything_can_be_said_in_every_language(
    writer: Writer, said: str, locale: Locale
) -> None:
    letter = a_letter(said, locale)

    written = writer.words(letter.template, locale, letter.facts, "Blue Bakery")

    assert "\n" not in written.subject
    assert all(len(line) <= 100 for line in written.text.splitlines())
    assert not {"{{", "{%", "None"} & {*written.text.split()}
    assert f'<html lang="{locale}">' in written.html
    assert written.html.count("<p") == written.text.count("\n\n") + 1


@pytest.mark.parametrize("said", SAID)
def test_the_languages_differ_and_say_the_same_facts(writer: Writer, said: str) -> None:
    template, _ = SAID[said]
    facts = a_letter(said).facts

    en, fr = (writer.words(template, locale, facts, "Blue Bakery") for locale in LOCALES)

    assert en.subject != fr.subject
    assert en.text.count("\n\n") == fr.text.count("\n\n")
    assert [one in en.text for one in ("Blue Bakery", "04712836", AUTHORITY[:4])] == [
        one in fr.text for one in ("Blue Bakery", "04712836", AUTHORITY[:4])
    ]


@pytest.mark.parametrize("template", TEMPLATES)
def test_a_template_that_is_told_too_little_is_no_e_mail(
    writer: Writer, template: Template
) -> None:
    with pytest.raises(UndefinedError):
        writer.words(template, "en", Facts(), "Blue Bakery")
    with pytest.raises(ValidationError):
        FACTS[template].model_validate({})


def test_an_erasure_is_answered_with_its_receipt_and_what_to_do_with_it(writer: Writer) -> None:
    mail = writer.write(an_envelope(a_letter("completed")))

    [attached] = [*mail.iter_attachments()]
    said = words(mail)
    assert (attached.get_filename(), attached.get_content_type()) == (
        "receipt.json",
        "application/json",
    )
    assert json.loads(attached.get_content()) == RECEIPT
    assert "1 January 2027" in said
    assert "https://cf.example/.well-known/contactflow-keys.json" in said
    assert "contactflow.erasure.receipts verify receipt.json" in said
    assert AUTHORITY in " ".join(said.split())


@pytest.mark.parametrize(
    ("locale", "told", "never"),
    [
        (
            "en",
            (
                *("what others wrote", "nobody decided", "three years", "keyed hashes"),
                *("pseudonymous", "within three days", "within seven", "If you had an account"),
            ),
            "nobody can read",
        ),
        (
            "fr",
            (
                *("d’autres ont écrit", "n’a décidé", "trois ans", "empreintes à clé"),
                *("pseudonymes", "sous trois jours", "sous sept jours", "Si vous aviez un compte"),
            ),
            "chiffrées",
        ),
    ],
)
def test_an_erasure_says_what_is_not_erased_and_what_is_kept(
    writer: Writer, locale: Locale, told: tuple[str, ...], never: str
) -> None:
    facts = a_letter("completed", locale).facts

    written = writer.words("rights_answer", locale, facts, "Blue Bakery")

    for said in (" ".join(written.text.split()), written.html):
        assert [one for one in told if one not in said] == []
        assert never not in said


@pytest.mark.parametrize(
    ("locale", "until"), [("en", "by 1 February 2027"), ("fr", "plus tard le 1er février 2027")]
)
def test_who_has_to_wait_is_told_until_when_and_why(
    writer: Writer, locale: Locale, until: str
) -> None:
    facts = a_letter("rights_extended", locale).facts
    unsaid = facts.model_copy(update={"reason": None})

    told = writer.words("rights_extended", locale, facts, "Blue Bakery")
    less = writer.words("rights_extended", locale, unsaid, "Blue Bakery")

    for said in (" ".join(told.text.split()), told.html):
        assert until in said
        assert "Four systems." in said
    assert until in " ".join(less.text.split())
    assert "None" not in less.text


def test_a_refusal_says_why_and_where_to_complain(writer: Writer) -> None:
    facts = a_letter("refused").facts.model_copy(update={"text": "The third this <week>."})

    said = writer.words("rights_answer", "en", facts, "Blue Bakery")

    assert "is excessive" in said.text
    assert "The third this <week>." in said.text
    assert "The third this &lt;week&gt;." in said.html
    assert "go to court" in " ".join(said.text.split())


def test_a_reason_that_has_no_words_is_left_out(writer: Writer) -> None:
    facts = a_letter("refused").facts.model_copy(update={"reason_code": "another"})

    assert "It was refused." in writer.words("rights_answer", "en", facts, "Blue Bakery").text


@pytest.mark.parametrize(
    "wrong",
    [
        {"outcome": "completed"},
        {"outcome": "completed", "receipt": {"payload": {}}},
        {"outcome": "completed", "receipt": {"payload": {"backups_expire_on": "soon"}}},
        {"outcome": "refused"},
    ],
)
def test_an_answer_is_whole(wrong: dict[str, object]) -> None:
    with pytest.raises(ValidationError):
        FACTS["rights_answer"].model_validate(ENDED | wrong)


def test_headers_say_nothing_of_anybody_but_the_address(writer: Writer) -> None:
    envelope = an_envelope(a_letter())

    mail = writer.write(envelope)

    assert {*mail.keys()} == HEADERS
    assert mail["To"] == "ada@example.com"
    assert mail["Message-ID"] == f"<{envelope.email_id}@cf.example>"
    assert mail["Auto-Submitted"] == "auto-generated"
    assert mail["Subject"] == "Confirm your privacy request"
    assert code_in(mail) == "04712836"


def test_nothing_that_somebody_typed_becomes_a_header(writer: Writer) -> None:
    raw = writer.write(an_envelope(a_letter(), EVIL)).as_bytes()

    read = message_from_bytes(raw, policy=SMTP)

    assert {*read.keys()} == HEADERS
    html = read.get_body(("html",))
    assert html
    assert "<script>" not in html.get_content()


def test_an_address_with_a_line_of_its_own_is_no_address(writer: Writer) -> None:
    with pytest.raises(ValueError, match="invalid arguments"):
        writer.write(an_envelope(a_letter(to="ada@example.com\r\nBcc: eve")))


def test_a_domain_is_written_as_every_server_reads_it(writer: Writer) -> None:
    mail = writer.write(an_envelope(a_letter(to="ada@bücher.example")))

    assert mail["To"] == "ada@xn--bcher-kva.example"


def test_the_same_e_mail_has_the_same_id_and_date(writer: Writer) -> None:
    envelope = an_envelope(a_letter())

    first, second = writer.write(envelope), writer.write(envelope)

    assert [first[one] for one in sorted(HEADERS - {"Content-Type"})] == [
        second[one] for one in sorted(HEADERS - {"Content-Type"})
    ]


def test_days_are_written_out() -> None:
    assert day(date(2027, 3, 5), "en") == "5 March 2027"
    assert day(date(2027, 3, 1), "fr") == "1er mars 2027"


def test_a_code_is_eight_digits() -> None:
    with pytest.raises(ValidationError):
        Coded(code="1234567\n")
