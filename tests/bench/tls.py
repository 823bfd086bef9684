"""`gamevents serve` with TLS beside itself without, in one run over one embedded broker:
acknowledged purchases a second at CONNECTIONS keep-alive connections and the CPU time for each;
what an idle TLS connection holds; and how many TLS handshakes one core does in a second, beside
nginx with the same certificate.

Those compared take turns, ROUNDS times; what is printed is each figure's median with its range, and
the median of the ratios pair by pair (above 1: TLS, or serve, is better). The load generator shares
the machine with the server, and TLS costs it as much. On a machine that does other things the rates
say little; then the CPU time says more, the server's own and that of all together: wrk, serve and
the broker. Where nothing else runs, the ratio of the rates is that of the latter.
The handshakes are those of whole new connections with one request each; one core's are how many
there would be in a second of the server's CPU time, for no client here can keep a core busy.

Needs wrk and the release build. Without nginx (apt-get install nginx-light) that part is left out.
"""

import concurrent.futures
import contextlib
import pathlib
import resource
import shutil
import socket
import ssl
import subprocess
import tempfile
import time
from collections.abc import Iterator

import serve
from support import embedded, machine, processes, program
from support.certificates import Certificate

CONNECTIONS = (64, 512)
HANDSHAKES = 3_000
ONE_CORE = ("taskset", "-c", "0")
NGINX = """\
daemon off; master_process off; pid {folder}/nginx.pid; error_log {folder}/error.log;
events {{ worker_connections 1024; }}
http {{
  access_log off;
  client_body_temp_path {folder}/body; proxy_temp_path {folder}/proxy;
  fastcgi_temp_path {folder}/fastcgi; uwsgi_temp_path {folder}/uwsgi;
  scgi_temp_path {folder}/scgi;
  server {{
    listen 127.0.0.1:{port} ssl;
    ssl_certificate {certificate}; ssl_certificate_key {key};
    ssl_protocols TLSv1.2 TLSv1.3;
    location / {{ return 200 "ok\\n"; }}
  }}
}}
"""
IDLE = 2_000


def handshakes(port: int, pid: int, context: ssl.SSLContext) -> dict[str, float]:
    """New connections a second, each with a whole handshake and one request, from four threads; and
    how many there are for each second of the server's CPU time."""
    def one(_) -> None:
        with socket.create_connection(("127.0.0.1", port), 30) as plain, \
                context.wrap_socket(plain, server_hostname="localhost") as client:
            client.sendall(b"GET /healthz HTTP/1.1\r\nHost: localhost\r\n\r\n")
            if not client.recv(4096).startswith(b"HTTP/1.1 200"):
                raise RuntimeError("a new connection was not served")
    began, before = time.monotonic(), serve.cpu_seconds(pid)
    with concurrent.futures.ThreadPoolExecutor(4) as threads:
        list(threads.map(one, range(HANDSHAKES)))
    return {"rate": HANDSHAKES / (time.monotonic() - began),
            "core": HANDSHAKES / (serve.cpu_seconds(pid) - before)}


@contextlib.contextmanager
def nginx(folder: pathlib.Path, certificate: Certificate) -> Iterator[tuple[int, int]]:
    """The port and the process of an nginx that answers on one core, until the end."""
    port = processes.free_port()
    settings = folder / "nginx.conf"
    settings.write_text(NGINX.format(folder=folder, port=port, key=certificate.key,
                                     certificate=certificate.certificate))
    process = subprocess.Popen([*ONE_CORE, "nginx", "-p", folder, "-c", settings, "-e",
                                folder / "error.log"], preexec_fn=processes.die_with_parent)
    try:
        processes.wait_until(lambda: serve.listens(port), 10, "nginx's start")
        yield port, process.pid
    finally:
        processes.reap(process)


def idle_kib(server, context: ssl.SSLContext) -> float:
    before = processes.resident_mib(server.pid)
    clients = []
    for _ in range(IDLE):
        client = context.wrap_socket(socket.create_connection(("127.0.0.1", server.port), 30),
                                     server_hostname="localhost")
        client.sendall(b"GET /healthz HTTP/1.1\r\nHost: localhost\r\n\r\n")
        client.recv(4096)
        clients.append(client)
    grown = (processes.resident_mib(server.pid) - before) * 1024 / IDLE
    for client in clients:
        client.close()
    return grown


def main() -> None:
    print(machine.line(), flush=True)
    serve.prepare_load()
    with tempfile.TemporaryDirectory() as folder:
        home = pathlib.Path(folder)
        certificate = Certificate(home, "localhost")
        context = ssl.create_default_context(cafile=str(certificate.certificate))
        broker = embedded.Embedded(home / "embedded")
        broker.start()
        broker.create_topic(serve.TOPIC)
        servers = [program.Server(args, home=home, brokers=broker.brokers, topic=serve.TOPIC)
                   for args in (certificate.settings("serve.tls"), [])]
        try:
            print(f"\nAn idle TLS connection holds {idle_kib(servers[0], context):.1f} KiB.")
            compare(servers, broker)
            for server in servers:
                server.kill()
            if shutil.which("nginx") is None:
                print("tls.py: nginx is missing: the handshakes are left out")
            else:
                compare_handshakes(home, broker, certificate, context)
        finally:
            for server in servers:
                server.kill()
            broker.kill()


def load(server: program.Server, broker: embedded.Embedded, connections: int) -> dict[str, float]:
    """serve.load's figures, and `all`: the CPU time for each purchase of everybody, in us."""
    def spent() -> float:
        children = resource.getrusage(resource.RUSAGE_CHILDREN)  # Those that have ended: wrk.
        return (children.ru_utime + children.ru_stime + serve.cpu_seconds(server.pid)
                + serve.cpu_seconds(broker.process.pid))
    before = spent()
    figures = serve.load(server.port, server.pid, connections, server.scheme)
    return figures | {"all": (spent() - before) / (figures["rate"] * serve.SECONDS) * 1e6}


def compare(servers: list[program.Server], broker: embedded.Embedded) -> None:
    print("\n| connections | TLS, purchases/s | CPU, us each | plain, purchases/s | CPU, us each "
          "| ratio of rates | of CPU | of all CPU |\n" + "|---" * 8 + "|")
    for connections in CONNECTIONS:
        rounds = [[load(server, broker, connections) for server in servers]
                  for _ in range(serve.ROUNDS)]
        tls, plain = ([figures[side] for figures in rounds] for side in (0, 1))
        columns = [str(connections)]
        for figures in (tls, plain):
            columns += [serve.spread([each[name] for each in figures]) for name in ("rate", "cpu")]
        columns.append(serve.ratio(*([each["rate"] for each in side] for side in (tls, plain))))
        columns += [serve.ratio(*([each[cpu] for each in side] for side in (plain, tls)))
                    for cpu in ("cpu", "all")]
        print("| " + " | ".join(columns) + " |", flush=True)


def compare_handshakes(home: pathlib.Path, broker: embedded.Embedded, certificate: Certificate,
                       context: ssl.SSLContext) -> None:
    server = program.Server(certificate.settings("serve.tls"), home=home, brokers=broker.brokers,
                            topic=serve.TOPIC, launcher=ONE_CORE)
    try:
        with nginx(home, certificate) as (port, pid):
            rounds = [[handshakes(server.port, server.pid, context),
                       handshakes(port, pid, context)] for _ in range(serve.ROUNDS)]
    finally:
        server.kill()
    ours, theirs = ([figures[side] for figures in rounds] for side in (0, 1))
    print("\n| new TLS connections | serve | nginx | ratio |\n" + "|---" * 4 + "|")
    for name, figure in (("a second of one core", "core"), ("a second, with the client", "rate")):
        mine, nginxs = ([each[figure] for each in side] for side in (ours, theirs))
        print(f"| {name} | {serve.spread(mine)} | {serve.spread(nginxs)} "
              f"| {serve.ratio(mine, nginxs)} |", flush=True)


if __name__ == "__main__":
    main()
