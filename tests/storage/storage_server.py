"""A server that speaks S3 on loopback (moto), with a log of what was asked and faults on demand."""

import contextlib
import logging
import socket
import threading
import urllib.request
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

from moto.s3.models import s3_backends
from moto.server import DomainDispatcherApplication, create_backend_app
from werkzeug.serving import make_server

BUCKET = "badges-example"
ENVIRONMENT = {
    "AWS_ACCESS_KEY_ID": "AKIDOBITTEST",
    "AWS_SECRET_ACCESS_KEY": "a-secret-that-nobody-reads",
    "AWS_REGION": "eu-west-3",
}
Fault = Callable[[str, str], tuple[int, str] | None]
"""From method and key to the status and code to answer instead; None lets the request through."""
GONE = (0, "")
"""In place of a status: the server goes away."""

logging.getLogger("werkzeug").setLevel(logging.CRITICAL)


def well(_method: str, _key: str) -> None:
    """Answer everything."""


@dataclass
class Storage:
    """The server, and what it saw."""

    app: DomainDispatcherApplication = field(
        default_factory=lambda: DomainDispatcherApplication(create_backend_app)
    )
    fault: Fault = well
    seen: list[tuple[str, str]] = field(default_factory=list)
    """Method and key of each request, in the order in which they were answered."""

    is_gone: bool = False
    """Drops every connection, as a network that went away."""

    def __post_init__(self) -> None:
        self._gate = threading.Lock()
        self._server = make_server("127.0.0.1", 0, self, threaded=True)
        self._server.daemon_threads = True
        self.port = self._server.server_port
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.02,))
        self._thread.start()

    def stop(self) -> None:
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()

    @property
    def endpoint(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def __call__(self, environ, start_response):
        method = environ["REQUEST_METHOD"]
        key = environ["PATH_INFO"].removeprefix(f"/{BUCKET}").removeprefix("/")
        with self._gate:  # one at a time, so that the log's order is the order of effects
            answer = GONE if self.is_gone else self.fault(method, key)
            self.is_gone = answer == GONE
            if answer is None:
                self.seen.append((method, key))
                return list(self.app(environ, start_response))
        if answer == GONE:
            environ["werkzeug.socket"].shutdown(socket.SHUT_RDWR)
            raise ConnectionAbortedError
        status, code = answer
        environ["wsgi.input"].read(int(environ.get("CONTENT_LENGTH") or 0))
        body = f"<Error><Code>{code}</Code><Message>{key}</Message></Error>".encode()
        start_response(f"{status} No", [("Content-Length", str(len(body)))])
        return [body]

    # --- what is stored, seen and changed behind the server's back ---

    @property
    def _keys(self):
        return next(iter(s3_backends.values()))["aws"].buckets[BUCKET].keys

    def objects(self) -> dict[str, bytes]:
        """Return everything in the bucket."""
        return {key: self._keys[key].value for key in list(self._keys)}

    def describe(self, key: str) -> tuple[str, str, str | None]:
        """Return an object's type, its lifetime and whose it says it is."""
        found = self._keys[key].metadata
        return found["Content-Type"], found["Cache-Control"], found.get("x-amz-meta-obit-site")

    def put(self, key: str, data: bytes, **metadata: str) -> None:
        """Store something that is not obit's."""
        self._hold(key, data, {f"x-amz-meta-{k}": v for k, v in metadata.items()})

    def _hold(self, key: str, data: bytes, metadata: dict[str, str]) -> None:
        next(iter(s3_backends.values()))["aws"].put_object(BUCKET, key, data)
        self._keys[key].set_metadata(metadata)

    def snapshot(self) -> dict[str, tuple[bytes, dict[str, str]]]:
        return {key: (data, dict(self._keys[key].metadata)) for key, data in self.objects().items()}

    def restore(self, snapshot: dict[str, tuple[bytes, dict[str, str]]]) -> None:
        """Hold what was there at some time, and forget what was asked."""
        self.empty()
        for key, (data, metadata) in snapshot.items():
            self._hold(key, data, metadata)

    def mend(self) -> None:
        """Answer everything again, and forget what was asked."""
        self.is_gone, self.fault = False, well
        self.seen.clear()

    def empty(self) -> None:
        for key in list(self._keys):
            del self._keys[key]
        self.mend()

    def stored(self) -> list[str]:
        """Return the keys that were written, in order."""
        return [key for method, key in self.seen if method == "PUT"]


@contextlib.contextmanager
def running() -> Iterator[Storage]:
    """Run a server with one empty bucket."""
    storage = Storage()
    try:
        request = urllib.request.Request(f"{storage.endpoint}/{BUCKET}", method="PUT")
        urllib.request.urlopen(request).close()
        yield storage
    finally:
        storage.stop()
