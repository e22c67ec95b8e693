"""One server and two builds of one site, an earlier and a later one, for all tests of publishing."""

import dataclasses
import datetime
from collections.abc import Iterator
from pathlib import Path

import pytest
from centre import NOON, a_centre, an_award, decided
from live_sites import Published, built, issued
from storage_server import BUCKET, ENVIRONMENT, Storage, running

from obit_build.ledger.folder import FolderStore
from obit_build.pipeline import Setting
from obit_build.pipeline.publishing import publish
from obit_build.publishing.object_storage import open_bucket
from obit_build.publishing.storage_address import StorageAddress

HOUR = datetime.timedelta(hours=1)


@dataclasses.dataclass(frozen=True)
class Builds:
    """Two states of one site, in folders."""

    first: Path
    second: Path
    """One award more, one revoked, one withdrawn."""
    ledger: Path
    earlier: Published
    later: Published

    @property
    def withdrawn(self) -> str:
        """The award that is on the first site and not on the second."""
        return next(a.id for a in self.later.ledger.awards.values() if a.state == "withdrawn")


def write(site: Published, folder: Path) -> Path:
    for name, data in site.files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(data)
    return folder


@pytest.fixture(scope="session")
def builds(tmp_path_factory) -> Builds:
    folder = tmp_path_factory.mktemp("builds")
    store = FolderStore(folder / "ledger")
    first = a_centre([an_award(visibility="public"), an_award("2m8qa4xd"), an_award("p0q9r8s7")])
    earlier = built(first, store, issued(first, store))
    one, two, three = first.awards
    second = dataclasses.replace(
        first,
        awards=(
            one,
            dataclasses.replace(two, revoked=decided()),
            dataclasses.replace(three, withdrawn=datetime.date(2026, 5, 1)),
            an_award("7f3k9m2q", badge="reseaux"),
        ),
    )
    later = built(second, store, issued(second, store))
    return Builds(
        write(earlier, folder / "first"),
        write(later, folder / "second"),
        folder / "ledger",
        earlier,
        later,
    )


@pytest.fixture(scope="session")
def _server() -> Iterator[Storage]:
    with running() as storage:
        yield storage


@pytest.fixture
def storage(_server) -> Iterator[Storage]:
    """An empty bucket."""
    _server.empty()
    yield _server
    _server.mend()


@pytest.fixture
def upload(storage, tmp_path):
    """Return a function that publishes a folder and says what was done."""
    return lambda folder, **options: uploaded(storage, tmp_path, folder, **options)


def uploaded(storage, root, folder, *, prefix="", patience=20, ledger=None, **options):
    bucket = open_bucket(
        StorageAddress(BUCKET, prefix),
        environment=ENVIRONMENT,
        endpoint=storage.endpoint,
        patience=patience,
    )
    setting = Setting(root=root, now=NOON + HOUR, at=NOON, ledger=ledger)
    return publish(setting, folder, bucket, **options)


@pytest.fixture(scope="session")
def _held(_server, builds, tmp_path_factory) -> dict:
    """What the bucket holds after the first build was published to it."""
    _server.empty()
    uploaded(_server, tmp_path_factory.mktemp("empty"), builds.first)
    return _server.snapshot()


@pytest.fixture
def holding_first(_held, storage) -> None:
    """The first build was published."""
    storage.restore(_held)
