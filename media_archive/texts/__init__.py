"""Text in pictures and speech in recordings: read by optional engines, in a process of their own, behind all else."""
