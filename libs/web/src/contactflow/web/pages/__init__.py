"""Pages for people: files out of a package, and the headers that keep other people's code away."""

from contactflow.web.pages.files import TOKENS, File, send
from contactflow.web.pages.html import page

__all__ = ["TOKENS", "File", "page", "send"]
