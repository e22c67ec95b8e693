"""Asking other servers: which may be asked, one request at a time, and what they answered."""
