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

    def __post_init__(self) -> None:
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            self.port = free.getsockname()[1]
        self._gate = threading.Lock()
        self.start()

    def start(self) -> None:
        """Listen, at the same address as before."""
        self._server = make_server("127.0.0.1", self.port, self, threaded=True)
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.02,))
        self._thread.start()
        self._open = True

    def stop(self) -> None:
        """Go away; what was stored stays."""
        if self._open:
            self._open = False
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
            answer = self.fault(method, key)
            if answer is None:
                self.seen.append((method, key))
                return list(self.app(environ, start_response))
        if answer == GONE:
            threading.Thread(target=self.stop).start()
            raise ConnectionAbortedError
        status, code = answer
        environ["wsgi.input"].read()
        start_response(f"{status} No", [("Content-Type", "application/xml")])
        return [f"<Error><Code>{code}</Code><Message>{key}</Message></Error>".encode()]

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

    def empty(self) -> None:
        for key in list(self._keys):
            del self._keys[key]
        self.seen.clear()
        self.fault = well

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
