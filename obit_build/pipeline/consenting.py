"""Approve: what somebody is about to sign, and the file that holds the signature."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from obit_build.approving.files import NAMESPACE, file_name, read_approval, statement
from obit_build.approving.policy import keys_of, policy_for
from obit_build.credentials.digests import review_digests
from obit_build.durable import write
from obit_build.errors import ArgumentError, KeyFormatError, SigningError
from obit_build.keys import ssh_keygen
from obit_build.model.award import Award, AwardKey
from obit_build.model.repository import Repository
from obit_build.pipeline.before import repository_of, sound
from obit_build.planning.approvals import signatures_of
from obit_build.securing.sshsig import SshKey, read_key
from obit_build.setting import Setting

MAX_PUBLIC_KEY_BYTES = 16 * 1024
FIX_KEY = "name your key with --key, or add its .pub line to approvers: with a change of its own"


@dataclass(frozen=True, slots=True, kw_only=True)
class Ballot:
    """What an approver is about to sign, and with which key."""

    by: str
    awards: Mapping[AwardKey, str]
    """Award → digest of what is approved."""
    key: Path
    """As ssh-keygen takes it: the private key's file, or the public one of an agent's key."""
    fingerprint: str


def ballot(setting: Setting, files: Sequence[str], *, key: Path | None, home: Path) -> Ballot:
    """Gather the awards of these files and find the approver's key.

    ``home`` is where ``.ssh`` is. Raises ArgumentError for a file without awards, or for somebody
    who is not among the approvers of all of them.
    """
    repository = repository_of(sound(setting))
    awards = [award for file in files for award in _awards_in(repository, setting.root, file)]
    owners = _owners(repository, awards)
    path, found = _choose(owners, key, home)
    return Ballot(
        by=owners[found],
        awards=review_digests(repository, awards),
        key=path,
        fingerprint=found.fingerprint,
    )


def _awards_in(repository: Repository, root: Path, file: str) -> list[Award]:
    path = Path(file)
    if path.is_absolute() and path.is_relative_to(root):
        path = path.relative_to(root)
    found = [award for award in repository.awards if award.location.path == path.as_posix()]
    if not found:
        raise ArgumentError(
            f'there are no awards in "{path.as_posix()}"',
            fix="name a file such as badges/tableur-1/awards/2026-06-30-mons.yaml",
        )
    return found


def _owners(repository: Repository, awards: Iterable[Award]) -> dict[SshKey, str]:
    """Return the keys of those who may approve all of these awards."""
    common: dict[SshKey, str] | None = None
    for badge in sorted({award.key.badge for award in awards}):
        policy = policy_for(repository, repository, badge)
        if policy is None:
            raise ArgumentError(
                f'nobody has to approve awards of "{badge}"',
                fix="name approvers: in its badge.yaml or its issuer.yaml first",
            )
        keys: dict[SshKey, str] = {
            key: person.id for person in policy.approvers for key in keys_of(person)
        }
        common = keys if common is None else {k: v for k, v in keys.items() if common.get(k) == v}
    return common or {}


def _choose(owners: Mapping[SshKey, str], key: Path | None, home: Path) -> tuple[Path, SshKey]:
    if key is not None:
        public = key if key.suffix == ".pub" else key.with_name(key.name + ".pub")
        read = _public_key(public)
        if read is None:
            raise ArgumentError(
                f'there is no public key in "{public.name}"',
                fix="keep the .pub file beside the key: ssh-keygen -y -f KEY > KEY.pub",
            )
        if read in owners:
            return key, read
        raise ArgumentError("this key is not one of the approvers'", fix=FIX_KEY)
    for public, read in _public_keys(home / ".ssh"):
        if read in owners:
            private = public.with_suffix("")
            return (private if private.is_file() else public), read
    raise ArgumentError("no key in ~/.ssh is one of the approvers'", fix=FIX_KEY)


def _public_keys(folder: Path) -> Iterator[tuple[Path, SshKey]]:
    for path in sorted(folder.glob("*.pub")):
        key = _public_key(path)
        if key is not None:
            yield path, key


def _public_key(path: Path) -> SshKey | None:
    try:
        with path.open("rb") as file:
            return read_key(file.read(MAX_PUBLIC_KEY_BYTES).decode("utf-8").strip())
    except (OSError, UnicodeDecodeError, KeyFormatError):
        return None


def cast(prepared: Ballot, root: Path) -> str:
    """Sign the ballot, verify it and write its file; return the path within the repository."""
    message = statement(prepared.by, prepared.awards)
    signature = ssh_keygen.sign(prepared.key, message, NAMESPACE)
    path = file_name(message, prepared.by)
    data = message + signature.encode("ascii", "replace")
    approval, _ = read_approval(path, data)
    if approval is None or not signatures_of([approval]).by_digest:
        raise SigningError(
            "ssh-keygen wrote a signature that does not hold",
            fix="use a key of the kind ed25519, ecdsa (256 bits) or rsa",
        )
    write(root / path, data)
    return path
