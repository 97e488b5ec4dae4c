"""An S3 service without storage classes and restores, as many smaller ones are: moto, and a gate before it."""

import threading
from collections.abc import Callable, Iterable
from typing import Any

Answer = Callable[..., Any]
REFUSAL = (
    b'<?xml version="1.0" encoding="UTF-8"?><Error><Code>NotImplemented</Code>'
    b"<Message>A header you provided implies functionality that is not implemented.</Message></Error>"
)
XML = [("Content-Type", "application/xml"), ("Content-Length", str(len(REFUSAL))), ("Connection", "close")]


class PlainServer:
    """Answers at `endpoint` until it is closed. Whatever names a class, or asks for a restore, gets 501."""

    def __init__(self) -> None:
        from moto.moto_server.werkzeug_app import DomainDispatcherApplication, MotoRequestHandler, create_backend_app
        from werkzeug.serving import make_server

        self._inner = DomainDispatcherApplication(create_backend_app)
        self._server = make_server("127.0.0.1", 0, self._gate, threaded=True, request_handler=MotoRequestHandler)
        self.endpoint = f"http://127.0.0.1:{self._server.server_port}"
        threading.Thread(target=self._server.serve_forever, daemon=True).start()

    def close(self) -> None:
        self._server.shutdown()

    def _gate(self, environ: dict[str, Any], start_response: Answer) -> Iterable[bytes]:
        asks_restore = environ["REQUEST_METHOD"] == "POST" and environ.get("QUERY_STRING", "").startswith("restore")
        if asks_restore or "HTTP_X_AMZ_STORAGE_CLASS" in environ:
            start_response("501 Not Implemented", XML)
            return [REFUSAL]
        answer: Iterable[bytes] = self._inner(environ, start_response)
        return answer
