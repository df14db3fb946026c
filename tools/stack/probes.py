"""Asking a part how it is."""

from http.client import HTTPConnection, HTTPException
from urllib.parse import urlsplit

from contactflow.testing.kafka_server import is_ready
from contactflow.testing.ports import answers

OK = 200


def trouble(url: str, timeout: float = 2.0) -> str | None:
    """None when what is behind the URL is well, else a few words: `/readyz answers 503`.

    `http` has to answer 200, `kafka` a request for metadata, `tcp` a connection.
    """
    at = urlsplit(url)
    port = at.port or 80
    if at.scheme == "tcp":
        return None if answers(port) else "accepts no connection"
    if at.scheme == "kafka":
        return None if is_ready(port) else "answers no request"
    return _http(at.hostname or "", port, at.path, timeout)


def _http(host: str, port: int, path: str, timeout: float) -> str | None:
    connection = HTTPConnection(host, port, timeout=timeout)
    try:
        connection.request("GET", path)
        status = connection.getresponse().status
    except (OSError, HTTPException):
        return f"{path} does not answer"
    finally:
        connection.close()
    return None if status == OK else f"{path} answers {status}"
