"""How folded text becomes tokens: pairs of neighbouring characters of Chinese, words of other scripts.

A run of Chinese of n characters is n tokens: its n - 1 pairs, then its last character alone. So every character begins one token,
a word of two characters is one token, a longer one a phrase, and a single character whatever begins with it. Letters and digits
are apart: "dsc0012" is "dsc" and "0012". What stands between runs counts for nothing.

`phrase` and `pattern` are for queries; documents are taken apart by the batch, in `streaming`.
"""

import re
from operator import add

#: characters of Chinese, kana, and the marks among them
HAN = "\u3005\u3007\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U0002fa1f\U00030000-\U0003347f"
DIGITS, LETTERS = r"\d", rf"[^\W\d_{HAN}]"
SIGNS = "\u2190-\u2bff\ue000-\uf8ff\U0001f000-\U0001faff"
_RUNS = re.compile(rf"[{HAN}]+|{DIGITS}+|{LETTERS}+|[{SIGNS}]")
_IS_HAN = re.compile(f"[{HAN}]")
#: before and after the characters of a code or a file name; a space among them
START, END, SPACE = "\u0002", "\u0003", "\u0001"
#: of longer texts, and of longer words, the rest is left out
LONGEST, LONGEST_WORD = 50_000, 250


def stream(text: str) -> str:
    """The tokens of a folded text, with spaces between."""
    tokens: list[str] = []
    for run in _RUNS.findall(text[:LONGEST]):
        if run >= "\u3005" and _IS_HAN.match(run):
            tokens += map(add, run, run[1:])
            tokens.append(run[-1])
        else:
            tokens.append(run[:LONGEST_WORD])
    return " ".join(tokens)


def phrase(text: str) -> tuple[list[str], bool]:
    """The tokens that a folded text of a query asks for, in their order, and whether the last is only a beginning."""
    runs = _RUNS.findall(text[:LONGEST])
    tokens: list[str] = []
    for number, run in enumerate(runs, 1):
        if not _IS_HAN.match(run):
            tokens.append(run[:LONGEST_WORD])
            continue
        tokens += map(add, run, run[1:])
        if number < len(runs):
            tokens.append(run[-1])
        elif len(run) == 1:
            return [*tokens, run], True
    return tokens, False


def pattern(text: str) -> list[list[tuple[int, str]]]:
    """What a folded pattern with * and ? asks for: pieces between the *, each as tokens at their places.

    Codes and names of files are every three characters in a row, with START and END around them. Tokens are regular
    expressions where the piece has a ?, or is too short for a token of its own.
    """
    marked = START + text.replace(" ", SPACE) + END
    return [places for piece in marked.split("*") if piece not in {"", START, END} and (places := _places(piece))]


def _places(piece: str) -> list[tuple[int, str]]:
    if "?" not in piece and len(piece) >= 3:
        return [(place, piece[place : place + 3]) for place in range(len(piece) - 2)]
    if len(piece) == 1:
        piece = f"?{piece}?"
    elif len(piece) == 2:
        # every character has another before and behind it: the marks at least
        piece = f"?{piece}" if piece.endswith(END) else f"{piece}?"
    triples = ((place, piece[place : place + 3]) for place in range(len(piece) - 2))
    return [(place, _expression(triple)) for place, triple in triples if triple != "???"]


def _expression(triple: str) -> str:
    return "".join("." if sign == "?" else re.escape(sign) for sign in triple)
