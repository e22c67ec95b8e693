"""What issuing would do, for machines and for reviewers; needs no key."""
