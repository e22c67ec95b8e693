"""A built site on object storage: what lies there, in which order, and what is never replaced."""

import shutil

import pytest
from live_sites import BASE

from obit_build.errors import LedgerError, PublishError, SourceError, StorageError
from obit_build.hosting.media_types import HOST_ONLY
from obit_build.pipeline import publishing
from obit_build.pipeline.publishing import shown_plan

SITE = f"{BASE}/"
LOG = ["log/provenance.json", "log/checkpoint"]


def files(folder):
    """The files that belong on the storage."""
    found = {p.relative_to(folder).as_posix(): p.read_bytes() for p in folder.rglob("*.*")}
    extra = {"log/checkpoint": (folder / "log/checkpoint").read_bytes()}
    return {k: v for k, v in {**found, **extra}.items() if k == ".nojekyll" or k not in HOST_ONLY}


@pytest.fixture
def copied(builds, tmp_path):
    """A copy of the second build, to be spoilt."""
    return shutil.copytree(builds.second, tmp_path / "build")


def refused(upload, *arguments, error=StorageError, **options):
    with pytest.raises(error) as caught:
        upload(*arguments, **options)
    return caught.value.message


# --- what is there ---


def test_every_file_is_stored_as_it_was_built(upload, storage, builds):
    done = upload(builds.first)

    assert storage.objects() == files(builds.first)
    assert done.plan.uploads == len(files(builds.first)) - 1  # the mark is no news
    assert done.bytes == sum(map(len, files(builds.first).values()))


@pytest.mark.parametrize(
    ("key", "kind", "kept"),
    [
        ("index.html", "text/html; charset=utf-8", "max-age=600"),
        ("assets/style.css", "text/css; charset=utf-8", "max-age=600"),
        ("issuers/citc/did.json", "application/json", "max-age=600"),
        ("badges/pare-feu/v1/image.svg", "image/svg+xml", "max-age=600"),
        ("badges/pare-feu/v1/image.png", "image/png", "max-age=600"),
        ("status/citc/1.json", "application/json", "max-age=60"),
        ("log/provenance.json", "application/json", "max-age=60"),
        ("log/checkpoint", "text/plain; charset=utf-8", "max-age=60"),
    ],
)
def test_an_object_has_its_type_its_lifetime_and_its_owner(
    holding_first, upload, storage, builds, key, kind, kept
):
    assert storage.describe(key) == (kind, kept, SITE)


def test_a_folder_of_the_bucket_holds_a_site_beside_another_one(upload, storage, builds):
    storage.put("other/index.html", b"<p>somebody else's")

    upload(builds.first, prefix="sites/one")

    assert storage.objects() == {
        **{f"sites/one/{path}": data for path, data in files(builds.first).items()},
        "other/index.html": b"<p>somebody else's",
    }


# --- only what changed, in an order in which nobody sees half of it ---


def test_the_place_is_claimed_first_then_files_pages_and_the_checkpoint(upload, storage, builds):
    upload(builds.first)

    stored = storage.stored()
    pages = [n for n, key in enumerate(stored) if key.endswith(".html")]
    others = [n for n, key in enumerate(stored) if key.endswith((".png", ".svg", ".css", ".js"))]
    assert stored[0] == ".nojekyll"
    assert max(others) < min(pages)
    assert stored[-2:] == LOG


def test_a_second_run_stores_nothing(holding_first, upload, storage, builds):
    done = upload(builds.first)

    assert (done.plan.uploads, done.plan.unchanged) == (0, len(files(builds.first)) - 1)
    assert {method for method, _ in storage.seen} == {"GET", "HEAD"}
    assert len(storage.seen) == 4


def test_a_later_site_replaces_what_changed_and_removes_last_what_was_withdrawn(
    holding_first, upload, storage, builds
):
    done = upload(builds.second)

    before, after = files(builds.first), files(builds.second)
    stored = storage.stored()
    pages = [n for n, key in enumerate(stored) if key.endswith(".html") and key in before]
    new = [n for n, key in enumerate(stored) if key not in before]
    assert storage.objects() == after
    assert sorted(stored) == sorted(k for k in after if after[k] != before.get(k))
    assert max(new) < min(pages)
    assert max(pages) < stored.index("status/citc/1.json")
    assert stored[-2:] == LOG
    assert f"awards/{builds.withdrawn}/credential.json" in done.removed
    assert set(done.removed) == before.keys() - after.keys()
    assert [method for method, _ in storage.seen[-1:]] == ["POST"]  # DeleteObjects, once


def test_everything_is_stored_again_when_types_or_lifetimes_are_decided_anew(
    holding_first, upload, storage, builds, monkeypatch
):
    monkeypatch.setattr(publishing, "object_rules", lambda: "other rules")

    assert upload(builds.first).plan.unchanged == 0
    assert upload(builds.first).plan.uploads == 0


def test_a_dry_run_says_what_would_be_done_and_does_nothing(holding_first, upload, storage, builds):
    done = upload(builds.second, dry=True)

    lines = list(shown_plan(done))
    short = f"{builds.withdrawn[:8]}…"
    assert {method for method, _ in storage.seen} == {"GET", "HEAD"}
    assert storage.objects() == files(builds.first)
    assert f"remove        awards/{short}/credential.json" in lines
    assert "checkpoint    log/checkpoint" in lines
    assert builds.withdrawn not in "".join(lines)


# --- what is never replaced ---


def test_an_older_site_does_not_replace_a_newer_one(upload, storage, builds):
    upload(builds.second)
    newer = storage.objects()

    sizes = builds.later.ledger.size, builds.earlier.ledger.size
    assert refused(upload, builds.first) == (
        f"the live site shows {sizes[0]} events of the ledger, the built one only {sizes[1]}"
    )
    assert storage.objects() == newer


def test_a_site_of_another_ledger_is_noticed_by_the_awards_that_it_does_not_know(
    holding_first, upload, storage, copied, builds
):
    shutil.rmtree(copied / "awards" / builds.withdrawn)

    assert refused(upload, copied) == "the live site has 1 award that the built one does not know"
    assert storage.objects() == files(builds.first)


def test_a_ledger_at_hand_proves_that_the_site_continues_what_is_live(
    holding_first, upload, builds
):
    assert upload(builds.second, ledger=str(builds.ledger)).is_rollback_known


def test_a_site_that_the_ledger_does_not_know_is_refused(upload, storage, builds, tmp_path):
    shutil.copytree(builds.ledger, tmp_path / "cut")
    last = max((tmp_path / "cut" / "log").rglob("*.json"))
    last.unlink()

    assert (
        refused(upload, builds.second, ledger=str(tmp_path / "cut"), error=PublishError)
        == "the site was built from another ledger than this one"
    )
    assert storage.objects() == {}


def test_another_site_is_left_alone(upload, storage, builds):
    storage.put(".nojekyll", b"", **{"obit-site": "https://other.example/"})

    assert refused(upload, builds.first) == "another site is there: https://other.example/"


def test_another_site_that_something_else_uploaded_is_left_alone(upload, storage, builds):
    storage.put("catalog.json", b'{"site": "https://other.example/"}')

    assert refused(upload, builds.first) == "another site is there: https://other.example/"


@pytest.mark.parametrize("data", [b"holiday", b"{", b"[]"])
def test_files_that_are_no_site_are_left_alone(upload, storage, builds, data):
    storage.put("catalog.json", data)

    assert refused(upload, builds.first) == "there are files that obit did not put there"
    assert storage.objects() == {"catalog.json": data}


def test_a_site_that_something_else_uploaded_is_taken_over_with_right_types(
    upload, storage, builds
):
    for key, data in files(builds.first).items():
        storage.put(key, data)
    storage.put("googleabc.html", b"whose site it is")

    done = upload(builds.second)

    kept = {"googleabc.html": b"whose site it is"}
    assert storage.objects() == {**files(builds.first), **files(builds.second), **kept}
    assert done.left == len(storage.objects()) - len(files(builds.second))
    assert storage.describe("index.html")[0] == "text/html; charset=utf-8"


def test_what_somebody_else_put_beside_the_site_stays(holding_first, upload, storage, builds):
    storage.put("googleabc.html", b"whose site it is")

    done = upload(builds.first)

    assert (done.removed, done.left) == ((), 1)
    assert storage.objects()["googleabc.html"] == b"whose site it is"


def test_a_live_checkpoint_that_is_none_stops_the_upload(holding_first, upload, storage, builds):
    storage.put("log/checkpoint", b"nonsense")

    assert refused(upload, builds.first) == "the live site's log/checkpoint can't be read"


def test_a_run_that_was_overtaken_stops_before_the_status_lists(
    holding_first, upload, storage, builds
):
    later = files(builds.second)["log/checkpoint"]

    def overtake(method, key):
        if method == "PUT" and key.endswith("/index.html"):
            storage.fault = lambda *_: None
            storage.put("log/checkpoint", later)

    storage.fault = overtake

    assert refused(upload, builds.second) == "another run has published here meanwhile"
    assert storage.objects()["status/citc/1.json"] == files(builds.first)["status/citc/1.json"]


# --- previews ---


@pytest.fixture
def preview(copied):
    provenance = copied / "log/provenance.json"
    provenance.write_text(provenance.read_text().replace('"live"', '"preview"'))
    return copied


def test_a_preview_is_published_only_when_asked_for(upload, storage, preview):
    assert refused(upload, preview, error=PublishError) == (
        "this site is a preview, which proves nothing"
    )
    assert upload(preview, preview=True).mode == "preview"


def test_a_preview_never_takes_the_place_of_the_real_site(
    holding_first, upload, storage, builds, preview
):
    assert refused(upload, preview, preview=True) == (
        "the real site is there, and a preview would take its place"
    )


def test_the_real_site_takes_the_place_of_its_preview(upload, storage, builds, preview):
    upload(preview, preview=True)

    upload(builds.first)

    assert storage.objects() == files(builds.first)


# --- only a finished site ---


def test_a_folder_that_is_no_site_is_refused(upload, tmp_path):
    assert refused(upload, tmp_path, error=SourceError) == (
        f"{tmp_path.name} is not a site that obit built"
    )


@pytest.mark.parametrize(
    ("path", "data", "message"),
    [
        (
            "log/provenance.json",
            None,
            "log/provenance.json is missing or damaged: the site is not whole",
        ),
        ("catalog.json", b"{", "catalog.json is missing or damaged: the site is not whole"),
        ("log/checkpoint", b"x", "log/checkpoint: this is not a signed checkpoint"),
    ],
)
def test_a_site_that_is_not_whole_is_refused(upload, storage, copied, path, data, message):
    (copied / path).unlink() if data is None else (copied / path).write_bytes(data)

    assert refused(upload, copied, error=PublishError) == message
    assert storage.seen == []


def test_a_site_without_its_status_lists_is_refused(upload, copied):
    shutil.rmtree(copied / "status")

    assert "could not be checked" in refused(upload, copied, error=PublishError)


def test_a_mixture_of_two_builds_is_refused(upload, copied, builds):
    shutil.copy(builds.first / "log/provenance.json", copied / "log/provenance.json")

    assert refused(upload, copied, error=PublishError) == (
        "the site's files come from different builds"
    )


def test_a_credential_that_was_changed_after_the_build_is_refused(upload, copied):
    file = next(copied.glob("awards/*/credential.json"))
    file.write_text(file.read_text().replace("2026", "2027"))

    assert refused(upload, copied, error=PublishError).startswith(
        f"the built site is not sound: award {file.parent.name[:8]}… does not verify"
    )


def test_a_link_in_the_folder_is_refused(upload, storage, copied):
    (copied / "secret.json").symlink_to("/etc/hostname")

    assert refused(upload, copied, error=PublishError) == (
        "secret.json is not a file that obit made"
    )
    assert storage.stored() == []


def test_a_ledger_that_was_named_has_to_be_there(upload, builds):
    assert refused(upload, builds.first, ledger="nowhere", error=LedgerError) == (
        "there is no ledger in nowhere"
    )
