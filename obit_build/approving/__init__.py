"""Who has to approve an award, and the signed files with which they did."""
