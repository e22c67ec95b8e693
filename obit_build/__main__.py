"""``python -m obit_build`` is ``obit``."""

from obit_build.cli import main

main()
