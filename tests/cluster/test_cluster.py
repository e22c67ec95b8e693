"""A site whose awards a cluster made is the site that one computer makes, whatever dies meanwhile."""

import pickle
import time

import pytest
from builders import site_inputs
from building import begun, files

from obit_build.cluster import cluster_at
from obit_build.errors import ArgumentError, ClusterError
from obit_build.load import load_repository
from obit_build.website.parcels import Parcel, make_parcel, packed_site


def test_a_cluster_makes_the_same_bytes(machines, obit, centre, local):
    assert obit(centre, "--scheduler", machines.address, "--out", "far") == (0, "")

    assert files(centre / "far") == local


def test_a_worker_that_is_killed_loses_nothing(machines, centre, local):
    doomed = machines.work()
    machines.wait_for(3)
    build = begun(centre, "--scheduler", machines.address, "--out", "farther")
    staged = centre / ".farther.obit" / "new" / "awards"
    while build.poll() is None and not staged.is_dir():
        time.sleep(0.01)

    doomed.kill()

    _, words = build.communicate(timeout=120)
    assert (build.returncode, words) == (0, "")
    assert files(centre / "farther") == local


def test_without_a_scheduler_there_the_reader_is_told(obit, centre):
    words = (
        "error: no scheduler answers at tcp://127.0.0.1:9\n  fix: look at the address, and that "
        "the scheduler and at least one worker are running\n"
    )

    assert obit(centre, "--scheduler", "tcp://127.0.0.1:9", "--out", "nowhere") == (4, words)
    assert not (centre / "nowhere").exists()


@pytest.mark.parametrize("address", ["127.0.0.1:8786", "inproc://x", "tcp://a b:1", "tls://x"])
def test_what_is_no_address_of_a_scheduler_is_refused(address):
    with pytest.raises(ArgumentError) as caught, cluster_at(address):
        pass

    assert caught.value.message == "this is not the address of a scheduler"


def test_a_worker_with_another_obit_refuses():
    site = packed_site(site_inputs())

    with pytest.raises(ClusterError) as caught:
        make_parcel(site, "another tool", Parcel((), {}, {}))

    assert caught.value.message == "a worker of the cluster has another obit than this computer"


def test_no_e_mail_address_leaves_this_computer(centre):
    repository, _ = load_repository(centre)
    packed = packed_site(site_inputs(repository))

    assert b"@example.org" not in packed
    assert "Zo\u00e9".encode() not in packed
    unpacked = pickle.loads(packed)  # noqa: S301 - packed above
    assert unpacked.repository.recipients.keys() == repository.recipients.keys()
