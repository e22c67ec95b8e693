"""PNG, SVG and PDF: what they may hold, a credential put in and taken out, pictures that are drawn."""
