"""From tokens with times to lines that people can read under a film."""

import re
from collections.abc import Iterator, Sequence

from media_archive.catalogue.lines import Read
from media_archive.renditions.parameters import Transcript
from media_archive.texts.scripts import script_of
from media_archive.texts.speech.loudness import Span

#: marks that models write among the words: <|zh|>, <unk>
MARKS = re.compile(r"<\|?[^<>|]{1,24}\|?>")
SENTENCE_ENDS = frozenset("。！？；.!?;")
#: seconds that a sign is taken to last where nothing follows it
SIGN = 0.6
#: a model finds a word somewhere within it: what comes so soon after the sound began is its beginning
AT_ONCE = 0.6

Token = tuple[str, float]


def lines(span: Span, text: str, tokens: Sequence[Token], told: Transcript) -> list[Read]:
    """The lines of what was said in `span`; one for the whole where the model tells no times."""
    if not tokens:
        cleaned = _cleaned(text)
        return [_line(cleaned, span.starts, span.ends)] if cleaned else []
    groups = list(_groups(tokens, told))
    found = []
    for number, group in enumerate(groups):
        words = joined([token for token, _ in group])
        if not words:
            continue
        is_last = number == len(groups) - 1
        ends = span.ends if is_last and span.ends - group[-1][1] < 2 * SIGN else group[-1][1] + SIGN
        if not is_last:
            ends = min(ends, groups[number + 1][0][1])
        starts = span.starts if number == 0 and group[0][1] - span.starts < AT_ONCE else group[0][1]
        found.append(_line(words, starts, max(ends, starts + 0.1)))
    return found


def _groups(tokens: Sequence[Token], told: Transcript) -> Iterator[list[Token]]:
    """Tokens of one line: until a pause, the end of a sentence, or as much as can be read."""
    group: list[Token] = []
    for token, at in tokens:
        if group and (
            at - group[-1][1] > told.pause
            or at - group[0][1] > told.longest_line
            or len(joined([text for text, _ in group])) >= told.most_signs
            or (group[-1][0].strip()[-1:] in SENTENCE_ENDS and group[-1][0].strip())
        ):
            yield group
            group = []
        group.append((token, at))
    if group:
        yield group


def joined(tokens: Sequence[str]) -> str:
    """Tokens as text. Words of Latin letters stand apart: by the mark that begins them, or unless "@@" goes on."""
    tokens = [MARKS.sub("", token).replace("▁", " ") for token in tokens]
    is_marked = any(token.startswith(" ") for token in tokens)
    text = ""
    for token in tokens:
        goes_on, text = text.endswith("@@"), text.removesuffix("@@")
        apart = not is_marked and not goes_on and _is_latin(text[-1:]) and _is_latin(token[:1])
        text += f" {token}" if apart else token
    return _cleaned(text.removesuffix("@@"))


def _is_latin(sign: str) -> bool:
    return sign.isascii() and sign.isalnum()


def _cleaned(text: str) -> str:
    return " ".join(MARKS.sub("", text).split())


def _line(text: str, starts: float, ends: float) -> Read:
    return Read(text, None, script_of(text), None, round(starts, 3), round(ends, 3))
