"""Every error code as a page for people, in their language."""

from html import escape

from contactflow.kernel import Locale
from contactflow.web.catalogue import problems


def listed(locale: Locale) -> str:
    return "".join(
        f'<article id="{escape(code)}"><h3><code>{escape(code)}</code></h3>'
        f"<p><strong>{escape(said[locale].title)}.</strong> {escape(said[locale].detail)}</p>"
        "</article>"
        for code, said in sorted(problems().items())
    )
