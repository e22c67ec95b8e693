"""A Dask cluster that makes awards' files: a scheduler that somebody runs, and its workers.

Needs the extra ``dask``. What is sent are bytes and the names of functions of obit; what comes back
are files, which are verified here like all others. A worker that dies loses nothing: the scheduler
gives its work to another one. Who may connect to a scheduler can run programs on its workers; its own
settings (TLS with certificates on both sides) decide who may, see docs/how-to/cluster.md.
"""

import contextlib
import re
import socket
from collections import deque
from collections.abc import Callable, Generator, Iterable, Iterator
from typing import Any, TypeVar

from obit_build.errors import ArgumentError, ClusterError, ObitError
from obit_build.theme import default_theme
from obit_build.tool import tool_digest
from obit_build.website.parcels import Parcel, make_parcel

SECONDS = 10
"""For how long a scheduler may take to answer, and workers to appear."""
SECONDS_TO_A_WORKER = 2
"""For how long a worker may take to answer before the scheduler is asked to pass everything on."""
AHEAD = 3
"""Parcels under way for each thread of a worker, so that none waits for the network."""
FIX_THERE = "look at the address, and that the scheduler and at least one worker are running"
FIX_TLS = (
    "name the files in DASK_DISTRIBUTED__COMM__TLS__CA_FILE, …__CLIENT__CERT and …__CLIENT__KEY "
    "(docs/how-to/cluster.md)"
)
_ADDRESS = re.compile(r"(?:tcp|tls)://(?:[A-Za-z0-9.-]+|\[[0-9A-Fa-f:]+\]):[0-9]{1,5}")

T = TypeVar("T")


class Cluster:
    """A scheduler and its workers, connected to while they are at work."""

    def __init__(self, address: str) -> None:
        self._address = address
        self._client: Any = None

    def make(self, site: bytes, parcels: Iterable[Parcel]) -> Generator[bytes, None, None]:
        """Yield what :func:`make_here` returns for each parcel, in their order.

        Connects when the first is asked for: a connection has threads of its own, and whoever forks
        processes does so before. Raises what the making raises, and ClusterError if nobody answers or
        the cluster is lost.
        """
        with _connected(self._address) as self._client:
            yield from self._made(site, parcels)

    def _made(self, site: bytes, parcels: Iterable[Parcel]) -> Generator[bytes, None, None]:
        shared = self._asked(lambda: self._client.submit(_as_it_is, site, pure=False))
        under_way: deque[Any] = deque()
        threads = sum(self._asked(self._client.nthreads).values())
        try:
            for parcel in parcels:
                under_way.append(
                    self._asked(
                        lambda parcel=parcel: self._client.submit(  # type: ignore[misc] # a default binds the loop's value
                            make_here, shared, parcel, pure=False, retries=2
                        )
                    )
                )
                if len(under_way) >= AHEAD * max(threads, 1):
                    yield self._asked(under_way.popleft().result)
            while under_way:
                yield self._asked(under_way.popleft().result)
        finally:
            self._client.cancel([*under_way, shared], force=True)

    def _asked(self, question: Callable[[], T]) -> T:
        try:
            return question()
        except ObitError:
            raise
        except Exception as error:
            if type(error).__module__.partition(".")[0] not in (
                "distributed",
                "asyncio",
                "builtins",
            ):
                raise
            raise self._lost(error) from error

    def _lost(self, error: Exception) -> ClusterError:
        gone = self._client.status != "running" or "Cancelled" in type(error).__name__
        how = "was lost before its work was done"
        if not gone:
            how = f"did not finish its work ({type(error).__name__})"
        return ClusterError(
            f"the cluster at {self._address} {how}",
            fix=f"{FIX_THERE}; run the command again, or leave --scheduler out",
        )


def _as_it_is(data: bytes) -> bytes:
    """Be the task whose result is the site: the scheduler can bring it back where a worker lost it."""
    return data


def make_here(site: bytes, parcel: Parcel) -> bytes:
    """Make a parcel with the obit of this machine; run by a worker.

    Dask sends bytes as they are; of many objects it would make bytes once more.
    """
    return make_parcel(site, _this_tool, parcel)


def _this_tool() -> str:
    return tool_digest(default_theme())


def cluster_at(address: str) -> Cluster:
    """Name a cluster by its scheduler's address; nobody is asked yet.

    Raises ArgumentError for what is no address, ClusterError without the extra or without certificates.
    """
    if not _ADDRESS.fullmatch(address):
        raise ArgumentError(
            "this is not the address of a scheduler",
            fix="write it like tls://scheduler.example.org:8786, or tcp:// in a closed network",
        )
    try:
        from distributed import Security  # noqa: PLC0415 - an extra that few need, and slow to import
    except ImportError:
        raise ClusterError(
            "obit was installed without what a cluster needs", fix='pip install "obit-build[dask]"'
        ) from None
    if address.startswith("tls:"):
        _refuse_no_certificates(Security)
    return Cluster(address)


@contextlib.contextmanager
def _connected(address: str) -> Iterator[Any]:
    """Connect to a scheduler that has workers; raise ClusterError if nobody answers."""
    import dask  # noqa: PLC0415 - see cluster_at()
    from distributed import Client  # noqa: PLC0415 - same

    settings = {"distributed.admin.large-graph-warning-threshold": "64 GiB"}
    with dask.config.set(settings):
        try:
            client: Any = _client(Client, address)
        except (OSError, ValueError, RuntimeError, TypeError):
            raise ClusterError(f"no scheduler answers at {address}", fix=FIX_THERE) from None
        with client:
            try:
                client.wait_for_workers(1, timeout=SECONDS)
            except TimeoutError:
                raise ClusterError(
                    f"the scheduler at {address} has no worker", fix=FIX_THERE
                ) from None
            # Else all bytes of the site would go through the scheduler, too.
            client.direct_to_workers = all(map(_reaches, client.scheduler_info()["workers"]))
            yield client


def _reaches(worker: str) -> bool:
    """Tell whether this computer can talk to a worker, at an address like ``tls://10.0.0.7:40001``."""
    host, _, port = worker.rpartition("/")[2].rpartition(":")
    try:
        socket.create_connection((host.strip("[]"), int(port)), SECONDS_TO_A_WORKER).close()
    except (OSError, ValueError):
        return False
    return True


def _refuse_no_certificates(kind: Any) -> None:
    """Raise ClusterError if Dask's settings name no certificates, or some that can't be read."""
    try:
        context = kind().get_connection_args("client").get("ssl_context")
    except OSError as error:
        said = f"Dask's certificates can't be read: {error.strerror or type(error).__name__}"
        raise ClusterError(said, fix=FIX_TLS) from None
    if context is None:
        raise ClusterError("Dask has no certificates for tls://", fix=FIX_TLS)


def _client(kind: Any, address: str) -> Any:
    return kind(address, timeout=SECONDS, set_as_default=False)
