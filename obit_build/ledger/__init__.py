"""The ledger: its events, keys and files, kept in a folder or in a branch of a Git repository."""
