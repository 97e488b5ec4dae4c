"""Folding of text: one form for what is indexed and what is asked, so that they meet."""

import unicodedata

from media_archive.search.language.folding import fold

__all__ = ["fold", "terms"]


def terms(query: str) -> list[str]:
    """The words of a query: parts between spaces, or whole phrases in double quotes; folded, without repeats."""
    words: list[str] = []
    for number, part in enumerate(unicodedata.normalize("NFKC", query).split('"')):
        words += [part] if number % 2 else part.split()
    return list(dict.fromkeys(word for word in map(fold, words) if word))
