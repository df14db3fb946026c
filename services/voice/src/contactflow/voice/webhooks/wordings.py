"""What the carrier itself says when no agent can answer."""

from collections.abc import Mapping
from typing import Final, Literal

from contactflow.kernel import Locale

Sorry = Literal["busy", "broken", "missed"]
SORRY: Final[Mapping[Sorry, Mapping[Locale, str]]] = {
    "busy": {
        "en": "All our lines are busy. Please call again in a few minutes.",
        "fr": "Toutes nos lignes sont occupées. Merci de rappeler dans quelques minutes.",
    },
    "broken": {
        "en": "We are sorry, the call cannot go on. Please call again.",
        "fr": "Nous sommes désolés, l’appel ne peut pas continuer. Merci de rappeler.",
    },
    "missed": {
        "en": "We are sorry, nobody can take your call now. Please call again later.",
        "fr": "Nous sommes désolés, personne ne peut prendre votre appel pour le moment. "
        "Merci de rappeler plus tard.",
    },
}
