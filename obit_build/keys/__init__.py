"""The life of an issuer's keys: planned from files and ledger, moved by edits that people review."""
