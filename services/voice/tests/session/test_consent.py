"""Whether a call may be recorded."""

import pytest

from contactflow.kernel import Locale
from contactflow.voice.session.consent import Agreed, Answer, Consent, Policy

WORDS = "consent/en/2"


def consent(policy: Policy = "consent", locale: Locale = "en") -> tuple[Consent, list[int]]:
    """One, and what grows when it is granted, until it is withdrawn."""
    granted: list[int] = []
    return Consent(policy, locale, lambda: granted.append(1), granted.clear), granted


@pytest.mark.parametrize("policy", ["on", "off", "consent"])
def test_nothing_is_granted_before_the_caller_was_told(policy: Policy) -> None:
    _, granted = consent(policy)

    assert not granted


def test_where_all_calls_are_recorded_the_caller_was_told_so_before() -> None:
    told, granted = consent("on")

    told.announce("recorded/en/1", at_ms=4000)

    assert told.evidence == Agreed("granted", "policy", 4000, "recorded/en/1")
    assert granted == [1]


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
    asked.ask(WORDS, at_ms=10)

    assert asked.said(words, began_ms=2000, at_ms=20)
    assert asked.evidence == Agreed("granted", "voice", 20, WORDS)
    assert granted == [1]


def keyed(asked: Consent, *digits: str, at_ms: int = 20) -> bool:
    """Whether it was an answer, once nothing more has followed."""
    may_be = [asked.pressed(digit, at_ms=at_ms) for digit in digits]
    return any(may_be) and asked.keyed()


@pytest.mark.parametrize(("digit", "answer"), [("1", "granted"), ("2", "declined")])
def test_a_key_answers(digit: str, answer: Answer) -> None:
    asked, granted = consent()
    asked.ask(WORDS, at_ms=10)

    assert keyed(asked, digit)
    assert asked.evidence == Agreed(answer, "key", 20, WORDS)
    assert bool(granted) == (answer == "granted")


def test_a_key_grants_nothing_before_it_is_known_to_be_no_number() -> None:
    asked, granted = consent()
    asked.ask(WORDS, at_ms=10)
    asked.pressed("1", at_ms=20)

    assert asked.evidence == Agreed("declined", "silence", 10, WORDS)
    assert not granted


def test_a_key_before_the_question_is_no_answer_to_it() -> None:
    asked, granted = consent()

    assert not keyed(asked, "1", at_ms=5)
    asked.ask(WORDS, at_ms=10)

    assert asked.evidence == Agreed("declined", "silence", 10, WORDS)
    assert not granted
    assert keyed(asked, "1")


@pytest.mark.parametrize("number", ["4111111111111111", "1234", "11", "2000"])
def test_who_keys_a_number_has_not_agreed(number: str) -> None:
    asked, granted = consent()
    asked.ask(WORDS, at_ms=10)

    assert not keyed(asked, *number)
    assert not asked.keyed()
    assert not keyed(asked, "1")
    assert asked.evidence.by == "silence"
    assert not granted


def test_a_number_goes_on_while_its_caller_is_heard() -> None:
    asked, granted = consent()
    asked.ask(WORDS, at_ms=10)
    asked.pressed("1", at_ms=2000)
    asked.said("Well,", began_ms=1900, at_ms=2100)
    asked.pressed("2", at_ms=2200)

    assert not asked.keyed()
    assert not granted


@pytest.mark.parametrize(("words", "answer"), [("No.", "declined"), ("Yes.", "granted")])
def test_what_is_said_with_a_key_is_the_answer(words: str, answer: Answer) -> None:
    asked, _ = consent()
    asked.ask(WORDS, at_ms=10)
    asked.pressed("1", at_ms=2000)

    assert asked.said(words, began_ms=1900, at_ms=2100)
    assert not asked.keyed()
    assert asked.evidence == Agreed(answer, "voice", 2100, WORDS)


@pytest.mark.parametrize(
    ("locale", "words"),
    [
        ("en", "No."),
        ("en", "I'd rather not"),
        ("en", "No, please do not."),
        ("en", "Please don't record me."),
        ("fr", "Non, merci"),
        ("en", "No recording, please."),
        ("fr", "Non, je ne veux pas."),
        ("fr", "Je préfère pas."),
        ("fr", "Non, je préférerais pas"),
        ("fr", "J’aime mieux pas"),
        ("fr", "Sans enregistrement, merci."),
    ],
)
def test_a_spoken_no_declines(locale: Locale, words: str) -> None:
    asked, granted = consent(locale=locale)
    asked.ask(WORDS, at_ms=10)

    assert asked.said(words, began_ms=2000, at_ms=20)
    assert asked.evidence == Agreed("declined", "voice", 20, WORDS)
    assert not granted


@pytest.mark.parametrize("words", ["Yes I have a question", "What?", "Oui", "", "Yesterday"])
def test_whatever_is_no_yes_is_a_no_and_goes_on_to_the_model(words: str) -> None:
    asked, granted = consent()
    asked.ask(WORDS, at_ms=10)

    assert not asked.said(words, began_ms=2000, at_ms=20)
    assert asked.evidence == Agreed("declined", "silence", 10, WORDS)
    assert not granted


def test_a_yes_to_another_question_is_none_to_ours() -> None:
    asked, granted = consent()
    asked.ask(WORDS, at_ms=10)
    asked.said("When do you open?", began_ms=2000, at_ms=20)

    assert not asked.said("Yes.", began_ms=3000, at_ms=30)
    assert not granted


@pytest.mark.parametrize("began_ms", [5, 10, 1_000])
def test_a_yes_that_was_on_its_way_is_none_and_the_next_one_is(began_ms: int) -> None:
    asked, granted = consent()
    asked.ask(WORDS, at_ms=10)

    assert not asked.said("Okay.", began_ms=began_ms, at_ms=1_500)
    assert not granted
    assert asked.said("Yes.", began_ms=2_000, at_ms=3_000)
    assert granted == [1]


def test_a_key_after_something_else_was_said_is_none_to_ours() -> None:
    asked, granted = consent()
    asked.ask(WORDS, at_ms=10)
    asked.said("When do you open?", began_ms=2000, at_ms=20)

    assert not keyed(asked, *"1234", at_ms=600_000)
    assert not keyed(asked, "1", at_ms=610_000)
    assert not granted


def test_a_key_counts_that_was_pressed_before_the_words_were_known() -> None:
    asked, granted = consent()
    asked.ask(WORDS, at_ms=10)
    asked.pressed("1", at_ms=30)
    asked.said("When do you open?", began_ms=2000, at_ms=20)

    assert asked.keyed()
    assert granted == [1]


def test_the_first_key_counts() -> None:
    asked, granted = consent()
    asked.ask(WORDS, at_ms=10)
    keyed(asked, "1", at_ms=30)

    assert not keyed(asked, "2", at_ms=40)
    assert asked.evidence == Agreed("granted", "key", 30, WORDS)
    assert granted == [1]


@pytest.mark.parametrize("policy", ["on", "off"])
def test_keys_mean_nothing_where_nobody_asks(policy: Policy) -> None:
    asked, _ = consent(policy)

    assert not keyed(asked, "2")


@pytest.mark.parametrize(
    ("locale", "words"),
    [
        ("en", "Stop recording."),
        ("en", "Please don't record me any more."),
        ("en", "I do not want to be recorded."),
        ("en", "Can you turn the recording off?"),
        ("en", "Turn off the recording, and when do you open?"),
        ("fr", "Arrêtez l’enregistrement."),
        ("fr", "Arretez d'enregistrer, s'il vous plait"),
        ("fr", "Je ne veux plus être enregistrée."),
        ("en", "No recording, please."),
        ("en", "I'd like to talk without being recorded"),
        ("en", "Never record me"),
        ("en", "I object to the recording."),
        ("en", "I refuse to be recorded."),
        ("en", "I withdraw my consent."),
        ("en", "I take back my permission"),
        ("en", "I do not consent any more."),
        ("en", "Delete the recording."),
        ("en", "End the recording please"),
        ("en", "Could you cancel the recording?"),
        ("en", "Pause that recording"),
        ("en", "Put the recording on hold"),
        ("en", "The recording, please stop it."),
        ("fr", "N'enregistrez plus."),
        ("fr", "Sans enregistrement, s'il vous plaît."),
        ("fr", "Aucun enregistrement"),
        ("fr", "Je retire mon accord."),
        ("fr", "Je retire mon consentement."),
        ("fr", "Je souhaite révoquer mon autorisation"),
        ("fr", "Je ne consens plus"),
        ("fr", "Supprimez l'enregistrement."),
        ("fr", "Effacez cet enregistrement"),
        ("fr", "Pouvez-vous interrompre l’enregistrement ?"),
        ("fr", "Mettez l'enregistrement en pause"),
        ("fr", "Suspendez l'enregistrement."),
        ("fr", "Mettez fin à l'enregistrement"),
        ("fr", "Je m'oppose à l'enregistrement"),
        ("fr", "Je refuse d'être enregistré."),
        ("fr", "Cet enregistrement, arrêtez-le."),
    ],
)
def test_consent_is_withdrawn_in_a_word_and_stays_withdrawn(locale: Locale, words: str) -> None:
    asked, granted = consent(locale=locale)
    asked.ask(WORDS, at_ms=10)
    keyed(asked, "1")

    assert asked.withdrew(words, at_ms=30)
    assert not asked.withdrew(words, at_ms=40)
    assert not keyed(asked, "1", at_ms=50)
    assert asked.evidence == Agreed("granted", "key", 20, WORDS, withdrawn_ms=30)
    assert not granted


@pytest.mark.parametrize(
    ("locale", "words"),
    [
        ("en", "Do you have a record player?"),
        ("en", "I am not sure. Record what?"),
        ("en", "I have no record of my order."),
        ("en", "Cancel my order, please."),
        ("en", "I want to delete my account."),
        ("fr", "Annulez ma commande."),
        ("fr", "J'ai un enregistrement à vous faire écouter."),
        ("fr", "Je suis d'accord, sans problème."),
    ],
)
def test_who_speaks_of_records_withdraws_nothing(locale: Locale, words: str) -> None:
    asked, granted = consent("on", locale)
    asked.announce("recorded/en/1", at_ms=20)

    assert not asked.withdrew(words, at_ms=30)
    assert granted


def test_who_objects_before_it_is_announced_is_not_recorded() -> None:
    told, granted = consent("on")

    assert told.withdrew("Please don't record me.", at_ms=3000)
    assert not told.withdrew("Please don't record me.", at_ms=4000)
    told.announce("recorded/en/1", at_ms=6000)

    assert told.evidence == Agreed("declined", "voice", 3000, "recorded/en/1")
    assert not granted


def test_who_is_never_recorded_has_nothing_to_object_to() -> None:
    told, _ = consent("off")

    assert not told.withdrew("Please don't record me.", at_ms=3000)


def test_who_has_not_agreed_has_nothing_to_withdraw() -> None:
    asked, _ = consent()
    asked.ask(WORDS, at_ms=10)

    assert not asked.withdrew("Stop recording.", at_ms=30)
