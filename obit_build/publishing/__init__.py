"""A site on its way out: staged on a disk, inspected, put in place, uploaded."""
