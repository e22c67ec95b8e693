"""Runs ``git`` where it reads and writes a ledger: nothing but what is asked for here takes part.

Hooks, replace refs, attributes, submodules and prompts are off; transports are https, ssh and
paths; the settings of the computer and its user are not read, except those by which Git finds a
remote and proves who it is (credential helpers, extra headers, proxies, certificates, ssh).
Addresses and settings reach Git through its environment: no argument list shows a token, and no
address can be taken for an option. Of the environment only what Git needs is passed on, so that
no signing key is in it.
"""

import contextlib
import os
import re
import signal
import subprocess
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path

from obit_build.errors import GitError
from obit_build.harmless import shown

FIX_DISK = "look at the disk and the permissions, then run the command again; nothing was changed"
FIX_GIT = "install Git 2.36 or newer"
REMOTE = "ledger"
"""The name under which Git knows the ledger's remote while obit runs."""
LOCAL_SECONDS = 300.0
REMOTE_SECONDS = 600.0

Settings = tuple[tuple[str, str], ...]

FIXED: Settings = (
    ("core.hooksPath", "/dev/null"),
    ("core.attributesFile", "/dev/null"),
    ("core.fsmonitor", "false"),
    ("safe.directory", "*"),
    ("protocol.allow", "never"),
    ("protocol.https.allow", "always"),
    ("protocol.ssh.allow", "always"),
    ("protocol.file.allow", "always"),
    ("transfer.fsckObjects", "true"),
    ("fetch.recurseSubmodules", "false"),
    ("push.gpgSign", "false"),
    ("gc.auto", "0"),
    ("maintenance.auto", "false"),
)
_TAKEN_OVER = (
    r"^(credential\..*"
    r"|http\.(.*\.)?(extraheader|proxy|sslcainfo|sslcapath|sslcert|sslkey|cookiefile)"
    r"|url\..*\.(insteadof|pushinsteadof)|core\.sshcommand|ssh\.variant)$"
)
"""The user's settings by which Git reaches a remote."""
PASSED_ON = re.compile(
    r"HOME|USER|LOGNAME|XDG_CONFIG_HOME|XDG_RUNTIME_DIR|TMPDIR|SSH_AUTH_SOCK|SSH_AGENT_PID"
    r"|GIT_SSH|GIT_SSH_COMMAND|GIT_ASKPASS|SSH_ASKPASS|GIT_SSL_CAINFO|SSL_CERT_FILE|SSL_CERT_DIR"
    r"|(?:https|all|no)_proxy|(?:HTTPS|ALL|NO)_PROXY|GH_TOKEN|GITHUB_TOKEN|CI_JOB_TOKEN|OBIT_LEDGER_\w+",
    re.ASCII,
)
"""Variables that Git, ssh and credential helpers need."""
_USERS_OWN = re.compile(
    r"GIT_CONFIG_(?:COUNT|(?:KEY|VALUE)_[0-9]+|GLOBAL|SYSTEM|NOSYSTEM)", re.ASCII
)
"""Variables by which Git finds the user's settings."""


@dataclass(frozen=True, slots=True)
class Done:
    """How a command ended and what it said."""

    code: int
    out: bytes
    err: str


class Git:
    """Runs git commands on one repository."""

    def __init__(
        self, folder: Path, environment: Mapping[str, str], settings: Settings = ()
    ) -> None:
        self.folder = folder
        self._environment = _passed_on(environment)
        self._environment |= {
            "GIT_CONFIG_NOSYSTEM": "1",
            "GIT_CONFIG_GLOBAL": "/dev/null",
            "GIT_NO_REPLACE_OBJECTS": "1",
            "GIT_OPTIONAL_LOCKS": "0",
            "GIT_TERMINAL_PROMPT": "0",
        }
        self._environment.setdefault("GIT_SSH_COMMAND", "ssh -oBatchMode=yes")
        if any(name == "core.sshcommand" for name, _ in settings):
            self._environment.pop("GIT_SSH_COMMAND")
        self._environment |= _as_variables((*settings, *FIXED))

    def run(
        self,
        *arguments: str,
        data: bytes = b"",
        seconds: float = LOCAL_SECONDS,
        cwd: Path | None = None,
    ) -> Done:
        """Run one command to its end; raise GitError if there is no git or it takes too long."""
        process = self.start(*arguments, cwd=cwd)
        try:
            out, err = process.communicate(data, timeout=seconds)
        except subprocess.TimeoutExpired:
            raise GitError(
                f"git {arguments[0]} did not end within {seconds:g} seconds",
                fix="try again; if it happens again, look at the network and the remote",
            ) from None
        finally:
            end(process)
        return Done(process.returncode, out, err.decode("utf-8", "replace"))

    def start(self, *arguments: str, cwd: Path | None = None) -> subprocess.Popen[bytes]:
        """Start a command that is talked to; :func:`end` it."""
        command = (f"--git-dir={self.folder}", *arguments)
        return _started(command, cwd or self.folder, self._environment)

    def ask(self, *arguments: str, data: bytes = b"") -> bytes:
        """Run a command that works on files of this computer only; raise GitError if it fails."""
        done = self.run(*arguments, data=data)
        if done.code != 0:
            raise GitError(
                f"git {arguments[0]} failed: {reason(done.err)}",
                fix=FIX_DISK,
            )
        return done.out


def _passed_on(environment: Mapping[str, str]) -> dict[str, str]:
    """Choose what Git needs of the environment; without what depends on the present folder."""
    path = environment.get("PATH", "").split(os.pathsep)
    chosen = {name: value for name, value in environment.items() if PASSED_ON.fullmatch(name)}
    return {
        **chosen,
        "PATH": os.pathsep.join(part for part in path if part.startswith("/")),
        "LC_ALL": "C",
    }


def _started(
    arguments: Iterable[str], cwd: Path, environment: Mapping[str, str]
) -> subprocess.Popen[bytes]:
    try:
        return subprocess.Popen(  # noqa: S603 - fixed program, no shell
            ["git", *arguments],  # noqa: S607 - found on the user's PATH
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            env=environment,
            cwd=cwd,
            start_new_session=True,  # no terminal to ask a question on, and ended as a whole
        )
    except OSError as error:
        raise GitError(f"git can't be run: {error.strerror}", fix=FIX_GIT) from error


def end(process: subprocess.Popen[bytes]) -> None:
    """Make sure that a command and all that it has started are gone."""
    if process.poll() is None:
        with contextlib.suppress(ProcessLookupError, PermissionError):
            os.killpg(process.pid, signal.SIGKILL)
        process.wait()
    for pipe in (process.stdin, process.stdout, process.stderr):
        if pipe is not None:
            with contextlib.suppress(OSError):
                pipe.close()


def _as_variables(settings: Iterable[tuple[str, str]]) -> dict[str, str]:
    """Write settings as the variables by which Git takes them; the last of a name counts."""
    found: dict[str, str] = {}
    for number, (name, value) in enumerate(settings):
        found |= {f"GIT_CONFIG_KEY_{number}": name, f"GIT_CONFIG_VALUE_{number}": value}
        found["GIT_CONFIG_COUNT"] = str(number + 1)
    return found


def reason(said: str) -> str:
    """Return the first thing that git complained about, in one printable line without passwords."""
    lines = [line.strip() for line in said.splitlines() if line.strip()]
    marked = [line for line in lines if re.match(r"fatal:|error:|remote:|ERROR", line)]
    first = re.sub(
        r"^(?:(?:fatal|error|remote|ERROR): *)+", "", (marked or lines or ["no reason given"])[0]
    )
    return shown(re.sub(r"//[^@/\s]*@", "//", first), 200)


def settings_of(root: Path, environment: Mapping[str, str]) -> Settings:
    """Read the settings of a clone and its user by which Git reaches a remote."""
    return _settings(root, environment, _TAKEN_OVER)


def address_of(root: Path, name: str, environment: Mapping[str, str]) -> str | None:
    """Return the address of a clone's remote, or None if it has no such remote."""
    found = _settings(root, environment, rf"^remote\.{re.escape(name)}\.url$")
    return found[-1][1] if found else None


def _settings(root: Path, environment: Mapping[str, str], pattern: str) -> Settings:
    """Ask Git for settings, this once with those of the computer and its user."""
    own = {name: value for name, value in environment.items() if _USERS_OWN.fullmatch(name)}
    command = ("-c", "safe.directory=*", "config", "--null", "--get-regexp", pattern)
    process = _started(command, root, {**_passed_on(environment), **own})
    try:
        out, _ = process.communicate(b"", timeout=LOCAL_SECONDS)
    except subprocess.TimeoutExpired:
        return ()
    finally:
        end(process)
    pairs = (entry.partition("\n") for entry in out.decode("utf-8", "replace").split("\0"))
    return tuple((name, value) for name, _, value in pairs if name)
