"""Refusals name fields and terms in the language of whoever reads them."""

from typing import Any

import pytest

from media_archive.archive import Archive
from media_archive.catalogue import describing
from media_archive.catalogue.bulk.changes import read
from media_archive.catalogue.describing import shipped
from media_archive.catalogue.models import Asset
from media_archive.catalogue.subjects.values import checked_details
from media_archive.errors import ArchiveError, Invalid
from media_archive.words import LANGUAGE, Label, Message
from tests.catalogue.stock import assets_of, shoot_of


def in_chinese(text: str) -> str:
    return "zh" if text == LANGUAGE.template else text


def both(exc: ArchiveError) -> tuple[str, str]:
    """What is said in English, and in Chinese as far as the facts go; stored and read again on the way."""
    message = Message.from_json(exc.message.to_json())
    return str(message), message.say(in_chinese)


@pytest.mark.parametrize(
    ("said", "english", "chinese"),
    [
        ({"label": "nacre"}, "Colour label. It has: red, yellow", "色标. It has: 红、黄"),
        ({"embargo": "2030"}, "Not shown before needs a whole day", "限制公开至 needs a whole day"),
        ({"rating": 9}, "Rating can have (from 0 to 5)", "评级 can have"),
        ({"keywords": "a"}, "Keywords is a list", "关键词 is a list"),
    ],
)
def test_a_description_is_refused_in_the_words_of_the_reader(
    archive: Archive, said: dict[str, Any], english: str, chinese: str
) -> None:
    [asset_id] = assets_of(archive, shoot_of(archive), 1)
    with archive.transaction() as session:
        asset = session.get_one(Asset, asset_id)
        with pytest.raises(Invalid) as refused:
            describing.edit(session, asset, said, "archivist")
        texts = both(refused.value)
    assert english in texts[0]
    assert chinese in texts[1]
    assert not any("\u4e00" <= sign <= "\u9fff" for sign in texts[0])


def test_bulk_edits_and_subjects_do_so_too() -> None:
    with pytest.raises(Invalid) as refused:
        read({"rating": {"how": "add", "value": "5"}}, shipped(), "UTC")
    assert both(refused.value) == ("Rating cannot be changed by “add”.", "评级 cannot be changed by “add”.")
    with pytest.raises(Invalid) as refused:
        checked_details("pipeline", {"diameter": "broad"})
    assert "is no number for diameter" in both(refused.value)[0]


def test_a_label_without_english_is_said_in_chinese() -> None:
    assert str(Label("拍摄批次")) == "拍摄批次"
    assert Label.joined([Label("红", "red"), Label("黄")]).say(in_chinese) == "红、黄"
