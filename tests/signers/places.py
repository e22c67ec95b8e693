"""Real places where a private key can be, on this machine, and a signer for each.

SoftHSM, an OpenBao server, an SSH agent and a helper program are real; the two clouds answer
through their own SDKs over loopback (clouds.py). Whatever is started here is ended here. A tool
that is missing makes a test fail, never pass.
"""

import base64
import contextlib
import hashlib
import http.client
import json
import os
import shutil
import socket
import subprocess
import sys
import tempfile
import textwrap
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from clouds import ACCESS_KEY, AmazonStandIn, GoogleStandIn
from cryptography.hazmat.primitives import hashes, keywrap, serialization
from cryptography.hazmat.primitives.asymmetric import ec, padding
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from processes import stop

from obit_build.signers import gcp_kms
from obit_build.signers.opening import open_signer
from obit_build.signers.signer import Signer

PIN = f"83{os.getpid():08d}"  # one for each worker: a neighbour's set-up shows its own to everybody
ROOT_TOKEN = "test-root-token-5b1f0c"
SOFTHSM = (
    "/usr/lib/softhsm/libsofthsm2.so",
    "/usr/lib64/softhsm/libsofthsm2.so",
    "/usr/lib64/pkcs11/libsofthsm2.so",
    "/usr/local/lib/softhsm/libsofthsm2.so",
    "/opt/homebrew/lib/softhsm/libsofthsm2.so",
)
PLACES = ("awskms", "env", "exec", "file", "gcpkms", "pkcs11", "ssh-agent", "vault")
BOTH_KINDS = tuple((place, alg) for place in PLACES for alg in ("Ed25519", "ES256"))
GOOGLE = gcp_kms._service  # before a stand-in takes its place
PrivateKey = Ed25519PrivateKey | ec.EllipticCurvePrivateKey


@dataclass
class Held:
    """A key in a place: how to reach it, and what nobody may ever read of it."""

    uri: str
    root: Path
    environment: dict[str, str] = field(default_factory=dict)
    secrets: list[str] = field(default_factory=list)

    def open(self, seconds: float = 20, **changes: str) -> Signer:
        environment = {**os.environ, **self.environment, **changes}
        return open_signer(self.uri, environment=environment, root=self.root, seconds=seconds)


def tool(name: str) -> str:
    path = shutil.which(name) or shutil.which(name, path=str(Path(sys.executable).parent))
    if path is None:
        pytest.fail(f"{name} is missing: run  sh scripts/tools.sh {name}  and  make test")
    return path


def softhsm() -> str:
    tool("softhsm2-util")
    found = [path for path in SOFTHSM if Path(path).exists()]
    if not found:
        pytest.fail("SoftHSM's library is missing: run  sh scripts/tools.sh softhsm2-util")
    return str(Path(found[0]).resolve())  # one name for it: it can be started once only


def a_key(alg: str, name: str = "held") -> PrivateKey:
    """Return a throw-away key, derived from its public name."""
    drawn = hashlib.sha256(f"obit signer test {name}".encode()).digest()
    if alg == "Ed25519":
        return Ed25519PrivateKey.from_private_bytes(drawn)
    return ec.derive_private_key(int.from_bytes(drawn, "big") >> 1, ec.SECP256R1())


def pkcs8(key: PrivateKey, encoding=serialization.Encoding.PEM) -> bytes:
    return key.private_bytes(
        encoding, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )


def spki(key: PrivateKey) -> bytes:
    return key.public_key().public_bytes(
        serialization.Encoding.DER, serialization.PublicFormat.SubjectPublicKeyInfo
    )


def readable_secrets(key: PrivateKey) -> list[str]:
    """Every spelling in which a private key might slip out."""
    if isinstance(key, Ed25519PrivateKey):
        secret = key.private_bytes_raw()
    else:
        secret = key.private_numbers().private_value.to_bytes(32, "big")
    return [secret.hex(), base64.b64encode(secret).decode()[:40], repr(secret)[2:-1]]


def run(*words: str, **options) -> str:
    done = subprocess.run(words, check=False, capture_output=True, text=True, timeout=60, **options)
    assert done.returncode == 0, done.stderr
    return done.stdout


class Bench:
    """Everything that is started at most once for a run of tests."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.ending = contextlib.ExitStack()
        self._made = 0
        self._started: dict[str, object] = {}

    def hold(self, place: str, key: PrivateKey) -> Held:
        """Put ``key`` into a place."""
        self._made += 1
        name = f"k{self._made}"
        root = self.folder / name / "repository"
        root.mkdir(parents=True)
        held = getattr(self, "_" + place.replace("-", "_"))(key, name, root)
        held.secrets += readable_secrets(key)
        return held

    def _env(self, key: PrivateKey, name: str, root: Path) -> Held:
        return Held("env:OBIT_KEY", root, {"OBIT_KEY": pkcs8(key).decode()})

    def _file(self, key: PrivateKey, name: str, root: Path) -> Held:
        (root / "key.pem").write_bytes(pkcs8(key))
        return Held("file:key.pem", root)

    def token(self) -> str:
        """Return SoftHSM's library, with a token called obit in it."""
        if "token" not in self._started:
            library = softhsm()
            tokens = self.folder / "tokens"
            tokens.mkdir()
            config = self.folder / "softhsm2.conf"
            config.write_text(
                f"directories.tokendir = {tokens}\nobjectstore.backend = file\nlog.level = ERROR\n"
            )
            patch = self.ending.enter_context(pytest.MonkeyPatch.context())
            patch.setenv("SOFTHSM2_CONF", str(config))  # read by the library itself
            run(
                tool("softhsm2-util"), "--init-token", "--free", "--label", "obit",
                "--so-pin", "so-pin-4711", "--pin", PIN,
            )  # fmt: skip
            self._started["token"] = library
        return str(self._started["token"])

    def _pkcs11(self, key: PrivateKey, name: str, root: Path) -> Held:
        library = self.token()
        file = self.folder / name / "import.pem"
        file.write_bytes(pkcs8(key))
        run(
            tool("softhsm2-util"), "--import", str(file), "--token", "obit",
            "--label", name, "--id", f"{self._made:04x}", "--pin", PIN,
        )  # fmt: skip
        uri = f"pkcs11:token=obit;object={name}?module-path={library}&pin-source=env:PIN"
        return Held(uri, root, {"PIN": PIN}, [PIN])

    def _exec(self, key: PrivateKey, name: str, root: Path) -> Held:
        helper = self.folder / name / "sign-helper"
        helper.write_text(HELPER.format(python=sys.executable, key=pkcs8(key), log=f"{helper}.log"))
        helper.chmod(0o700)
        return Held("exec:../sign-helper", root)

    def agent(self) -> "Agent":
        if "agent" not in self._started:
            self._started["agent"] = self.ending.enter_context(Agent.running())
        return self._started["agent"]

    def _ssh_agent(self, key: PrivateKey, name: str, root: Path) -> Held:
        agent = self.agent()
        fingerprint = agent.add(key)
        return Held(f"ssh-agent:{fingerprint}", root, {"SSH_AUTH_SOCK": str(agent.socket)})

    def bao(self) -> "Bao":
        if "bao" not in self._started:
            self._started["bao"] = self.ending.enter_context(Bao.running(self.folder))
        return self._started["bao"]

    def _vault(self, key: PrivateKey, name: str, root: Path) -> Held:
        bao = self.bao()
        bao.bring_in(name, key)
        token = bao.token_for(name)
        return Held(
            f"vault:{name}@1", root, {"VAULT_ADDR": bao.address, "VAULT_TOKEN": token}, [token]
        )

    def amazon(self) -> AmazonStandIn:
        if "amazon" not in self._started:
            service = self.ending.enter_context(AmazonStandIn.running())
            patch = self.ending.enter_context(pytest.MonkeyPatch.context())
            for variable, value in service.environment(self.folder).items():
                patch.setenv(variable, value)  # read by the SDK itself
            self._started["amazon"] = service
        return self._started["amazon"]

    def _awskms(self, key: PrivateKey, name: str, root: Path) -> Held:
        service = self.amazon()
        service.keys[f"alias/{name}"] = key
        return Held(f"awskms:alias/{name}", root, {"AWS_REGION": "eu-west-3"}, [ACCESS_KEY[1]])

    def google(self) -> GoogleStandIn:
        if "google" not in self._started:
            service = self.ending.enter_context(GoogleStandIn.running())
            patch = self.ending.enter_context(pytest.MonkeyPatch.context())
            patch.setattr(gcp_kms, "_service", lambda uri: service.client())
            self._started["google"] = service
        return self._started["google"]

    def _gcpkms(self, key: PrivateKey, name: str, root: Path) -> Held:
        service = self.google()
        path = f"projects/p/locations/eu/keyRings/r/cryptoKeys/{name}/cryptoKeyVersions/1"
        service.keys[path] = key
        return Held(f"gcpkms:{path}", root)


HELPER = textwrap.dedent(
    """\
    #!{python}
    import base64, sys
    from cryptography.hazmat.primitives import hashes, serialization
    from cryptography.hazmat.primitives.asymmetric import ec
    with open({log!r}, "a") as log:
        print(*sys.argv[1:], file=log)
    key = serialization.load_pem_private_key({key}, None)
    if sys.argv[1:] == ["public"]:
        answer = key.public_key().public_bytes(
            serialization.Encoding.DER, serialization.PublicFormat.SubjectPublicKeyInfo)
    else:
        message = base64.b64decode(sys.stdin.read())
        curve = isinstance(key, ec.EllipticCurvePrivateKey)
        answer = key.sign(message, ec.ECDSA(hashes.SHA256())) if curve else key.sign(message)
    print(base64.b64encode(answer).decode())
    """
)


@dataclass
class Agent:
    """An ssh-agent of our own."""

    socket: Path
    process: subprocess.Popen

    @classmethod
    @contextlib.contextmanager
    def running(cls) -> Iterator["Agent"]:
        program = tool("ssh-agent")
        # Not in pytest's folder: the path of a socket has 107 characters at most.
        with tempfile.TemporaryDirectory(prefix="obit-agent-") as folder:
            agent = cls(Path(folder) / "s", _agent(program, Path(folder) / "s"))
            try:
                yield agent
            finally:
                agent.stop()

    def stop(self) -> None:
        self.process.kill()  # also if it is paused
        self.process.wait(10)

    def restart(self) -> None:
        self.stop()
        self.socket.unlink(missing_ok=True)
        self.process = _agent(tool("ssh-agent"), self.socket)

    def pause(self) -> None:
        stop(self.process)

    def do(self, *words: str, **options) -> str:
        environment = {**os.environ, "SSH_AUTH_SOCK": str(self.socket)}
        return run(tool("ssh-add"), *words, env=environment, **options)

    def add(self, key) -> str:
        """Add a private key; return its fingerprint."""
        pem = key.private_bytes(
            serialization.Encoding.PEM,
            serialization.PrivateFormat.OpenSSH,
            serialization.NoEncryption(),
        )
        self.do("-q", "-", input=pem.decode())
        return fingerprint_of(key.public_key())


def fingerprint_of(public) -> str:
    line = public.public_bytes(serialization.Encoding.OpenSSH, serialization.PublicFormat.OpenSSH)
    digest = hashlib.sha256(base64.b64decode(line.split()[1])).digest()
    return "SHA256:" + base64.b64encode(digest).decode().rstrip("=")


def _agent(program: str, path: Path) -> subprocess.Popen:
    process = subprocess.Popen([program, "-D", "-a", str(path)], stdout=subprocess.DEVNULL)
    wait_for(path.exists)
    return process


def wait_for(question, seconds: float = 20) -> None:
    end = time.monotonic() + seconds
    while not question():
        assert time.monotonic() < end, "it did not start"
        time.sleep(0.02)


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


@dataclass
class Bao:
    """An OpenBao server in memory, on loopback."""

    port: int
    folder: Path
    process: subprocess.Popen

    @classmethod
    @contextlib.contextmanager
    def running(cls, folder: Path) -> Iterator["Bao"]:
        port = free_port()
        bao = cls(port, folder, _bao(port, folder))
        try:
            bao.prepare()
            yield bao
        finally:
            bao.stop()

    @property
    def address(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def stop(self) -> None:
        self.process.kill()
        self.process.wait(10)

    def restart(self) -> None:
        """Start again with the same token of ours and nothing else: it keeps all in memory."""
        self.stop()
        self.process = _bao(self.port, self.folder)
        self.prepare()

    def pause(self) -> None:
        stop(self.process)

    def prepare(self) -> None:
        wait_for(self._is_up)
        self.ask("POST", "sys/mounts/transit", {"type": "transit"})

    def _is_up(self) -> bool:
        try:
            return self.ask("GET", "sys/health", None).get("sealed") is False
        except OSError:
            return False

    def ask(self, method: str, path: str, body: dict | None) -> dict:
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=10)
        text = json.dumps(body) if body is not None else None
        with contextlib.closing(connection):
            connection.request(method, f"/v1/{path}", text, {"X-Vault-Token": ROOT_TOKEN})
            response = connection.getresponse()
            answer = response.read()
        assert response.status < 300, (path, answer)
        return json.loads(answer) if answer else {}

    def bring_in(self, name: str, key: PrivateKey) -> None:
        """Import a key as the transit engine's guide to bringing one's own describes."""
        wrapping = serialization.load_pem_public_key(
            self.ask("GET", "transit/wrapping_key", None)["data"]["public_key"].encode()
        )
        passing = os.urandom(32)
        wrapped = wrapping.encrypt(
            passing,
            padding.OAEP(padding.MGF1(hashes.SHA256()), hashes.SHA256(), None),
        )
        inner = keywrap.aes_key_wrap_with_padding(passing, pkcs8(key, serialization.Encoding.DER))
        kind = "ed25519" if isinstance(key, Ed25519PrivateKey) else "ecdsa-p256"
        ciphertext = base64.b64encode(wrapped + inner).decode()
        self.ask("POST", f"transit/keys/{name}/import", {"type": kind, "ciphertext": ciphertext})

    def token_for(self, name: str) -> str:
        """Return a token that may sign with one key and do nothing else, as keys.md says."""
        page = Path(__file__).parents[2] / "docs" / "how-to" / "keys.md"
        policy = page.read_text("utf-8").split("```hcl\n")[1].split("```")[0]
        policy = policy.replace("/cefo", f"/{name}")
        self.ask("PUT", f"sys/policies/acl/{name}", {"policy": policy})
        made = self.ask("POST", "auth/token/create", {"policies": [name], "no_parent": True})
        return made["auth"]["client_token"]


def _bao(port: int, folder: Path) -> subprocess.Popen:
    with (folder / "bao.log").open("ab") as log:
        return subprocess.Popen(
            [tool("bao"), "server", "-dev", "-dev-no-store-token", f"-dev-listen-address=127.0.0.1:{port}"],
            stdout=log,
            stderr=log,
            env={
                "PATH": os.environ["PATH"],
                "HOME": str(folder),
                "BAO_DEV_ROOT_TOKEN_ID": ROOT_TOKEN,
            },
        )  # fmt: skip
