"""Our reading of SSH signatures is ssh-keygen's, or stricter."""

import base64
import struct

import pytest
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, padding, rsa
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.asymmetric.utils import (
    decode_dss_signature,
)
from hypothesis import given
from hypothesis import strategies as st
from ssh_people import a_person, ssh_keygen_accepts

from obit_build.errors import KeyFormatError
from obit_build.securing.sshsig import BEGIN, END, is_signed, read_key, read_signature

MESSAGE = b"obit-approval/1\nby marie\n"
KINDS = {
    "ed25519": ("-t", "ed25519"),
    "p256": ("-t", "ecdsa", "-b", "256"),
    "rsa2048": ("-t", "rsa", "-b", "2048"),
    "rsa3072": ("-t", "rsa", "-b", "3072"),
}


@pytest.fixture(scope="module")
def people(tmp_path_factory):
    folder = tmp_path_factory.mktemp("keys")
    return {name: a_person(folder, name, *options) for name, options in KINDS.items()}


@pytest.fixture(scope="module")
def good(people):
    """One good signature of Ed25519, as bytes below the armour."""
    return unarmored(people["ed25519"].sign(MESSAGE, "obit-approval"))


def unarmored(text):
    return base64.b64decode("".join(text.splitlines()[1:-1]))


def armored(data):
    text = base64.b64encode(data).decode()
    lines = [text[i : i + 70] for i in range(0, len(text), 70)]
    return "\n".join((BEGIN, *lines, END, ""))


def string(data):
    return struct.pack(">I", len(data)) + data


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("options", [(), ("-O", "hashalg=sha256")], ids=["sha512", "sha256"])
def test_what_ssh_keygen_signs_holds_here_and_there(people, tmp_path, kind, options):
    person = people[kind]
    text = person.sign(MESSAGE, "obit-approval", *options)

    read = read_signature(text)

    assert read.key == read_key(person.public)
    assert is_signed(MESSAGE, read, "obit-approval")
    assert ssh_keygen_accepts(tmp_path, person, MESSAGE, text, "obit-approval")
    assert armored(unarmored(text)) == text


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize(
    ("message", "namespace"),
    [
        (MESSAGE + b" ", "obit-approval"),
        (MESSAGE, "git"),
        (MESSAGE, "file"),
        (b"", "obit-approval"),
    ],
)
def test_another_text_or_another_purpose_is_refused_here_and_there(
    people, tmp_path, kind, message, namespace
):
    text = people[kind].sign(MESSAGE, "obit-approval")

    assert not is_signed(message, read_signature(text), namespace)
    assert not ssh_keygen_accepts(tmp_path, people[kind], message, text, namespace)


def test_a_signature_of_git_is_no_approval_although_it_holds(people):
    read = read_signature(people["ed25519"].sign(MESSAGE, "git"))

    assert is_signed(MESSAGE, read, "git")
    assert not is_signed(MESSAGE, read, "obit-approval")


def test_a_fingerprint_is_the_one_that_ssh_keygen_shows(people):
    import subprocess

    said = subprocess.run(
        ["ssh-keygen", "-l", "-f", str(people["p256"].path)],
        check=True,
        capture_output=True,
        text=True,
    ).stdout

    assert said.split()[1] == read_key(people["p256"].public).fingerprint


@given(position=st.integers(0, 10_000), bit=st.integers(0, 7))
def test_no_flipped_bit_of_a_signature_holds_or_raises(good, position, bit):
    changed = bytearray(good)
    changed[position % len(good)] ^= 1 << bit

    try:
        read = read_signature(armored(bytes(changed)))
    except KeyFormatError:
        return
    owner = read_signature(armored(good)).key
    assert not (is_signed(MESSAGE, read, "obit-approval") and read.key == owner)


@given(st.data())
def test_no_mutated_armour_holds(good, data):
    text = armored(good)
    cut = data.draw(st.integers(0, len(text)))
    put = data.draw(st.text(max_size=4))
    drop = data.draw(st.integers(0, 5))
    changed = text[:cut] + put + text[cut + drop :]
    if changed in (text, text.removesuffix("\n")):
        return

    try:
        read = read_signature(changed)
    except KeyFormatError as error:
        assert error.message == "this is not an SSH signature"
        return
    owner = read_signature(text).key
    assert not (is_signed(MESSAGE, read, "obit-approval") and read.key == owner)


@given(st.binary(max_size=400))
def test_any_bytes_are_read_or_refused(data):
    for text in (armored(data), armored(b"SSHSIG" + data), armored(b"SSHSIG\0\0\0\1" + data)):
        try:
            read = read_signature(text)
        except KeyFormatError:
            continue
        assert not is_signed(MESSAGE, read, "obit-approval")


@given(st.text(max_size=200))
def test_any_text_is_a_key_or_refused(text):
    for line in (text, f"ssh-ed25519 {text}", f"ssh-rsa {text}", f"ecdsa-sha2-nistp256 {text}"):
        with pytest.raises(KeyFormatError):
            read_key(line)


def made(private, kind, sign, **changes):
    """A signature made by hand, with some of its parts changed."""
    blob = base64.b64decode(
        private.public_key()
        .public_bytes(serialization.Encoding.OpenSSH, serialization.PublicFormat.OpenSSH)
        .split()[1]
    )
    given = {
        "version": 1,
        "namespace": b"n",
        "reserved": b"",
        "hash": b"sha512",
        "more": b"",
        "inner": b"",
        **changes,
    }
    hashed = hashes.Hash(hashes.SHA512())
    hashed.update(MESSAGE)
    signed = b"SSHSIG" + b"".join(
        map(string, (given["namespace"], given["reserved"], given["hash"], hashed.finalize()))
    )
    signature = string(kind) + string(sign(private, signed)) + given["inner"]
    return armored(
        b"SSHSIG" + struct.pack(">I", given["version"])
        + b"".join(map(string, (blob, given["namespace"], given["reserved"], given["hash"], signature)))
        + given["more"]
    )  # fmt: skip


ED = Ed25519PrivateKey.from_private_bytes(bytes(range(32)))
P256 = ec.derive_private_key(12345, ec.SECP256R1())
P384 = ec.derive_private_key(12345, ec.SECP384R1())


def raw(private, signed):
    return private.sign(signed)


def mpint(number):
    return string(number.to_bytes(number.bit_length() // 8 + 1, "big"))


def dss(private, signed):
    r, s = decode_dss_signature(private.sign(signed, ec.ECDSA(hashes.SHA256())))
    return mpint(r) + mpint(s)


def test_a_signature_made_by_hand_holds():
    text = made(ED, b"ssh-ed25519", raw)
    curve = made(P256, b"ecdsa-sha2-nistp256", dss)

    assert is_signed(MESSAGE, read_signature(text), "n")
    assert is_signed(MESSAGE, read_signature(curve), "n")


@pytest.mark.parametrize(
    "changes",
    [
        {"version": 2}, {"version": 0}, {"namespace": b""}, {"reserved": b"x"}, {"hash": b"sha1"},
        {"hash": b"md5"}, {"more": b"\0"}, {"more": string(b"x")}, {"inner": b"\0"}, {"inner": string(b"x")},
        {"namespace": b"\xff"},
    ],
    ids=str,
)  # fmt: skip
def test_a_signature_with_anything_unusual_in_it_is_not_read(changes):
    with pytest.raises(KeyFormatError) as caught:
        read_signature(made(ED, b"ssh-ed25519", raw, **changes))

    assert caught.value.message == "this is not an SSH signature"


def test_an_algorithm_that_does_not_fit_the_key_is_not_read():
    for kind in (b"ssh-rsa", b"rsa-sha2-256", b"rsa-sha2-512", b"sk-ssh-ed25519@openssh.com", b""):
        with pytest.raises(KeyFormatError):
            read_signature(made(ED, kind, raw))


def test_a_second_spelling_of_the_same_numbers_does_not_hold():
    def padded(private, signed):
        r, s = decode_dss_signature(private.sign(signed, ec.ECDSA(hashes.SHA256())))
        wide = b"\0\0" + r.to_bytes(32, "big")
        return string(wide) + mpint(s)

    def negative(private, signed):
        r, _ = decode_dss_signature(private.sign(signed, ec.ECDSA(hashes.SHA256())))
        return mpint(r) + string(b"\xff")

    for sign in (
        padded,
        negative,
        lambda *_: mpint(0) + mpint(0),
        lambda *_: b"",
        lambda *_: string(b""),
    ):
        read = read_signature(made(P256, b"ecdsa-sha2-nistp256", sign))
        assert not is_signed(MESSAGE, read, "n")


def test_rsa_with_sha_1_or_sha_256_does_not_hold(people):
    private = serialization.load_ssh_private_key(people["rsa2048"].path.read_bytes(), None)

    def short(private, signed):
        return private.sign(signed, padding.PKCS1v15(), hashes.SHA256())

    read = read_signature(made(private, b"rsa-sha2-512", short))
    assert not is_signed(MESSAGE, read, "n")
    with pytest.raises(KeyFormatError):
        read_signature(made(private, b"ssh-rsa", short))


def line_of(private):
    return (
        private.public_key()
        .public_bytes(serialization.Encoding.OpenSSH, serialization.PublicFormat.OpenSSH)
        .decode()
    )


def a_line(kind, *parts):
    return f"{kind} {base64.b64encode(b''.join(map(string, (kind.encode(), *parts)))).decode()}"


@pytest.mark.parametrize(
    ("line", "message"),
    [
        ("", "this is not an SSH public key"),
        ("marie", "this is not an SSH public key"),
        ("-----BEGIN OPENSSH PRIVATE KEY-----", "this is not an SSH public key"),
        ("ssh-ed25519 AAAA\nssh-ed25519 AAAA", "this is not an SSH public key"),
        ("ssh-ed25519 " + "A" * 5000, "this is not an SSH public key"),
        ("ssh-ed25519 AAA", "this SSH public key is incomplete"),
        ("ssh-ed25519 AAAA", "this SSH public key is incomplete"),
        (a_line("ssh-ed25519", b"short"), "this SSH public key is incomplete"),
        (a_line("ssh-dss", b"x"), "ssh-dss is not a kind of key that can approve"),
        (
            a_line("sk-ssh-ed25519@openssh.com", b"x" * 32, b"ssh:"),
            "sk-ssh-ed25519@openssh.com is not a kind of key that can approve",
        ),
        (line_of(P384), "ecdsa-sha2-nistp384 is not a kind of key that can approve"),
        (
            a_line("ssh-ed25519-cert-v01@openssh.com", b"x"),
            "ssh-ed25519-cert-v01@openssh.com is not a kind of key that can approve",
        ),
        (
            line_of(ED).replace("ssh-ed25519", "ssh-rsa"),
            "this SSH public key is not of the kind that it says",
        ),
        (
            line_of(rsa.generate_private_key(65537, 1024)),  # noqa: S505 - it is to be refused
            "an RSA key of 1024 bits can't approve",
        ),
    ],
    ids=lambda value: value[:30],
)
def test_a_key_that_does_not_count_says_why(line, message):
    with pytest.raises(KeyFormatError) as caught:
        read_key(line)

    assert caught.value.message == message


def test_a_key_with_which_anybody_can_sign_is_refused():
    with pytest.raises(KeyFormatError):
        read_key(a_line("ssh-ed25519", b"\1" + bytes(31)))


def test_a_key_is_the_same_whatever_is_written_behind_it():
    assert read_key(line_of(ED) + " marie@example é") == read_key(line_of(ED) + "\n")
