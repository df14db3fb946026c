"""The language a caller reads."""

from contactflow.kernel import LOCALES, Locale


def preferred(accept_language: str) -> Locale:
    """The best of our languages for an Accept-Language header (RFC 9110, 12.5.4); else English."""
    wishes = sorted((_wish(one) for one in accept_language.split(",")[:20]), reverse=True)
    ours = (lang for weight, said in wishes if weight > 0 for lang in LOCALES if lang == said)
    return next(ours, LOCALES[0])


def _wish(part: str) -> tuple[float, str]:
    tag, _, weight = part.strip().partition(";q=")
    try:
        return float(weight or 1), tag[:2].lower()
    except ValueError:
        return 0.0, ""
