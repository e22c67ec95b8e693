"""Verify a badge: bytes in, a report of eleven steps out."""
