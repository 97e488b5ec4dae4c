"""The fields of an index, and the version of all that decides what lies in it."""

from functools import cache
from pathlib import Path

import tantivy

from media_archive.search.fields import SUBJECTS

#: to be raised with every change of fields, tokens, folding or documents: older indexes are then built anew
VERSION = 4

#: running text, by how much a word in it says of what the asset is about
TEXTS = {"title": 4.0, "subject": 3.0, "words": 1.5, "caption": 1.0, "ocr": 0.6, "speech": 0.5}
#: single and several values, each a term as it is; counted and filtered by
VALUES = (
    "archive",
    "kind",
    "state",
    "has",
    "orientation",
    "length",
    "label",
    "flag",
    "format",
    "tier",
    "classification",
    "openness",
    "retention",
    "shoot",
    "keyword",
    "photographer",
    "camera",
    "rights",
    "licence",
    *SUBJECTS,
)
#: whole numbers that are filtered by and counted
COUNTED = ("year", "rating")
#: whole numbers read by document: moments in milliseconds since 1970, sizes in bytes and pixels, halves of ids
NUMBERS = (
    "shown",
    "taken",
    "taken_to",
    "added",
    "rated",
    "month",
    "embargo",
    "width",
    "height",
    "size",
    "cell",
    "look",
    "high",
    "low",
)
#: numbers by which pages are turned are kept without their last bits as well, as terms: windows of some hours
PART = 26
PARTS = ("shown_part", "added_part", "rated_part")
FLOATS = ("latitude", "longitude", "duration")
#: the id of the one document that tells how far the index has followed the outbox
MARK = "@mark"

_WORDS = "words"


@cache
def schema() -> tantivy.Schema:
    """The schema of new indexes."""
    builder = tantivy.SchemaBuilder()
    builder.add_text_field("id", tokenizer_name="raw", index_option="basic")
    builder.add_text_field("mark", stored=True, tokenizer_name="raw", index_option="basic")
    for name in TEXTS:
        builder.add_text_field(name, tokenizer_name=_WORDS, index_option="position")
    for name in ("codes", "files"):
        builder.add_text_field(name, tokenizer_name=_WORDS, index_option="position")
    builder.add_text_field("cells", tokenizer_name=_WORDS, index_option="basic")
    for name in ("named", "shows"):
        builder.add_text_field(name, tokenizer_name="raw", index_option="basic")
    builder.add_text_field("code", tokenizer_name="raw", index_option="basic", fast=True)
    for name in VALUES:
        builder.add_text_field(name, tokenizer_name="raw", index_option="basic", fast=True)
    for name in (*COUNTED, *NUMBERS):
        builder.add_integer_field(name, indexed=name in COUNTED, fast=True)
    for name in PARTS:
        builder.add_integer_field(name, indexed=True)
    for name in FLOATS:
        builder.add_float_field(name, fast=True)
    return builder.build()


def made(folder: Path) -> tantivy.Index:
    """A new index in an empty folder."""
    return _prepared(tantivy.Index(schema(), path=str(folder), reuse=False))


def opened(folder: Path) -> tantivy.Index:
    """The index in a folder; ValueError or OSError where there is none that can be read."""
    return _prepared(tantivy.Index.open(str(folder)))


def _prepared(index: tantivy.Index) -> tantivy.Index:
    index.register_tokenizer(_WORDS, tantivy.TextAnalyzerBuilder(tantivy.Tokenizer.whitespace()).build())
    # who reads looks for commits himself
    index.config_reader(reload_policy="Manual")
    return index
