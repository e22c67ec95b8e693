"""Look at a published site from outside and say what is not as it should be; judgement only."""
