"""Goal: `generate` reaches a server by https, and where it does not, one line says which part
failed (the name, the connection, the certificate, the client's own certificate, the key) and what
to do.

Method: `generate` against `serve` with certificates that are right and wrong, and against servers
that speak something else.
"""

import os
import re
import socket
import threading

import pytest
from support import processes, program
from support.certificates import Certificate, authority, own  # noqa: F401 (fixtures)

COUNT = 200
pytestmark = pytest.mark.usefixtures("topic")


@pytest.fixture
def topic(embedded):
    return embedded.create_topic(f"tls-client-{os.urandom(6).hex()}")


@pytest.fixture
def generate(tmp_path):
    """generate(url, *args, check=False): sends COUNT events there; gives the finished process."""
    def run(url, *args, check=False, count=COUNT):
        return program.run(["generate", "--url", url, "--count", count, "--retry", 0,
                            *args], home=tmp_path, check=check)
    return run


def said(done) -> str:
    """The one line of a command that failed at once."""
    assert done.returncode == 1 and not done.stdout, (done.stdout, done.stderr)
    (line,) = done.stderr.decode().splitlines()
    assert re.search("(?i)error:[0-9A-F]{8}|OpenSSL|errno", line) is None, line
    return line


def url_of(server, host: str = "localhost") -> str:
    return f"https://{host}:{server.port}"


def test_events_go_out_by_tls(serve, own, generate):
    server = serve(*own.settings("serve.tls"))
    for host in ("localhost", "127.0.0.1"):
        done = generate(url_of(server, host), "--ca", own.certificate, check=True)
        assert f"acknowledged {COUNT} " in done.stdout.decode()
    done = generate(url_of(server), "--ca", own.certificate, "--routes", "classic", check=True)
    assert f"acknowledged {COUNT} " in done.stdout.decode()


def test_a_connection_that_the_server_ended_is_made_again(serve, own, generate):
    server = serve(*own.settings("serve.tls"), "--set", "serve.idle_timeout=1s")
    done = generate(url_of(server), "--ca", own.certificate, "--rate", 0.7, "--seed", 1,
                    "--connections", 1, count=6, check=True)
    assert "acknowledged 6 " in done.stdout.decode(), done.stdout


def test_without_a_url_the_configuration_says_that_it_is_tls(serve, own, tmp_path):
    server = serve(*own.settings("serve.tls"))
    done = program.run(["generate", "--count", COUNT, "--ca", own.certificate, "--set",
                        f"serve.port={server.port}", *own.settings("serve.tls")], home=tmp_path)
    assert f"acknowledged {COUNT} " in done.stdout.decode()


def test_the_certificate_is_named_with_what_is_wrong(serve, own, authority, generate,
                                                     tmp_path):
    server = serve(*own.settings("serve.tls"))
    for args in ([], ["--ca", authority.certificate]):
        assert said(generate(url_of(server), *args)).endswith(
            f"localhost:{server.port}: nobody that is trusted here issued its certificate; name "
            "the issuer's, or the server's own if it issued itself, with --ca FILE")
    for name, made, what in (
            ("ended", {"days": -1}, "its certificate has expired; the server needs a new one"),
            ("other", {"names": "DNS:game.example"}, "its certificate is for another name; "
             "connect to a name that the certificate bears")):
        for host in ("localhost", "127.0.0.1"):
            wrong = Certificate(tmp_path, name + host, issuer=authority, **made)
            server = serve(*wrong.settings("serve.tls"))
            line = said(generate(url_of(server, host), "--ca", authority.certificate))
            assert f"{host}:{server.port}: {what}" in line


def test_a_client_s_certificate(serve, own, authority, generate, tmp_path):
    server = serve(*own.settings("serve.tls"), "--set",
                   f"serve.tls.client_ca={authority.certificate}")
    good = Certificate(tmp_path, "studio", issuer=authority)
    stranger = Certificate(tmp_path, "stranger")
    ended = Certificate(tmp_path, "ended", issuer=authority, days=-1)
    trusting = ["--ca", own.certificate]

    def showing(pair):
        return [*trusting, "--certificate", pair.certificate, "--key", pair.key]

    done = generate(url_of(server), *showing(good), check=True)
    assert f"acknowledged {COUNT} " in done.stdout.decode()
    assert "it asks for a client's certificate; give one with --certificate FILE and --key FILE" \
        in said(generate(url_of(server), *trusting))
    assert "it does not take the client's certificate of --certificate FILE" in said(
        generate(url_of(server), *showing(stranger)))
    assert "the client's certificate of --certificate FILE has expired" in said(
        generate(url_of(server), *showing(ended)))


def test_the_name_and_the_connection(generate, own):
    assert "no-such-host.invalid:5000: the host's name is not known (DNS): " in said(
        generate("https://no-such-host.invalid:5000"))
    closed = processes.free_port()
    for scheme in ("http", "https"):
        assert (f"127.0.0.1:{closed}: connection refused; is gamevents serve running there? "
                "Another place: --url") in said(generate(f"{scheme}://127.0.0.1:{closed}"))


def test_tls_where_there_is_none_and_none_where_there_is(serve, own, generate):
    plain = serve()
    line = said(generate(f"https://127.0.0.1:{plain.port}"))
    assert "it does not speak TLS; without TLS it is reached by --url http://" in line
    secure = serve(*own.settings("serve.tls"))
    done = generate(f"http://127.0.0.1:{secure.port}", count=1)
    assert b"400 this port speaks TLS" in done.stdout


def test_a_server_that_ends_the_handshake(generate):
    with socket.create_server(("127.0.0.1", 0)) as listener:
        def end():
            client, _ = listener.accept()
            client.recv(1)
            client.close()
        threading.Thread(target=end, daemon=True).start()
        line = said(generate(f"https://127.0.0.1:{listener.getsockname()[1]}"))
        assert "the TLS handshake was broken off" in line


@pytest.mark.parametrize("args,parts", [
    (["--url", "http://localhost", "--ca", "x"], ["--ca is for TLS", "https://HOST:PORT"]),
    (["--url", "https://localhost", "--ca", "none.pem"],
     ["--ca FILE: ", "none.pem", "No such file"]),
    (["--url", "https://localhost", "--certificate", "x"], ["--certificate", "--key"]),
    (["--url", "https://localhost", "--key", "x"], ["--certificate", "--key"]),
])
def test_flags_that_do_not_go_together(tmp_path, args, parts):
    done = program.run(["generate", "--count", 1, *args], home=tmp_path, check=False)
    assert done.returncode == 2
    for part in parts:
        assert part in done.stderr.decode(), done.stderr


def test_a_key_that_is_missing_or_may_not_write(serve, own, generate, tmp_path):
    keys = tmp_path / "keys.yaml"
    reader = program.run(["keys", "add", "reader", "--scope", "read", "--set",
                          f"serve.api_keys_file={keys}"], home=tmp_path)
    key = tmp_path / "key"
    key.write_bytes(reader.stdout)
    server = serve(*own.settings("serve.tls"), "--set", f"serve.api_keys_file={keys}")
    for args, status in (([], "401 "), (["--api-key-file", key], "403 ")):
        done = generate(url_of(server), "--ca", own.certificate, *args, count=3)
        assert done.returncode == 1
        assert f"  3            {status}" in done.stdout.decode()
        assert ("3 of 3 events were not acknowledged; the summary says why. The server wants "
                "another API key: give one that may write with --api-key-file"
                ) in done.stderr.decode()
