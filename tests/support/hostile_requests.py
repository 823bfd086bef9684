"""A table of malformed and hostile requests, each with the answers that it must get: REQUESTS maps
a name to (bytes, statuses). The connection must be closed after the last one.

Every request that must be refused is followed by a sound one: were it answered, the server and a
proxy before it could be made to disagree on where a request ends (request smuggling).
"""

import gzip
import zlib

HOST = b"Host: localhost\r\n"
SOUND = b"GET /healthz HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n"
REQUESTS: dict[str, tuple[bytes, list[int]]] = {}


def add(name: str, request: bytes, *expected: int) -> None:
    if name in REQUESTS:
        raise ValueError(f"two requests are named {name}")
    REQUESTS[name] = (request + SOUND, list(expected))


def get(headers: bytes = b"", target: bytes = b"/healthz", version: bytes = b"HTTP/1.1") -> bytes:
    return b"GET " + target + b" " + version + b"\r\n" + HOST + headers + b"\r\n"


def post(headers: bytes, body: bytes = b"", target: bytes = b"/") -> bytes:
    return b"POST " + target + b" HTTP/1.1\r\n" + HOST + headers + b"\r\n" + body


def chunked(body: bytes) -> bytes:
    return post(b"Transfer-Encoding: chunked\r\n", body)


def encoded(body: bytes, coding: bytes = b"gzip") -> bytes:
    return post(b"Content-Encoding: " + coding + b"\r\nContent-Length: "
                + str(len(body)).encode() + b"\r\n", body)


def request_lines() -> None:
    host = b"\r\n" + HOST + b"\r\n"
    lines = {
        "nothing but a word": b"GET", "no version": b"GET /healthz", "no target": b"GET  HTTP/1.1",
        "HTTP/0.9": b"GET /", "two spaces": b"GET  /healthz HTTP/1.1",
        "two spaces before the version": b"GET /healthz  HTTP/1.1",
        "a space in the target": b"GET /a b HTTP/1.1", "a tab for a space": b"GET\t/ HTTP/1.1",
        "a leading space": b" GET / HTTP/1.1", "a trailing space": b"GET / HTTP/1.1 ",
        "a colon in the method": b"GE:T / HTTP/1.1", "a method in brackets": b"(GET) / HTTP/1.1",
        "a method that is not ASCII": b"G\xc3\x89T / HTTP/1.1", "an empty method": b" / HTTP/1.1",
        "NUL in the method": b"GE\0T / HTTP/1.1", "NUL in the target": b"GET /a\0b HTTP/1.1",
        "DEL in the target": b"GET /a\x7f HTTP/1.1", "ESC in the target": b"GET /\x1b[2J HTTP/1.1",
        "a bare CR in the target": b"GET /a\rb HTTP/1.1", "a bare CR first": b"\rGET / HTTP/1.1",
        "a relative target": b"GET healthz HTTP/1.1", "an empty authority": b"GET //",
        "a star": b"GET * HTTP/1.1", "another scheme": b"GET ftp://x/ HTTP/1.1",
        "a target with a query alone": b"GET ?a HTTP/1.1", "a backslash path": b"GET \\ HTTP/1.1",
        "CONNECT": b"CONNECT x:443 HTTP/1.1", "lower-case version": b"GET / http/1.1",
        "a version of another protocol": b"GET / SIP/2.0", "ICAP": b"GET / ICAP/1.0",
        "a version that is no number": b"GET / HTTPS/1.1", "a JSON object": b'{"event_type":"x"}',
        "a TLS hello": b"\x16\x03\x01\x02\0\x01\0\x01\xfc\x03\x03", "an SSH greeting": b"SSH-2.0-x",
        "a Redis command": b"*1\r\n$4\r\nPING", "SMTP": b"EHLO x", "a memcached get": b"get x",
        "a Kafka frame": b"\0\0\0\x12\0\x12\0\0\0\0\0\1\0\3abc", "shell": b"; cat /etc/passwd",
    }
    for name, line in lines.items():
        add(f"line: {name}", line + host, 400)
    versions = {b"HTTP/1.2": 505, b"HTTP/2.0": 505, b"HTTP/0.9": 505, b"HTTP/1": 505,
                b"HTTP/1.1.1": 505, b"HTTP/11": 505, b"HTTP/1.10": 505, b"HTTP/ 1.1": 400,
                b"HTTP/1,1": 505, b"HTTP/": 505, b"HTTP/+1.1": 505, b"HTTP/01.1": 505}
    for version, status in versions.items():
        add(f"version {version.decode()}", get(version=version), status)
    add("the preface of HTTP/2", b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n", 505)
    add("a method of 33 letters", b"X" * 33 + b" / HTTP/1.1" + host, 501)
    add("two empty lines first", b"\r\n\r\n" + get(), 400)
    add("a bare LF first", b"\n" + get(), 400)
    for name, target in {"a": b"/" + b"a" * 8192, "slashes": b"/" * 9000,
                         "percents": b"/" + b"%41" * 3000, "a query": b"/?" + b"q" * 8200,
                         "a parent": b"/.." * 3000}.items():
        add(f"target too long: {name}", get(target=target), 414)
    add("a line that never ends", b"GET /" + b"a" * 100_000, 414)
    add("a method that never ends", b"A" * 100_000, 414)


def header_lines() -> None:
    headers = {
        "a space before the colon": b"Name : x\r\n", "a tab before the colon": b"Name\t: x\r\n",
        "no colon": b"Name\r\n", "no name": b": x\r\n", "a space in the name": b"Na me: x\r\n",
        "obsolete folding": b"Name: x\r\n folded\r\n", "folding with a tab": b"Name: x\r\n\tx\r\n",
        "a folded first header": b" Name: x\r\n", "a bare LF": b"Name: x\nOther: y\r\n",
        "a bare CR": b"Name: x\rOther: y\r\n", "two CRs": b"Name: x\r\r\n", "NUL": b"Name: \0\r\n",
        "NUL in the name": b"Na\0me: x\r\n", "BEL": b"Name: \a\r\n", "DEL": b"Name: \x7f\r\n",
        "ESC": b"Name: \x1b[31m\r\n", "a vertical tab": b"Name:\vx\r\n",
        "a quoted name": b'"N": x\r\n',
        "a name in brackets": b"[Name]: x\r\n", "a name that is not ASCII": b"N\xc3\xa4me: x\r\n",
        "a slash in the name": b"a/b: x\r\n", "a name with a comma": b"a,b: x\r\n",
        "two Hosts": HOST, "two Hosts that differ": b"Host: y\r\n", "HOST again": b"HOST: x\r\n",
    }
    for name, line in headers.items():
        add(f"header: {name}", get(line), 400)
    hosts = {"none": b"", "with a space": b"Host: a b\r\n", "with a slash": b"Host: a/b\r\n",
             "with a user": b"Host: u@x\r\n", "with a query": b"Host: x?y\r\n",
             "with a quote": b'Host: "x"\r\n', "that is not ASCII": b"Host: \xc3\xa4\r\n",
             "with a backslash": b"Host: a\\b\r\n", "with a hash": b"Host: a#b\r\n"}
    for name, line in hosts.items():
        add(f"Host: {name}", b"GET /healthz HTTP/1.1\r\n" + line + b"\r\n", 400)
    # CVE-2025-52887: any number of headers; CVE-2025-53628: a line of any length.
    add("CVE-2025-52887: 101 headers", get(b"A: b\r\n" * 100), 431)
    add("CVE-2025-52887: 100,000 headers", get(b"A: b\r\n" * 100_000), 431)
    add("CVE-2025-53628: a header of 16 KiB", get(b"A: " + b"b" * 16_384 + b"\r\n"), 431)
    add("CVE-2025-53628: a name of 1 MiB", get(b"A" * (1 << 20) + b": b\r\n"), 431)
    add("CVE-2025-53628: a header that never ends", b"GET / HTTP/1.1\r\nA: " + b"b" * 400_000, 431)
    add("headers of 16 KiB together", get((b"A: " + b"b" * 1000 + b"\r\n") * 17), 431)
    for value in (b"100-Continued", b"", b"200-ok", b"100-continue, 100-continue", b"x"):
        add(f"Expect: {value.decode()}", post(b"Expect: " + value + b"\r\n"), 417)


def lengths() -> None:
    for value in (b"", b"x", b"-1", b"+1", b"1x", b"0x10", b"1 1", b"1,2", b"1,", b",1", b"1;1",
                  b"1.0", b"1e3", b'"1"', b"\xd9\xa1", b"99999999999999999999", b"1_0", b"(1)",
                  b"18446744073709551616", b"1\t1", b"one", b"NaN", b"0b1", b"0,1"):
        add(f"Content-Length: {value.decode('latin-1')}",
            post(b"Content-Length: " + value + b"\r\n"), 400)
    add("two lengths", post(b"Content-Length: 1\r\nContent-Length: 2\r\n", b"ab"), 400)
    add("two lengths, one in capitals", post(b"CONTENT-LENGTH: 1\r\nContent-Length: 2\r\n"), 400)
    add("a length, then chunks", post(b"Content-Length: 5\r\nTransfer-Encoding: chunked\r\n",
                                      b"0\r\n\r\n"), 400)
    add("chunks, then a length", post(b"Transfer-Encoding: chunked\r\nContent-Length: 5\r\n",
                                      b"0\r\n\r\n"), 400)
    add("a GET with both", get(b"Content-Length: 0\r\nTransfer-Encoding: chunked\r\n"), 400)
    add("a length beyond the limit", post(b"Content-Length: 1048577\r\n"), 413)
    add("a length of 2^63", post(b"Content-Length: 9223372036854775808\r\n"), 413)
    add("a GET with a length beyond the limit", get(b"Content-Length: 2000000\r\n"), 413)


def codings() -> None:
    for value in (b"gzip", b"gzip, chunked", b"chunked, gzip", b"identity", b"chunked, chunked",
                  b"chunked;q=1", b"xchunked", b"chunkedx", b"x, chunked", b'"chunked"', b"cow",
                  b",chunked", b"chunked,", b"identity, chunked", b"deflate", b"\x80chunked"):
        add(f"Transfer-Encoding: {value.decode('latin-1')}",
            post(b"Transfer-Encoding: " + value + b"\r\n", b"0\r\n\r\n"), 501)
    add("chunked twice", post(b"Transfer-Encoding: chunked\r\n" * 2, b"0\r\n\r\n"), 501)
    for name, line in {"empty": b"Transfer-Encoding:\r\n",
                       "a space before its colon": b"Transfer-Encoding : chunked\r\n",
                       "folded": b"Transfer-Encoding:\r\n chunked\r\n",
                       "with a vertical tab": b"Transfer-Encoding: \vchunked\r\n",
                       "with a NUL": b"Transfer-Encoding: chunked\0\r\n",
                       "after a bare LF": b"A: b\nTransfer-Encoding: chunked\r\n"}.items():
        add(f"Transfer-Encoding {name}", post(line, b"0\r\n\r\n"), 400)
    add("chunks in HTTP/1.0",
        b"POST / HTTP/1.0\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n", 400)
    for coding in (b"deflate", b"br", b"zstd", b"gzip, gzip", b"compress", b"", b"gzip,br",
                   b"GZIP2"):
        add(f"Content-Encoding: {coding.decode()}", encoded(zlib.compress(b"x"), coding)
            .replace(b"Host", b"Connection: close\r\nHost", 1), 415)


def chunks() -> None:
    malformed = {
        "no size": b"\r\n", "not hexadecimal": b"g\r\n", "a minus": b"-1\r\na\r\n",
        "a plus": b"+1\r\na\r\n", "0x": b"0x1\r\na\r\n", "a leading space": b" 1\r\na\r\n",
        "a trailing space": b"1 \r\na\r\n", "a bare LF": b"1\na\r\n0\r\n\r\n",
        "a bare CR": b"1\ra\r\n", "more than its size": b"1\r\nab\r\n0\r\n\r\n",
        "no CRLF after it": b"1\r\na0\r\n\r\n", "LF after it": b"1\r\na\n0\r\n\r\n",
        "a size of 17 digits": b"10000000000000000\r\n", "an underscore": b"1_0\r\n",
        "a comma": b"1,\r\na\r\n", "a size that never ends": b"0" * 300,
        "an extension of 300 bytes": b"1;" + b"x" * 300 + b"\r\na\r\n",
        "extensions of 8 KiB": (b"1;" + b"x" * 200 + b"\r\na\r\n") * 40,
        "NUL in an extension": b"1;\0\r\na\r\n", "CR in an extension": b"1;\ra\r\na\r\n",
        "a trailer without a colon": b"0\r\nx\r\n\r\n", "a folded trailer": b"0\r\n x\r\n\r\n",
        "a trailer with a NUL": b"0\r\nA: \0\r\n\r\n", "a bare LF at the end": b"0\r\n\n",
        "a request for a trailer": b"0\r\n" + SOUND, "a quoted size": b'"1"\r\na\r\n',
    }
    for name, body in malformed.items():
        add(f"chunk: {name}", chunked(body), 400)
    add("CVE-2025-46728: chunks of 64 KiB without end", chunked(
        (b"10000\r\n" + b"x" * 0x10000 + b"\r\n") * 40), 413)
    add("CVE-2025-46728: one chunk beyond the limit", chunked(b"100001\r\n"), 413)
    add("a chunk of 2^64-1", chunked(b"ffffffffffffffff\r\n"), 413)
    add("sizes that add up beyond 2^64", chunked(b"1\r\na\r\nffffffffffffffff\r\n"), 413)
    add("trailers of 20 KiB", chunked(b"0\r\n" + (b"A: " + b"b" * 1000 + b"\r\n") * 20), 431)
    add("a trailer that never ends", chunked(b"0\r\nA: " + b"b" * 100_000), 431)


def bodies() -> None:
    # CVE-2026-22776 and CVE-2026-28435: small when sent, large when unpacked.
    close = b"Connection: close\r\nHost"
    packed = gzip.compress(b"sword" * 1000, mtime=0)
    cases = {
        "CVE-2026-22776: 100 MiB of zeros": (gzip.compress(bytes(100 << 20), 9), 413),
        "CVE-2026-28435: 900 KiB of zeros in 900 bytes": (gzip.compress(bytes(900_000), 9), 413),
        "a gzip one byte beyond the limit": (gzip.compress(bytes(range(256)) * 4097), 413),
        "a gzip that is none": (b"sword", 400), "a gzip without its end": (packed[:-1], 400),
        "a gzip without its sums": (packed[:-8], 400), "half a gzip": (packed[:30], 400),
        "a gzip's head": (packed[:10], 400),
        "a gzip and a part of another": (packed + packed[:20], 400),
        "a gzip and one more byte": (packed + b"x", 400),
        "a gzip of a wrong sum": (packed[:-5] + b"x" + packed[-4:], 400),
        "a zlib called gzip": (zlib.compress(b"sword"), 400),
    }
    for name, (body, status) in cases.items():
        add(f"body: {name}", encoded(body).replace(b"Host", close, 1), status)


for part in (request_lines, header_lines, lengths, codings, chunks, bodies):
    part()
