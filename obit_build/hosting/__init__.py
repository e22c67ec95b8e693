"""How static hosts answer, what they have to be told, and one that imitates them."""
