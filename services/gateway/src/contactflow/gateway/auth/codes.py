"""Sending account holders a code, by e-mail, in their language."""

from datetime import datetime

from contactflow.gateway.accounts.model import Account
from contactflow.gateway.emails import service as emails_service
from contactflow.gateway.emails.facts import Coded, Template
from contactflow.gateway.emails.model import Letter, Order
from contactflow.gateway.emails.service import Emails
from contactflow.kernel import new_id
from contactflow.vault import OneTimeCode


async def send_verification(emails: Emails, account: Account, *, at: datetime) -> None:
    """A code that verifies the address, instead of an older one."""
    account.verification = code = OneTimeCode.new(at=at)
    await _send(emails, account, "email_verification", code, at=at)


async def send_reset(emails: Emails, account: Account, *, at: datetime) -> None:
    """A code that lets somebody choose a new password, instead of an older one."""
    account.reset = code = OneTimeCode.new(at=at)
    await _send(emails, account, "password_reset", code, at=at)


async def _send(
    emails: Emails, account: Account, template: Template, code: OneTimeCode, *, at: datetime
) -> None:
    letter = Letter(template, account.locale, account.address, Coded(code=code.digits))
    await emails_service.accept(emails, order=Order(str(new_id()), letter), at=at)
