"""The command line: arguments in, exit code out.

Exit codes: 0 fine · 1 findings or failed verification · 2 wrong usage · 3 ``plan --exit-code``:
changes pending · 4 environment (key, network, disk) · 130 interrupted.
"""

from obit_build.cli.program import main

__all__ = ["main"]
