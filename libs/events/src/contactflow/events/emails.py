"""What gateway tells about the e-mails that other services had it send."""

from uuid import UUID

from contactflow.events.base import Event, Topic

EMAILS = Topic("gateway.emails")


class EmailSent(Event, type="email.sent", topic=EMAILS):
    """The next server has taken it over; whether anybody reads it, nobody knows."""

    email_id: UUID


class EmailFailed(Event, type="email.failed", topic=EMAILS):
    """It was refused for good, or not taken for too long; it is not tried again."""

    email_id: UUID
