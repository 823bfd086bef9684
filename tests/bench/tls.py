"""`gamevents serve` with TLS beside itself without, in one run over one embedded broker:
acknowledged purchases a second at CONNECTIONS keep-alive connections and the CPU time for each; how
many new connections a second it takes; what an idle TLS connection holds.

The two take turns, ROUNDS times; what is printed is each figure's median with its range, and the
median of the ratios pair by pair (above 1: TLS is better).

Needs wrk and the release build.
"""

import concurrent.futures
import pathlib
import socket
import ssl
import tempfile
import time

import serve
from support import embedded, machine, processes, program
from support.certificates import Certificate

CONNECTIONS = (64, 512)
HANDSHAKES = 2_000
IDLE = 2_000


def new_connections(port: int, context: ssl.SSLContext | None) -> float:
    """Connections a second, each with one request, from four threads; with TLS each has a whole
    handshake."""
    def one(_) -> None:
        with socket.create_connection(("127.0.0.1", port), 30) as plain:
            client = context.wrap_socket(plain, server_hostname="localhost") if context else plain
            client.sendall(b"GET /healthz HTTP/1.1\r\nHost: localhost\r\n\r\n")
            client.recv(4096)
            client.close()
    began = time.monotonic()
    with concurrent.futures.ThreadPoolExecutor(4) as threads:
        list(threads.map(one, range(HANDSHAKES)))
    return HANDSHAKES / (time.monotonic() - began)


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
            compare(servers, context)
        finally:
            for server in servers:
                server.kill()
            broker.kill()


def compare(servers: list[program.Server], context: ssl.SSLContext) -> None:
    idle = idle_kib(servers[0], context)
    print("\n| connections | TLS, purchases/s | CPU, us each | plain, purchases/s | CPU, us each "
          "| ratio of rates |\n" + "|---" * 6 + "|")
    for connections in CONNECTIONS:
        rounds = [[serve.load(server.port, server.pid, connections, server.scheme)
                   for server in servers] for _ in range(serve.ROUNDS)]
        tls, plain = ([figures[side] for figures in rounds] for side in (0, 1))
        columns = [str(connections)]
        for figures in (tls, plain):
            columns += [serve.spread([each[name] for each in figures]) for name in ("rate", "cpu")]
        columns.append(serve.ratio(*([each["rate"] for each in side] for side in (tls, plain))))
        print("| " + " | ".join(columns) + " |", flush=True)
    rounds = [[new_connections(server.port, trusts)
               for server, trusts in zip(servers, (context, None))] for _ in range(serve.ROUNDS)]
    print(f"\nNew connections a second, each with one request, clients included: "
          f"{serve.spread([tls for tls, _ in rounds])} with TLS, "
          f"{serve.spread([plain for _, plain in rounds])} without. An idle TLS connection holds "
          f"{idle:.1f} KiB.")


if __name__ == "__main__":
    main()
