"""Carry out a plan: compose, pass the schemas, sign, read back, and append to the ledger."""
