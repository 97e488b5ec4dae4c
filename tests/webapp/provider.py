"""A sign-in service on loopback, made with Authlib's own server: real codes, real signatures, nothing of ours in it."""

import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

from authlib.integrations.flask_oauth2 import AuthorizationServer
from authlib.oauth2.rfc6749 import grants
from authlib.oauth2.rfc7636 import CodeChallenge
from authlib.oidc.core import UserInfo
from authlib.oidc.core.grants import OpenIDCode
from flask import Flask, jsonify, request
from joserfc.jwk import RSAKey
from werkzeug.serving import make_server

ID, SECRET = "archive", "a secret that only these two know"


@dataclass
class Service:
    """What it says of whoever comes, and what it is to say wrong."""

    issuer: str = ""
    claims: dict[str, Any] = field(default_factory=dict)
    #: in place of the right one in what it signs
    audience: str = ID
    key: Any = None
    signs_with: Any = None
    codes: dict[str, Any] = field(default_factory=dict)


class Client:
    """The archive, as the service knows it."""

    client_id = ID

    def __init__(self, redirect_uri: str) -> None:
        self.redirect_uri = redirect_uri

    def get_client_id(self) -> str:
        return ID

    def get_default_redirect_uri(self) -> str:
        return self.redirect_uri

    def get_allowed_scope(self, scope: str) -> str:
        return scope

    def check_redirect_uri(self, redirect_uri: str) -> bool:
        return redirect_uri == self.redirect_uri

    def check_client_secret(self, secret: str) -> bool:
        return secret == SECRET

    def check_endpoint_auth_method(self, method: str, _endpoint: str) -> bool:
        return method == "client_secret_basic"

    def check_response_type(self, response_type: str) -> bool:
        return response_type == "code"

    def check_grant_type(self, grant_type: str) -> bool:
        return grant_type == "authorization_code"


@dataclass
class Code:
    """What was agreed when a code was given."""

    code: str
    redirect_uri: str
    scope: str
    nonce: str
    code_challenge: str
    code_challenge_method: str = "S256"
    auth_time: int = 0
    acr = amr = None

    def get_redirect_uri(self) -> str:
        return self.redirect_uri

    def get_scope(self) -> str:
        return self.scope

    def get_nonce(self) -> str:
        return self.nonce

    def get_auth_time(self) -> int:
        return self.auth_time

    def get_acr(self) -> None:
        return None

    def get_amr(self) -> None:
        return None


def _by_code(service: Service) -> type:
    class ByCode(grants.AuthorizationCodeGrant):
        TOKEN_ENDPOINT_AUTH_METHODS = ("client_secret_basic",)

        def save_authorization_code(self, code: str, request: Any) -> None:
            data = request.payload.data
            service.codes[code] = Code(
                code, request.payload.redirect_uri, request.payload.scope, data.get("nonce", ""), data["code_challenge"],
                auth_time=int(time.time()),
            )  # fmt: skip

        def query_authorization_code(self, code: str, _client: Any) -> Code | None:
            return service.codes.get(code)

        def delete_authorization_code(self, code: Code) -> None:
            service.codes.pop(code.code)

        def authenticate_user(self, _code: Code) -> dict[str, Any]:
            return service.claims

    return ByCode


def _identity(service: Service) -> type:
    class Identity(OpenIDCode):
        def exists_nonce(self, _nonce: str, _request: Any) -> bool:
            return False

        def get_jwt_config(self, *_given: Any) -> dict[str, Any]:
            return {"key": service.signs_with.as_dict(private=True), "alg": "RS256", "iss": service.issuer, "exp": 300}

        def resolve_client_private_key(self, _client: Any) -> Any:
            return service.signs_with

        def get_client_algorithm(self, _client: Any) -> str:
            return "RS256"

        def get_client_claims(self, _client: Any) -> dict[str, Any]:
            return {"iss": service.issuer}

        def get_audiences(self, _request: Any) -> list[str]:
            return [service.audience]

        def generate_user_info(self, user: dict[str, Any], _scope: str) -> UserInfo:
            return UserInfo(**user)

    return Identity


def _app(service: Service, redirect_uri: str) -> Flask:
    app = Flask("provider")
    client = Client(redirect_uri)
    server = AuthorizationServer(app, query_client=lambda _id: client, save_token=lambda *_given: None)
    server.register_grant(_by_code(service), [_identity(service)(require_nonce=True), CodeChallenge(required=True)])

    @app.get("/.well-known/openid-configuration")
    def described() -> Any:
        return jsonify(
            issuer=service.issuer, authorization_endpoint=f"{service.issuer}/authorize",
            token_endpoint=f"{service.issuer}/token", jwks_uri=f"{service.issuer}/keys",
            id_token_signing_alg_values_supported=["RS256"], response_types_supported=["code"],
            subject_types_supported=["public"], token_endpoint_auth_methods_supported=["client_secret_basic"],
        )  # fmt: skip

    @app.get("/keys")
    def keys() -> Any:
        return jsonify(keys=[service.key.as_dict(private=False)])

    @app.get("/authorize")
    def authorize() -> Any:
        # whoever comes is let in as whom the test says
        return server.create_authorization_response(request=request, grant_user=service.claims)

    @app.post("/token")
    def token() -> Any:
        return server.create_token_response()

    return app


@contextmanager
def running(redirect_uri: str) -> Iterator[Service]:
    """The service at a free port of 127.0.0.1, until the block ends."""
    made = RSAKey.generate_key(2048, {"kid": "one", "use": "sig"})
    service = Service(key=made, signs_with=made)
    server = make_server("127.0.0.1", 0, _app(service, redirect_uri), threaded=True)
    service.issuer = f"http://127.0.0.1:{server.port}"
    turning = threading.Thread(target=server.serve_forever, daemon=True)
    turning.start()
    try:
        yield service
    finally:
        server.shutdown()
        turning.join(5)
