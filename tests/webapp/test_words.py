"""Everything that is said to people has its Chinese, with the same facts in it."""

import re

import pytest

from webapp import translate

pytestmark = pytest.mark.slow

FIELD = re.compile(r"%\(\w+\)s|\{\w*\}")


def test_every_message_has_a_chinese_translation() -> None:
    kept = translate.catalogue("zh")
    missing = [
        text
        for context, text in translate.collect()
        if not (kept.get(text, context) and kept.get(text, context).string)
    ]
    assert not missing, "run `python -m webapp.translate` and fill in what it names"


def test_translations_keep_the_facts() -> None:
    for language in ("zh", "en"):
        for message in translate.catalogue(language):
            if message.id and message.string:
                assert sorted(FIELD.findall(message.id)) == sorted(FIELD.findall(message.string)), message.id


def test_collecting_sees_templates_code_refusals_and_scripts() -> None:
    found = {text for _, text in translate.collect()}
    assert "Bring in a folder" in found
    assert "The form was not accepted" in found
    assert "This folder is being ingested into {shoot} right now. Wait for that run to end." in found
    assert "Somebody else asked for this. Ask for your own." in found
    assert "Select all results" in found
