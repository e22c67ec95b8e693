"""Signers: the only modules that touch a private key."""
