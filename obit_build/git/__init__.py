"""What Git knows of a repository: its head, its commits, its past."""
