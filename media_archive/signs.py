"""Signs of texts: what every catalogue can keep."""


def keepable(text: str) -> str:
    """`text` without NUL, which PostgreSQL refuses, and halves of surrogate pairs, which no UTF-8 has; trimmed.

    Such halves come from JSON that strangers wrote, and from file names that are no UTF-8.
    """
    return text.replace("\0", "").encode("utf-8", "ignore").decode("utf-8").strip()
