"""obit: recognition as code (Open Badges 3.0 from a Git repository)."""

__version__ = "0.1.0"
