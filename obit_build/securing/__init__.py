"""Keys, canonical bytes and proofs: what signing and verifying have in common. Knows nothing of badges."""
