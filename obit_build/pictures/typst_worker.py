"""The typesetter's own process: reads requests, answers with PDF files. A program, never imported.

It runs with limits on memory, without the builder's environment (which may hold keys) and without the
system's fonts, so that the same request gives the same bytes on every machine. Typst reads files below the
given folder only. A request is one line of JSON; an answer is one line of JSON, and after ``size`` as many
bytes. It imports nothing of this package, so that it starts by itself.
"""

import json
import sys
from typing import Any

NOT_INSTALLED = 3
MEMORY = 4 * 1024 * 1024 * 1024
"""Bytes of address space; a certificate needs a fortieth."""
STANDARDS = ["a-3a", "ua-1"]
"""PDF/A-3 (ISO 19005-3) with conformance level A, and PDF/UA-1 (ISO 14289-1)."""


def _limit() -> None:
    try:
        import resource  # noqa: PLC0415 - exists on Unix only
    except ImportError:
        return
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


def _answer(compiler: Any, error: type[Exception], request: dict[str, Any]) -> tuple[Any, bytes]:
    try:
        pdf = compiler.compile(
            input=request["main"],
            format="pdf",
            sys_inputs=request["inputs"],
            timestamp=request["time"],
            pdf_standards=STANDARDS,
        )
    except error as failed:
        return {"error": str(failed), "trace": getattr(failed, "diagnostic", "")}, b""
    return {"size": len(pdf)}, pdf


def _main(folder: str, nothing: str) -> int:
    try:
        import typst  # noqa: PLC0415 - an extra, which may not be there
    except ImportError:
        return NOT_INSTALLED
    _limit()
    compiler = typst.Compiler(
        root=folder,
        ignore_system_fonts=True,
        package_path=nothing,
        package_cache_path=nothing,
    )
    out = sys.stdout.buffer
    for line in sys.stdin.buffer:
        head, body = _answer(compiler, typst.TypstError, json.loads(line))
        out.write(json.dumps(head).encode() + b"\n" + body)
        out.flush()
    return 0


if __name__ == "__main__":
    raise SystemExit(_main(*sys.argv[1:]))
