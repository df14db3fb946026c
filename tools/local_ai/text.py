"""What a text is, before it is spoken: its language, its sentences."""

import re

LONGEST = 220  # letters that are spoken in one piece
_ENDS = re.compile(r"(?<=[.!?…;:])\s+")
_PAUSES = re.compile(r"(?<=,)\s+")
_WORD = re.compile(r"[^\W\d_]+")
_FRENCH = (
    "à au aux avec avez bonjour bonsoir c ce cette dans de des du elle en est et il ils j je l la "
    "le les ma mais merci moi mon ne non notre nous on ou oui par pas pour pouvez qu quand que "
    "quel quelle qui s sa sans ses son sommes sont suis sur tu un une vos votre vous y"
)
_ENGLISH = (
    "a an and are at be but by can do for from have hello hi how i in is it me my no not of on or "
    "our s so that the there this to we what when where which who will with yes you your"
)
_WORDS = {"fr": frozenset(_FRENCH.split()), "en": frozenset(_ENGLISH.split())}
_ACCENTS = re.compile(r"[àâçéèêëîïôùûœ]", re.IGNORECASE)


def language_of(text: str, voice: str = "") -> str:
    """`en` or `fr`: as the voice is called, else as most of its words are, else English."""
    named = voice.lower()
    if named.startswith(("fr", "ff_", "siwis")):
        return "fr"
    if named.startswith(("en", "joe")):
        return "en"
    words = _WORD.findall(text.lower())
    french = sum(word in _WORDS["fr"] for word in words) + len(_ACCENTS.findall(text))
    return "fr" if french > sum(word in _WORDS["en"] for word in words) else "en"


def sentences(text: str) -> list[str]:
    """Pieces that can be spoken one by one; what is too long is parted where one breathes."""
    return [piece for sentence in _ENDS.split(text.strip()) for piece in _short(sentence)]


def _short(sentence: str) -> list[str]:
    """As few pieces as fit, parted at commas, and only where there is none between words."""
    pieces = [""]
    for clause in _PAUSES.split(sentence):
        for part in [clause] if len(clause) <= LONGEST else clause.split():
            longer = f"{pieces[-1]} {part}".strip()
            pieces[-1:] = [longer] if len(longer) <= LONGEST else [pieces[-1], part]
    return [piece for piece in pieces if piece]
