"""crm's part in erasures."""

from contactflow.crm.contacts.elsewhere import ContactsElsewhere
from contactflow.erasure.participant import Participant

PARTICIPANT = Participant("crm", ContactsElsewhere())
