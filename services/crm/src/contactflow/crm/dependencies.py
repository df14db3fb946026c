"""The other services that crm asks."""

from contactflow.crm.chat import HttpChat
from contactflow.runtime import Platform, Settings


def chat(on: Platform[Settings]) -> HttpChat:
    return HttpChat(on.internal("chat"))
