"""What the server itself writes on the chat's pages; the widget's own words stand in widget.js."""

from typing import Final

from contactflow.kernel import Locale

TEXTS: Final[dict[Locale, dict[str, str]]] = {
    "en": {
        "title": "Chat with {name}",
        "noscript": "This chat needs JavaScript. Switch it on in your browser, then load this"
        " page again.",
        "gone": "There is no chat here",
        "gone_text": "The address may be mistyped, or this chat was taken away. Please ask whoever"
        " gave it to you.",
    },
    "fr": {
        "title": "Discuter avec {name}",
        "noscript": "Cette discussion a besoin de JavaScript. Activez-le dans votre navigateur,"
        " puis rechargez cette page.",
        "gone": "Aucune discussion ici",
        "gone_text": "L’adresse est peut-être mal écrite, ou cette discussion a été retirée."
        " Demandez à la personne qui vous l’a donnée.",
    },
}
