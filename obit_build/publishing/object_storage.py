"""A bucket of object storage that speaks S3: list, read, store and remove, with patience.

Needs the extra ``s3`` (obstore). Credentials come from the environment under the names that the
SDKs of S3 know, and from nowhere else: no argument, no file of the repository, and no machine's
metadata service unless ``AWS_METADATA_ENDPOINT`` names one. Answers 500 and above and lost
connections are tried again with growing pauses; the body of an answer never reaches a message,
for it can name the key that was used.
"""

import datetime
from collections.abc import Callable, Iterable, Iterator, Mapping
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, TypeVar

from obit_build.errors import ArgumentError, StorageError
from obit_build.publishing.deployment import Stored
from obit_build.publishing.storage_address import ENDPOINT_VARIABLES, StorageAddress, read_endpoint
from obit_build.publishing.storage_errors import RefusedError, storage_error

WORKERS = 16
PER_REMOVAL = 500
CREDENTIALS = (
    "AWS_ACCESS_KEY_ID",
    "AWS_WEB_IDENTITY_TOKEN_FILE",
    "AWS_CONTAINER_CREDENTIALS_RELATIVE_URI",
    "AWS_CONTAINER_CREDENTIALS_FULL_URI",
    "AWS_METADATA_ENDPOINT",
)
"""Variables of which one has to be set, each a way by which credentials can come."""

TOLD = {
    "AWS_DEFAULT_REGION": "region",
    "AWS_REGION": "region",
    "AWS_ACCESS_KEY_ID": "access_key_id",
    "AWS_SECRET_ACCESS_KEY": "secret_access_key",
    "AWS_SESSION_TOKEN": "session_token",
}
"""Variable → the setting that it is handed on as; the rest the library reads by itself."""

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Upload:
    """A file to be stored, with its headers and metadata."""

    path: str
    file: Path
    headers: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Object:
    """An object that was read."""

    data: bytes
    metadata: Mapping[str, str]
    etag: str | None


@dataclass(slots=True)
class Done:
    """What became of many requests: how many went well, and which paths were refused."""

    count: int = 0
    refused: list[str] = field(default_factory=list)


class Bucket:
    """The part of a bucket below a prefix; paths are those of the site."""

    def __init__(self, store: Any, address: StorageAddress, server: str) -> None:
        self._store = store
        self.address = address
        self._server = server

    def listing(self) -> dict[str, Stored]:
        """List every object below the prefix."""

        def pages() -> dict[str, Stored]:
            return {
                item["path"]: Stored(item["size"], item["e_tag"])
                for page in self._store.list(chunk_size=1000)
                for item in page
            }

        return self._asked(pages, "list the bucket")

    def read(self, path: str, *, head: bool = False) -> Object | None:
        """Return an object, None if there is none; with ``head`` its metadata alone."""

        def get() -> Object | None:
            try:
                found = self._store.get(path, options={"head": head})
                data = b"" if head else bytes(found.bytes())
            except FileNotFoundError as error:
                if "NoSuchBucket" in str(error):
                    raise
                return None
            return Object(data, dict(found.attributes), found.meta["e_tag"])

        return self._asked(get, "read from the bucket")

    def put(self, upload: Upload, *, instead_of: Object | None = None, first: bool = False) -> None:
        """Store one file; raise TakenError if it is not there in place of what was read before.

        With ``first``, there must be none yet.
        """
        mode: Any = "overwrite"
        if first:
            mode = "create"
        elif instead_of is not None and instead_of.etag:
            mode = {"e_tag": instead_of.etag}

        data = upload.file.read_bytes()

        def put() -> None:
            self._store.put(
                upload.path,
                data,
                attributes=dict(upload.headers),
                mode=mode,
                use_multipart=False,  # an ETag of parts is no MD5
            )

        self._asked(put, "write to the bucket")

    def put_all(self, uploads: Iterable[Upload], progress: Callable[[int], None]) -> Done:
        """Store many files at once; those that are refused are told in the end, others stop it."""
        done = Done()
        for upload, error in _at_once(self.put, uploads):
            if error is None:
                done.count += 1
                progress(done.count)
            elif isinstance(error, RefusedError):
                done.refused.append(upload.path)
            else:
                raise error
        done.refused.sort()
        return done

    def metadata_of(self, paths: Iterable[str]) -> dict[str, Mapping[str, str]]:
        """Return path → metadata of many objects; what is gone has none."""
        found: dict[str, Mapping[str, str]] = {}

        def look(path: str) -> None:
            read = self.read(path, head=True)
            found[path] = read.metadata if read else {}

        for _, error in _at_once(look, paths):
            if error is not None:
                raise error
        return found

    def remove(self, paths: list[str]) -> None:
        """Remove objects; those that are gone already are no error."""
        for start in range(0, len(paths), PER_REMOVAL):
            part = paths[start : start + PER_REMOVAL]
            self._asked(lambda part=part: self._store.delete(part), "remove from the bucket")  # type: ignore[misc] # a default binds the loop's value

    def _asked(self, question: Callable[[], T], what: str) -> T:
        try:
            return question()
        except Exception as error:  # noqa: BLE001 - its errors share no class with builtin ones
            raise storage_error(
                type(error).__name__,
                str(error),
                bucket=self.address.bucket,
                server=self._server,
                what=what,
            ) from None


def _at_once(
    work: Callable[[T], object], items: Iterable[T]
) -> Iterator[tuple[T, StorageError | None]]:
    """Do many things with a few threads; yield each with its error as it ends, and never hoard."""
    pool = ThreadPoolExecutor(WORKERS, thread_name_prefix="obit-storage")
    running: dict[Future[object], T] = {}

    def ended() -> Iterator[tuple[T, StorageError | None]]:
        for future in wait(running, return_when=FIRST_COMPLETED).done:
            item, error = running.pop(future), future.exception()
            if error is not None and not isinstance(error, StorageError):
                raise error
            yield item, error

    try:
        for item in items:
            running[pool.submit(work, item)] = item
            if len(running) >= 2 * WORKERS:
                yield from ended()
        while running:
            yield from ended()
    finally:
        pool.shutdown(wait=True, cancel_futures=True)


def open_bucket(
    address: StorageAddress,
    *,
    environment: Mapping[str, str],
    endpoint: str | None = None,
    patience: float = 60.0,
) -> Bucket:
    """Open a bucket; ``patience`` is for how many seconds one request is tried again.

    Raises StorageError without the extra or without credentials, ArgumentError for a bad endpoint.
    """
    try:
        from obstore.store import S3Store  # noqa: PLC0415 - an extra that few need
    except ImportError:
        raise StorageError(
            "obit was installed without what object storage needs",
            fix='pip install "obit-build[s3]"',
        ) from None
    if not any(environment.get(name) for name in CREDENTIALS):
        raise StorageError(
            f"the environment holds no credentials for {address.bucket}",
            fix="set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY; docs/how-to/object-storage.md "
            "says how a workflow gets them",
        )
    server = _server(endpoint, environment)
    try:
        store = S3Store(
            address.bucket,
            prefix=address.prefix or None,
            config=_config(server, environment),
            client_options={
                "allow_http": server.startswith("http://"),
                "connect_timeout": "10s",
                "timeout": "60s",
                "user_agent": "obit-publish",
            },
            retry_config=_retries(patience),
        )
    except Exception:  # noqa: BLE001 - obstore names no class for what it can't read of the environment
        raise ArgumentError(
            "the storage's settings in the environment can't be read",
            fix="look at the variables that begin with AWS_",
        ) from None
    return Bucket(store, address, server.partition("://")[2] or "the storage")


def _server(endpoint: str | None, environment: Mapping[str, str]) -> str:
    told = endpoint or next((environment[x] for x in ENDPOINT_VARIABLES if environment.get(x)), "")
    return read_endpoint(told) if told else ""


def _config(server: str, environment: Mapping[str, str]) -> Any:
    told = {key: environment[name] for name, key in TOLD.items() if environment.get(name)}
    return {"endpoint": server, **told} if server else told


def _retries(patience: float) -> Any:
    return {
        "max_retries": 20,
        "backoff": {
            "init_backoff": datetime.timedelta(milliseconds=100),
            "max_backoff": datetime.timedelta(seconds=10),
            "base": 2,
        },
        "retry_timeout": datetime.timedelta(seconds=patience),
    }
