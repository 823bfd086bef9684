"""Goal: behind nginx or Caddy, set up as docs/exposing.md shows, `serve` takes events, knows the
client's address and believes no other, and the dashboard's stream arrives as it is written.

Method: the settings are read out of the page; changed are the ports, the files' places and what
keeps the proxies on this machine. Both are Debian's. The client comes from another loopback address
than the proxy, over https.
"""

import contextlib
import http.client
import json
import os
import re
import shutil
import socket
import ssl
import subprocess
import time

import pytest
from support import pages, paths, processes, program
from support.certificates import Certificate

PAGE = paths.ROOT / "docs" / "exposing.md"
HOST = "game.example"
CLIENT = "127.0.0.2"
LIAR = "203.0.113.9"
BODY_MAX = 1024 * 1024  # As client_max_body_size and serve.max_body.
SERVE = "127.0.0.1:5000"

NGINX = """\
daemon off;
master_process off;
pid nginx.pid;
error_log stderr;
events {{}}
http {{
  access_log off;
  client_body_temp_path temp/body;
  proxy_temp_path temp/proxy;
  fastcgi_temp_path temp/fastcgi;
  uwsgi_temp_path temp/uwsgi;
  scgi_temp_path temp/scgi;
{site}
}}
"""
# The certificate is of an authority that Caddy makes in its folder, instead of one on the internet.
CADDY = """\
{{
	admin off
	local_certs
	skip_install_trust
	default_bind 127.0.0.1
	http_port {http_port}
	https_port {port}
}}
{site}
"""


def block(language: str, containing: str) -> str:
    """The page's one block of the language with this text."""
    (found,) = [each.text for each in pages.blocks(PAGE)
                if each.language == language and containing in each.text]
    return found


def changed(text: str, *changes: tuple[str, str]) -> str:
    for old, new in changes:
        assert text.count(old) == 1, f"{old!r} is not once in what {PAGE.name} shows:\n{text}"
        text = text.replace(old, new)
    return text


class Proxy:
    """A proxy before `serve`, at `port`; its process, and the context that trusts it."""

    def __init__(self, folder, command, *, port: int, root, env=None):
        self.port = port
        self._log = folder / "proxy.log"
        with open(self._log, "wb") as log:
            self.process = subprocess.Popen(
                [str(word) for word in command], cwd=folder, stdin=subprocess.DEVNULL, stdout=log,
                stderr=subprocess.STDOUT, env=os.environ | (env or {}),
                preexec_fn=processes.die_with_parent)
        try:
            processes.wait_until(lambda: self._shows_certificate(root), 30, "the proxy")
        except TimeoutError as error:
            self.kill()
            raise RuntimeError(self._log.read_text()) from error

    def _shows_certificate(self, root) -> bool:
        assert self.process.poll() is None, self._log.read_text()
        if not root.exists():
            return False
        self.tls = ssl.create_default_context(cafile=str(root))
        try:
            self.connect().close()
        except OSError:
            return False
        return True

    def kill(self) -> None:
        processes.reap(self.process)

    def connect(self) -> http.client.HTTPConnection:
        plain = socket.create_connection(("127.0.0.1", self.port), 20, (CLIENT, 0))
        connection = http.client.HTTPConnection(HOST, self.port, timeout=20)
        connection.sock = self.tls.wrap_socket(plain, server_hostname=HOST)
        return connection

    def request(self, method: str, path: str, body=None, **headers) -> tuple[int, str]:
        connection = self.connect()
        try:
            connection.request(method, path, body, {"Host": HOST} | headers)
            answer = connection.getresponse()
            return answer.status, answer.read().decode()
        finally:
            connection.close()


def start_nginx(folder, server: program.Server) -> Proxy:
    own = Certificate(folder, HOST, names=f"DNS:{HOST}")
    port = processes.free_port()
    letsencrypt = f"/etc/letsencrypt/live/{HOST}"
    (folder / "temp").mkdir()
    (folder / "nginx.conf").write_text(NGINX.format(site=changed(
        block("nginx", "proxy_pass"), (SERVE, f"127.0.0.1:{server.port}"),
        ("listen 443 ssl", f"listen 127.0.0.1:{port} ssl"),
        (f"{letsencrypt}/fullchain.pem", str(own.certificate)),
        (f"{letsencrypt}/privkey.pem", str(own.key)))))
    program_file = shutil.which("nginx", path=f"{os.environ['PATH']}:/usr/sbin")
    return Proxy(folder, [program_file, "-p", folder, "-e", "stderr", "-c", "nginx.conf"],
                 port=port, root=own.certificate)


def start_caddy(folder, server: program.Server) -> Proxy:
    port = processes.free_port()
    (folder / "Caddyfile").write_text(CADDY.format(
        port=port, http_port=processes.free_port(), site=changed(
            block("caddyfile", "reverse_proxy"), (SERVE, f"127.0.0.1:{server.port}"))))
    return Proxy(folder, ["caddy", "run", "--config", "Caddyfile", "--adapter", "caddyfile"],
                 port=port, root=folder / "caddy/pki/authorities/local/root.crt",
                 env={"XDG_DATA_HOME": str(folder), "XDG_CONFIG_HOME": str(folder),
                      "HOME": str(folder)})


class Site:
    """What the page makes: `serve`, its keys, and a proxy before it."""

    def __init__(self, server: program.Server, keys: dict[str, str], log):
        self.server, self.keys, self._log = server, keys, log
        self.proxy: Proxy | None = None

    def ask(self, method: str, path: str, body=None, scope: str = "write", **headers):
        return self.proxy.request(method, path, body, **{"X-Api-Key": self.keys[scope]} | headers)

    def addresses(self, path: str) -> set[str]:
        """Whom `serve` took the path's clients for."""
        return {line["remote_ip"] for line in map(json.loads, self._log.read_text().splitlines())
                if line["path"] == path}


@pytest.fixture(params=[start_nginx, start_caddy], ids=["nginx", "caddy"])
def site(request, tmp_path, serve, embedded):
    topic = embedded.create_topic(f"proxy-{os.urandom(6).hex()}")
    keys = {scope: program.run(["keys", "add", scope, "--scope", scope, "--file", "api-keys"],
                               home=tmp_path).stdout.decode().strip()
            for scope in ("write", "read")}
    (tmp_path / "gamevents.yaml").write_text(changed(
        block("yaml", "trusted_proxies"), ("/etc/gamevents/api-keys", str(tmp_path / "api-keys"))))
    log = tmp_path / "access.log"
    server = serve("--config", "gamevents.yaml", "--set", "serve.access_log=json", "--set",
                   f"serve.access_log_file={log}", topic=topic, brokers=embedded.brokers)
    made = Site(server, keys, log)
    folder = tmp_path / "proxy"
    folder.mkdir()
    made.proxy = request.param(folder, server)
    try:
        processes.wait_until(lambda: made.ask("GET", "/readyz")[0] == 200, 20, "ready")
        yield made
    finally:
        made.proxy.kill()


def event(user: str) -> str:
    return json.dumps({"event_type": "level_up", "user": user})


def test_events_come_with_their_clients_address(site):
    assert site.server.scheme == "http"  # https ends at the proxy.
    sword = "/purchase_a_sword/ann"
    assert site.ask("GET", sword)[0] == 200
    assert site.ask("GET", sword, **{"X-Forwarded-For": LIAR})[0] == 200
    assert site.ask("GET", sword, Forwarded=f"for={LIAR}")[0] == 200
    json_body = {"Content-Type": "application/json"}
    status, text = site.ask("POST", "/events", event("ann"), **json_body)
    assert status == 200, text
    # As large as both allow.
    padding = BODY_MAX - len(event(""))
    largest = event("a" * 20) + " " * (padding - 20)
    assert site.ask("POST", "/events", largest, **json_body)[0] == 200
    assert site.ask("POST", "/events", event("ann") + " " * BODY_MAX, **json_body)[0] == 413
    assert site.ask("GET", "/inventory/ann", scope="write")[0] == 403
    processes.wait_until(lambda: site.addresses("/events"), 10, "the access log")
    assert site.addresses(sword) == site.addresses("/events") == {CLIENT}


def pieces(answer):
    """The numbers of events that the events of the dashboard's stream show."""
    data = ""
    while line := answer.readline().decode():
        data += line
        if line == "\n":
            found = re.search(r"<dt>Events</dt><dd>([0-9,]+)</dd>", data)
            data = ""
            if found:
                yield int(found[1].replace(",", ""))


def test_the_dashboard_s_stream_is_not_held_back(site):
    connection = site.proxy.connect()
    with contextlib.closing(connection):
        connection.request("GET", "/dashboard/stream",
                           headers={"Host": HOST, "X-Api-Key": site.keys["read"]})
        answer = connection.getresponse()
        assert answer.status == 200
        numbers = pieces(answer)
        assert next(numbers) == 0
        for count in (1, 2, 3):
            began = time.monotonic()
            assert site.ask("POST", "/events", event("ann"),
                            **{"Content-Type": "application/json"})[0] == 200
            assert next(number for number in numbers if number == count)
            assert time.monotonic() - began < 10
