"""Which writing a line is in."""

import unicodedata

#: beginnings of characters' names -> ISO 15924; what stands first decides where several occur
SCRIPTS = (
    (("HIRAGANA", "KATAKANA"), "Jpan"),
    (("HANGUL",), "Kore"),
    (("CJK",), "Hani"),
    (("CYRILLIC",), "Cyrl"),
    (("ARABIC",), "Arab"),
    (("LATIN", "FULLWIDTH LATIN"), "Latn"),
)
UNKNOWN = "Zyyy"


def script_of(text: str) -> str:
    """The script of a line: ISO 15924, "Zyyy" where it is figures and signs only."""
    names = [unicodedata.name(sign, "") for sign in text]
    for beginnings, script in SCRIPTS:
        if any(name.startswith(beginnings) for name in names):
            return script
    return UNKNOWN
