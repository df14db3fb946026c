"""HTML out of a template, and files out of a package."""

import pytest

from contactflow.web.pages import TOKENS, File, page


def test_a_value_is_text_and_never_markup() -> None:
    answer = page('<p title="$name">$name</p>', {"name": '"><script>'}, locale="en")

    assert bytes(answer.body) == b'<p title="&quot;&gt;&lt;script&gt;">&quot;&gt;&lt;script&gt;</p>'


def test_a_page_allows_no_inline_code() -> None:
    policy = page("", {}, locale="fr").headers["content-security-policy"]

    assert "default-src 'none'" in policy
    assert "unsafe" not in policy


def test_a_file_is_known_by_its_content() -> None:
    again = File.of("contactflow.web.pages", "tokens.css")

    assert again.etag == TOKENS.etag
    assert again.media_type.startswith("text/css")


def test_a_file_that_is_not_there_is_an_error() -> None:
    with pytest.raises(FileNotFoundError):
        File.of("contactflow.web.pages", "nothing.css")
