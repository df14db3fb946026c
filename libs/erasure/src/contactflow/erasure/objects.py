"""The object store: a folder, or a bucket by its URL."""

from collections.abc import Iterator
from contextlib import contextmanager
from urllib.parse import urlsplit
from urllib.request import url2pathname

from obstore.exceptions import BaseError
from obstore.store import LocalStore, ObjectStore, from_url

from contactflow.kernel import UnavailableError


def open_store(url: str) -> ObjectStore:
    """`file:///folder`, made when it is missing, or `s3://bucket/prefix` and the like.

    The credentials of a bucket come from the environment, as its vendor names them.
    """
    at = urlsplit(url)
    if at.scheme == "file":
        return LocalStore(url2pathname(at.path), mkdir=True)
    return from_url(url)


@contextmanager
def reached() -> Iterator[None]:
    """A store that can't answer is UnavailableError."""
    try:
        yield
    except (BaseError, OSError) as error:
        raise UnavailableError(service="object_store") from error
