"""What stops an operation: one root, few leaves.

A mistake in the user's files is a :class:`~obit_build.problems.Problem`, never an exception.
Everything here says what happened and, in ``fix``, what to do about it.
"""

from typing import Any


class ObitError(Exception):
    """An operation can't go on; ``exit_code`` follows the command line's table."""

    exit_code = 4

    def __init__(self, message: str, *, fix: str) -> None:
        super().__init__(message)
        self.message = message
        self.fix = fix

    def __reduce__(self) -> tuple[Any, ...]:
        return _again, (type(self), self.args, self.__dict__)


def _again(kind: type[ObitError], args: tuple[Any, ...], members: dict[str, Any]) -> ObitError:
    """Make an error again that was raised in another process."""
    error = kind.__new__(kind)
    error.args = args
    error.__dict__.update(members)
    return error


class SourceError(ObitError):
    """The repository's files can't be read at all (not: they hold mistakes)."""

    exit_code = 1


class BakingError(ObitError):
    """An image can't take a credential, or holds none that can be taken out."""

    exit_code = 1


class CanonicalizationError(ObitError):
    """A document can't be turned into the bytes that are hashed (JSON-LD safe mode, RDFC-1.0)."""

    exit_code = 1


class CredentialError(ObitError):
    """A credential that we were about to sign is not one that others would accept."""

    exit_code = 1


class KeyFormatError(ObitError):
    """A key, a DID or a verification method is malformed or not acceptable."""


class ApprovalError(ObitError):
    """What would be done was not approved by those who must."""

    exit_code = 1


class PlanError(ObitError):
    """What issuing would do is not what was approved."""

    exit_code = 1


class StatusListError(ObitError):
    """A Bitstring Status List can't be read or the index lies outside it."""

    exit_code = 1


class SigningError(ObitError):
    """A signer is missing, holds another key than the published one, or refuses to sign."""


class LedgerError(ObitError):
    """The ledger's chain is broken, or an event contradicts the ones before it."""

    exit_code = 1


class PeopleListError(ObitError):
    """The people list is needed, and it is kept elsewhere and is not at hand."""


class RenderError(ObitError):
    """A page can't be rendered: template, line and page are in the message."""

    exit_code = 1


class PublishError(ObitError):
    """The output folder can't be written or is not ours to replace."""


class StorageError(ObitError):
    """Object storage refuses, does not answer, or holds something that must not be replaced."""


class ProcessError(ObitError):
    """A process that did a part of the work is gone."""


class ClusterError(ObitError):
    """A cluster can't be reached, loses its work, or has another obit than this computer."""


class FetchError(ObitError):
    """A resource can't be retrieved: unreachable, too large, too slow or not allowed."""


class NotThereError(FetchError):
    """A site answers that it has no such file (HTTP 404)."""


class GoneError(FetchError):
    """A site answers that a resource was taken down for good (HTTP 410)."""


class GitError(ObitError):
    """Git is missing or fails, does not know a revision, or a remote can't be reached or refuses."""


class ArgumentError(ObitError):
    """A command is asked about somebody or something that is not in the files."""

    exit_code = 2
