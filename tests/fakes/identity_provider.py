"""An identity provider as OpenID Connect Core 1.0 has it: authorization code with PKCE, RS256, user info."""

from __future__ import annotations

import base64
import hashlib
import json
import secrets
import threading
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from types import TracebackType
from typing import Any
from urllib.parse import parse_qs, urlencode, urlsplit

import jwt
from cryptography.hazmat.primitives.asymmetric import rsa


class IdentityProvider:
    """Logs in whoever comes as the person that `claims` describe."""

    def __init__(self, client: str, secret: str, **claims: Any) -> None:
        self.client, self.secret, self.claims = client, secret, claims
        self.audience: Any = client  # whom its ID tokens are for
        self.knows_nobody = False  # who comes would have to log in first
        self._key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
        self._codes: dict[str, dict[str, str]] = {}
        self._access: set[str] = set()
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), self._handler())

    def __enter__(self) -> IdentityProvider:
        threading.Thread(target=self._server.serve_forever, daemon=True).start()
        return self

    def __exit__(self, kind: type | None, error: BaseException | None, trace: TracebackType | None) -> None:
        self._server.shutdown()
        self._server.server_close()

    @property
    def address(self) -> str:
        return f"http://127.0.0.1:{self._server.server_port}"

    def authorize(self, query: str) -> tuple[int, dict[str, str], bytes]:
        asked = {name: values[0] for name, values in parse_qs(query).items()}
        if asked.get("client_id") != self.client or asked.get("response_type") != "code":
            return 400, {}, b"no such client"
        back = {"state": asked["state"]}
        if self.knows_nobody and asked.get("prompt") == "none":
            back["error"] = "login_required"
        else:
            back["code"] = secrets.token_urlsafe()
            self._codes[back["code"]] = asked
        return 302, {"Location": f"{asked['redirect_uri']}?{urlencode(back)}"}, b""

    def exchange(self, body: bytes) -> tuple[int, dict[str, str], bytes]:
        form = {name: values[0] for name, values in parse_qs(body.decode()).items()}
        asked = self._codes.pop(form.get("code", ""), None)
        if asked is None or (form.get("client_id"), form.get("client_secret")) != (self.client, self.secret):
            return 401, {}, b'{"error": "invalid_grant"}'
        if not _proves(form.get("code_verifier", ""), asked["code_challenge"]):
            return 401, {}, b'{"error": "invalid_grant"}'
        access = secrets.token_urlsafe()
        self._access.add(access)
        answer = {"access_token": access, "token_type": "Bearer", "id_token": self._id_token(asked)}
        return 200, {"Content-Type": "application/json"}, json.dumps(answer).encode()

    def tell(self, authorization: str) -> tuple[int, dict[str, str], bytes]:
        if authorization.removeprefix("Bearer ") not in self._access:
            return 401, {}, b""
        return 200, {"Content-Type": "application/json"}, json.dumps(self.claims).encode()

    def keys(self) -> tuple[int, dict[str, str], bytes]:
        numbers = self._key.public_key().public_numbers()
        key = {"kty": "RSA", "kid": "one", "alg": "RS256", "use": "sig"}
        key |= {"n": _number(numbers.n), "e": _number(numbers.e)}
        return 200, {"Content-Type": "application/json"}, json.dumps({"keys": [key]}).encode()

    def _id_token(self, asked: dict[str, str]) -> str:
        now = int(time.time())
        claims = {
            "iss": self.address,
            "aud": self.audience,
            "iat": now,
            "exp": now + 60,
            "nonce": asked["nonce"],
        }
        return jwt.encode({**self.claims, **claims}, self._key, algorithm="RS256", headers={"kid": "one"})

    def _handler(self) -> type[BaseHTTPRequestHandler]:
        provider = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                address = urlsplit(self.path)
                match address.path:
                    case "/authorize":
                        self._answer(provider.authorize(address.query))
                    case "/userinfo":
                        self._answer(provider.tell(self.headers.get("Authorization", "")))
                    case "/keys":
                        self._answer(provider.keys())
                    case _:
                        self._answer((404, {}, b""))

            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
                self._answer(provider.exchange(body) if self.path == "/token" else (404, {}, b""))

            def log_message(self, *words: Any) -> None:
                pass

            def _answer(self, answer: tuple[int, dict[str, str], bytes]) -> None:
                status, headers, body = answer
                self.send_response(status)
                for name, value in (headers | {"Content-Length": str(len(body))}).items():
                    self.send_header(name, value)
                self.end_headers()
                self.wfile.write(body)

        return Handler


def _proves(verifier: str, challenge: str) -> bool:
    """RFC 7636, 4.6, method S256."""
    digest = hashlib.sha256(verifier.encode()).digest()
    return base64.urlsafe_b64encode(digest).rstrip(b"=").decode() == challenge


def _number(value: int) -> str:
    return (
        base64.urlsafe_b64encode(value.to_bytes((value.bit_length() + 7) // 8, "big")).rstrip(b"=").decode()
    )
