"""The people list: the only file that knows names and e-mail addresses."""
