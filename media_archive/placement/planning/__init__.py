"""What a plan says: how files lie, what is to be done with each group of them, and what that comes to."""
