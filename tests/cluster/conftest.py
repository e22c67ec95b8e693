"""Real schedulers and workers on loopback, and a centre whose awards they make."""

import contextlib
import datetime
import ipaddress
from collections.abc import Iterator
from pathlib import Path

import pytest
from building import build, files
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
)
from machines import Machines
from sample import small_centre

NAME = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "cluster")])


@pytest.fixture(scope="session")
def machines(tmp_path_factory) -> Iterator[Machines]:
    """A scheduler with two workers."""
    made = Machines(tmp_path_factory.mktemp("cluster"))
    with contextlib.ExitStack() as stack:
        stack.callback(made.end)
        made.begin()
        made.work()
        made.work()
        yield made


@pytest.fixture(scope="session")
def certificates(tmp_path_factory) -> dict[str, str]:
    """A certificate that stands for authority, scheduler, worker and client: Dask's settings for it."""
    folder, key = tmp_path_factory.mktemp("tls"), ec.generate_private_key(ec.SECP256R1())
    local = x509.SubjectAlternativeName([x509.IPAddress(ipaddress.ip_address("127.0.0.1"))])
    certificate = (
        x509.CertificateBuilder(NAME, NAME, key.public_key(), x509.random_serial_number())
        .not_valid_before(datetime.datetime(2020, 1, 1, tzinfo=datetime.UTC))
        .not_valid_after(datetime.datetime(2120, 1, 1, tzinfo=datetime.UTC))
        .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
        .add_extension(local, critical=False)
        .sign(key, hashes.SHA256())
    )
    (folder / "cert.pem").write_bytes(certificate.public_bytes(Encoding.PEM))
    private = key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    (folder / "key.pem").write_bytes(private)
    settings = {"CA_FILE": str(folder / "cert.pem")}
    for role in ("SCHEDULER", "WORKER", "CLIENT"):
        settings[f"{role}__CERT"] = str(folder / "cert.pem")
        settings[f"{role}__KEY"] = str(folder / "key.pem")
    return {f"DASK_DISTRIBUTED__COMM__TLS__{name}": value for name, value in settings.items()}


@pytest.fixture(scope="session")
def local(centre) -> dict[str, bytes]:
    """The site as this computer makes it."""
    build(centre, "local")
    return files(centre / "local")


@pytest.fixture(scope="session")
def centre(tmp_path_factory) -> Path:
    """A centre of 250 awards in one language: three parcels."""
    codes = [f"r{number:07d}" for number in range(250)]
    people = [f"{code},Zoé {code},{code}@example.org,fr,no," for code in codes]
    return small_centre(tmp_path_factory.mktemp("centre"), *people)
