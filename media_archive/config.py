"""Settings: one frozen object, read once from the environment and the home, passed in everywhere."""

import os
import tomllib
from importlib.util import find_spec
from pathlib import Path
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from media_archive.errors import Invalid

PREFIX = "MEDIA_ARCHIVE_"
FILE = "media-archive.toml"
#: lies in a home while an archive is made again there
UNFINISHED = "rebuild-unfinished"
PROJECT = Path(__file__).resolve().parent.parent
#: sockaddr_un holds 108 bytes with its final NUL
LONGEST_SOCKET_PATH = 107


class Settings(BaseModel):
    """Everything that can be set. Sizes are bytes and times seconds unless the name says otherwise."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    home: Path = Field(Path("archive-home"), description="Folder that holds everything an embedded archive owns.")
    bind: str = Field("127.0.0.1", description="Address the web server listens on.")
    port: int = Field(8080, ge=1, le=65535, description="Port the web server listens on.")
    public_url: str = Field("", description="Address people type; empty means http://bind:port.")
    database_url: str = Field("", description="SQLAlchemy URL; empty means SQLite in the home.")
    broker_url: str = Field("", description="Celery broker URL; empty means the embedded Valkey in the home.")
    storage_profile: str = Field("single-disk", description="Name of the storage profile, a file in profiles_folder.")
    profiles_folder: Path = Field(PROJECT / "storage_profiles", description="Folder of the storage profiles.")
    s3_endpoint: str = Field("", description="Address of the S3 service for profiles that name none; empty means AWS.")
    s3_region: str = Field("us-east-1", description="Region of the S3 service.")
    s3_access_key: str = Field("", description="Access key of the S3 service.")
    s3_secret_key: str = Field("", description="Secret key of the S3 service.")
    s3_ca_bundle: str = Field(
        "", description="File of certificates to trust for the S3 service; empty means the system's."
    )
    s3_connect_seconds: float = Field(5, gt=0, description="Time an S3 service may take to accept a connection.")
    s3_read_seconds: float = Field(
        120, gt=0, description="Time an S3 service may take to answer, or to send the next bytes."
    )
    s3_attempts: int = Field(
        4, ge=1, le=20, description="Times a request is sent to an S3 service before it counts as failed."
    )
    s3_proxy: str = Field(
        "", description="Address of the proxy to S3 services; empty means what HTTPS_PROXY and NO_PROXY say."
    )
    s3_encryption: Literal["", "AES256", "aws:kms"] = Field(
        "", description="How S3 services are asked to encrypt what they store; empty means as the bucket says."
    )
    s3_kms_key: str = Field(
        "", description="Key of the S3 service's key management, for aws:kms; empty means its default."
    )
    keys_folder: str = Field(
        "", description="Folder of the keys that stores outside the house are encrypted with; never inside the home."
    )
    archive_code: str = Field("A001", description="Code of the archive that `init` founds.")
    archive_name: str = Field("城建档案馆", description="Name of the archive that `init` founds.")
    language: Literal["zh", "en"] = Field(
        "zh", description="Language of pages and messages when the reader states none."
    )
    time_zone: str = Field("Asia/Shanghai", description="Zone assumed for camera clocks that record no offset.")
    local_grid: str = Field("", description="PROJ string of the city's own grid, for coordinates in the datum local.")
    map_file: str = Field(
        "", description="Path of a PMTiles file with the ground of the map; it comes before map_tiles."
    )
    map_tiles: str = Field(
        "",
        description="Address of a map service's tiles with {z}, {x} and {y} in it, XYZ or WMTS; empty means no ground.",
    )
    map_projection: Literal["EPSG:3857", "EPSG:4490"] = Field(
        "EPSG:3857", description="Projection of the map service's tiles: web Mercator, or degrees of CGCS2000."
    )
    map_credit: str = Field("", description="Whose map it is, as the map says it.")
    ffmpeg: str = Field("", description="Path of ffmpeg; empty means the one on PATH, else the packaged one.")
    workers: int = Field(0, ge=0, description="Processes for quick work and photographs; 0 means one a core.")
    video_workers: int = Field(1, ge=1, description="Processes for film and sound.")
    max_pixels: int = Field(1_000_000_000, description="Pictures with more pixels are kept but not rendered.")
    reader_memory: int = Field(3 << 30, description="Address space a reader of one file may use beyond its start.")
    reader_seconds: int = Field(120, description="Time a reader may spend on one photograph or one probe.")
    film_seconds_per_second: float = Field(
        60, description="Render time allowed per second of film, at least reader_seconds."
    )
    iiif_max_width: int = Field(16383, ge=512, description="Widest picture that the IIIF address makes, in pixels.")
    iiif_max_height: int = Field(16383, ge=512, description="Highest picture that the IIIF address makes, in pixels.")
    iiif_max_area: int = Field(
        100_000_000, ge=512 * 512, description="Most pixels of a picture that the IIIF address makes."
    )
    iiif_cache: int = Field(
        4 << 30,
        ge=0,
        description="Space in the home for pictures that are being zoomed into; the longest unused go first.",
    )
    iiif_readers: int = Field(
        2, ge=1, le=64, description="Pictures that a web process draws at once for the IIIF address."
    )
    iiif_waiting: int = Field(
        32,
        ge=1,
        description="Requests for pictures that a web process takes on at once; others are asked to come again.",
    )
    chunk_minutes: float = Field(
        20,
        ge=0,
        description="Films longer than this are rendered in pieces of a quarter of it, by any number of workers; 0 means never.",
    )
    recipes: str = Field(
        "", description="Recipes made of everything beyond the usual, with commas between, such as proxy-1080."
    )
    font: str = Field(
        "", description="Font file for watermarks and contact sheets; empty means one of this machine that fits."
    )
    parcel_days: int = Field(7, ge=1, description="Days that clips and contact sheets made for people are kept.")
    restore_days: int = Field(
        7, ge=1, le=90, description="Days that originals brought back stay readable, if not told."
    )
    restore_budget: float = Field(
        0,
        ge=0,
        description="Most that bringing originals back may cost in a day, in the storage profile's currency; 0 means any.",
    )
    direct_seconds: int = Field(
        3600, ge=60, le=7 * 86400, description="Time that addresses straight to an S3 service are good for."
    )
    read_texts: Literal["auto", "yes", "no"] = Field(
        "auto", description="Read the text in pictures and films; auto means where the package rapidocr is installed."
    )
    speech_model: str = Field(
        "", description="Folder of the model that writes down speech; empty means that none is written down."
    )
    index_folder: str = Field(
        "", description="Folder of this machine's search index; empty means the folder index in the home."
    )
    index_days: int = Field(
        7,
        ge=1,
        description="Days that changes are kept for search indexes that stood still; older ones are built anew.",
    )
    trash_days: int = Field(30, ge=1, description="Days that assets lie in the trash before they are deleted for good.")
    bundle_hours: float = Field(
        24, ge=0, description="Hours between two bundles of the whole catalogue in every store; 0 means none by itself."
    )
    bundles_kept: int = Field(7, ge=1, description="Bundles of the catalogue that are kept in every store.")
    incoming_folder: str = Field(
        "", description="Folder that uploads arrive in; empty means the folder incoming in the home."
    )
    upload_most: int = Field(1 << 40, ge=1, description="Largest file that may be uploaded, in bytes.")
    uploads_at_once: int = Field(
        12, ge=1, description="Uploads whose bytes a web process takes in at once; others are asked to come again."
    )
    upload_days: int = Field(
        7, ge=1, description="Days after which what was not uploaded to its end is removed, and what was refused."
    )
    delivery_days: int = Field(
        30,
        ge=0,
        description="Days after which a delivery that nobody hands over is removed with its files; 0 keeps them all.",
    )
    watch_roots: str = Field(
        "", description="Folders below which watch folders may lie, with colons between; empty means none may."
    )
    watch_seconds: int = Field(30, ge=1, description="Interval at which watch folders are looked into.")
    keep_free: int = Field(256 << 20, description="Space that deposits leave free on a local store's disk.")
    job_attempts: int = Field(4, ge=1, description="Times a job is tried before it is called dead.")
    sweep_seconds: int = Field(5, ge=1, description="Interval at which lost and overdue jobs are looked for.")
    session_hours: int = Field(12, ge=1, description="Time a sign-in lasts without use.")
    login_link_minutes: int = Field(60, ge=1, description="Time a one-time sign-in link is good for.")
    zone: Literal["in-house", "government", "internet"] = Field(
        "in-house", description="Zone of whoever reaches this web server, where no header of a front server says it."
    )
    zone_header: str = Field(
        "", description="Header in which the front server says the zone; without it the zone is then internet."
    )
    trusted_proxies: str = Field(
        "127.0.0.1, ::1",
        description="Addresses or networks of front servers whose headers (zone, X-Forwarded-For) are believed.",
    )
    rate_limits: bool = Field(True, description="Refuse more requests of one person or address than people make.")
    rate_storage: str = Field(
        "",
        description="Address where requests are counted (redis://…); empty means the queue's Valkey or Redis, if any.",
    )
    oidc_issuer: str = Field("", description="Address of the sign-in service (OpenID Connect); empty means none.")
    oidc_client_id: str = Field("", description="Name by which the sign-in service knows this archive.")
    oidc_secret_file: str = Field("", description="File with the secret that the sign-in service gave this archive.")
    oidc_name: str = Field("", description="Name of the sign-in service on the sign-in page; empty means its address.")
    oidc_match_email: bool = Field(
        False, description="Take a verified e-mail of the sign-in service for the login of an account that is here."
    )
    oidc_role: Literal["", "reader", "photographer", "editor", "curator", "archivist"] = Field(
        "", description="Role of people that the sign-in service knows and this archive does not; empty refuses them."
    )
    secure_cookies: bool = Field(False, description="Send cookies over HTTPS only.")
    accel_prefix: str = Field(
        "", description="Internal nginx location for X-Accel-Redirect; empty sends bytes from Python."
    )
    log_level: Literal["debug", "info", "warning", "error"] = Field("info", description="Least level of log lines.")

    @property
    def database(self) -> str:
        """SQLAlchemy URL of the catalogue."""
        return self.database_url or f"sqlite:///{self.home / 'catalogue.sqlite'}"

    @property
    def embedded_queue(self) -> bool:
        """Whether the queue is the Valkey that `serve` starts."""
        return not self.broker_url

    @property
    def valkey_socket(self) -> Path:
        """Unix socket of the embedded Valkey; outside a home whose path is too long for one."""
        inside = self.home / "run" / "valkey.sock"
        if len(os.fsencode(inside)) <= LONGEST_SOCKET_PATH:
            return inside
        import hashlib

        mark = hashlib.sha256(os.fsencode(self.home)).hexdigest()[:16]
        return Path(f"/tmp/media-archive-{os.getuid()}-{mark}.sock")  # noqa: S108 # nosec B108 - the folder is checked by its owner

    @property
    def broker(self) -> str:
        """Celery broker URL."""
        return self.broker_url or f"redis+socket://{self.valkey_socket}"

    @property
    def chosen_recipes(self) -> tuple[str, ...]:
        """Names of the recipes that are made of everything beyond the usual."""
        named = [name.strip() for name in self.recipes.split(",") if name.strip()]
        texts = ["text"] if self.reads_texts else []
        return tuple(dict.fromkeys([*named, *texts, *(["transcript"] if self.speech_model else [])]))

    @property
    def reads_texts(self) -> bool:
        """Whether text in pictures is read."""
        if self.read_texts == "auto":
            return all(find_spec(package) is not None for package in ("rapidocr", "onnxruntime"))
        return self.read_texts == "yes"

    @property
    def index(self) -> Path:
        """Folder of the search index."""
        return Path(self.index_folder) if self.index_folder else self.home / "index"

    @property
    def scratch(self) -> Path:
        """Folder for work in progress; what is forgotten there is removed after two days."""
        return self.home / "scratch"

    @property
    def incoming(self) -> Path:
        """Folder that uploads arrive in."""
        return Path(self.incoming_folder) if self.incoming_folder else self.home / "incoming"

    @property
    def url(self) -> str:
        """Address people type."""
        return self.public_url.rstrip("/") or f"http://{self.bind}:{self.port}"


def load(**given: Any) -> Settings:
    """Settings from, in order: `given`, the environment, `media-archive.toml` in the home, defaults."""
    return load_with_sources(**given)[0]


def load_with_sources(**given: Any) -> tuple[Settings, dict[str, str]]:
    """Settings, and for each one where its value came from: "given", "environment", a file's path or "default"."""
    values: dict[str, Any] = {}
    sources = dict.fromkeys(Settings.model_fields, "default")
    environment = {
        name: os.environ[PREFIX + name.upper()]
        for name in Settings.model_fields
        if os.environ.get(PREFIX + name.upper())
    }
    home = Path(given.get("home") or environment.get("home") or Settings.model_fields["home"].default).absolute()
    file = home / FILE
    for source, found in ((str(file), _read(file)), ("environment", environment), ("given", given)):
        values |= found
        sources |= dict.fromkeys(found, source)
    values["home"] = home
    try:
        return Settings(**values), sources
    except ValidationError as exc:
        first = exc.errors()[0]
        name = str(first["loc"][0])
        raise Invalid(
            "The setting {name} (from {source}) is refused: {reason}. See docs/settings.md.",
            name=name,
            source=sources.get(name, "environment"),
            reason=first["msg"],
        ) from exc


def _read(file: Path) -> dict[str, Any]:
    try:
        return tomllib.loads(file.read_text("utf-8"))
    except FileNotFoundError:
        return {}
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as exc:
        raise Invalid(
            "{file} is not valid TOML: {reason}. Mend the line it names.", file=str(file), reason=str(exc)
        ) from exc
    except OSError as exc:
        raise Invalid(
            "{file} cannot be read: {reason}. Check its owner and mode.", file=str(file), reason=str(exc.strerror)
        ) from exc
