"""Text in the encodings that programs wrote without saying so."""

from pathlib import Path

import pytest
from PIL import Image

from media_archive.metadata.formats import FORMATS
from media_archive.metadata.reading import exif, iptc
from media_archive.metadata.reading.characters import decode, decode_wide, encoding_of
from media_archive.metadata.record import Record
from media_archive.metadata.service import probe

TEXTS = {
    "gb18030": [
        "德州老火车站",
        "拆迁前的北厂街",
        "张三",
        "深圳",
        "《解放路》工程竣工，2017年6月 张建国摄",
        "朱镕基视察",
    ],
    "big5": ["臺北車站", "台灣大學圖書館前廣場", "國父紀念館", "高雄市政府", "老街"],
    "cp932": ["東京タワー", "さくら", "京都の寺", "日本語のテスト", "デジタルカメラ"],
    "cp1252": ["Bjørn Erik Pedersen", "créée à Paris", "© 2010 Foo", "Müller", "São Paulo", "50 °C", "naïve café"],
}


@pytest.mark.parametrize(("encoding", "text"), [(name, text) for name, texts in TEXTS.items() for text in texts])
def test_text_comes_out_right_whatever_wrote_it(encoding: str, text: str) -> None:
    assert encoding_of([text.encode(encoding)]) == encoding
    assert decode(text.encode(encoding) + b"\0rubbish") == text
    assert decode(text.encode()) == text


def iim(*datasets: tuple[int, int, bytes]) -> bytes:
    return b"".join(b"\x1c" + bytes([record, n]) + len(v).to_bytes(2, "big") + v for record, n, v in datasets)


def test_iptc_is_read_with_and_without_its_character_set() -> None:
    caption = "拆迁前的北厂街"
    announced = iptc.read(iim((1, 90, b"\x1b%G"), (2, 120, caption.encode())))
    silent = iptc.read(iim((2, 120, caption.encode("gb18030")), (2, 80, "张三".encode("gb18030"))))
    assert announced["Caption"] == silent["Caption"] == caption
    assert silent["Byline"] == ["张三"]


def test_iptc_that_announces_utf8_and_writes_another_is_read_by_what_it_writes() -> None:
    found = iptc.read(iim((1, 90, b"\x1b%G"), (2, 120, "解放路改造".encode("gb18030"))))
    assert found["Caption"] == "解放路改造"


@pytest.mark.parametrize("order", ["utf-16-le", "utf-16-be", "utf-16"])
@pytest.mark.parametrize("text", ["站前广场", "Dezhou 德州", "plain"])
def test_wide_text_is_read_in_either_order(order: str, text: str) -> None:
    assert decode_wide(text.encode(order) + bytes(2)) == text


def record_of(path: Path) -> Record:
    return probe(path, FORMATS["jpeg"]).record


def test_comments_are_read_by_the_code_before_them_or_against_it(tmp_path: Path) -> None:
    cases = {
        b"UNICODE\0" + "运河桥".encode("utf-16-le"): "运河桥",
        b"UNICODE\0" + "运河桥".encode("utf-16-be"): "运河桥",
        b"JIS\0\0\0\0\0" + "日本橋".encode("iso2022_jp"): "日本橋",
        b"ASCII\0\0\0" + "运河古桥竣工".encode("gb18030"): "运河古桥竣工",
        bytes(8) + "运河桥".encode(): "运河桥",
    }
    for number, (raw, text) in enumerate(cases.items()):
        tags = Image.Exif()
        tags.get_ifd(0x8769)[0x9286] = raw
        path = tmp_path / f"{number}.jpg"
        Image.new("RGB", (8, 8)).save(path, exif=tags)
        assert record_of(path).description.caption == text, raw


def test_windows_titles_and_keywords_are_read(tmp_path: Path) -> None:
    tags = Image.Exif()
    tags[0x9C9B] = "站前广场".encode("utf-16-le") + bytes(2)
    tags[0x9C9E] = "广场;车站".encode("utf-16-le") + bytes(2)
    path = tmp_path / "a.jpg"
    Image.new("RGB", (8, 8)).save(path, exif=tags)
    words = record_of(path).description
    assert (words.title, words.keywords) == ("站前广场", ["广场", "车站"])


def test_a_damaged_directory_costs_only_what_is_damaged(tmp_path: Path) -> None:
    tags = Image.Exif()
    tags[0x010F], tags[0x0110], tags[0x0131] = "Maker", "Model of some length", "Program of some length"
    block = bytearray(tags.tobytes()[6:])
    whole = exif.read(bytes(block))
    at = block.index(b"\x10\x01" if block[:2] == b"II" else b"\x01\x10")
    block[at + 8 : at + 12] = b"\xff\xff\xff\x7f"
    damaged = exif.read(bytes(block))
    assert "Image Model" in whole
    assert "Image Model" not in damaged
    assert damaged["Image Software"] == whole["Image Software"] == "Program of some length"
