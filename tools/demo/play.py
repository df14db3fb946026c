"""What the acts of the demonstration share: who plays, on which stack, and what became of it."""

import secrets
import time
from dataclasses import dataclass, field
from typing import Any

from contactflow.kernel import new_id
from tools.demo.show import Show
from tools.demo.stage import Officer, Staff, Visitor


@dataclass(frozen=True)
class Person:
    """Whom it is all about. Nothing of them occurs anywhere by chance.

    `claimed` is the address that they type in the chat, `email` and `phone` are what staff learn.
    """

    name: str = field(default_factory=lambda: f"Ada Byron-{_some()}")
    claimed: str = field(default_factory=lambda: f"ada.{_some()}@example.com")
    email: str = field(default_factory=lambda: f"byron.{_some()}@example.com")
    phone: str = field(default_factory=lambda: f"+3361{secrets.randbelow(10**7):07}")
    word: str = field(default_factory=lambda: f"Engine-{_some()}")

    @property
    def claims(self) -> dict[str, str]:
        """What they say of themselves when they open the chat."""
        return {"name": self.name, "email": self.claimed}

    @property
    def traces(self) -> dict[str, str | bytes]:
        """What they have said of themselves, by what it is; of the phone, its digits."""
        return {
            "name": self.name,
            "e-mail": self.email,
            "claimed e-mail": self.claimed,
            "phone": self.phone[1:],
            "words": self.word,
        }


def _some() -> str:
    return new_id().hex[-10:]


@dataclass
class Play:
    """The state of the play. `spoken`: words of the call; `voice`: a piece of its recording."""

    show: Show
    stack: dict[str, Any]
    person: Person
    staff: Staff
    officer: Officer
    visitor: Visitor
    contact: dict[str, Any] = field(default_factory=dict)
    call: dict[str, Any] = field(default_factory=dict)
    spoken: str = ""
    voice: bytes = b""
    request: dict[str, Any] = field(default_factory=dict)

    @property
    def traces(self) -> dict[str, str | bytes]:
        """What must be nowhere once the person is erased, by what it is."""
        return self.person.traces | {"spoken": self.spoken, "voice": self.voice}

    def ask(self, text: str) -> dict[str, Any]:
        """Write, and wait for the AI's answer on the stream."""
        self.show.said("visitor", text)
        begun, sent = time.monotonic(), self.visitor.write(text)
        answer = self.visitor.hears("agent", after=sent["seq"])
        self.show.said("AI", answer["text"], f"after {time.monotonic() - begun:.1f} s")
        return answer
