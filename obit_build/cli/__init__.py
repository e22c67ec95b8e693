"""The command line: arguments in, exit code out.

Exit codes: 0 fine · 1 findings or failed verification · 2 wrong usage · 3 ``plan --exit-code``:
changes pending · 4 environment (key, network, disk) · 130 interrupted.
"""

import os
import sys
from typing import NoReturn

from obit_build.cli.overview import overview


def main() -> NoReturn:
    """Run the program and leave with its exit code; for the overview alone nothing else is imported."""
    if sys.argv[1:] in (["--help"], ["-h"]):
        try:
            sys.stdout.write(overview())
            sys.stdout.flush()
        except OSError:  # nobody reads it to its end
            os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        sys.exit(0)
    from obit_build.cli.program import main as run  # noqa: PLC0415 - keeps --help quick

    run()
