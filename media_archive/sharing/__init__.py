"""Links that show a part of the archive to people who do not sign in."""
