"""Whatever is on the web or in the file, verifying an Open Badge 2.0 ends with a report."""

import copy
import json

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from older_badges import hosted, jws, signed

ROOTS = {
    hosted: ("assertion", "badge", "issuer"),
    signed: ("assertion", "badge", "issuer", "key", "revocations"),
}
LEAVES = st.one_of(
    st.none(), st.booleans(), st.integers(-3, 3), st.floats(allow_nan=False), st.text(max_size=8),
    st.sampled_from([
        "id", "https://", "https://[", "https://badges.example/issuer.json", "Assertion",
        "SignedBadge", "HostedBadge", "sha256$", "2026-03-27T15:00:00Z", "9999-12-31T23:59:59-23:59",
        "0001-01-01T00:00:00+23:59", "\ud800", "-----BEGIN PUBLIC KEY-----",
    ]),
)  # fmt: skip
VALUES = st.recursive(
    LEAVES,
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(st.sampled_from(["id", "type", "uid", "hashed", "x"]), inner, max_size=3)
    ),
    max_leaves=6,
)


def places(node, path=()):
    yield path
    items = (
        node.items()
        if isinstance(node, dict)
        else enumerate(node)
        if isinstance(node, list)
        else ()
    )
    for key, value in items:
        yield from places(value, (*path, key))


def replaced(document, path, value, *, drop):
    if not path:
        return value
    changed = copy.deepcopy(document)
    parent = changed
    for key in path[:-1]:
        parent = parent[key]
    if drop:
        del parent[path[-1]]
    else:
        parent[path[-1]] = value
    return changed


@pytest.mark.parametrize("world", [hosted, signed])
@given(data=st.data())
@settings(max_examples=300)
def test_any_part_may_be_anything(world, data):
    changed = world()
    sound = world().report().state
    for _ in range(data.draw(st.integers(1, 3))):
        root = data.draw(st.sampled_from(ROOTS[world]))
        before = getattr(changed, root)
        path = data.draw(st.sampled_from(list(places(before))))
        after = replaced(before, path, data.draw(VALUES), drop=data.draw(st.booleans()))
        setattr(changed, root, after)
    if data.draw(st.booleans()):
        changed.hand = world().data()
    elif world is signed:
        changed.hand = jws(changed.assertion, changed.signer).encode()

    report = changed.report()

    assert sound == "valid"
    assert len(report.steps) == 11
    assert report.state in ("valid", "expired", "revoked", "not-yet-valid", "invalid", "unknown")
    json.dumps(report.to_dict("fr"))
