"""What happens while a site is uploaded: rights that are missing, a server that stumbles or dies."""

import itertools
import sys

import pytest
from storage_server import BUCKET, ENVIRONMENT, GONE
from test_publishing_to_storage import LOG, files, refused

from obit_build.errors import StorageError
from obit_build.publishing.object_storage import open_bucket
from obit_build.publishing.storage_address import StorageAddress

AGAIN = "run the command again: it goes on where it stopped, and what is live stays whole"


def at_write(number, answer):
    """Answer so from the given write on; a removal is a write, too."""
    count = itertools.count()

    def fault(method, _key):
        is_late = method in ("PUT", "POST") and next(count) >= number
        return answer if is_late else None

    return fault


# --- a server that dies, whenever ---


@pytest.mark.parametrize("share", [0.0, 0.3, 0.7, 0.95, 1.0])
def test_after_a_death_at_any_write_the_next_run_ends_as_if_nothing_had_been(
    holding_first, upload, storage, builds, share
):
    before, after = files(builds.first), files(builds.second)
    writes = sum(after[key] != before.get(key) for key in after)  # and one removal
    storage.fault = at_write(int(share * writes), GONE)

    message = refused(upload, builds.second, patience=0.2)

    half = storage.objects()
    assert message == f"127.0.0.1:{storage.port} does not answer"
    assert before.keys() <= half.keys()  # nothing is taken away before the end
    is_new = half["log/checkpoint"] == after["log/checkpoint"]
    assert is_new == (share == 1.0)
    if half["status/citc/1.json"] != before["status/citc/1.json"]:
        assert {k: half[k] for k in after if not k.startswith("log/")} == {
            k: v for k, v in after.items() if not k.startswith("log/")
        }

    storage.mend()
    upload(builds.second)

    assert storage.objects() == after


def test_a_first_upload_that_died_is_finished_by_the_next_run(upload, storage, builds):
    storage.fault = at_write(40, GONE)
    refused(upload, builds.first, patience=0.2)
    storage.mend()

    done = upload(builds.first)

    assert done.plan.unchanged >= 39 - 16  # all but what was under way
    assert storage.objects() == files(builds.first)


def test_a_first_upload_that_died_keeps_its_place(upload, storage, builds, tmp_path):
    storage.fault = at_write(1, GONE)
    refused(upload, builds.first, patience=0.2)
    storage.mend()

    assert storage.describe(".nojekyll")[2] == "https://badges.example.org/x/"


def test_a_server_that_is_not_there_is_told_so():
    bucket = opened(endpoint="http://127.0.0.1:9", patience=0.2)  # nothing listens for "discard"

    with pytest.raises(StorageError) as caught:
        bucket.listing()

    assert (caught.value.message, caught.value.fix) == ("127.0.0.1:9 does not answer", AGAIN)


# --- a server that stumbles ---


@pytest.mark.parametrize("answer", [(503, "SlowDown"), (500, "InternalError")])
def test_what_fails_for_a_moment_is_tried_again(holding_first, upload, storage, builds, answer):
    failed = set()

    def fault(method, key):
        if method == "PUT" and key.endswith(".html") and key not in failed:
            failed.add(key)
            return answer
        return None

    storage.fault = fault

    upload(builds.second)

    assert len(failed) > 5
    assert storage.objects() == files(builds.second)


def test_patience_ends(holding_first, upload, storage, builds):
    storage.fault = at_write(3, (503, "SlowDown"))

    with pytest.raises(StorageError) as caught:
        upload(builds.second, patience=0.3)

    assert caught.value.message == f"127.0.0.1:{storage.port} answers with the error 503 SlowDown"
    assert storage.objects()["log/checkpoint"] == files(builds.first)["log/checkpoint"]


# --- rights ---


def test_keys_that_may_not_be_written_are_told_and_nothing_later_is_stored(upload, storage, builds):
    award = builds.withdrawn

    def fault(method, key):
        return (403, "AccessDenied") if method == "PUT" and key.endswith("badge.png") else None

    storage.fault = fault

    with pytest.raises(StorageError) as caught:
        upload(builds.first)

    pictures = sorted(key for key in files(builds.first) if key.endswith("badge.png"))
    named = pictures[0].replace(pictures[0].split("/")[1], pictures[0].split("/")[1][:8] + "…")
    assert award in "".join(pictures)
    assert caught.value.message == f"these credentials may not write {named} and 2 more"
    assert caught.value.fix == (
        "docs/how-to/object-storage.md has the policy with the rights that are needed; then "
        + AGAIN
    )
    assert not [key for key in storage.stored() if key.endswith(".html") or key in LOG]

    storage.mend()
    upload(builds.first)

    assert storage.objects() == files(builds.first)


@pytest.mark.parametrize(
    ("method", "what"),
    [
        ("GET", "list the bucket"),
        ("HEAD", "read from the bucket"),
        ("POST", "remove from the bucket"),
    ],
)
def test_a_right_that_is_missing_is_named(holding_first, upload, storage, builds, method, what):
    storage.fault = lambda asked, _key: (403, "AccessDenied") if asked == method else None

    assert refused(upload, builds.second) == f"these credentials may not {what}"


@pytest.mark.parametrize(
    ("answer", "message"),
    [
        ((403, "InvalidAccessKeyId"), "does not take these credentials (InvalidAccessKeyId)"),
        ((403, "SignatureDoesNotMatch"), "does not take these credentials (SignatureDoesNotMatch)"),
    ],
)
def test_credentials_that_nobody_knows_are_told_so(upload, storage, builds, answer, message):
    storage.fault = lambda *_: answer

    assert refused(upload, builds.first) == f"127.0.0.1:{storage.port} {message}"


def test_a_clock_that_is_wrong_is_told_so(upload, storage, builds):
    storage.fault = lambda *_: (403, "RequestTimeTooSkewed")

    assert refused(upload, builds.first) == "this computer's clock is wrong"


# --- before anything is asked ---


def opened(address=BUCKET, **more):
    return open_bucket(StorageAddress(address), **{"environment": ENVIRONMENT, **more})


def test_a_bucket_that_is_not_there_is_named(storage):
    with pytest.raises(StorageError) as caught:
        opened("nobodys-bucket", endpoint=storage.endpoint).listing()

    assert caught.value.message == "there is no bucket nobodys-bucket"


def test_without_credentials_nobody_is_asked():
    with pytest.raises(StorageError) as caught:
        opened(environment={"HOME": "/root"})

    assert caught.value.message == f"the environment holds no credentials for {BUCKET}"
    assert caught.value.fix == (
        "set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY; docs/how-to/object-storage.md says how a "
        "workflow gets them"
    )


def test_without_the_extra_its_name_is_told(monkeypatch):
    monkeypatch.setitem(sys.modules, "obstore.store", None)

    with pytest.raises(StorageError) as caught:
        opened()

    assert caught.value.message == "obit was installed without what object storage needs"
    assert caught.value.fix == 'pip install "obit-build[s3]"'


def test_the_endpoint_comes_from_the_environment_as_for_other_tools(storage):
    environment = {**ENVIRONMENT, "AWS_ENDPOINT_URL_S3": storage.endpoint}

    assert opened(environment=environment).listing() == {}
