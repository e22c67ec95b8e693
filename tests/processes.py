"""What became of a process that was ended or stopped: the kernel may take a moment to do it."""

import signal
import subprocess
import time
from collections.abc import Callable
from pathlib import Path


def ended(pid: int) -> bool:
    """Whether that process is gone, or dead and only not yet fetched."""
    return _soon(lambda: _state(Path(f"/proc/{pid}/stat")) in ("", "Z", "X"))


def none_runs(arguments: bytes) -> bool:
    """Whether no process has these arguments (separated by NUL) in its command line."""
    return _soon(lambda: not any(arguments in _of(path) for path in _command_lines()))


def stop(process: subprocess.Popen) -> None:
    """Stop a process with all its threads, so that it answers nobody."""
    process.send_signal(signal.SIGSTOP)
    threads = Path(f"/proc/{process.pid}/task")
    assert _soon(lambda: {_state(path) for path in threads.glob("*/stat")} == {"T"})


def _soon(so: Callable[[], bool], seconds: float = 10) -> bool:
    end = time.monotonic() + seconds
    while not so():
        if time.monotonic() > end:
            return False
        time.sleep(0.02)
    return True


def _state(path: Path) -> str:
    words = _of(path).rpartition(b")")[2].split()
    return words[0].decode() if words else ""


def _command_lines() -> list[Path]:
    return list(Path("/proc").glob("[0-9]*/cmdline"))


def _of(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except (FileNotFoundError, ProcessLookupError):
        return b""
