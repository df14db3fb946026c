"""A collector of traces: processes tell it of their work (OTLP over HTTP)."""

import gzip
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Lock, Thread

from opentelemetry.proto.collector.trace.v1.trace_service_pb2 import ExportTraceServiceRequest

from contactflow.testing.ports import LOCAL

Keep = Callable[[bytes], None]
"""Gets the body of each request: an ExportTraceServiceRequest."""


@dataclass(frozen=True, slots=True)
class Span:
    """`process` is like `chat-worker`, `parent` empty for the first; times are ns since 1970."""

    trace: str
    id: str
    parent: str
    name: str
    process: str
    began: int
    ended: int


def spans(body: bytes) -> Iterator[Span]:
    """What one request tells of."""
    for of in ExportTraceServiceRequest.FromString(body).resource_spans:
        said = {one.key: one.value.string_value for one in of.resource.attributes}
        process = f"{said['service.name'].removeprefix('contactflow-')}-{said['service.role']}"
        for scope in of.scope_spans:
            for one in scope.spans:
                ids = one.trace_id.hex(), one.span_id.hex(), one.parent_span_id.hex()
                times = one.start_time_unix_nano, one.end_time_unix_nano
                yield Span(*ids, one.name, process, *times)


class Collector:
    """On 127.0.0.1, in threads of its own, of which one at a time calls `keep`."""

    def __init__(self, keep: Keep, port: int = 0) -> None:
        one_by_one = Lock()

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers["Content-Length"]))
                packed = self.headers.get("Content-Encoding") == "gzip"
                with one_by_one:
                    keep(gzip.decompress(body) if packed else body)
                self.send_response(200)
                self.send_header("Content-Length", "0")
                self.end_headers()

            def log_message(self, *_: object) -> None:
                """Say nothing."""

        self._server = ThreadingHTTPServer((LOCAL, port), Handler)
        self._thread = Thread(target=self._server.serve_forever, daemon=True)
        self.url = f"http://{LOCAL}:{self._server.server_port}"

    def start(self) -> None:
        self._thread.start()

    def stop(self) -> None:
        """Nobody answers there from here on."""
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()


@contextmanager
def a_collector(keep: Keep, port: int = 0) -> Iterator[Collector]:
    """One that runs until the end of the block."""
    collector = Collector(keep, port)
    collector.start()
    try:
        yield collector
    finally:
        collector.stop()
