"""What the numbers of a picture mean, and how they become sRGB. Runs in the reader process only."""
