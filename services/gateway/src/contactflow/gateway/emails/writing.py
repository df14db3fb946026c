"""How an e-mail is written: words from templates, headers of our own."""

import re
from collections.abc import Mapping
from datetime import date
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP
from textwrap import fill
from typing import Final, NamedTuple

from jinja2 import Environment, PackageLoader, StrictUndefined, select_autoescape

from contactflow.gateway.emails.facts import Facts, Template
from contactflow.gateway.emails.queries import Envelope
from contactflow.kernel import Locale

WIDTH: Final = 76
AS_IT_IS: Final = "    "
"""How a paragraph begins that is a code or a command."""

MONTHS: Final[Mapping[Locale, str]] = {
    "en": "January February March April May June July August September October November December",
    "fr": "janvier février mars avril mai juin juillet août septembre octobre novembre décembre",
}
KEYS: Final = "/.well-known/contactflow-keys.json"


class Words(NamedTuple):
    """What is read: the subject, the text, and the same as HTML."""

    subject: str
    text: str
    html: str


class Writer:
    """Writes e-mails from one address.

    The subject never depends on a fact, so nothing that somebody typed is in a header. The same
    e-mail has the same Message-ID and date however often it is written.
    """

    def __init__(self, sender: Address, public_url: str | None = None) -> None:
        self._sender, self._keys_url = sender, f"{public_url or ''}{KEYS}"
        self._templates = Environment(
            loader=PackageLoader("contactflow.gateway.emails"),
            autoescape=select_autoescape(["html"]),
            undefined=StrictUndefined,
            trim_blocks=True,
            lstrip_blocks=True,
        )
        self._templates.filters["day"] = day

    def write(self, envelope: Envelope) -> EmailMessage:
        letter = envelope.letter
        words = self.words(letter.template, letter.locale, letter.facts, envelope.workspace)
        message = EmailMessage(policy=SMTP)
        message["From"] = self._sender
        message["To"] = address(letter.to.value)
        message["Subject"] = words.subject
        message["Date"] = envelope.at
        message["Message-ID"] = f"<{envelope.email_id}@{self._sender.domain}>"
        message["Auto-Submitted"] = "auto-generated"
        message.set_content(words.text)
        message.add_alternative(words.html, subtype="html")
        for name, content in letter.facts.attached.items():
            message.add_attachment(content, maintype="application", subtype="json", filename=name)
        message["Content-Language"] = letter.locale  # last: what is attached takes it along
        return message

    def words(self, template: Template, locale: Locale, facts: Facts, workspace: str) -> Words:
        """A template is its subject, an empty line, and paragraphs of one line each."""
        said = {"workspace": workspace, "locale": locale, "keys_url": self._keys_url}
        source = self._templates.get_template(f"{template}.{locale}.txt")
        whole = source.render({**facts.said, **said}).strip()
        subject, *paragraphs = re.split(r"\n{2,}", whole)
        layout = self._templates.get_template("layout.html")
        html = layout.render(locale=locale, subject=subject, paragraphs=paragraphs)
        return Words(subject, "\n\n".join(map(_wrapped, paragraphs)) + "\n", html)


def day(moment: date, locale: Locale) -> str:
    """As it is written out: 5 March 2027, 5 mars 2027."""
    month = MONTHS[locale].split()[moment.month - 1]
    first = "er" if locale == "fr" and moment.day == 1 else ""
    return f"{moment.day}{first} {month} {moment.year}"


def address(raw: str) -> Address:
    """One that any server understands where its domain has letters of its own (RFC 5891)."""
    name, _, domain = raw.rpartition("@")
    return Address(username=name, domain=domain.encode("idna").decode())


def _wrapped(paragraph: str) -> str:
    if paragraph.startswith(AS_IT_IS):
        return paragraph
    lines = paragraph.splitlines()
    return "\n".join(
        fill(one, WIDTH, break_long_words=False, break_on_hyphens=False) for one in lines
    )
