"""Whether a call may be recorded."""

import pytest

from contactflow.kernel import Locale
from contactflow.voice.session.consent import Agreed, Consent, Policy


def consent(policy: Policy = "consent", locale: Locale = "en") -> tuple[Consent, list[int]]:
    """One, and what grew when it was granted."""
    granted: list[int] = []
    return Consent(policy, locale, lambda: granted.append(1)), granted


@pytest.mark.parametrize(("policy", "count"), [("on", 1), ("off", 0), ("consent", 0)])
def test_only_the_policy_on_needs_no_answer(policy: Policy, count: int) -> None:
    _, granted = consent(policy)

    assert len(granted) == count


@pytest.mark.parametrize(
    ("locale", "words"),
    [
        ("en", "Yes."),
        ("en", "Yes, please."),
        ("en", "yeah, sure"),
        ("en", "Yes, you may."),
        ("en", "Sure, go ahead."),
        ("en", "No problem."),
        ("fr", "Oui, vous pouvez."),
        ("fr", "Allez-y"),
        ("fr", "Oui, merci."),
        ("fr", "D'accord"),
        ("fr", "Bien sûr !"),
    ],
)
def test_a_spoken_yes_grants(locale: Locale, words: str) -> None:
    asked, granted = consent(locale=locale)
    asked.ask(at_ms=10)

    assert asked.said(words, at_ms=20)
    assert asked.evidence == Agreed("granted", "voice", 20)
    assert granted == [1]


def test_who_presses_before_they_are_asked_has_answered() -> None:
    asked, granted = consent()

    asked.pressed("1", at_ms=5)
    asked.ask(at_ms=10)

    assert asked.evidence == Agreed("granted", "key", 5)
    assert granted == [1]


@pytest.mark.parametrize(
    ("locale", "words"),
    [
        ("en", "No."),
        ("en", "I'd rather not"),
        ("en", "No, please do not."),
        ("en", "Please don't record me."),
        ("fr", "Non, merci"),
        ("fr", "Non, je ne veux pas."),
    ],
)
def test_a_spoken_no_declines(locale: Locale, words: str) -> None:
    asked, granted = consent(locale=locale)
    asked.ask(at_ms=10)

    assert asked.said(words, at_ms=20)
    assert asked.evidence == Agreed("declined", "voice", 20)
    assert not granted


@pytest.mark.parametrize("words", ["Yes I have a question", "What?", "Oui", "", "Yesterday"])
def test_whatever_is_no_yes_is_a_no_and_goes_on_to_the_model(words: str) -> None:
    asked, granted = consent()
    asked.ask(at_ms=10)

    assert not asked.said(words, at_ms=20)
    assert asked.evidence == Agreed("declined", "silence", 10)
    assert not granted


def test_a_yes_to_another_question_is_none_to_ours() -> None:
    asked, granted = consent()
    asked.ask(at_ms=10)
    asked.said("When do you open?", at_ms=20)

    assert not asked.said("Yes.", at_ms=30)
    assert not granted


def test_a_yes_before_the_question_is_none() -> None:
    asked, granted = consent()

    assert not asked.said("Yes.", at_ms=5)
    assert not granted


def test_a_key_says_so_at_any_time_and_once() -> None:
    asked, granted = consent()
    asked.ask(at_ms=10)
    asked.said("When do you open?", at_ms=20)

    assert asked.pressed("1", at_ms=30)
    assert not asked.pressed("2", at_ms=40)
    assert asked.evidence == Agreed("granted", "key", 30)
    assert granted == [1]


@pytest.mark.parametrize("policy", ["on", "off"])
def test_keys_mean_nothing_where_nobody_asks(policy: Policy) -> None:
    asked, _ = consent(policy)

    assert not asked.pressed("2", at_ms=30)
