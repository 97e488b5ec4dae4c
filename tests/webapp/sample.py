"""A small catalogue of an invented city, with real bytes in the stores, for tests of the pages."""

import io
import json
import math
import subprocess
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from uuid import UUID

from PIL import Image, ImageDraw
from sqlalchemy.orm import Session

from media_archive.access import service as access
from media_archive.access.models import Part
from media_archive.archive import Archive
from media_archive.catalogue import service as catalogue
from media_archive.catalogue.models import Asset, Kind, Rendition, Shoot
from media_archive.catalogue.subjects import service as city
from media_archive.catalogue.subjects.models import Subject, SubjectKind, SubjectName
from media_archive.db import new_id, now
from media_archive.events import service as events
from media_archive.ingest.models import Intake, Outcome, Receipt
from media_archive.jobs.models import Job, State
from media_archive.metadata.models import Findings
from media_archive.storage.models import Copy, File, Role
from media_archive.tools import ffmpeg
from media_archive.words import Message

#: formats that are not called as the names of their files end
FORMAT = {"jpg": "jpeg"}
PASSWORD = "correct horse battery"
SHAPES = ((3000, 2000), (2000, 3000), (3000, 2250), (3200, 1800), (2400, 2400), (4200, 1400))
STREET = {
    "type": "LineString",
    "coordinates": [[116.291, 37.452], [116.297, 37.4523], [116.304, 37.4541], [116.311, 37.4546]],
}
PARK = {
    "type": "Polygon",
    "coordinates": [
        [[116.3, 37.44], [116.306, 37.4405], [116.3065, 37.444], [116.302, 37.446], [116.2995, 37.4432], [116.3, 37.44]]
    ],
}


@dataclass
class Sample:
    """Ids of what was made."""

    photos: list[UUID] = field(default_factory=list)
    film: UUID | None = None
    sound: UUID | None = None
    broken: UUID | None = None
    shoot: UUID | None = None
    street: UUID | None = None
    project: UUID | None = None
    dead_job: UUID | None = None


def people(archive: Archive) -> None:
    """One person of each role; the login is the role. Only the archivist has a password: hashing is slow by design."""
    with archive.transaction() as session:
        institution = catalogue.archive_by_code(session, archive.settings.archive_code)
        for part in Part:
            access.add_user(
                session,
                institution,
                part.value,
                f"{part.value.title()} 某",
                part,
                PASSWORD if part is Part.ARCHIVIST else None,
            )


def fill(archive: Archive, photos: int = 12, *, film: bool = False, edge: int = 400) -> Sample:
    """A shoot with photographs of at most `edge` pixels, one that cannot be shown, and a film if asked for."""
    sample = Sample()
    with archive.transaction() as session:
        shoot = _shoot(session, archive)
        sample.shoot = shoot.id
        street, project = _subjects(session, archive)
        sample.street, sample.project = street.id, project.id
        for number in range(photos):
            asset = _photo(session, archive, shoot, number, edge)
            city.link(session, asset.id, [street] if number % 3 else [street, project], said_by="shoot")
            sample.photos.append(asset.id)
        sample.broken = _broken(session, archive, shoot).id
        if film:
            sample.film = _film(session, archive, shoot).id
            sample.sound = _sound(session, archive, shoot).id
        sample.dead_job = _dead_job(session, shoot, sample.broken)
        _receipts(session, shoot, photos)
    archive.index()
    return sample


def _shoot(session: Session, archive: Archive) -> Shoot:
    institution = catalogue.archive_by_code(session, archive.settings.archive_code)
    caption = "解放路北段雨污分流改造,开挖前、管道安装与路面恢复。"
    return catalogue.open_shoot(session, institution, "解放路改造 2017 年 6 月", caption=caption, photographer="李明")


def _subjects(session: Session, archive: Archive) -> tuple[Subject, Subject]:
    institution = catalogue.archive_by_code(session, archive.settings.archive_code)
    names = (
        SubjectName(name="解放路", kind="official", valid_from="1958"),
        SubjectName(name="南门大街", kind="former", valid_to="1958"),
    )
    street = city.add_subject(
        session,
        institution,
        SubjectKind.STREET,
        "解放路",
        geometry=STREET,
        names=names,
        description="老城的南北主干道。",
    )
    project = city.add_subject(
        session, institution, SubjectKind.PROJECT, "解放路改造一期", code="P-2017-031", parent=street
    )
    city.add_subject(session, institution, SubjectKind.LANDMARK, "董子园", geometry=PARK)
    return street, project


def drawn(number: int, size: tuple[int, int], edge: int) -> bytes:
    """A JPEG of an invented street: sky, ground, houses; every number another."""
    scale = edge / max(size)
    width, height = max(1, round(size[0] * scale)), max(1, round(size[1] * scale))
    tone = number * 37 % 360
    picture = Image.new("RGB", (width, height), f"hsl({200 + number * 5 % 40}, 45%, {60 + number % 4 * 7}%)")
    pen = ImageDraw.Draw(picture)
    horizon = height * (0.55 + 0.1 * math.sin(number))
    pen.rectangle((0, horizon, width, height), fill=f"hsl({30 + number * 7 % 60}, 18%, 42%)")
    for house in range(6 + number % 4):
        left = (house * 0.17 + number % 5 * 0.03) * width
        top = horizon - height * (0.16 + 0.3 * abs(math.sin(number * 2 + house * 1.7)))
        pen.rectangle(
            (left, top, left + width * 0.13, horizon), fill=f"hsl({(tone + house * 23) % 360}, 22%, {38 + house * 6}%)"
        )
    pen.polygon(
        ((width * 0.42, horizon), (width * 0.58, horizon), (width * 0.9, height), (width * 0.1, height)),
        fill="hsl(220, 4%, 36%)",
    )
    out = io.BytesIO()
    picture.save(out, "JPEG", quality=85)
    return out.getvalue()


def _photo(session: Session, archive: Archive, shoot: Shoot, number: int, longest: int) -> Asset:
    size = SHAPES[number % len(SHAPES)]
    taken = datetime(2012 + number % 8, 6, 12, 1, 30, tzinfo=UTC) + timedelta(minutes=number)
    written = (taken + timedelta(hours=8)).replace(tzinfo=None).isoformat() + "+08:00"
    asset = _asset(session, shoot, Kind.PHOTO, taken)
    asset.title = f"解放路北段 {number + 1:02}" if number % 4 else None
    asset.width, asset.height, asset.colour = *size, "#7a8288"
    asset.taken_text, asset.taken_offset, asset.year = written, 480, taken.year
    asset.latitude, asset.longitude, asset.keywords = 37.4523, 116.2971, ["道路", "雨污分流"]
    asset.record = _camera_record(size, written, taken)
    source = _file(
        session,
        archive,
        asset,
        Role.ORIGINAL,
        f"DSC_{4000 + number} 解放路.JPG",
        "image/jpeg",
        drawn(number, size, longest + 1),
    )
    session.add(
        Findings(
            file_id=source.id,
            tool="exifread",
            tool_version="3.5.1",
            found={"EXIF LensModel": "24-70mm", "Image Make": "NIKON"},
        )
    )
    for recipe, edge in (("thumb", 320), ("medium", 1024), ("large", 2048)):
        _rendition(
            session,
            archive,
            asset,
            source,
            recipe,
            "image/jpeg",
            drawn(number, size, min(edge, longest)),
            _fit(size, edge),
        )
    return asset


def _fit(size: tuple[int, int], edge: int) -> tuple[int, int]:
    scale = edge / max(size)
    return round(size[0] * scale), round(size[1] * scale)


def _camera_record(size: tuple[int, int], written: str, taken: datetime) -> dict[str, object]:
    from media_archive.metadata.record import (
        Camera,
        Capture,
        Description,
        Exposure,
        Gps,
        Lens,
        Record,
        Shown,
        Still,
        plain,
    )

    record = Record(
        capture=Capture(
            at=written, instant=taken, offset=480, precision="second", year=taken.year, source="exif DateTimeOriginal"
        ),
        gps=Gps(lat=37.4523, lon=116.2971, alt=21.0, direction=184.0, source="exif"),
        camera=Camera(make="NIKON CORPORATION", model="NIKON D850"),
        lens=Lens(model="24.0-70.0 mm f/2.8"),
        description=Description(caption="管道安装", keywords=["道路"], creator=["李明"]),
        shown=Shown(width=size[0], height=size[1]),
        exposure=Exposure(time="1/250", f_number=8.0, iso=200, focal_length=35.0, flash=False),
        still=Still(width=size[0], height=size[1], color_model="YCbCr", bit_depth=8),
    )
    return plain(record)


def _asset(session: Session, shoot: Shoot, kind: Kind, shown_at: datetime) -> Asset:
    asset = Asset(
        id=new_id(), archive_id=shoot.archive_id, shoot_id=shoot.id, kind=kind, shown_at=shown_at, rendered_at=now()
    )
    session.add(asset)
    session.flush()
    catalogue.touch(session, asset.id)
    events.record(session, "photographer", "ingestion", "asset", asset.id)
    events.record(session, "system", "metadata extraction", "asset", asset.id, tool="exifread 3.5.1")
    return asset


def _file(
    session: Session, archive: Archive, asset: Asset, role: Role, name: str, media_type: str, data: bytes
) -> File:
    kept = archive.stores.deposit(io.BytesIO(data), role)
    file = File(
        id=new_id(), archive_id=asset.archive_id, asset_id=asset.id, role=role, name=name, folder="卡1/DCIM", size=kept.size,
        sha256=kept.sha256, media_type=media_type, format=FORMAT.get(ending := name.rsplit(".", 1)[-1].lower(), ending),
    )  # fmt: skip
    session.add(file)
    session.flush()
    session.add(Copy(file_id=file.id, store=kept.store, key=kept.key, verified_at=kept.verified_at))
    return file


def _rendition(
    session: Session, archive: Archive, asset: Asset, source: File, recipe: str, media_type: str, data: bytes,
    size: tuple[int, int] | None = None, duration: float | None = None, name: str = "",
) -> None:  # fmt: skip
    ending = {"image/jpeg": "jpg", "video/mp4": "mp4", "audio/mp4": "m4a", "text/vtt": "vtt"}.get(media_type, "json")
    file = _file(session, archive, asset, Role.RENDITION, name or f"{recipe}.{ending}", media_type, data)
    width, height = size or (None, None)
    made = Rendition(
        asset_id=asset.id,
        file_id=file.id,
        source_id=source.id,
        recipe=recipe,
        version=1,
        width=width,
        height=height,
        duration=duration,
    )
    session.add(made)


def _broken(session: Session, archive: Archive, shoot: Shoot) -> Asset:
    asset = _asset(session, shoot, Kind.PHOTO, datetime(2011, 3, 1, tzinfo=UTC))
    asset.problem = Message("The file is cut off: its headers announce more than there is.").to_json()
    _file(session, archive, asset, Role.ORIGINAL, "残片 断裂的文件.jpg", "image/jpeg", b"\xff\xd8\xff\xe0 broken")
    return asset


def _made_by_ffmpeg(archive: Archive, folder: Path, name: str, *arguments: str) -> bytes:
    out = folder / name
    folder.mkdir(parents=True, exist_ok=True)
    command = [str(ffmpeg.find(archive.settings)), "-hide_banner", "-loglevel", "error", "-y", *arguments, str(out)]
    subprocess.run(command, check=True, timeout=120)
    return out.read_bytes()


def _film(session: Session, archive: Archive, shoot: Shoot) -> Asset:
    seconds, rate = 6, "25"
    asset = _asset(session, shoot, Kind.FILM, datetime(2021, 9, 30, 2, tzinfo=UTC))
    asset.title, asset.width, asset.height, asset.duration, asset.year = (
        "航拍 解放路通车",
        1280,
        720,
        float(seconds),
        2021,
    )
    asset.record = {
        "container": {
            "format": "MPEG-4",
            "duration": seconds,
            "timecode": {"text": "10:00:00:00", "drop": False, "rate": "25/1", "frame": 900_000, "source": "tmcd"},
        },
        "video": [{"codec": "AVC", "frame_rate": rate}],
    }
    film = _made_by_ffmpeg(
        archive, archive.settings.scratch, "film.mp4", "-f", "lavfi", "-i", f"testsrc2=size=640x360:rate={rate}:duration={seconds}",
        "-f", "lavfi", "-i", f"sine=frequency=330:duration={seconds}", "-c:v", "libx264", "-g", "12", "-pix_fmt", "yuv420p",
        "-c:a", "aac", "-movflags", "+faststart",
    )  # fmt: skip
    source = _file(session, archive, asset, Role.ORIGINAL, "DJI_0042.MP4", "video/mp4", film + b"\0")
    _rendition(session, archive, asset, source, "proxy", "video/mp4", film, (640, 360), float(seconds))
    _rendition(session, archive, asset, source, "thumb", "image/jpeg", drawn(3, (1280, 720), 320), (320, 180))
    _rendition(session, archive, asset, source, "poster", "image/jpeg", drawn(3, (1280, 720), 1280), (1280, 720))
    _rendition(session, archive, asset, source, "sprites", "image/jpeg", drawn(5, (1280, 720), 640), (640, 360))
    track = "WEBVTT\n\n00:00:00.000 --> 00:00:03.000\nsprites.jpg#xywh=0,0,320,180\n\n00:00:03.000 --> 00:00:06.000\nsprites.jpg#xywh=320,0,320,180\n"
    _rendition(session, archive, asset, source, "sprites-index", "text/vtt", track.encode(), name="sprites.vtt")
    return asset


def _sound(session: Session, archive: Archive, shoot: Shoot) -> Asset:
    asset = _asset(session, shoot, Kind.SOUND, datetime(2020, 1, 5, 2, tzinfo=UTC))
    asset.title, asset.duration, asset.year = "老街口述 王师傅", 4.0, 2020
    sound = _made_by_ffmpeg(
        archive,
        archive.settings.scratch,
        "sound.m4a",
        "-f",
        "lavfi",
        "-i",
        "sine=frequency=220:duration=4",
        "-c:a",
        "aac",
    )
    source = _file(session, archive, asset, Role.ORIGINAL, "口述.WAV", "audio/wav", sound + b"\0")
    _rendition(session, archive, asset, source, "proxy", "audio/mp4", sound, duration=4.0)
    peaks = {
        "version": 2,
        "channels": 1,
        "sample_rate": 8000,
        "samples_per_pixel": 256,
        "bits": 8,
        "length": 100,
        "data": [v for n in range(100) for v in (-n, n)],
    }
    _rendition(session, archive, asset, source, "peaks", "application/json", json.dumps(peaks).encode())
    return asset


def _dead_job(session: Session, shoot: Shoot, asset_id: UUID) -> UUID:
    problem = Message("The file is cut off: its headers announce more than there is.").to_json()
    job = Job(
        kind="render-photo",
        queue="photo",
        state=State.DEAD,
        target=asset_id,
        shoot_id=shoot.id,
        attempts=4,
        problem=problem,
        ended_at=now(),
    )
    session.add(job)
    session.add(
        Job(
            kind="probe", queue="fast", state=State.DONE, target=asset_id, shoot_id=shoot.id, attempts=1, ended_at=now()
        )
    )
    session.flush()
    return job.id


def _receipts(session: Session, shoot: Shoot, photos: int) -> None:
    run = Intake(
        shoot_id=shoot.id,
        paths=["/media/card/DCIM"],
        found=photos + 2,
        found_bytes=48_000_000,
        asked_by="photographer",
        counted_at=now(),
        ended_at=now(),
    )
    session.add(run)
    session.flush()
    rows = [(f"/media/card/DCIM/DSC_{4000 + number}.JPG", Outcome.ADDED, None) for number in range(photos)]
    rows += [
        (
            "/media/card/DCIM/说明.exe",
            Outcome.REFUSED,
            Message("This is no photograph, film, sound or sidecar that the archive knows."),
        )
    ]
    rows += [("/media/card/DCIM/DSC_4000 副本.JPG", Outcome.DUPLICATE, None)]
    for number, (path, outcome, reason) in enumerate(rows):
        session.add(
            Receipt(
                intake_id=run.id, path_key=f"{number:064}", path=path, size=4_000_000, modified_ns=0, outcome=outcome,
                reason=reason.to_json() if reason else None,
            )
        )  # fmt: skip
