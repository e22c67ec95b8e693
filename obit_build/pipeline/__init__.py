"""check · plan · issue · build, each a straight line of calls.

Nothing here prints, asks the clock or decides an exit code; the command line does. What a run
depends on besides the files comes in as a :class:`Setting`.
"""

from obit_build.pipeline.before import (
    LIVE_LEDGER,
    PREVIEW_LEDGER,
    Checked,
    check,
    lenient,
    mode_of,
    read,
    repository_of,
    sound,
    store_of,
)
from obit_build.pipeline.build import Built, build, complete_ledger
from obit_build.pipeline.issue import Consent, Issued, issue
from obit_build.pipeline.past import past_problems
from obit_build.pipeline.reviewing import changed_files, check_change, folder_in_repository, plan
from obit_build.pipeline.signers import signers_of
from obit_build.problems import ProblemsFoundError
from obit_build.setting import Progress, Setting, silent

__all__ = [
    "LIVE_LEDGER",
    "PREVIEW_LEDGER",
    "Built",
    "Checked",
    "Consent",
    "Issued",
    "ProblemsFoundError",
    "Progress",
    "Setting",
    "build",
    "changed_files",
    "check",
    "check_change",
    "complete_ledger",
    "folder_in_repository",
    "issue",
    "lenient",
    "mode_of",
    "past_problems",
    "plan",
    "read",
    "repository_of",
    "signers_of",
    "silent",
    "sound",
    "store_of",
]
