"""Who acts in another service, as that service tells it."""

from collections.abc import Iterator
from typing import NamedTuple

from contactflow.crm.contacts.model import Details, Point
from contactflow.vault import Email, Identity, Phone


class Visitor(NamedTuple):
    """`identities` are known by the channel itself, `claims` are what the visitor typed."""

    name: str | None = None
    language: str | None = None
    identities: frozenset[Identity] = frozenset()
    claims: frozenset[Identity] = frozenset()

    @property
    def details(self) -> Details:
        """What a contact made of them starts with."""
        return {
            "name": self.name,
            "language": self.language,
            "phones": tuple(self._points(Phone)),
            "emails": tuple(self._points(Email)),
        }

    def _points(self, kind: type[Identity]) -> Iterator[Point]:
        for claimed, told in ((False, self.identities), (True, self.claims - self.identities)):
            values = sorted(one.value for one in told if isinstance(one, kind))
            yield from (Point(value, claimed=claimed) for value in values)
