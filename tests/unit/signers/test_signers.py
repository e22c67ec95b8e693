import base64
import concurrent.futures
import copy
import os
import pickle
import stat
import traceback

import hypothesis
import hypothesis.strategies as st
import known_answers as known
import pytest
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec, ed448, rsa
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

from obit_build.errors import ObitError, PublishError, SigningError
from obit_build.keys import uris as signer_uris
from obit_build.securing.keys import encode_multikey
from obit_build.signers.opening import SCHEMES, open_signer, preview_signer
from obit_build.signers.signer import KeySigner, from_pem, new_pem

SEED = bytes(range(1, 33))
PASSPHRASE = "correct horse battery staple"
PEM = new_pem(SEED, None)
ENCRYPTED = new_pem(SEED, PASSPHRASE)
PUBLIC = Ed25519PrivateKey.from_private_bytes(SEED).public_key()

# RFC 8032, section 7.1, the first three tests: seed and signature of the message.
RFC_8032 = [
    (
        "9d61b19deffd5a60ba844af492ec2cc44449c5697b326919703bac031cae7f60",
        "",
        "e5564300c360ac729086e2cc806e828a84877f1eb8e5d974d873e065224901555fb8821590a33bacc61e39701cf9b46bd25bf5f0595bbe24655141438e7a100b",
    ),
    (
        "4ccd089b28ff96da9db6c346ec114e0f5b8a319f35aba624da8cf6ed4fb8a6fb",
        "72",
        "92a009a9f0d4cab8720e820b5f642540a2b27b5416503f8fb3762223ebdb69da085ac1e43e15996e458f3613d0f11d8c387b2eaeb4302aeeb00d291612bb0c00",
    ),
    (
        "c5aa8df43f9f837bedb7442f31dcb7b166d38535076f094b85ce3a2e0b4458f7",
        "af82",
        "6291d657deec24024827e69c3abe01a30ce548a284743a445e3680d7db5ac3ac18ff9b538d16f290ae67f760984dc6594a7c15e9716ed28dc027beceea1ec40a",
    ),
]


@pytest.fixture(params=["env", "env, encrypted", "file", "file, encrypted", "preview"])
def any_signer(request, tmp_path):
    """Return a signer of each kind, all with the key of SEED."""
    where, _, encrypted = request.param.partition(", ")
    pem = ENCRYPTED if encrypted else PEM
    environment = {"OBIT_KEY": pem.decode()} if where == "env" else {}
    if encrypted:
        environment["OBIT_KEY_PASSPHRASE"] = PASSPHRASE
    if where == "preview":
        return preview_signer(tmp_path, lambda _: SEED)
    (tmp_path / "key.pem").write_bytes(pem)
    uri = "env:OBIT_KEY" if where == "env" else "file:key.pem"
    return open_signer(uri, environment=environment, root=tmp_path)


@pytest.mark.parametrize("size", [0, 1, 64, 4096, 4097, 70_000])
def test_a_signature_has_64_bytes_and_verifies_whatever_the_size(any_signer, size):
    message = os.urandom(size)

    signature = any_signer.sign(message)

    assert len(signature) == 64
    assert any_signer.alg == "Ed25519"
    assert any_signer.public_key == PUBLIC.public_bytes_raw()
    PUBLIC.verify(signature, message)
    with pytest.raises(InvalidSignature):
        PUBLIC.verify(signature, message + b"x")


def test_the_same_message_gives_the_same_signature(any_signer):
    assert len({any_signer.sign(b"again") for _ in range(100)}) == 1


def test_two_threads_may_sign_at_once(any_signer):
    messages = [str(i).encode() for i in range(200)]

    with concurrent.futures.ThreadPoolExecutor(2) as pool:
        signatures = list(pool.map(any_signer.sign, messages))

    assert signatures == [any_signer.sign(message) for message in messages]


def secrets_of_the_key():
    body = PEM.decode().split("-----")[2].replace("\n", "")
    return [
        SEED.hex(),
        repr(SEED)[2:-1],
        body[-40:],
        base64.b64encode(SEED).decode()[:30],
        PASSPHRASE,
    ]


def assert_tells_nothing(said):
    for secret in secrets_of_the_key():
        assert secret not in said


def test_a_signer_shows_its_public_key_and_where_it_came_from_and_no_more(any_signer):
    said = repr(any_signer) + str(any_signer) + f"{any_signer!r:s}"

    assert (
        repr(any_signer)
        == f"KeySigner({encode_multikey(PUBLIC.public_bytes_raw())}, {any_signer.uri})"
    )
    assert_tells_nothing(said)


@pytest.mark.parametrize("copying", [pickle.dumps, copy.copy, copy.deepcopy])
def test_a_signer_is_never_copied_out_of_the_process(any_signer, copying):
    with pytest.raises(SigningError) as caught:
        copying(any_signer)

    assert caught.value.message == "a key is never copied out of the process"


@pytest.mark.parametrize(("seed", "message", "signature"), RFC_8032)
def test_signatures_are_those_of_rfc_8032(seed, message, signature):
    signer = KeySigner(Ed25519PrivateKey.from_private_bytes(bytes.fromhex(seed)), "test:rfc-8032")

    assert signer.sign(bytes.fromhex(message)).hex() == signature


@pytest.mark.parametrize("seed", ["00" * 32, *(seed for seed, _, _ in RFC_8032)])
def test_a_seed_that_everybody_knows_is_refused(seed):
    with pytest.raises(SigningError) as caught:
        from_pem(new_pem(bytes.fromhex(seed), None), None, "env:K")

    assert caught.value.message == "the key in env:K is a published test key"
    assert caught.value.fix == "make one with `obit key new`"


@hypothesis.settings(deadline=None, max_examples=20)
@hypothesis.given(st.binary(min_size=32, max_size=32))
def test_any_new_key_reads_back(seed):
    expected = Ed25519PrivateKey.from_private_bytes(seed).public_key().public_bytes_raw()
    if any(seed):
        assert from_pem(new_pem(seed, None), None, "env:K").public_key == expected


def mangled(how):
    return {
        "CR LF": PEM.replace(b"\n", b"\r\n"),
        "backslash n": PEM.replace(b"\n", b"\\n"),
        "backslash n and a line end": PEM.replace(b"\n", b"\\n") + b"\n",
        "no last line end": PEM.rstrip(),
        "blank lines around": b"\n\n" + PEM + b"\n\n",
    }[how]


@pytest.mark.parametrize(
    "how",
    [
        "CR LF",
        "backslash n",
        "backslash n and a line end",
        "no last line end",
        "blank lines around",
    ],
)
def test_line_ends_that_a_secret_store_has_mangled_do_not_matter(how):
    assert from_pem(mangled(how), None, "env:K").public_key == PUBLIC.public_bytes_raw()


def pkcs8(key, form=serialization.PrivateFormat.PKCS8):
    return key.private_bytes(serialization.Encoding.PEM, form, serialization.NoEncryption())


def bad_pems():
    own = Ed25519PrivateKey.from_private_bytes(SEED)
    der = base64.b64encode(b"0.\x02\x01\x000\x05\x06\x03+e~\x04\x22\x04\x20" + SEED)
    public = PUBLIC.public_bytes(
        serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo
    )
    damaged = "the key in env:K can't be read: it is damaged or the passphrase is wrong"
    no_pem = "env:K does not hold exactly one PEM key"
    other = "the key in env:K is neither Ed25519, P-256 nor RSA"
    return [
        pytest.param(b"hunter2", None, no_pem, id="no PEM"),
        pytest.param(PEM + PEM, None, no_pem, id="two keys"),
        pytest.param(SEED, None, no_pem, id="raw bytes"),
        pytest.param(PEM[:-40], None, damaged, id="cut off"),
        pytest.param(PEM.replace(b"MC4", b"MD4"), None, damaged, id="one letter wrong"),
        pytest.param(public, None, damaged, id="public key"),
        pytest.param(pkcs8(own, serialization.PrivateFormat.OpenSSH), None, damaged, id="OpenSSH"),
        pytest.param(
            b"-----BEGIN PRIVATE KEY-----\n" + der + b"\n-----END PRIVATE KEY-----\n", None,
            damaged, id="unknown kind of key",
        ),
        pytest.param(pkcs8(ec.generate_private_key(ec.SECP384R1())), None, other, id="P-384"),
        pytest.param(pkcs8(ed448.Ed448PrivateKey.generate()), None, other, id="Ed448"),
        pytest.param(
            pkcs8(rsa.generate_private_key(65537, 1024)), None,  # noqa: S505 - weak on purpose
            "the RSA key in env:K has 1024 bits", id="weak RSA",
        ),
        pytest.param(ENCRYPTED, None, "the key in env:K needs a passphrase", id="no passphrase"),
        pytest.param(ENCRYPTED, "wrong", damaged, id="wrong passphrase"),
        pytest.param(
            PEM, PASSPHRASE, "the key in env:K is not encrypted, but a passphrase is set",
            id="passphrase too many",
        ),
    ]  # fmt: skip


@pytest.mark.parametrize(("pem", "passphrase", "message"), bad_pems())
def test_a_key_that_can_not_be_used_is_refused_without_telling_its_content(
    pem, passphrase, message
):
    with pytest.raises(SigningError) as caught:
        from_pem(pem, passphrase, "env:K")

    assert caught.value.message == message
    assert caught.value.fix
    assert caught.value.exit_code == 4
    assert_tells_nothing("".join(traceback.format_exception(caught.value)))


def test_a_weak_key_is_refused_even_from_its_own_signer():
    class Weak:
        def public_key(self):
            return Ed25519PublicKey.from_public_bytes(bytes(32))

    with pytest.raises(ObitError, match="one of the weak points"):
        KeySigner(Weak(), "test:weak")


@pytest.mark.parametrize(
    ("uri", "environment", "message", "fix"),
    [
        ("env:NOTHING", {}, "the environment variable NOTHING is not set", "set it to the key's PEM text; in CI, from the protected environment's secret"),
        ("env:EMPTY", {"EMPTY": ""}, "the environment variable EMPTY is not set", "set it to the key's PEM text; in CI, from the protected environment's secret"),
        ("env:K", {"K": "\udcff secret"}, "env:K does not hold exactly one PEM key", "store the whole file that `obit key new` wrote, with its BEGIN and END lines"),
        ("file:missing.pem", {}, "the key file of file:missing.pem can't be read: No such file or directory", "check the path, or make a key with `obit key new`"),
        ("file:.", {}, "the key file of file:. can't be read: Is a directory", "check the path, or make a key with `obit key new`"),
    ],
)  # fmt: skip
def test_a_signer_that_is_not_there_says_where_it_was_looked_for(
    tmp_path, uri, environment, message, fix
):
    with pytest.raises(SigningError) as caught:
        open_signer(uri, environment=environment, root=tmp_path)

    assert (caught.value.message, caught.value.fix) == (message, fix)


@pytest.mark.parametrize(
    ("uri", "form"),
    [
        ("env:", "env:NAME"),
        ("env:NOT A NAME", "env:NAME"),
        ("file:", "file:PATH"),
        ("file:-----BEGIN PRIVATE KEY-----\nMC4CAQ", "file:PATH"),
        ("exec:", "exec:/PATH/OF/PROGRAM"),
        ("vault:obit", "vault:KEY@VERSION"),
        ("vault:obit@0", "vault:KEY@VERSION"),
        ("vault:../sys/seal@1", "vault:KEY@VERSION"),
        ("ssh-agent:MD5:00", "ssh-agent:SHA256:FINGERPRINT"),
        ("pkcs11:", "pkcs11:token=LABEL;object=LABEL"),
        ("pkcs11:token=obit;object=k?pin-value=1234", "pkcs11:token=LABEL;object=LABEL"),
        ("awskms:", "awskms:KEY"),
        ("awskms:two words", "awskms:KEY"),
        (
            "gcpkms:projects/p",
            "gcpkms:projects/P/locations/L/keyRings/R/cryptoKeys/K/cryptoKeyVersions/N",
        ),
        ("", "env:NAME or file:PATH"),
        ("hsm:obit", "env:NAME or file:PATH"),
        ("-----BEGIN PRIVATE KEY-----", "env:NAME or file:PATH"),
    ],
)
def test_what_is_no_signer_is_not_repeated_and_its_form_is_told(tmp_path, uri, form):
    with pytest.raises(SigningError) as caught:
        open_signer(uri, environment={}, root=tmp_path)

    assert caught.value.message == "this is not a place where a private key can be"
    assert caught.value.fix == f"write {form}; docs/how-to/keys.md lists the others"
    assert not signer_uris.is_well_formed(uri)


def test_what_obit_yaml_may_name_is_what_can_be_opened():
    assert SCHEMES == signer_uris.SCHEMES


def test_a_huge_key_file_is_not_read_to_its_end(tmp_path):
    (tmp_path / "key.pem").write_bytes(PEM + b"x" * 50_000_000)

    assert open_signer("file:key.pem", environment={}, root=tmp_path).public_key


def test_the_preview_key_is_made_once_and_is_its_owners_alone(tmp_path):
    old = os.umask(0)
    try:
        first = preview_signer(tmp_path / ".obit", lambda _: SEED)
    finally:
        os.umask(old)
    second = preview_signer(tmp_path / ".obit", lambda _: bytes(32))

    file = tmp_path / ".obit" / "preview-key.pem"
    assert first.public_key == second.public_key == PUBLIC.public_bytes_raw()
    assert first.uri == "file:.obit/preview-key.pem"
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert [p.name for p in (tmp_path / ".obit").iterdir()] == ["preview-key.pem"]


def test_a_preview_key_that_can_not_be_kept_is_a_clear_error(tmp_path):
    (tmp_path / ".obit").write_text("in the way")

    with pytest.raises(PublishError, match=r"preview-key\.pem can't be written: "):
        preview_signer(tmp_path / ".obit", lambda _: SEED)


def test_the_known_key_of_the_known_answers_is_read_from_pem():
    assert from_pem(new_pem(known.SEED, None), None, "env:K").public_key == known.PUBLIC_KEY
