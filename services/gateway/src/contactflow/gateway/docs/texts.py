"""What the pages themselves say; the API's own words come from its document and its catalogue."""

from typing import Final

from contactflow.kernel import Locale

TEXTS: Final[dict[Locale, dict[str, str]]] = {
    "en": {
        "skip": "Skip to the content",
        "menu": "Contents",
        "reference": "API reference",
        "problems": "Error codes",
        "reference_lead": "Every operation, with an example. Authenticate with an API key: "
        "Authorization: Bearer cf_live_…",
        "problems_lead": "An answer that is an error carries one of these in code. Codes do not "
        "change; the words around them may.",
    },
    "fr": {
        "skip": "Aller au contenu",
        "menu": "Sommaire",
        "reference": "Référence de l’API",
        "problems": "Codes d’erreur",
        "reference_lead": "Toutes les opérations, avec un exemple (en anglais). "
        "Authentification par clé d’API : Authorization: Bearer cf_live_…",
        "problems_lead": "Une réponse en erreur porte l’un de ces codes dans code. Les codes ne "
        "changent pas ; leurs textes peuvent évoluer.",
    },
}
