"""What the city is called: names of subjects, how they sound, what means the same; for reading queries with them."""
