"""What the other words of the kernel promise."""

from datetime import UTC

from contactflow.kernel import LOCALES, PLATFORM_WORKSPACE_ID, ConflictError, new_id, system_clock


def test_the_system_clock_says_utc() -> None:
    assert system_clock().tzinfo is UTC


def test_the_platforms_workspace_is_a_time_ordered_id_before_all_others() -> None:
    assert PLATFORM_WORKSPACE_ID.version == 7
    assert new_id() > PLATFORM_WORKSPACE_ID


def test_an_error_shows_its_code_and_not_its_facts() -> None:
    error = ConflictError(field="name")

    assert str(error) == "conflict"
    assert error.facts == {"field": "name"}


def test_english_and_french_are_spoken() -> None:
    assert LOCALES == ("en", "fr")
