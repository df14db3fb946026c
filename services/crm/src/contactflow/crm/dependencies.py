"""The other services that crm asks."""

from contactflow.crm.chat import HttpChat
from contactflow.runtime import Platform, Settings
from contactflow.web import InternalClient


def chat(on: Platform[Settings]) -> HttpChat:
    return HttpChat(InternalClient("chat", on.settings.address("chat"), on.signer))
