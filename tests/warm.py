"""An ``obit`` that is warm: the installed program without its half second of importing.

Tests start obit a thousand times. Here one process imports it once and forks for every call: what is
run is ``obit_build.cli:main`` with the caller's arguments, environment, folder, umask and open files.
:func:`program` returns a small executable that asks for that; a caller whose environment would start
Python another way, and everybody if OBIT_TESTS=cold, gets the installed program itself.

    python -P warm.py SOCKET        # the process that forks
"""

import array
import atexit
import contextlib
import gc
import importlib
import json
import os
import pkgutil
import select
import shutil
import socket
import subprocess
import sys
import tempfile
import time
from functools import cache
from pathlib import Path

INSTALLED = Path(sys.executable).with_name("obit")
KEPT = ("HOME", "PATH", "PYTHONPATH")
OWN_START = ("TZ", "PYTHONHASHSEED", "PYTHONIOENCODING", "PYTHONUTF8", "PYTHONWARNINGS")
LOCALES = ("LANG", "LC_ALL", "LC_CTYPE")
MODULES = ("pyld.jsonld", "pyoxigraph", "jsonschema", "jinja2", "markdown", "segno")

CLIENT = """#!{python} -IS
import array, json, os, socket, sys
if any(name in os.environ for name in {own_start!r}) or any(
    os.environ.get(name, "UTF-8").upper().replace("UTF8", "UTF-8")[-5:] != "UTF-8" for name in {locales!r}
):
    os.execv({installed!r}, [{installed!r}, *sys.argv[1:]])
umask = os.umask(0)
os.umask(umask)
there = socket.socket(socket.AF_UNIX)
there.connect({address!r})
said = json.dumps([sys.argv[1:], dict(os.environ), os.getcwd(), umask]).encode()
files = array.array("i", [0, 1, 2])
there.sendmsg([len(said).to_bytes(8, "big")], [(socket.SOL_SOCKET, socket.SCM_RIGHTS, files)])
there.sendall(said)
said = there.recv(4)
code = int.from_bytes(said, "big", signed=True) if said else 70
if code < 0:  # it was killed
    os.kill(os.getpid(), -code)
sys.exit(code)
"""


@cache
def program() -> Path:
    """Return the program to start; the process behind it ends with this one."""
    if os.environ.get("OBIT_TESTS") == "cold":
        return INSTALLED
    folder = Path(tempfile.mkdtemp(prefix="obit-warm-"))
    address = folder / "socket"
    server = subprocess.Popen(
        [sys.executable, "-P", __file__, str(address)], stdin=subprocess.DEVNULL
    )
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    atexit.register(server.terminate)
    while not address.exists():
        assert server.poll() is None, "the warm program did not start"
        time.sleep(0.02)
    client = folder / "obit"
    client.write_text(
        CLIENT.format(
            python=sys.executable,
            installed=str(INSTALLED),
            address=str(address),
            own_start=OWN_START,
            locales=LOCALES,
        )
    )
    client.chmod(0o755)
    return client


def serve(address: str) -> None:
    """Fork for everybody who connects."""
    listening = socket.socket(socket.AF_UNIX)
    _import_everything()
    listening.bind(address + ".new")
    listening.listen(64)
    Path(address + ".new").rename(address)
    while True:
        caller, _ = listening.accept()
        with caller:
            if os.fork() == 0:
                listening.close()
                if os.fork() == 0:  # nobody has to wait for a grandchild
                    _answer(caller)
                os._exit(0)
        os.wait()


def _import_everything() -> None:
    import obit_build.cli

    for module in pkgutil.walk_packages(obit_build.__path__, "obit_build."):
        if not module.name.endswith("__main__"):
            with contextlib.suppress(ImportError):  # extras that are not installed
                importlib.import_module(module.name)
    for name in MODULES:
        importlib.import_module(name)
    _compile_the_templates()
    gc.freeze()  # what is here stays; collecting would copy its pages in every child


def _compile_the_templates() -> None:
    """Render each template with nothing: it fails, but by then it is compiled, as it stays."""
    from obit_build.errors import RenderError
    from obit_build.theme import default_theme
    from obit_build.website.render import Renderer, Theme

    theme = default_theme()
    renderer = Renderer(Theme(theme))
    for name in theme:
        if not name.startswith(("assets/", "icons/")):
            with contextlib.suppress(RenderError):
                renderer.render(name, {}, page="nothing")


def _answer(caller: socket.socket) -> None:
    """Run one call in a child; tell the caller how it ended, or end it when the caller is gone."""
    files = array.array("i")
    head, given, _, _ = caller.recvmsg(8, socket.CMSG_SPACE(3 * files.itemsize))
    files.frombytes(given[0][2][: 3 * files.itemsize])
    said = b""
    while len(said) < int.from_bytes(head, "big"):
        said += caller.recv(1 << 16)
    child = os.fork()
    if child == 0:
        caller.close()
        _run(*json.loads(said), files)
    for file in files:
        os.close(file)
    ended = os.pidfd_open(child)
    ready, _, _ = select.select([ended, caller], [], [])
    if ended not in ready:
        os.kill(child, 9)
    _, status = os.waitpid(child, 0)
    with contextlib.suppress(OSError):
        code = os.waitstatus_to_exitcode(status)
        caller.sendall(code.to_bytes(4, "big", signed=True))
    os._exit(0)


def _run(
    arguments: list[str], environment: dict[str, str], folder: str, umask: int, files: array.array
) -> None:
    from obit_build.cli import main

    for number, file in enumerate(files):
        os.dup2(file, number)
        os.close(file)
    os.chdir(folder)
    os.umask(umask)
    os.environ.clear()
    os.environ.update(environment)
    sys.argv = [str(INSTALLED), *arguments]
    code = 1
    try:
        main()
        code = 0
    except SystemExit as left:
        code = left.code if isinstance(left.code, int) else int(left.code is not None)
    finally:
        sys.stdout.flush()
        sys.stderr.flush()
        os._exit(code)


if __name__ == "__main__":
    serve(sys.argv[1])
