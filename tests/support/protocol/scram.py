"""The client's side of SCRAM (RFC 5802), and of PLAIN, as messages for SaslAuthenticate."""

import base64
import hashlib
import hmac
import secrets
from collections.abc import Callable

HASHES = {"SCRAM-SHA-256": hashlib.sha256, "SCRAM-SHA-512": hashlib.sha512}


class WrongServer(AssertionError):
    """The server does not know the password either."""


def exchange(mechanism: str, user: str, password: str, send: Callable[[bytes], bytes]) -> None:
    """Sends the mechanism's messages; `send` gives what the server answers, and raises when it
    refuses."""
    if mechanism == "PLAIN":
        send(f"\0{user}\0{password}".encode())
        return
    made = HASHES[mechanism]

    def keyed(key: bytes, text: bytes) -> bytes:
        return hmac.new(key, text, made).digest()

    name = user.replace("=", "=3D").replace(",", "=2C")
    nonce = secrets.token_urlsafe(18)
    first = f"n={name},r={nonce}"
    challenge = send(f"n,,{first}".encode()).decode()
    parts = dict(part.split("=", 1) for part in challenge.split(","))
    if not parts["r"].startswith(nonce):
        raise WrongServer(challenge)
    salted = hashlib.pbkdf2_hmac(made().name, password.encode(), base64.b64decode(parts["s"]),
                                 int(parts["i"]))
    last = f"c=biws,r={parts['r']}"
    signed = f"{first},{challenge},{last}".encode()
    key = keyed(salted, b"Client Key")
    proof = bytes(a ^ b for a, b in zip(key, keyed(made(key).digest(), signed)))
    answer = send(f"{last},p={base64.b64encode(proof).decode()}".encode())
    if base64.b64decode(answer[2:]) != keyed(keyed(salted, b"Server Key"), signed):
        raise WrongServer(answer)
