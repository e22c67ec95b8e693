"""Documents of the standard, made from a centre's records: profiles, achievements, credentials."""
