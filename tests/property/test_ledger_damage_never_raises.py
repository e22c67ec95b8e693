"""Whatever somebody does to the files of a ledger, reading it ends with a sentence, not with a traceback.

Files are damaged, exchanged and dropped; and, as whoever may write to the ledger could, events are changed
and all that follow bound to them again, so that only what they say is wrong.
"""

import hashlib
import json
from collections.abc import Iterator, Mapping

import pytest
from altered import places, with_value, without
from builders import site_inputs
from centre import a_centre, an_award, decided, issue, ledger_files, signers_of
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from obit_build.errors import LedgerError, ObitError, RenderError
from obit_build.issuing.ledger_documents import UNREADABLE, refuse_malformed
from obit_build.ledger.files import LedgerReader, in_turn
from obit_build.ledger.folder import FolderStore
from obit_build.ledger.replay import event_bytes
from obit_build.pipeline.build import complete_ledger
from obit_build.theme import default_theme
from obit_build.website.render import Theme
from obit_build.website.shared import Shared
from obit_build.website.units import Units

REPOSITORY = a_centre(
    [an_award(), an_award("2m8qa4xd", revoked=decided()), an_award("p0q9r8s7", badge="reseaux")]
)
CHEAP = settings(
    max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
VALUES = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-3, 1 << 70)
    | st.floats(allow_nan=False)
    | st.text(max_size=12)
    | st.sampled_from(
        ("genesis", "issue", "revoke", "key-add", "list-create", "0" * 64, "2026-02-30")
    ),
    lambda inner: (
        st.lists(inner, max_size=2) | st.dictionaries(st.text(max_size=6), inner, max_size=2)
    ),
    max_leaves=5,
)
NEVER_DICTIONARIES = st.binary(max_size=40) | VALUES.map(lambda value: json.dumps(value).encode())

CREDENTIALS: dict[str, bytes] = {}


class Held(LedgerReader):
    """A ledger whose files are in memory."""

    def __init__(self, files: Mapping[str, bytes]) -> None:
        self.files = files

    def read(self, path: str) -> bytes | None:
        return self.files.get(path)

    def events(self) -> Iterator[bytes]:
        names = (path.removeprefix("log/") for path in self.files if path.startswith("log/"))
        for name in in_turn(names):
            yield self.files[f"log/{name}"]


@pytest.fixture(scope="module")
def files(tmp_path_factory) -> dict[str, bytes]:
    store = FolderStore(tmp_path_factory.mktemp("ledger"))
    issue(REPOSITORY, store, signers_of())
    return ledger_files(store)


@pytest.fixture(scope="module")
def units(files) -> Units:
    """The parts of the site of this ledger, which reads its credentials from CREDENTIALS."""
    ledger = Held(files).replay().ledger()
    CREDENTIALS.update((x, files[f"issued/{x[:2]}/{x}.json"]) for x in ledger.awards)
    theme = Theme(default_theme())
    return Units(
        Shared(
            site_inputs(REPOSITORY, ledger=ledger, credential=CREDENTIALS.__getitem__, theme=theme)
        )
    )


def read(files: Mapping[str, bytes]) -> None:
    """Read a ledger as a build does, and each credential; errors of obit are fine, others are not."""
    store = Held(files)
    try:
        ledger = complete_ledger(store, REPOSITORY)
        for award in ledger.awards.values():
            store.credential(award.id, award.sha256)
    except ObitError as error:
        assert error.message
        assert error.fix


def bound_again(events: list[dict]) -> dict[str, bytes]:
    """Write events so that each follows from the one before it."""
    before, found = "0" * 64, {}
    for number, event in enumerate(events, start=1):
        data = event_bytes({**event, "seq": number, "prev": before})
        before = hashlib.sha256(data).hexdigest()
        found[f"log/{number:08d}.json"] = data
    return found


@CHEAP
@given(data=st.data())
def test_a_damaged_file_never_raises(files, data):
    path = data.draw(st.sampled_from(sorted(files)))
    was = files[path]
    start = data.draw(st.integers(0, len(was)))
    end = data.draw(st.integers(start, len(was)))
    other = data.draw(
        st.none()
        | NEVER_DICTIONARIES
        | st.sampled_from(sorted(files)).map(files.__getitem__)
        | st.binary(max_size=9).map(lambda put: was[:start] + put + was[end:])
    )

    damaged = {**files, path: other}
    read({name: content for name, content in damaged.items() if content is not None})


@CHEAP
@given(data=st.data())
def test_an_event_that_says_anything_never_raises(files, data):
    logged = sorted(path for path in files if path.startswith("log/"))
    events = [json.loads(files[path]) for path in logged]
    number = data.draw(st.integers(0, len(events) - 1))
    members = sorted({name for event in events for name in event} - {"seq", "prev"})
    changes = data.draw(st.dictionaries(st.sampled_from(members), VALUES, min_size=1, max_size=3))
    dropped = data.draw(st.sets(st.sampled_from(members), max_size=1))
    changed = {k: v for k, v in {**events[number], **changes}.items() if k not in dropped}

    read({**files, **bound_again([*events[:number], changed, *events[number + 1 :]])})


@CHEAP
@given(data=st.data())
def test_what_is_no_credential_is_named_where_pages_are_made_of_it(files, units, data):
    """Its hash may be the one that its event says; what it is, nobody has vouched for."""
    ledger = units.shared.ledger
    first = next(iter(ledger.awards))
    true = json.loads(files[f"issued/{first[:2]}/{first}.json"])
    place = st.sampled_from([path for path in places(true) if path])
    CREDENTIALS[first] = data.draw(
        NEVER_DICTIONARIES
        | place.map(lambda path: json.dumps(without(true, path)).encode())
        | st.builds(with_value, st.just(true), place, VALUES).map(lambda x: json.dumps(x).encode())
    )

    try:
        list(units.award(ledger.awards[first], "").make())
    except (*UNREADABLE, RenderError):
        with pytest.raises(LedgerError) as caught:
            refuse_malformed(ledger.awards.values(), CREDENTIALS.__getitem__)
        said = f"the credential {first} of the ledger is not one that obit issued"
        assert caught.value.message == said
    except ObitError as error:
        assert error.fix


def test_a_ledger_of_true_credentials_is_fine(files):
    store = Held(files)
    ledger = store.replay().ledger()

    refuse_malformed(
        ledger.awards.values(), lambda name: store.credential(name, ledger.awards[name].sha256)
    )
