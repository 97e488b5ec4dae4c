"""Speech written down: with a model that the archive brings, described by a file in the model's folder."""
