"""What e-mails say in tests."""

from datetime import UTC, datetime
from typing import Any

from contactflow.gateway.emails.facts import FACTS, TEMPLATES, Template
from contactflow.gateway.emails.model import Letter
from contactflow.gateway.emails.queries import Envelope
from contactflow.kernel import Locale, new_id
from contactflow.vault import Email

AUTHORITY = "CNIL, 3 place de Fontenoy, 75007 Paris, www.cnil.fr"
RECEIPT = {
    "payload": {"backups_expire_on": "2027-01-01", "participants": [{"name": "crm"}]},
    "key_id": "k",
    "algorithm": "Ed25519",
    "signature": "c2ln",
}
ENDED = {"request_id": "rr_01m80h2e3tf8z9v7q4x6r5w1kd", "authority": AUTHORITY}
SAID: dict[str, tuple[Template, dict[str, Any]]] = {
    "rights_code": ("rights_code", {"code": "04712836"}),
    "completed": ("rights_answer", ENDED | {"outcome": "completed", "receipt": RECEIPT}),
    "refused": ("rights_answer", ENDED | {"outcome": "refused", "reason_code": "excessive"}),
    "rights_due": ("rights_due", ENDED | {"due_at": "2026-12-01T09:00:00Z"}),
    "rights_extended": (
        "rights_extended",
        ENDED | {"due_at": "2027-02-01T09:00:00Z", "reason": "Four systems."},
    ),
    "email_verification": ("email_verification", {"code": "04712836"}),
    "password_reset": ("password_reset", {"code": "04712836"}),
}
assert {template for template, _ in SAID.values()} == {*TEMPLATES}


def a_letter(
    said: str = "rights_code", locale: Locale = "en", to: str = "ada@example.com"
) -> Letter:
    template, facts = SAID[said]
    return Letter(template, locale, Email(to), FACTS[template].model_validate(facts))


def an_envelope(letter: Letter, workspace: str = "Blue Bakery") -> Envelope:
    return Envelope(new_id(), workspace, datetime(2026, 11, 21, 12, tzinfo=UTC), letter)
