"""YAML text to declared records: nodes with their places, the quick way and the thorough one."""
