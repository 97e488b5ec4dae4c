"""The index on local disk: how texts become tokens, rows documents, and how it is kept up to date."""
