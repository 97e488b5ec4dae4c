"""Then and now: what shows one place over the years, and which two pictures show best how it changed."""
