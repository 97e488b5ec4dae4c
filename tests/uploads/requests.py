"""One request for a whole file, as a client without chunks sends it."""

import base64
import http.client
from pathlib import Path
from urllib.parse import urlsplit


def send_whole(url: str, token: str, file: Path) -> None:
    """Creates the upload and sends all of `file` in one PATCH."""
    host = urlsplit(url)
    connection = http.client.HTTPConnection(host.hostname or "", host.port, timeout=120)
    told = {"path": f"DCIM/{file.name}", "shoot": "whole"}
    headers = {
        "Tus-Resumable": "1.0.0",
        "Authorization": f"Bearer {token}",
        "Upload-Length": str(file.stat().st_size),
        "Upload-Metadata": ",".join(
            f"{key} {base64.b64encode(value.encode()).decode()}" for key, value in told.items()
        ),
    }
    connection.request("POST", "/uploads", headers=headers)
    begun = connection.getresponse()
    begun.read()
    assert begun.status == 201
    headers = {name: headers[name] for name in ("Tus-Resumable", "Authorization")}
    headers |= {"Upload-Offset": "0", "Content-Type": "application/offset+octet-stream"}
    with file.open("rb") as source:
        connection.request(
            "PATCH",
            begun.headers["Location"],
            body=source,
            headers={**headers, "Content-Length": str(file.stat().st_size)},
        )
        done = connection.getresponse()
        done.read()
    assert done.status == 204
    assert int(done.headers["Upload-Offset"]) == file.stat().st_size
