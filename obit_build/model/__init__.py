"""What a repository declares. Every field is declared once, here, and read by its declaration."""
