"""What goes wrong with signers whose key is elsewhere, and what people are told."""

import base64
import dataclasses
import hashlib
import json
import os
import shutil
import socket
import struct
import subprocess
import sys
import tempfile
import threading
import time
import traceback
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path

import grpc
import pkcs11
import pytest
from clouds import ACCESS_KEY
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from loopback_tls import loopback_tls
from places import (
    GOOGLE,
    PIN,
    ROOT_TOKEN,
    Agent,
    Bao,
    a_key,
    fingerprint_of,
    free_port,
    pkcs8,
    run,
    tool,
)
from processes import none_runs

from obit_build.errors import SigningError
from obit_build.signers import gcp_kms
from obit_build.signers import pkcs11 as our_pkcs11
from obit_build.signers.opening import open_signer
from obit_build.signers.remote import RemoteSigner
from obit_build.signers.vault import REASONS

KEY = a_key("Ed25519")
HASTY = 1.5


@contextmanager
def refused(message, *, secrets=()):
    """Expect a SigningError in these words, which holds no secret wherever one looks."""
    with pytest.raises(SigningError) as caught:
        yield
    assert caught.value.message == message
    assert caught.value.fix
    assert caught.value.exit_code == 4
    said = "".join(traceback.format_exception(caught.value)) + caught.value.fix
    for secret in secrets:
        assert secret not in said


def changed(held, **fields):
    return dataclasses.replace(held, **fields)


# Any of them.


@pytest.mark.parametrize(
    "answer",
    [b"", bytes(64), bytes(63), bytes(65), a_key("Ed25519", "other").sign(b"x"), KEY.sign(b"y")],
    ids=["nothing", "zeros", "short", "long", "another key's", "of another message"],
)
def test_a_signature_that_does_not_fit_the_public_key_is_never_handed_on(answer):
    signer = RemoteSigner("test:k", KEY.public_key(), lambda _: answer, seconds=5)

    with refused("the signature that test:k made does not fit its public key"):
        signer.sign(b"x")


def test_half_a_point_of_p256_is_no_signature_either():
    key = a_key("ES256")
    signer = RemoteSigner("test:k", key.public_key(), lambda _: b"\xff" * 64, seconds=5)

    with refused("the signature that test:k made does not fit its public key"):
        signer.sign(b"x")


def test_a_key_of_small_order_is_refused():
    weak = Ed25519PublicKey.from_public_bytes(bytes([1]) + bytes(31))

    with pytest.raises(Exception, match="one of the weak points"):
        RemoteSigner("test:k", weak, lambda _: b"", seconds=5)


@pytest.mark.parametrize("where", ["pkcs11", "vault", "ssh-agent", "exec", "awskms", "gcpkms"])
def test_who_never_answers_is_given_up(bench, where, monkeypatch, tmp_path):
    with went_silent(bench, where, monkeypatch, tmp_path) as (held, signer):
        began = time.monotonic()
        with refused(f"{signer.uri} did not answer within {HASTY} seconds", secrets=held.secrets):
            signer.sign(b"x")

    assert time.monotonic() - began < 10


@contextmanager
def went_silent(bench, where, monkeypatch, tmp_path):
    """Yield a signer that worked and now is not answered any more."""
    if where == "ssh-agent":
        with Agent.running() as agent:
            held = changed(
                bench.hold(where, KEY),
                uri=f"ssh-agent:{agent.add(KEY)}",
                environment={"SSH_AUTH_SOCK": str(agent.socket)},
            )
            signer = held.open(HASTY)
            agent.pause()
            yield held, signer
    elif where == "vault":
        with Bao.running(tmp_path) as bao:
            bao.bring_in("cefo", KEY)
            held = changed(
                bench.hold(where, KEY),
                uri="vault:cefo@1",
                environment={"VAULT_ADDR": bao.address, "VAULT_TOKEN": bao.token_for("cefo")},
            )
            signer = held.open(HASTY)
            bao.pause()
            yield held, signer
    elif where == "exec":
        helper = tmp_path / "helper"
        public = base64.b64encode(KEY.public_key().public_bytes_raw()).decode()
        helper.write_text(
            f'#!/bin/sh\nif [ "$1" = public ]; then echo {public}\nelse sleep 617 & wait; fi\n'
        )
        helper.chmod(0o700)
        held = changed(bench.hold(where, KEY), uri=f"exec:{helper}")
        yield held, held.open(HASTY)
        assert none_runs(b"sleep\x00617")
    elif where == "pkcs11":
        held = bench.hold(where, KEY)
        signer = held.open(HASTY)
        lock = our_pkcs11._ONE_AT_A_TIME
        lock.acquire()  # as if the library were busy with something else for ever
        yield held, signer
        lock.release()
    else:
        held = bench.hold(where, KEY)
        service = bench.amazon() if where == "awskms" else bench.google()
        signer = held.open(HASTY)
        service.wait = HASTY + 1.5
        yield held, signer
        service.wait = 0


@pytest.mark.parametrize(
    ("module", "where", "extra"),
    [
        ("pkcs11", "pkcs11:token=t;object=k?module-path=/bin/sh", "pkcs11"),
        ("boto3", "awskms:alias/k", "awskms"),
        (
            "google.cloud",
            "gcpkms:projects/p/locations/l/keyRings/r/cryptoKeys/k/cryptoKeyVersions/1",
            "gcpkms",
        ),
    ],
)
def test_a_missing_extra_is_named(monkeypatch, tmp_path, module, where, extra):
    monkeypatch.setattr(gcp_kms, "_service", GOOGLE)
    monkeypatch.setitem(sys.modules, module, None)  # importing it raises ImportError

    with pytest.raises(SigningError) as caught:
        open_signer(where, environment={"OBIT_PKCS11_PIN": "1"}, root=tmp_path)

    assert caught.value.message.startswith("obit was installed without what ")
    assert caught.value.fix == f'pip install "obit-build[{extra}]"'


# pkcs11:


@pytest.fixture
def token(bench):
    return bench.hold("pkcs11", KEY)


def shown(held):
    return held.uri.partition("?")[0]


def test_a_pin_that_is_not_set_is_asked_for_by_name(token):
    with pytest.raises(SigningError) as caught:
        token.open(PIN="")

    assert caught.value.message == f"the PIN of {shown(token)} is not set"
    assert caught.value.fix == "set the environment variable PIN"


def test_without_pin_source_and_module_path_two_variables_tell(bench, token):
    plain = changed(token, uri=shown(token), environment={})

    with refused(f"the PIN of {plain.uri} is not set"):
        plain.open()
    with refused(f"nothing says which library opens {plain.uri}"):
        plain.open(OBIT_PKCS11_PIN=PIN)
    assert plain.open(OBIT_PKCS11_PIN=PIN, OBIT_PKCS11_MODULE=bench.token()).sign(b"x")


def in_a_process_of_its_own(held, *arguments, **environment):
    """Run the installed command, as people do: who is logged in here does not count there."""
    code = "from obit_build.cli import main; main()"
    done = subprocess.run(
        [sys.executable, "-c", code, "-C", str(held.root), *arguments],
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
        env={**os.environ, **held.environment, **environment},
    )
    return done.returncode, done.stdout + done.stderr


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        ({"PIN": "4444444"}, "{uri} can't be used: the PIN is wrong"),
        ({"PIN": "1"}, "{uri} can't be used: the PIN is wrong"),
        ({"SOFTHSM2_CONF": "/nowhere"}, None),
    ],
)
def test_a_wrong_pin_ends_with_code_4_and_is_not_printed(token, change, reason):
    code, said = in_a_process_of_its_own(token, "key", "show", token.uri, **change)

    assert code == 4
    assert "Traceback" not in said
    assert PIN not in said
    assert "4444444" not in said
    if reason:
        assert said.startswith("error: " + reason.format(uri=shown(token)))


def test_the_right_pin_shows_the_public_key_only(token):
    code, said = in_a_process_of_its_own(token, "key", "show", token.uri)

    assert (code, said.count("\n")) == (0, 1)
    assert said.startswith("z6Mk")


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ("token=obit", "token=other", "no tokens fit {uri}"),
        ("token=obit", "token=obit;serial=0000", "no tokens fit {uri}"),
        ("token=obit", "model=SoftHSM%20v2;token=obit;manufacturer=Acme", "no tokens fit {uri}"),
        ("object=", "object=not-", "no private keys on the token fit {uri}"),
        ("?", ";id=%ff?", "no private keys on the token fit {uri}"),
        ("?", ";type=private?", None),
        ("token=obit", "token=%6Fbit;model=SoftHSM%20v2;manufacturer=SoftHSM%20project", None),
        ("?", ";type=public?", "the PKCS#11 address names no private key"),
        ("?", ";object=again?", "the PKCS#11 address says object twice"),
        ("token=obit;", "", "the PKCS#11 address must name a token and a key on it"),
        ("?", ";x-colour=red?", "the PKCS#11 address has a part that is none of token, serial, model, manufacturer, object, id, type"),
        ("?", "?module-name=x&", "the PKCS#11 address has a part that is none of module-path, pin-source"),
        ("token=obit", "token=%ff", "the token of the PKCS#11 address is not UTF-8"),
        ("env:PIN", "file:/etc/passwd", "the PKCS#11 address takes its PIN from a place that obit does not read"),
    ],
)  # fmt: skip
def test_a_pkcs11_address_names_exactly_one_key(token, old, new, message):
    other = changed(token, uri=token.uri.replace(old, new, 1))

    if message is None:
        assert other.open().public_key == token.open().public_key
        return
    with refused(message.format(uri=shown(other)), secrets=token.secrets):
        other.open()


def test_two_keys_of_one_name_are_told_apart_by_their_id(bench, token):
    name = token.uri.partition("object=")[2].partition("?")[0]
    file = bench.folder / "same-name.pem"
    file.write_bytes(pkcs8(a_key("Ed25519", "same name")))
    run(
        tool("softhsm2-util"), "--import", str(file), "--token", "obit",
        "--label", name, "--id", "aa", "--pin", PIN,
    )  # fmt: skip

    with refused(f"2 private keys on the token fit {shown(token)}"):
        token.open()
    one = changed(token, uri=token.uri.replace("?", ";id=%AA?"))
    assert one.open().public_key != KEY.public_key().public_bytes_raw()


def test_a_key_that_never_left_the_token_signs_and_can_not_be_taken_out(bench, token):
    token.open()  # logs in
    library = pkcs11.lib(bench.token())
    session = library.get_token(token_label="obit").open(rw=True)
    parameters = session.create_domain_parameters(
        pkcs11.KeyType.EC_EDWARDS,
        {pkcs11.Attribute.EC_PARAMS: our_pkcs11.EDWARDS25519[0]},
        local=True,
    )
    _, private = parameters.generate_keypair(store=True, label="born-here", id=b"\xbb")
    with pytest.raises(pkcs11.AttributeSensitive):
        private[pkcs11.Attribute.VALUE]

    name = token.uri.partition("object=")[2].partition("?")[0]
    signer = changed(token, uri=token.uri.replace(f"object={name}", "object=born-here")).open()

    assert len(signer.sign(b"x")) == 64


def test_a_key_for_something_else_is_refused(bench, token):
    token.open()
    session = pkcs11.lib(bench.token()).get_token(token_label="obit").open(rw=True)
    session.generate_keypair(pkcs11.KeyType.RSA, 2048, store=True, label="rsa")
    name = token.uri.partition("object=")[2].partition("?")[0]
    other = changed(token, uri=token.uri.replace(f"object={name}", "object=rsa"))

    with refused("the key in pkcs11:token=obit;object=rsa is neither an Ed25519 nor a P-256 key"):
        other.open()


@pytest.mark.parametrize(
    ("path", "message"),
    [
        ("/nowhere/lib.so", "the PKCS#11 library is not there: /nowhere/lib.so"),
        ("/bin/sh", None),
        ("/etc/passwd", "passwd is not a PKCS#11 library of this machine"),
        ("lib.so", "the PKCS#11 library is inside the repository: lib.so"),
        ("link.so", "the PKCS#11 library is inside the repository: link.so"),
        ("../repository/lib.so", "the PKCS#11 library is inside the repository: ../repository/lib.so"),
    ],
)  # fmt: skip
def test_only_a_library_from_outside_the_repository_is_loaded(token, path, message):
    (token.root / "lib.so").write_bytes(b"\x7fELF")
    (token.root / "link.so").symlink_to("lib.so")
    other = changed(token, uri=f"{shown(token)}?module-path={path}&pin-source=env:PIN")

    with pytest.raises(SigningError) as caught:
        other.open()

    expected = message or f"{Path(path).resolve().name} is not a PKCS#11 library of this machine"
    assert caught.value.message == expected


def test_a_token_that_is_pulled_out_is_missed_and_works_when_it_is_back(bench, token):
    signer = token.open()
    signer.sign(b"x")
    tokens = bench.folder / "tokens"

    shutil.move(tokens, bench.folder / "pulled out")
    try:
        with pytest.raises(SigningError) as caught:
            signer.sign(b"x")
    finally:
        shutil.move(bench.folder / "pulled out", tokens)

    assert caught.value.message == f"{shown(token)} can't be used: the key is gone"
    pkcs11.lib(bench.token()).reinitialize()  # as the next run of obit does
    with refused(f"{shown(token)} can't be used: the token was removed"):
        signer.sign(b"x")
    assert token.open().sign(b"x")


# vault:


@pytest.fixture
def server(bench):
    return bench.hold("vault", KEY)


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"VAULT_ADDR": ""}, "the address of the server of {uri} does not begin with https://"),
        ({"VAULT_ADDR": "http://192.0.2.1:8200"}, "the address of the server of {uri} does not begin with https://"),
        ({"VAULT_ADDR": "http://127.0.0.1.example.org"}, "the address of the server of {uri} does not begin with https://"),
        ({"VAULT_ADDR": "file:///etc/passwd"}, "the address of the server of {uri} does not begin with https://"),
        ({"VAULT_ADDR": "https://me:secret@vault.example.org"}, "the address of the server of {uri} has more than a name, a port and a path"),
        ({"VAULT_ADDR": "https://vault.example.org:port"}, "the address of the server of {uri} is not an address"),
        ({"VAULT_ADDR": "https://[::1"}, "the address of the server of {uri} is not an address"),
        ({"VAULT_TOKEN": ""}, "there is no token for {uri}"),
        ({"VAULT_TOKEN": "x\r\nX-Evil: 1"}, "there is no token for {uri}"),
        ({"VAULT_TOKEN": "s.wrong"}, "{uri}: the token may not use the key, or has run out"),
        ({"VAULT_TOKEN": "", "VAULT_TOKEN_FILE": "/nowhere"}, "the file of VAULT_TOKEN_FILE can't be read: No such file or directory"),
        ({"VAULT_CACERT": "/nowhere", "VAULT_ADDR": "https://127.0.0.1:1"}, "the certificates of VAULT_CACERT can't be read"),
        ({"VAULT_NAMESPACE": "elsewhere"}, "{uri}: the server has no such key"),
        ({"VAULT_NAMESPACE": "a\nX-Other: b"}, "VAULT_NAMESPACE is not the name of a namespace of the server of {uri}"),
    ],
)  # fmt: skip
def test_a_server_that_can_not_be_used_is_a_clear_error(server, change, message):
    secrets = [*server.secrets, "me:secret", "s.wrong"]
    with refused(message.format(uri=server.uri), secrets=secrets):
        server.open(**change)


def test_a_token_may_be_in_a_file(server, tmp_path):
    file = tmp_path / "token"
    file.write_text(server.environment["VAULT_TOKEN"] + "\n")

    assert server.open(VAULT_TOKEN="", VAULT_TOKEN_FILE=str(file)).sign(b"x")


def test_the_documented_policy_opens_one_key_and_nothing_else(bench, server):
    other = bench.hold("vault", a_key("Ed25519", "another"))

    with refused(f"{other.uri}: {REASONS[403][0]}", secrets=server.secrets):
        other.open(**server.environment)


@pytest.mark.parametrize(
    ("kind", "uri", "message"),
    [
        (None, "vault:not-there@1", "vault:not-there@1: the server has no such key"),
        (None, "vault:other/place/k@1", "vault:other/place/k@1: the server has no such key"),
        ("aes256-gcm96", "vault:aes@1", "the key in vault:aes@1 is neither an Ed25519 nor a P-256 key"),
        ("rsa-2048", "vault:rsa@1", "the key in vault:rsa@1 is neither an Ed25519 nor a P-256 key"),
        ("ecdsa-p384", "vault:p384@1", "the key in vault:p384@1 is neither an Ed25519 nor a P-256 key"),
        ("ed25519", "vault:new@7", "the key of vault:new@7 has no version 7"),
    ],
)  # fmt: skip
def test_a_key_of_the_server_is_of_the_right_kind_and_version(bench, server, kind, uri, message):
    if kind:
        name = uri[6:].partition("@")[0]
        bench.bao().ask("POST", f"transit/keys/{name}", {"type": kind})

    with refused(message):
        changed(server, uri=uri).open(VAULT_TOKEN=ROOT_TOKEN)


def test_a_key_that_is_rotated_goes_on_signing_with_the_version_that_is_named(bench, server):
    bao = bench.bao()
    bao.ask("POST", "transit/keys/turning", {"type": "ed25519"})
    first = changed(server, uri="vault:turning@1").open(VAULT_TOKEN=ROOT_TOKEN)

    bao.ask("POST", "transit/keys/turning/rotate", {})

    second = changed(server, uri="vault:turning@2").open(VAULT_TOKEN=ROOT_TOKEN)
    assert first.public_key != second.public_key
    assert len(first.sign(b"x")) == len(second.sign(b"x")) == 64


def test_the_engine_may_be_mounted_elsewhere(bench, server):
    bao = bench.bao()
    bao.ask("POST", "sys/mounts/team/keys-of", {"type": "transit"})
    bao.ask("POST", "team/keys-of/keys/k", {"type": "ed25519"})

    assert changed(server, uri="vault:team/keys-of/k@1").open(VAULT_TOKEN=ROOT_TOKEN).sign(b"x")


def test_a_server_that_restarts_is_missed_and_works_when_it_is_back(bench, server, tmp_path):
    with Bao.running(tmp_path) as bao:
        bao.bring_in("cefo", KEY)
        held = changed(
            server,
            uri="vault:cefo@1",
            environment={"VAULT_ADDR": bao.address, "VAULT_TOKEN": ROOT_TOKEN},
        )
        signer = held.open()
        signer.sign(b"x")

        bao.stop()
        with refused(
            "the server of vault:cefo@1 can't be reached: Connection refused", secrets=[ROOT_TOKEN]
        ):
            signer.sign(b"x")
        bao.restart()  # without the key, which was in memory only
        with pytest.raises(SigningError, match=r"^vault:cefo@1: the server "):
            signer.sign(b"x")
        bao.bring_in("cefo", KEY)

        assert signer.sign(b"x") == KEY.sign(b"x")


@pytest.mark.parametrize(
    ("status", "headers", "body", "message"),
    [
        (200, {}, b"not JSON", "the answer of the server of vault:k@1 can't be understood"),
        (200, {}, b"[]", "the answer of the server of vault:k@1 can't be understood"),
        (200, {}, b'{"data": 5}', "the answer of the server of vault:k@1 can't be understood"),
        (200, {}, b"[" * 200_000, "the answer of the server of vault:k@1 can't be understood"),
        (200, {}, b'{"data": {}}', "the key in vault:k@1 is neither an Ed25519 nor a P-256 key"),
        (200, {}, b'{"data": {"type": "ed25519", "keys": {"1": 5}}}', "the key of vault:k@1 has no version 1"),
        (200, {}, b'{"data": {"type": "ed25519", "keys": {"1": {"public_key": "!"}}}}', "the answer of the server of vault:k@1 can't be understood"),
        (200, {}, b'{"data": {"type": "ed25519", "keys": {"1": {"public_key": "AAAA"}}}}', "the public key of vault:k@1 can't be read"),
        (200, {}, b'{"data": {"type": "ed25519", "derived": true}}', "the key in vault:k@1 is neither an Ed25519 nor a P-256 key"),
        (307, {"Location": "http://192.0.2.1/v1/"}, b"", "vault:k@1: the server answers with the code 307"),
        (500, {}, b"token s.123", "vault:k@1: the server answers with the code 500"),
        (503, {}, b"", "vault:k@1: the server is sealed or not ready"),
    ],
    ids=str,
)  # fmt: skip
def test_what_is_no_vault_server_is_not_believed(server, status, headers, body, message):
    class Handler(BaseHTTPRequestHandler):
        def do_GET(self):
            self.send_response(status)
            for name, value in headers.items():
                self.send_header(name, value)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_):
            pass

    with HTTPServer(("127.0.0.1", 0), Handler) as other:
        thread = threading.Thread(target=other.handle_request)
        thread.start()
        address = f"http://127.0.0.1:{other.server_address[1]}"
        with refused(message, secrets=["s.123", *server.secrets]):
            changed(server, uri="vault:k@1").open(VAULT_ADDR=address)
        thread.join(10)


def test_a_certificate_must_be_trusted(server, tmp_path):
    held = changed(server, uri="vault:cefo@1")
    public = base64.b64encode(KEY.public_key().public_bytes_raw()).decode()
    answer = {"data": {"type": "ed25519", "keys": {"1": {"public_key": public}}}}
    with speaking_tls(tmp_path, json.dumps(answer).encode()) as address:
        with refused(
            "the server of vault:cefo@1 can't be reached: self-signed certificate",
            secrets=server.secrets,
        ):
            held.open(VAULT_ADDR=address)

        trusting = held.open(VAULT_ADDR=address, VAULT_CACERT=str(tmp_path / "certificate.pem"))

    assert trusting.public_key == KEY.public_key().public_bytes_raw()


@contextmanager
def speaking_tls(folder, body):
    """Answer every question with ``body``, with a certificate that nobody knows yet."""

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self):
            self.send_response(200)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_):
            pass

    context = loopback_tls(folder)
    with HTTPServer(("127.0.0.1", 0), Handler) as web:
        web.socket = context.wrap_socket(web.socket, server_side=True)
        thread = threading.Thread(target=web.serve_forever, args=(0.05,), daemon=True)
        thread.start()
        yield f"https://127.0.0.1:{web.server_address[1]}"
        web.shutdown()
        thread.join(10)


# ssh-agent:


@pytest.fixture
def agent():
    with Agent.running() as running:
        yield running


def of_agent(bench, agent, uri=None):
    held = bench.hold("ssh-agent", KEY)
    return changed(held, uri=uri or held.uri, environment={"SSH_AUTH_SOCK": str(agent.socket)})


def test_without_an_agent_it_says_how_to_start_one(bench):
    with pytest.raises(SigningError) as caught:
        bench.hold("ssh-agent", KEY).open(SSH_AUTH_SOCK="")

    assert caught.value.message == "there is no SSH agent: SSH_AUTH_SOCK is not set"
    assert caught.value.fix == 'start one with: eval "$(ssh-agent)" && ssh-add KEYFILE'


def test_a_socket_without_an_agent_is_a_clear_error(bench, tmp_path):
    with refused("the SSH agent can't be reached: No such file or directory"):
        bench.hold("ssh-agent", KEY).open(SSH_AUTH_SOCK="/nowhere/agent")


def test_a_key_that_the_agent_does_not_hold_is_named(bench, agent):
    held = of_agent(bench, agent)

    with refused(f"the SSH agent does not hold the key {held.uri[10:]}"):
        held.open()


def test_a_locked_agent_holds_nothing(bench, agent):
    agent.add(KEY)
    lock_agent(agent)

    with refused(f"the SSH agent does not hold the key {fingerprint_of(KEY.public_key())}"):
        of_agent(bench, agent).open()


def lock_agent(agent):
    with socket.socket(socket.AF_UNIX) as connection:
        connection.connect(str(agent.socket))
        connection.sendall(struct.pack(">IBI", 5 + 3, 22, 3) + b"abc")
        assert connection.recv(5) == b"\0\0\0\1\6"


def test_a_key_that_is_taken_out_of_the_agent_is_missed(bench, agent):
    agent.add(KEY)
    held = of_agent(bench, agent)
    signer = held.open()
    agent.do("-q", "-D")

    with refused(f"the SSH agent refuses to sign with {held.uri[10:]}"):
        signer.sign(b"x")


def test_an_agent_that_restarts_is_missed_and_works_when_the_key_is_back(bench, agent):
    agent.add(KEY)
    held = of_agent(bench, agent)
    signer = held.open()

    agent.stop()
    with pytest.raises(SigningError, match=r"^the SSH agent can't be reached: "):
        signer.sign(b"x")
    agent.restart()
    with refused(f"the SSH agent refuses to sign with {held.uri[10:]}"):
        signer.sign(b"x")
    agent.add(KEY)

    assert signer.sign(b"x") == KEY.sign(b"x")


@pytest.mark.parametrize(
    "key",
    [rsa.generate_private_key(65537, 2048), ec.generate_private_key(ec.SECP384R1())],
    ids=["RSA", "P-384"],
)
def test_other_kinds_of_keys_in_the_agent_are_refused(bench, agent, key):
    uri = f"ssh-agent:{agent.add(key)}"

    with refused(f"the key in {uri} is neither an Ed25519 nor a P-256 key"):
        of_agent(bench, agent, uri).open()


def test_a_message_that_the_agent_can_not_take_is_refused_up_front(bench, agent):
    agent.add(KEY)
    held = of_agent(bench, agent)
    signer = held.open()

    assert signer.sign(bytes(200_000)) == KEY.sign(bytes(200_000))
    with refused(
        f"the message is too long for {held.uri}: 200001 bytes, where 200000 are the most"
    ):
        signer.sign(bytes(200_001))


def string(data):
    return struct.pack(">I", len(data)) + data


SK = string(b"sk-ssh-ed25519@openssh.com") + string(bytes(range(32))) + string(b"ssh:")
OWN = string(b"ssh-ed25519") + string(KEY.public_key().public_bytes_raw())


@pytest.mark.parametrize(
    ("blob", "answers", "message"),
    [
        (SK, [], "{uri} is on a security key, which signs more than the message"),
        (string(b"ssh-ed25519") + string(b"short"), [], "the SSH agent's answer about {key} can't be understood"),
        (b"\xff" * 9, [], "the SSH agent's answer about {key} can't be understood"),
        (OWN, [b""], "the SSH agent can't be reached: it hung up"),
        (OWN, [b"\0\0\0\0"], "the SSH agent's answer about {key} can't be understood"),
        (OWN, [b"\xff\xff\xff\xff"], "the SSH agent's answer about {key} can't be understood"),
        (OWN, [b"\0\0\0\5\x0e"], "the SSH agent can't be reached: it hung up"),
        (OWN, [string(b"\5")], "the SSH agent refuses to sign with {key}"),
        (OWN, [string(b"\x0e")], "the SSH agent's answer about {key} can't be understood"),
        (OWN, [string(b"\x0e" + string(b"ab"))], "the SSH agent's answer about {key} can't be understood"),
        (OWN, [string(b"\x0e" + string(string(b"ssh-ed25519")))], "the SSH agent's answer about {key} can't be understood"),
        (OWN, [string(b"\x0e" + string(string(b"ssh-ed25519") + string(bytes(64))))], "the signature that {uri} made does not fit its public key"),
        (OWN, [string(b"\x0e" + string(string(b"ecdsa-sha2-nistp256") + string(string(b"\1" * 40) + string(b"\1"))))], "the SSH agent's answer about {key} can't be understood"),
    ],
)  # fmt: skip
def test_what_is_no_agent_is_not_believed(bench, blob, answers, message):
    listed = string(b"\x0c" + struct.pack(">I", 1) + string(blob) + string(b"a comment"))
    key = "SHA256:" + base64.b64encode(hashlib.sha256(blob).digest()).decode().rstrip("=")
    uri = f"ssh-agent:{key}"

    with pretended_agent([listed, *answers]) as path:
        held = changed(bench.hold("ssh-agent", KEY), uri=uri)
        with refused(message.format(uri=uri, key=key)):
            held.open(SSH_AUTH_SOCK=path).sign(b"x")


@contextmanager
def pretended_agent(answers):
    def serve(listening):
        for answer in answers:
            connection, _ = listening.accept()
            with connection:
                connection.recv(4096)
                connection.sendall(answer)

    with tempfile.TemporaryDirectory() as folder, socket.socket(socket.AF_UNIX) as listening:
        path = f"{folder}/s"
        listening.bind(path)
        listening.listen()
        thread = threading.Thread(target=serve, args=(listening,), daemon=True)
        thread.start()
        yield path
        thread.join(10)


# exec:


def helper_in(folder, body, name="helper"):
    file = folder / name
    file.write_text(body)
    file.chmod(0o700)
    return file


PUBLIC = base64.b64encode(KEY.public_key().public_bytes_raw()).decode()


@pytest.mark.parametrize(
    ("body", "message"),
    [
        ("#!/bin/sh\nexit 3\n", "the program of {uri} ended with the code 3"),
        ("#!/bin/sh\nkill -9 $$\n", "the program of {uri} ended with the code -9"),
        ("#!/bin/sh\necho '***'\n", "the program of {uri} answered with something that is not base64"),
        ("#!/bin/sh\n", "the public key of {uri} can't be read"),
        ("#!/bin/sh\necho AAAA\n", "the public key of {uri} can't be read"),
        ("#!/bin/sh\necho -----BEGIN PUBLIC KEY-----\n", "the public key of {uri} can't be read"),
        ("#!/bin/sh\nyes | head -c 5000000\n", "the public key of {uri} can't be read"),
        ("no first line", "the program of {uri} can't be started: Exec format error"),
        (f'#!/bin/sh\n[ "$1" = public ] && echo {PUBLIC} || echo AAAA\n', "{uri} answered with something that is not a signature"),
        (f'#!/bin/sh\n[ "$1" = public ] && echo {PUBLIC} || exit 7\n', "the program of {uri} ended with the code 7"),
        (f'#!/bin/sh\n[ "$1" = public ] && echo {PUBLIC} || echo {base64.b64encode(bytes(64)).decode()}\n', "the signature that {uri} made does not fit its public key"),
    ],
)  # fmt: skip
def test_a_program_that_does_not_do_its_work_is_a_clear_error(tmp_path, body, message):
    root = tmp_path / "repository"
    root.mkdir()
    uri = f"exec:{helper_in(tmp_path, body)}"

    with refused(message.format(uri=uri)):
        open_signer(uri, environment=os.environ, root=root).sign(b"x" * 200_000)


def test_a_program_is_started_without_a_shell_in_its_own_folder(bench, tmp_path):
    held = bench.hold("exec", KEY)
    folder = tmp_path / "with spaces; $(touch pwned)"
    folder.mkdir()
    shutil.copy(held.root.parent / "sign-helper", folder / "a helper")

    changed(held, uri=f"exec:{folder}/a helper").open().sign(b"secret message")

    log = (held.root.parent / "sign-helper.log").read_text()
    assert log == "public\nsign\n"
    assert [p.name for p in folder.iterdir()] == ["a helper"]


def test_a_program_that_is_not_executable_says_so(tmp_path):
    root = tmp_path / "repository"
    root.mkdir()
    helper_in(tmp_path, "#!/bin/sh\n").chmod(0o600)

    with refused("the program of exec:../helper can't be started: Permission denied"):
        open_signer("exec:../helper", environment={}, root=root)


@pytest.mark.parametrize("path", ["helper", "tools/../helper", "../link", "{root}/helper"])
def test_a_program_inside_the_repository_is_never_started(tmp_path, path):
    root = tmp_path / "repository"
    (root / "tools").mkdir(parents=True)
    helper_in(root, f"#!/bin/sh\ntouch {tmp_path}/pwned\n")
    (tmp_path / "link").symlink_to(root / "helper")
    written = path.format(root=root)

    with refused(f"the program that signs is inside the repository: {written}"):
        open_signer(f"exec:{written}", environment={}, root=root)
    assert not (tmp_path / "pwned").exists()


def test_a_program_in_the_same_git_repository_is_inside_it_too(tmp_path):
    (tmp_path / ".git").mkdir()
    (tmp_path / "badges").mkdir()
    helper_in(tmp_path, "#!/bin/sh\n")

    with refused("the program that signs is inside the repository: ../helper"):
        open_signer("exec:../helper", environment={}, root=tmp_path / "badges")


@pytest.mark.parametrize("path", ["../nowhere", "..", "../loop"])
def test_a_program_that_is_not_there_is_named(tmp_path, path):
    root = tmp_path / "repository"
    root.mkdir()
    (tmp_path / "loop").symlink_to("loop")

    with refused(f"the program that signs is not there: {path}"):
        open_signer(f"exec:{path}", environment={}, root=root)


# awskms: and gcpkms:


@pytest.mark.parametrize(
    ("code", "reason"),
    [
        ("AccessDeniedException", "these credentials may not use it"),
        ("DisabledException", "the key is disabled"),
        ("ValidationException", "the service reports ValidationException"),
    ],
)
def test_what_amazon_refuses_is_told(bench, code, reason):
    held, service = bench.hold("awskms", KEY), bench.amazon()
    signer = held.open()
    service.refuse_with = code

    try:
        for asking in (held.open, lambda: signer.sign(b"x")):
            with refused(f"{held.uri} can't be used: {reason}", secrets=ACCESS_KEY):
                asking()
    finally:
        service.refuse_with = None


def test_amazon_is_told_which_way_to_sign(bench):
    for alg, expected in (
        ("Ed25519", ("ED25519_SHA_512", "RAW", b"x")),
        ("ES256", ("ECDSA_SHA_256", "DIGEST", hashlib.sha256(b"x").digest())),
    ):
        held = bench.hold("awskms", a_key(alg))
        held.open().sign(b"x")
        asked = bench.amazon().asked[-1]
        assert asked["KeyId"] == held.uri.removeprefix("awskms:")
        message = base64.b64decode(asked["Message"])
        assert (asked["SigningAlgorithm"], asked["MessageType"], message) == expected


def test_an_arn_brings_its_region_and_a_key_that_is_not_there_is_missed(bench, monkeypatch):
    held = bench.hold("awskms", KEY)
    arn = "arn:aws:kms:eu-west-1:111122223333:key/0000"
    bench.amazon().keys[arn] = KEY

    assert changed(held, uri=f"awskms:{arn}", environment={}).open().sign(b"x") == KEY.sign(b"x")
    with refused("awskms:alias/no can't be used: there is no such key"):
        changed(held, uri="awskms:alias/no").open()
    with refused(f"{held.uri} can't be used: the AWS SDK reports NoRegionError"):
        changed(held, environment={}).open()
    monkeypatch.delenv("AWS_ACCESS_KEY_ID")
    with refused(f"{held.uri} can't be used: the AWS SDK reports NoCredentialsError"):
        held.open()
    monkeypatch.setenv("AWS_ENDPOINT_URL_KMS", f"http://127.0.0.1:{free_port()}")
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "other")
    with refused(f"{held.uri} can't be used: the AWS SDK reports EndpointConnectionError"):
        held.open()


@pytest.mark.parametrize(
    ("code", "reason"),
    [
        (grpc.StatusCode.PERMISSION_DENIED, "these credentials may not use it"),
        (grpc.StatusCode.NOT_FOUND, "there is no such key version"),
        (grpc.StatusCode.UNAUTHENTICATED, "the credentials are not known or have run out"),
        (grpc.StatusCode.FAILED_PRECONDITION, "the key version is not enabled"),
        (grpc.StatusCode.UNAVAILABLE, "the service reports ServiceUnavailable"),
    ],
)
def test_what_google_refuses_is_told(bench, code, reason):
    held, service = bench.hold("gcpkms", KEY), bench.google()
    signer = held.open()
    service.refuse_with = code

    try:
        for asking in (held.open, lambda: signer.sign(b"x")):
            with refused(f"{held.uri} can't be used: {reason}"):
                asking()
    finally:
        service.refuse_with = None


def test_google_gets_a_checksum_and_must_confirm_it(bench):
    held, service = bench.hold("gcpkms", KEY), bench.google()
    signer = held.open()
    signer.sign(b"123456789")

    assert service.asked[-1].data == b"123456789"
    assert service.asked[-1].data_crc32c == 0xE3069283  # the check value of CRC-32C
    service.confirm = False
    try:
        with refused(f"{held.uri} did not confirm that the message arrived whole"):
            signer.sign(b"x")
    finally:
        service.confirm = True


def test_google_gets_a_digest_for_p256(bench):
    bench.hold("gcpkms", a_key("ES256")).open().sign(b"x")

    asked = bench.google().asked[-1]
    assert asked.digest.sha256 == hashlib.sha256(b"x").digest()
    assert asked.digest_crc32c == gcp_kms.crc32c(asked.digest.sha256)
    assert not asked.data


def test_without_google_credentials_it_says_what_to_set(tmp_path):
    uri = "gcpkms:projects/p/locations/eu/keyRings/r/cryptoKeys/k/cryptoKeyVersions/1"
    code = (
        "from obit_build.signers.gcp_kms import _service\n"
        "from obit_build.errors import SigningError\n"
        f"try: _service({uri!r})\nexcept SigningError as e: print(e.message)\n"
    )

    said = run(
        sys.executable, "-c", code,
        env={**os.environ, "HOME": str(tmp_path), "NO_GCE_CHECK": "true", "GCE_METADATA_HOST": "127.0.0.1:1"},
    )  # fmt: skip

    assert said == f"{uri} can't be used: the Google SDK reports DefaultCredentialsError\n"
