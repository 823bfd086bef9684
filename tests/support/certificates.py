"""Certificates for tests, made by the openssl command as a user makes them."""

import pathlib
import ssl
import subprocess

import pytest

_KEY = ("-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes")
NAMES = "DNS:localhost,IP:127.0.0.1,IP:::1"


def openssl(*args, input: bytes = b"", check: bool = True) -> subprocess.CompletedProcess:
    return subprocess.run(["openssl", *map(str, args)], input=input, capture_output=True,
                          check=check, timeout=60)


class Certificate:
    """A certificate and its key, in two files of `folder`; issued by `issuer`, or by itself.
    `days` below zero gives one that has ended. `names` are those that it is for. `usage` is what
    one that issued itself says that its key may do (RFC 5280 section 4.2.1.3)."""

    def __init__(self, folder: pathlib.Path, name: str, *, issuer: "Certificate | None" = None,
                 days: int = 30, names: str = NAMES, usage: str = ""):
        names = f"subjectAltName={names}"
        self.name = name
        self.certificate = folder / f"{name}.pem"
        self.key = folder / f"{name}.key"
        if issuer is None:
            more = ("-addext", f"keyUsage=critical,{usage}") if usage else ()
            openssl("req", "-x509", *_KEY, "-days", days, "-subj", f"/CN={name}", "-addext", names,
                    *more, "-keyout", self.key, "-out", self.certificate)
            return
        request = folder / f"{name}.csr"
        openssl("req", *_KEY, "-subj", f"/CN={name}", "-addext", names, "-keyout", self.key,
                "-out", request)
        openssl("x509", "-req", "-in", request, "-CA", issuer.certificate, "-CAkey", issuer.key,
                "-CAcreateserial", "-copy_extensions", "copy", "-days", days, "-out",
                self.certificate)

    def settings(self, prefix: str) -> list[str]:
        """What has a server show it: `--set serve.tls.certificate=…`."""
        return ["--set", f"{prefix}.certificate={self.certificate}", "--set",
                f"{prefix}.key={self.key}"]

    def trusted(self) -> ssl.SSLContext:
        """For a client that trusts this one, and those that it issued, alone."""
        return ssl.create_default_context(cafile=str(self.certificate))


@pytest.fixture(scope="module")
def own(tmp_path_factory) -> Certificate:
    """The server's certificate, which issued itself. For files of tests that import it."""
    return Certificate(tmp_path_factory.mktemp("certificates"), "localhost")


@pytest.fixture(scope="module")
def authority(tmp_path_factory) -> Certificate:
    """Who issues the clients' certificates."""
    return Certificate(tmp_path_factory.mktemp("authority"), "authority")
