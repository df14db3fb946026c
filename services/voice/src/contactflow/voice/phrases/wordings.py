"""The words of the phrases. An id names these very words: other words get another id."""

from collections.abc import Mapping
from typing import Final

from contactflow.kernel import Locale
from contactflow.voice.session.phrases import Name

EDITIONS: Final[Mapping[Name, int]] = {"consent": 2}
"""How often the words of a phrase were changed; of others there is one."""
WORDINGS: Final[Mapping[Locale, Mapping[Name, str]]] = {
    "en": {
        "disclosure": "Hello. You are speaking with an AI assistant, not with a person.",
        "consent": "May we record this call, to improve our service? Say yes or press 1. "
        "Say no or press 2, and we help you all the same. "
        "If you change your mind, say: stop recording.",
        "recorded": "This call is recorded, to improve our service.",
        "not_recorded": "This call is not recorded any more.",
        "thanks": "Thank you.",
        "one_moment": "One moment, please.",
        "say_again": "I am sorry, I did not catch that. Could you say it again?",
        "still_there": "Are you still there?",
        "goodbye": "Thank you for calling. Goodbye.",
        "apology": "I am sorry, I cannot go on with this call. Please call again later.",
    },
    "fr": {
        "disclosure": "Bonjour. Vous parlez avec un assistant à intelligence artificielle, "
        "et non avec une personne.",
        "consent": "Pouvons-nous enregistrer cet appel, pour améliorer notre service ? "
        "Dites oui ou tapez 1. Dites non ou tapez 2, et nous vous aiderons tout autant. "
        "Si vous changez d’avis, dites : arrêtez l’enregistrement.",
        "recorded": "Cet appel est enregistré, pour améliorer notre service.",
        "not_recorded": "Cet appel n’est plus enregistré.",
        "thanks": "Merci.",
        "one_moment": "Un instant, s’il vous plaît.",
        "say_again": "Excusez-moi, je n’ai pas compris. Pouvez-vous répéter ?",
        "still_there": "Êtes-vous toujours là ?",
        "goodbye": "Merci de votre appel. Au revoir.",
        "apology": "Je suis désolé, je ne peux pas poursuivre cet appel. "
        "Merci de rappeler plus tard.",
    },
}


GREETING: Final = "greeting"
"""The wording id of what a version of an agent says in words of its own."""


def wording_id(name: Name, locale: Locale) -> str:
    """`disclosure/fr/1`."""
    return f"{name}/{locale}/{EDITIONS.get(name, 1)}"
