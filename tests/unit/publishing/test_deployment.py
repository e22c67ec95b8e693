"""The order of an upload and what it refuses: a pure function of two listings."""

import pytest

from obit_build.errors import StorageError
from obit_build.publishing.deployment import (
    Identity,
    Stored,
    Wave,
    plan_deployment,
    refuse_losses,
    refuse_older,
)
from obit_build.securing.signed_note import Checkpoint

OLD, NEW = "a" * 32, "b" * 32
POINT = Checkpoint("badges.example.org/log", 5, "ab" * 32)


def planned(built, stored, no_io, **more):
    listed = {path: Stored(1, f'"{OLD}"') for path in stored}
    with no_io():
        return plan_deployment([(path, 1) for path in built], listed, lambda _: NEW, **more)


def test_new_files_come_first_then_pages_lists_log_and_checkpoint(no_io):
    built = [
        ".nojekyll", "_headers", "awards/x/badge.png", "awards/x/index.html", "catalog.json",
        "index.html", "issuers/a/did.json", "log/checkpoint", "log/provenance.json",
        "status/a/1.json", "status/a/2.json",
    ]  # fmt: skip
    stored = [*built[4:10], "awards/y/index.html"]

    plan = planned(built, stored, no_io, same_rules=True)

    assert plan.waves == (
        Wave("new", ("awards/x/badge.png", "status/a/2.json")),
        Wave("new pages", ("awards/x/index.html",)),
        Wave("changed", ("issuers/a/did.json",)),
        Wave("pages", ("catalog.json", "index.html")),
        Wave("status lists", ("status/a/1.json",)),
        Wave("log", ("log/provenance.json",)),
        Wave("checkpoint", ("log/checkpoint",)),
    )
    assert plan.strays == ("awards/y/index.html",)


@pytest.mark.parametrize(
    ("etag", "size", "is_same"),
    [
        (f'"{NEW}"', 1, True),
        (NEW, 1, True),
        (f'"{NEW}"', 2, False),
        (f'"{OLD}"', 1, False),
        (f'"{NEW}-2"', 1, False),  # of parts
        (None, 1, False),
    ],
)
def test_an_object_is_left_alone_only_if_its_etag_is_the_md5_of_the_file(etag, size, is_same):
    plan = plan_deployment(
        [("a.css", 1)], {"a.css": Stored(size, etag)}, lambda _: NEW, same_rules=True
    )

    assert (plan.unchanged == 1) == is_same
    assert plan.uploads == (not is_same)


def test_files_are_read_only_where_the_sizes_agree():
    def unreadable(path):
        raise AssertionError(path)

    stored = {"a.css": Stored(2, f'"{OLD}"')}

    assert plan_deployment([("a.css", 1)], stored, unreadable, same_rules=True).uploads == 1


def identity(checkpoint, mode="live"):
    return Identity(site="https://badges.example.org/", mode=mode, checkpoint=checkpoint)


@pytest.mark.parametrize(
    ("ours", "message"),
    [
        (
            identity(Checkpoint(POINT.origin, 4, "cd" * 32)),
            "the live site shows 5 events of the ledger, the built one only 4",
        ),
        (identity(None), "the live site shows 5 events of the ledger, the built one none"),
        (
            identity(Checkpoint(POINT.origin, 5, "cd" * 32)),
            "the live site and the built one tell different stories up to event 5",
        ),
        (
            identity(POINT, mode="preview"),
            "the real site is there, and a preview would take its place",
        ),
    ],
)
def test_nothing_goes_back_behind_what_is_live(ours, message):
    with pytest.raises(StorageError) as caught:
        refuse_older(ours, identity(POINT))

    assert caught.value.message == message


@pytest.mark.parametrize("size", [5, 6])
def test_the_same_or_a_longer_ledger_may_follow(size):
    head = POINT.head if size == 5 else "cd" * 32

    refuse_older(identity(Checkpoint(POINT.origin, size, head)), identity(POINT))
    refuse_older(identity(POINT), identity(Checkpoint(POINT.origin, 9, "ef" * 32), mode="preview"))


@pytest.mark.parametrize(
    ("stray", "message"),
    [
        (
            f"awards/{'a' * 32}/index.html",
            "the live site has 1 award that the built one does not know",
        ),
        ("status/a/1.json", "the live site has status/a/1.json, which the built one lacks"),
        ("issuers/a/did.json", "the live site has issuers/a/did.json, which the built one lacks"),
    ],
)
def test_what_a_site_keeps_for_ever_is_not_taken_away(stray, message):
    with pytest.raises(StorageError) as caught:
        refuse_losses(["fr/index.html", stray])

    assert caught.value.message == message
