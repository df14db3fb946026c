"""What ContactFlow itself says in a conversation, each wording with an id that stays evidence.

A changed text is a new wording: raise the number at its end.
"""

from typing import Literal, NamedTuple

from contactflow.events.conversations import Right
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


REQUESTS: dict[Right, dict[Locale, str]] = {
    "access": {
        "en": "to receive a copy of your personal data",
        "fr": "d’accès à vos données personnelles",
    },
    "rectification": {
        "en": "to have your personal data corrected",
        "fr": "de rectification de vos données personnelles",
    },
    "erasure": {
        "en": "to have your personal data erased",
        "fr": "d’effacement de vos données personnelles",
    },
    "portability": {
        "en": "to take your personal data elsewhere",
        "fr": "de portabilité de vos données personnelles",
    },
    "restriction": {
        "en": "to have the use of your personal data restricted",
        "fr": "de limitation du traitement de vos données personnelles",
    },
    "objection": {
        "en": "to object to the use of your personal data",
        "fr": "d’opposition au traitement de vos données personnelles",
    },
}
NOTED: dict[Locale, str] = {
    "en": "I have noted your request {}. Our team will first make sure with you that it is yours,"
    " and will answer it within one month. Meanwhile I am here for any other question.",
    "fr": "J’ai noté votre demande {}. Notre équipe s’assurera d’abord auprès de vous qu’elle est"
    " bien la vôtre, et y répondra dans un délai d’un mois."
    " En attendant, je reste là pour toute autre question.",
}


def wording(occasion: Occasion, locale: Locale) -> Wording:
    """The wording for an occasion."""
    return WORDINGS[occasion][locale]


def noted(right: Right, locale: Locale) -> Wording:
    """That somebody's wish to use a right was noted, and what comes of it."""
    text = NOTED[locale].format(REQUESTS[right][locale])
    return Wording(f"{prefix(right)}{locale}.1", text)


def prefix(right: Right) -> str:
    """How the ids of these wordings begin, whatever their language and number."""
    return f"privacy_{right}."
