"""Records that nobody can apply: twenty kinds, each a value and what is wrong with its envelope."""

from typing import Any

KEEP: dict[str, Any] = {}
DEEP = b'{"total": ' + b"[" * 20_000 + b"]" * 20_000 + b"}"
BIG = b'{"total": "' + b"x" * 1_000_000 + b'"}'

UNREADABLE: dict[str, tuple[bytes | None, dict[str, Any]]] = {
    "nothing": (None, KEEP),
    "empty": (b"", KEEP),
    "not JSON": (b"{", KEEP),
    "not an object": (b"[1]", KEEP),
    "another shape": (b'{"total": {"deep": []}}', KEEP),
    "a field is missing": (b"{}", KEEP),
    "a number beyond all": (b'{"total": 1e999}', KEEP),
    "NUL in a number": (b'{"total": "1\\u0000"}', KEEP),
    "a lone surrogate": (b'{"total": "\\ud800"}', KEEP),
    "bytes that are no UTF-8": (b'{"total": "\xff\xfe"}', KEEP),
    "too deep": (DEEP, KEEP),
    "big": (BIG, KEEP),
    "no id": (b'{"total": 1}', {"ce_id": None}),
    "an id that is none": (b'{"total": 1}', {"ce_id": b"\xff\x00"}),
    "no workspace": (b'{"total": 1}', {"ce_workspaceid": None}),
    "a workspace that is none": (b'{"total": 1}', {"ce_workspaceid": b"acme"}),
    "no subject": (b'{"total": 1}', {"ce_subject": None}),
    "a version that is no number": (b'{"total": 1}', {"ce_aggregateversion": b"one"}),
    "a time that is none": (b'{"total": 1}', {"ce_time": b"yesterday"}),
    "no type": (b'{"total": 1}', {"ce_type": None}),
    "a trace that is no text": (b'{"total": 1}', {"traceparent": b"\xff"}),
}
BUG = 666
BUGS: dict[str, tuple[bytes | None, dict[str, Any]]] = {
    "a bug of the handler": (b'{"total": 666}', KEEP),
    "a version beyond the database": (b'{"total": 1}', {"ce_aggregateversion": b"9" * 30}),
}
IGNORED: dict[str, tuple[bytes | None, dict[str, Any]]] = {
    "a type nobody knows": (b"\x00", {"ce_type": b"tick.unheard"}),
    "another version of the type": (b'{"sum": 1}', {"ce_type": b"tick.ticked.v2"}),
}
READABLE: dict[str, tuple[bytes | None, dict[str, Any]]] = {
    "a field that came later": (b'{"total": 1, "since": "x"}', KEEP),
    "no trace": (b'{"total": 1}', {"traceparent": None}),
}
