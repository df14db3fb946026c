"""The other services that crm asks."""

from contactflow.crm.chat import HttpChat
from contactflow.crm.voice import HttpVoice
from contactflow.runtime import Platform, Settings


def chat(on: Platform[Settings]) -> HttpChat:
    return HttpChat(on.internal("chat"))


def voice(on: Platform[Settings]) -> HttpVoice:
    return HttpVoice(on.internal("voice"))
