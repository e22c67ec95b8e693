"""Where obit itself lies: its modules, and the data that travels with them."""

from pathlib import Path

PACKAGE = Path(__file__).parent
