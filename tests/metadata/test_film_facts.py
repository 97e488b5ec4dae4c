"""Films and sound: what recorders, cameras and their sidecars say beside the pictures."""

import struct
import subprocess
from pathlib import Path

import pytest

from media_archive.metadata.record import Container, Record
from tests.drawn import film_program
from tests.metadata.test_film_ways import box, movie, record_of

SONY = """<?xml version="1.0" encoding="UTF-8"?>
<NonRealTimeMeta xmlns="urn:schemas-professionalDisc:nonRealTimeMeta:ver.2.00">
<TargetMaterial umidRef="060A2B340101010501010D431300000000112233445566778899AABBCCDDEEFF"/>
<LtcChangeTable tcFps="25" halfStep="false"><LtcChange frameCount="0" value="12304510" status="increment"/></LtcChangeTable>
<CreationDate value="2019-05-12T14:03:40+08:00"/>
<Device manufacturer="Sony" modelName="PXW-FS7" serialNo="0010231"/><Lens modelName="FE 24-70mm F2.8 GM"/>
<Title usAscii="Jiefanglu">解放路改造</Title>
<AcquisitionRecord><Group name="ExifGPS"><Item name="LatitudeRef" value="N"/><Item name="Latitude" value="37:26:30.000"/>
<Item name="LongitudeRef" value="E"/><Item name="Longitude" value="116:21:00.000"/><Item name="Status" value="A"/>
</Group></AcquisitionRecord></NonRealTimeMeta>"""
P2 = """<?xml version="1.0" encoding="UTF-8"?>
<P2Main xmlns="urn:schemas-Professional-Plug-in:P2:ClipMetadata:v3.1"><ClipContent><ClipName>0001AB</ClipName>
<GlobalClipID>060A2B340101010501010D4313000000AABBCCDDEEFF00112233445566778899</GlobalClipID><EditUnit>1/25</EditUnit>
<EssenceList><Video><StartTimecode DropFrameFlag="false">10:00:00:12</StartTimecode></Video></EssenceList>
<ClipMetadata><UserClipName>黄河大桥合龙</UserClipName><Access><Creator>王工</Creator>
<CreationDate>2009-06-23T11:20:00+08:00</CreationDate></Access>
<Device><Manufacturer>Panasonic</Manufacturer><SerialNo.>F7TKA0012</SerialNo.><ModelName>AG-HPX371</ModelName></Device>
<Memo><Text>合龙段吊装</Text></Memo></ClipMetadata></ClipContent></P2Main>"""
IXML = """<?xml version="1.0" encoding="UTF-8"?><BWFXML><PROJECT>城市记忆</PROJECT><SCENE>12A</SCENE><TAKE>3</TAKE>
<TAPE>SOUND07</TAPE><NOTE>运河边风大</NOTE><SPEED><TIMECODE_RATE>30000/1001</TIMECODE_RATE><TIMECODE_FLAG>DF</TIMECODE_FLAG>
<TIMESTAMP_SAMPLE_RATE>48000</TIMESTAMP_SAMPLE_RATE></SPEED>
<TRACK_LIST><TRACK><NAME>Boom</NAME></TRACK><TRACK><NAME>Lav</NAME></TRACK></TRACK_LIST></BWFXML>"""


def whole(path: Path, *beside: Path) -> tuple[Record, Container]:
    record = record_of(path, *beside)
    assert record.container is not None
    return record, record.container


def wav(path: Path, *chunks: tuple[bytes, bytes]) -> Path:
    sound = struct.pack("<HHIIHH", 1, 1, 48000, 96000, 2, 16)
    parts = [*chunks, (b"fmt ", sound), (b"data", bytes(9600))]
    body = b"".join(kind + struct.pack("<I", len(data)) + data + b"\0" * (len(data) % 2) for kind, data in parts)
    path.write_bytes(b"RIFF" + struct.pack("<I", len(body) + 4) + b"WAVE" + body)
    return path


def bext(samples: int = 0, date: bytes = b"2018-09-01", time: bytes = b"08:30:15") -> bytes:
    head = (
        "德州市城建档案馆现场录音".encode("gb18030").ljust(256, b"\0")
        + b"Zaxcom".ljust(32, b"\0")
        + b"CNZAX1".ljust(32, b"\0")
    )
    times = date + time + struct.pack("<IIH", samples & 0xFFFFFFFF, samples >> 32, 2)
    loudness = struct.pack("<5h", -2310, 450, -100, 0x7FFF, 0x7FFF)
    return head + times + bytes(range(1, 65)) + loudness + bytes(180) + b"A=PCM,F=48000,W=16,M=mono\r\n\0"


def ffmpeg(*arguments: object) -> None:
    subprocess.run([film_program(), "-v", "error", "-y", *map(str, arguments)], check=True, timeout=60)


def test_a_recorders_wav_tells_scene_tape_loudness_and_timecode(tmp_path: Path) -> None:
    # an hour after midnight
    path = wav(tmp_path / "take.wav", (b"bext", bext(48000 * 3600)), (b"iXML", IXML.encode()))
    record, sound = whole(path)
    assert sound.bext["description"] == "德州市城建档案馆现场录音"
    assert (sound.bext["loudness_value"], sound.bext["max_true_peak"]) == ("-23.10", "-1.00")
    assert "max_momentary_loudness" not in sound.bext
    assert sound.bext["coding_history"] == "A=PCM,F=48000,W=16,M=mono"
    assert (sound.ixml["scene"], sound.ixml["take"], sound.ixml["note"]) == ("12A", "3", "运河边风大")
    assert sound.ixml["track_list/track2/name"] == "Lav"
    assert sound.reel == "SOUND07"
    assert sound.umid is not None
    assert sound.umid.startswith("0102030405")
    assert sound.timecode is not None
    # 107892 frames of 30000/1001: what a drop-frame clock shows an hour after midnight
    assert (sound.timecode.text, sound.timecode.frame, sound.timecode.drop) == ("01:00:00;00", 107892, True)
    assert record.capture is not None
    assert (record.capture.at, record.capture.source) == ("2018-09-01T08:30:15", "bext OriginationDate")
    assert record.description.caption == "德州市城建档案馆现场录音"


def test_a_wav_without_a_frame_rate_has_no_timecode(tmp_path: Path) -> None:
    assert whole(wav(tmp_path / "plain.wav", (b"bext", bext(48000 * 60))))[1].timecode is None


@pytest.mark.parametrize(
    "xml", ['<!DOCTYPE a [<!ENTITY b "c">]><BWFXML><TAPE>&b;</TAPE></BWFXML>', "<BWFXML><TAPE>", "\x00\xff"]
)
def test_hostile_ixml_costs_only_itself(tmp_path: Path, xml: str) -> None:
    record, sound = whole(wav(tmp_path / "bad.wav", (b"bext", bext()), (b"iXML", xml.encode("latin-1"))))
    assert sound.reel is None
    assert record.audio[0].sample_rate == 48000
    assert sound.bext["originator"] == "Zaxcom"


def test_a_sidecar_of_sony_tells_camera_lens_timecode_and_place(media: Path, tmp_path: Path) -> None:
    path = tmp_path / "C0001M01.XML"
    path.write_text(SONY, "utf-8")
    record, film = whole(media / "video/apple-prores-422-hq.mov", path)
    assert (record.camera.make, record.camera.model, record.camera.serial) == ("Sony", "PXW-FS7", "0010231")
    assert record.lens.model == "FE 24-70mm F2.8 GM"
    assert record.description.title == "解放路改造"
    assert film.timecode is not None
    assert (film.timecode.text, film.timecode.rate) == ("10:45:30:12", "25/1")
    assert film.umid == "060A2B340101010501010D431300000000112233445566778899AABBCCDDEEFF"
    assert record.gps is not None
    assert record.gps.lat == pytest.approx(37.4416667)
    assert record.gps.lon == 116.35
    assert record.capture is not None
    assert (record.capture.at, record.capture.source) == ("2019-05-12T14:03:40+08:00", "camera-xml CreationDate")
    assert record.conflicts[0].field == "capture"
    assert record.sources["camera.model"] == "camera-xml model"


def test_sonys_xml_inside_a_film_counts_too(tmp_path: Path) -> None:
    meta = box(b"meta", bytes(4), box(b"hdlr", bytes(8), b"nrtm", bytes(12)), box(b"xml ", bytes(4), SONY.encode()))
    path = tmp_path / "C0001.MP4"
    path.write_bytes(movie(b"mett", [b"1234"]) + meta)
    record = record_of(path)
    assert record.camera.model == "PXW-FS7"
    assert record.sources["camera.model"] == "movie-xml model"


def test_a_sidecar_of_p2_tells_title_timecode_and_serial_number(media: Path, tmp_path: Path) -> None:
    path = tmp_path / "0001AB.XML"
    path.write_text(P2, "utf-8")
    record, film = whole(media / "video/apple-prores-422-proxy.mov", path)
    assert (record.camera.model, record.camera.serial) == ("AG-HPX371", "F7TKA0012")
    assert (record.description.title, record.description.caption) == ("黄河大桥合龙", "合龙段吊装")
    assert record.description.creator == ["王工"]
    assert film.start_timecode == "10:00:00:12"
    assert record.capture is not None
    assert record.capture.offset == 480


@pytest.mark.slow
def test_an_mxf_tells_its_number_and_its_maker(media: Path) -> None:
    _, film = whole(media / "video/reel1.mxf")
    assert film.umid == "060A2B340101010501010F20130000002D720CD983814BD0BA2213706C4207A9"
    record, _ = whole(media / "video/TearsOfSteel_4k_Test_Master_Audio_002.mxf")
    assert record.camera.make is None  # a program wrote it
    assert record.camera.software == "Rohde und Schwarz DVS GmbH Clipster 5.9.1.1.1"


@pytest.mark.slow
def test_the_reel_of_a_quicktime_film_is_read_with_its_timecode(tmp_path: Path) -> None:
    path = tmp_path / "reel.mov"
    source = ("-f", "lavfi", "-i", "testsrc2=s=128x96:r=30000/1001", "-t", "0.5", "-c:v", "mpeg4")
    ffmpeg(*source, "-timecode", "01:00:00;02", "-metadata:s:v", "reel_name=A001C003", path)
    _, film = whole(path)
    assert (film.reel, film.start_timecode) == ("A001C003", "01:00:00;02")


@pytest.mark.slow
def test_the_tape_of_an_mxf_is_its_reel(tmp_path: Path) -> None:
    path = tmp_path / "tape.mxf"
    source = ("-f", "lavfi", "-i", "testsrc2=s=720x576:r=25", "-t", "0.2", "-c:v", "mpeg2video")
    ffmpeg(*source, "-metadata", "reel_name=DZ0417", "-timecode", "10:00:00:00", path)
    _, film = whole(path)
    assert (film.reel, film.start_timecode) == ("DZ0417", "10:00:00:00")


@pytest.mark.slow
def test_a_clock_that_was_never_set_is_told_and_not_believed(tmp_path: Path) -> None:
    path = tmp_path / "unset.mp4"
    source = ("-f", "lavfi", "-i", "testsrc2=s=64x64:r=5", "-t", "0.4", "-c:v", "mpeg4")
    ffmpeg(*source, "-metadata", "creation_time=1970-01-01T05:00:00Z", path)
    record, film = whole(path)
    assert record.capture is None
    assert film.dates[0].value == "1970-01-01 05:00:00 UTC"
    assert record.problems[0].field == "capture"


def test_a_gopros_own_clock_is_not_taken_for_utc(media: Path) -> None:
    record, film = whole(media / "video/max-heromode.mp4")
    assert record.capture is not None
    assert record.capture.at == "2019-11-18T15:45:32"
    assert {stated.field for stated in film.dates} >= {"MediaInfo Encoded_Date", "movie GPS time"}
    assert (record.camera.make, record.camera.model, record.camera.serial) == ("GoPro", "GoPro Max", "C3353424500199")


@pytest.mark.slow
def test_a_camcorder_names_itself_in_its_pictures(media: Path) -> None:
    record, _ = whole(media / "video/Sony_ILCE-7M3_(A7M3).mts")
    assert (record.camera.make, record.camera.model) == ("Sony", "ILCE-7M3")
    assert record.capture is not None
    assert record.capture.at == "2019-04-24T22:24:00+02:00"


@pytest.mark.slow
def test_each_track_has_its_own_facts(media: Path) -> None:
    record, film = whole(media / "video/max-heromode.mp4")
    video, audio = record.video[0], record.audio[0]
    assert (video.codec, video.codec_id, video.profile, video.level) == ("AVC", "avc1", "Main", "4.2")
    assert (video.gop, video.color_range, video.bit_rate_mode) == ("M=1, N=10", "Limited", "variable")
    assert (audio.codec, audio.profile, audio.layout, audio.bit_rate) == ("AAC", "LC", "L R", 192000)
    assert (film.brands, film.streamable) == (["mp41"], False)
    varying = whole(media / "video/portrait_4k60.mp4")[0].video[0]
    assert (varying.frame_rate_min, varying.frame_rate_max) == ("5799/100", "15571/250")


@pytest.mark.slow
def test_light_levels_of_hdr_are_kept(tmp_path: Path) -> None:
    path = tmp_path / "hdr.mkv"
    colours = "colorprim=bt2020:transfer=smpte2084:colormatrix=bt2020nc:hdr10=1:max-cll=1000,400:"
    colours += "master-display=G(13250,34500)B(7500,3000)R(34000,16000)WP(15635,16450)L(10000000,1):log-level=none"
    source = ("-f", "lavfi", "-i", "testsrc2=s=128x96:r=25", "-t", "0.2", "-pix_fmt", "yuv420p10le", "-c:v", "libx265")
    ffmpeg(*source, "-x265-params", colours, path)
    video = record_of(path).video[0]
    assert video.hdr is not None
    assert "SMPTE ST 2086" in video.hdr
    assert (video.max_cll, video.max_fall) == (1000, 400)
    assert video.mastering_luminance is not None
    assert "1000" in video.mastering_luminance


@pytest.mark.slow
def test_chapters_have_times_and_titles_in_matroska_too(tmp_path: Path) -> None:
    about = tmp_path / "about.txt"
    chapters = "".join(
        f"[CHAPTER]\nTIMEBASE=1/1000\nSTART={start}\nEND={start + 500}\ntitle={title}\n"
        for start, title in ((0, "开工: 奠基"), (500, "竣工"))
    )
    about.write_text(f";FFMETADATA1\ntitle=城市记忆\n{chapters}", "utf-8")
    path = tmp_path / "chapters.mkv"
    source = (
        "-f",
        "lavfi",
        "-i",
        "testsrc2=s=64x64:r=10",
        "-i",
        about,
        "-map_metadata",
        "1",
        "-t",
        "1",
        "-c:v",
        "mpeg4",
    )
    ffmpeg(*source, path)
    record, film = whole(path)
    assert [(chapter.start, chapter.title) for chapter in film.chapters] == [(0.0, "开工: 奠基"), (0.5, "竣工")]
    assert record.description.title == "城市记忆"


def test_a_cover_picture_is_no_video_track(media: Path) -> None:
    record, sound = whole(media / "audio/testFLAC_coverArt.flac")
    assert record.video == []
    assert sound.cover == "image/png"


def test_an_xmp_packet_in_a_film_describes_it(tmp_path: Path) -> None:
    packet = """<x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#">
    <rdf:Description xmlns:dc="http://purl.org/dc/elements/1.1/" xmlns:xmpDM="http://ns.adobe.com/xmp/1.0/DynamicMedia/"
    xmpDM:tapeName="CARD5"><dc:title><rdf:Alt><rdf:li xml:lang="x-default">董子园</rdf:li></rdf:Alt></dc:title>
    </rdf:Description></rdf:RDF></x:xmpmeta>"""
    path = tmp_path / "described.mp4"
    uuid = box(b"uuid", bytes.fromhex("be7acfcb97a942e89c71999491e3afac"), packet.encode())
    path.write_bytes(movie(b"mett", [b"1234"]) + uuid)
    record, film = whole(path)
    assert record.description.title == "董子园"
    assert film.reel == "CARD5"
