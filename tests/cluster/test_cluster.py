"""A site whose awards a cluster made is the site that one computer makes, whatever dies meanwhile."""

import pickle
import socket
import subprocess

import dask
import pytest
from builders import site_inputs
from building import build, files
from machines import Machines
from sample import small_centre
from warm import program

from obit_build.centre.load import load_repository
from obit_build.errors import ArgumentError, ClusterError
from obit_build.spread import cluster
from obit_build.spread.cluster import cluster_at
from obit_build.website.parcels import Parcel, make_parcel, packed_site


def when_written(act):
    """Act as soon as the first awards have come back."""
    waiting = [act]

    def progress(what, _done, _all):
        if what == "writing" and waiting:
            waiting.pop()()

    return progress


def stopped(process):
    """Kill a process, and wait until it is gone."""
    process.kill()
    process.wait()


def test_a_cluster_makes_the_same_bytes(machines, centre, local):
    build(centre, "far", scheduler=machines.address)

    assert files(centre / "far") == local


def test_a_worker_that_is_killed_loses_nothing(machines, centre, local):
    doomed = machines.work()
    machines.wait_for(3)

    kill = when_written(lambda: stopped(doomed))
    build(centre, "farther", scheduler=machines.address, progress=kill)

    assert doomed.poll() is not None
    assert files(centre / "farther") == local


def test_a_scheduler_that_dies_publishes_nothing_and_the_next_run_needs_no_other(
    tmp_path, centre, local, certificates, monkeypatch
):
    """The connection is encrypted, by the certificates of Dask's own settings."""
    for name, value in certificates.items():
        monkeypatch.setenv(name, value)
    dask.config.refresh()
    secured = Machines(tmp_path, "tls")
    try:
        scheduler = secured.begin()
        secured.work()
        secured.wait_for(1)
        kill = when_written(lambda: stopped(scheduler))

        with pytest.raises(ClusterError) as caught:
            build(centre, "dying", scheduler=secured.address, progress=kill)
    finally:
        secured.end()
        monkeypatch.undo()
        dask.config.refresh()

    assert caught.value.exit_code == 4
    assert (
        caught.value.message
        == f"the cluster at {secured.address} was lost before its work was done"
    )
    assert caught.value.fix == (
        "look at the address, and that the scheduler and at least one worker are running; run the "
        "command again, or leave --scheduler out"
    )
    assert not (centre / "dying").exists()
    build(centre, "dying")
    assert files(centre / "dying") == local


def test_without_a_scheduler_there_the_reader_is_told(centre, monkeypatch):
    monkeypatch.setattr(cluster, "SECONDS", 0.2)

    with pytest.raises(ClusterError) as caught:
        build(centre, "nowhere", scheduler="tcp://127.0.0.1:9")

    assert caught.value.exit_code == 4
    assert caught.value.message == "no scheduler answers at tcp://127.0.0.1:9"
    assert caught.value.fix == (
        "look at the address, and that the scheduler and at least one worker are running"
    )
    assert not (centre / "nowhere").exists()


def test_the_command_takes_the_address(tmp_path):
    root = small_centre(tmp_path, "7f3k9m2q,,,,,")
    command = [str(program()), "-C", str(root), "-q", "build", "--scheduler", "127.0.0.1:8786"]
    done = subprocess.run(command, check=False, capture_output=True, text=True)

    assert done.returncode == 2
    assert done.stderr == (
        "error: this is not the address of a scheduler\n"
        "  fix: write it like tls://scheduler.example.org:8786, or tcp:// in a closed network\n"
    )
    assert not (root / "build").exists()


@pytest.mark.parametrize(
    ("setting", "words"),
    [
        (None, "Dask has no certificates for tls://"),
        ("nowhere.pem", "Dask's certificates can't be read: No such file or directory"),
    ],
)
def test_tls_without_certificates_is_told_before_anybody_is_asked(setting, words):
    with (
        dask.config.set(
            {"distributed.comm.tls.ca-file": setting, "distributed.comm.tls.client.cert": setting}
        ),
        pytest.raises(ClusterError) as caught,
    ):
        cluster_at("tls://127.0.0.1:9")

    assert caught.value.message == words
    assert caught.value.fix == (
        "name the files in DASK_DISTRIBUTED__COMM__TLS__CA_FILE, …__CLIENT__CERT and …__CLIENT__KEY "
        "(docs/how-to/cluster.md)"
    )


@pytest.mark.parametrize("address", ["127.0.0.1:8786", "inproc://x", "tcp://a b:1", "tls://x"])
def test_what_is_no_address_of_a_scheduler_is_refused(address):
    with pytest.raises(ArgumentError) as caught:
        cluster_at(address)

    assert caught.value.message == "this is not the address of a scheduler"


def test_a_worker_with_another_obit_refuses():
    site = packed_site(site_inputs())

    with pytest.raises(ClusterError) as caught:
        make_parcel(site, lambda: "another tool", Parcel((), {}, {}))

    assert caught.value.message == "a worker of the cluster has another obit than this computer"


def test_of_people_only_the_names_leave_this_computer_that_pages_may_show(tmp_path):
    people = [
        "7f3k9m2q,Zoé,zoe@example.org,fr,no,",
        "2m8qa4xd,Ada,ada@example.org,fr,yes,2026-01-01",
    ]
    repository, _ = load_repository(small_centre(tmp_path, *people))
    packed = packed_site(site_inputs(repository))

    assert b"@example.org" not in packed
    assert "Zoé".encode() not in packed
    unpacked = pickle.loads(packed)  # noqa: S301 - packed above
    assert {x.code: x.name for x in unpacked.repository.recipients.values()} == {"2m8qa4xd": "Ada"}
    assert [x.key.recipient for x in unpacked.repository.awards] == ["7f3k9m2q", "2m8qa4xd"]


def test_files_come_straight_from_workers_that_can_be_reached():
    with socket.create_server(("127.0.0.1", 0)) as server:
        port = server.getsockname()[1]
        assert cluster._reaches(f"tls://127.0.0.1:{port}")
    assert not cluster._reaches(f"tcp://127.0.0.1:{port}")
    assert not cluster._reaches("inproc://127.0.0.1/1/1")
