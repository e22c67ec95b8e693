"""Look at what surrounds a centre's files and say what will go wrong one day; judgement only."""
