"""A Ceph cluster of one monitor, one object store in memory and one S3 gateway, on loopback, without root."""

import shutil
import signal
import socket
import subprocess
import time
import urllib.error
import urllib.request
from pathlib import Path
from uuid import uuid4

NEEDED = ("ceph-mon", "ceph-osd", "radosgw", "ceph", "radosgw-admin", "monmaptool")
ACCESS, SECRET = "testkey", "testsecret"
#: storage classes besides STANDARD; GLACIER reads at once here
CLASSES = ("COLD", "GLACIER")

CONFIG = """
[global]
fsid = {fsid}
mon host = [v2:127.0.0.1:{mon_port}]
public addr = 127.0.0.1
cluster addr = 127.0.0.1
auth cluster required = none
auth service required = none
auth client required = none
auth allow insecure global id reclaim = false
run dir = {folder}
admin socket = {folder}/$cluster-$name.asok
log file = {folder}/$name.log
pid file =
osd pool default size = 1
osd pool default min size = 1
osd pool default pg num = 1
osd pool default pgp num = 1
osd pool default pg autoscale mode = off
osd crush chooseleaf type = 0
mon allow pool size one = true
mon max pg per osd = 1000
mon osd initial require min compat client = luminous
mon data avail warn = 2
mon data avail crit = 1
paxos propose interval = 0.05
paxos min wait = 0.01
[mon.a]
mon data = {folder}/mon
[osd]
osd data = {folder}/osd
osd objectstore = memstore
memstore device bytes = 2147483648
osd op num shards = 2
osd op num threads per shard = 1
osd mclock max capacity iops ssd = 20000
osd bench size = 0
osd class load list = *
osd class default list = *
[client.rgw]
ms mon client mode = crc
auth client required = none
rgw frontends = beast endpoint=127.0.0.1:{port} tcp_nodelay=1
rgw thread pool size = 32
rgw dns name = localhost
"""


def missing() -> list[str]:
    """The programs that would be needed and are not installed."""
    return [name for name in NEEDED if shutil.which(name) is None]


class Ceph:
    """Start with `start`; `endpoint` then answers to ACCESS and SECRET. `stop` ends what was started."""

    def __init__(self, folder: Path) -> None:
        self.folder, self.port, self.mon_port = folder, _free_port(), _free_port()
        self.endpoint = f"http://127.0.0.1:{self.port}"
        self._config = folder / "ceph.conf"
        self._running: list[subprocess.Popen[bytes]] = []

    def start(self) -> None:
        for name in ("mon", "osd"):
            (self.folder / name).mkdir(parents=True)
        fsid = str(uuid4())
        self._config.write_text(
            CONFIG.format(fsid=fsid, folder=self.folder, port=self.port, mon_port=self.mon_port), "utf-8"
        )
        self._start_monitor(fsid)
        self._start_osd()
        user = ("user", "create", "--uid", "test", "--display-name", "test")
        self._run("radosgw-admin", *user, "--access-key", ACCESS, "--secret-key", SECRET)
        for name in CLASSES:
            self._add_class(name)
        self._spawn("radosgw", "-n", "client.rgw")
        _until(lambda: _answers(self.endpoint), "the gateway does not answer")

    def stop(self) -> None:
        for process in reversed(self._running):
            process.send_signal(signal.SIGKILL)
            process.wait()

    def _start_monitor(self, fsid: str) -> None:
        monmap = str(self.folder / "monmap")
        address = f"[v2:127.0.0.1:{self.mon_port}]"
        subprocess.run(
            ["monmaptool", "--create", "--clobber", "--fsid", fsid, "--addv", "a", address, monmap],
            check=True,
            capture_output=True,
        )
        self._run("ceph-mon", "--mkfs", "-i", "a", "--monmap", monmap)
        self._spawn("ceph-mon", "-i", "a")

    def _start_osd(self) -> None:
        osd = str(uuid4())
        self._run("ceph", "osd", "new", osd)
        self._run("ceph-osd", "-i", "0", "--mkfs", "--osd-uuid", osd)
        self._spawn("ceph-osd", "-i", "0")
        _until(lambda: "1 up" in self._run("ceph", "osd", "stat"), "the object store does not come up")

    def _add_class(self, name: str) -> None:
        where = ("placement", "add", "--placement-id", "default-placement", "--storage-class", name)
        self._run("radosgw-admin", "zonegroup", *where, "--rgw-zonegroup", "default")
        pool = ("--data-pool", f"default.rgw.{name.lower()}.data")
        self._run("radosgw-admin", "zone", *where, "--rgw-zone", "default", *pool)

    def _run(self, program: str, *arguments: str) -> str:
        done = subprocess.run(
            [program, "-c", str(self._config), *arguments], check=True, capture_output=True, text=True, timeout=60
        )
        return done.stdout

    def _spawn(self, program: str, *arguments: str) -> None:
        with (self.folder / f"{program}.out").open("wb") as out:
            command = [program, "-f", "-c", str(self._config), *arguments]
            self._running.append(subprocess.Popen(command, stdout=out, stderr=out))


def _answers(endpoint: str) -> bool:
    try:
        urllib.request.urlopen(endpoint, timeout=1).close()
    except urllib.error.HTTPError:
        return True
    except OSError:
        return False
    return True


def _until(holds, complaint: str, seconds: float = 60) -> None:
    end = time.monotonic() + seconds
    while not holds():
        if time.monotonic() > end:
            raise TimeoutError(complaint)
        time.sleep(0.2)


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
