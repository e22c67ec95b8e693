"""A centre's files: found, read, put together to a Repository, and edited line by line."""
