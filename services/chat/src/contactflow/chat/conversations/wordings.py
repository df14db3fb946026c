"""What ContactFlow itself says in a conversation, each wording with an id that stays evidence.

A changed text is a new wording: raise the number at its end.
"""

from typing import Literal, NamedTuple

from contactflow.kernel import Locale

Occasion = Literal["disclosure", "ai_unavailable", "visitor_asked"]


class Wording(NamedTuple):
    id: str
    text: str


WORDINGS: dict[Occasion, dict[Locale, Wording]] = {
    "disclosure": {
        "en": Wording(
            "disclosure.en.1",
            "You are chatting with an AI assistant, not with a person."
            " You can ask for a person at any time.",
        ),
        "fr": Wording(
            "disclosure.fr.1",
            "Vous échangez avec un assistant IA, et non avec une personne."
            " Vous pouvez à tout moment demander à parler à quelqu’un.",
        ),
    },
    "ai_unavailable": {
        "en": Wording(
            "ai_unavailable.en.1",
            "I cannot answer that right now. Someone from our team will reply to you here.",
        ),
        "fr": Wording(
            "ai_unavailable.fr.1",
            "Je ne peux pas répondre pour le moment. Un membre de notre équipe vous répondra ici.",
        ),
    },
    "visitor_asked": {
        "en": Wording("visitor_asked.en.1", "I am passing you on: someone will reply to you here."),
        "fr": Wording(
            "visitor_asked.fr.1", "Je transmets votre demande : quelqu’un vous répondra ici."
        ),
    },
}


def wording(occasion: Occasion, locale: Locale) -> Wording:
    """The wording for an occasion."""
    return WORDINGS[occasion][locale]
