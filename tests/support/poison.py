"""Record batches that a Kafka takes and librdkafka does not read, sent as no client sends them.

Only gzip: Kafka itself checks the others at its door.
"""

import gzip
import socket
import struct
import time


def _make_table() -> list[int]:
    table = []
    for byte in range(256):
        for _ in range(8):
            byte = (byte >> 1) ^ 0x82F63B78 if byte & 1 else byte >> 1
        table.append(byte)
    return table


_TABLE = _make_table()
_GZIP = 1


def _crc32c(data: bytes) -> int:
    crc = 0xFFFFFFFF
    for byte in data:
        crc = _TABLE[(crc ^ byte) & 255] ^ (crc >> 8)
    return crc ^ 0xFFFFFFFF


def _varint(number: int) -> bytes:
    zigzag = ((number << 1) ^ (number >> 63)) & (2**64 - 1)
    out = b""
    while zigzag > 127:
        out += bytes([zigzag & 127 | 128])
        zigzag >>= 7
    return out + bytes([zigzag])


def _record(index: int, value: bytes) -> bytes:
    body = (b"\0" + _varint(0) + _varint(index) + _varint(-1) + _varint(len(value)) + value
            + _varint(0))
    return _varint(len(body)) + body


def _batch(count: int, packed: bytes) -> bytes:
    now = int(time.time() * 1000)
    checked = struct.pack(">hiqqqhii", _GZIP, count - 1, now, now, -1, -1, -1, count) + packed
    return struct.pack(">qiibI", 0, len(checked) + 9, -1, 2, _crc32c(checked)) + checked


def cut_within_a_record(values: list[bytes]) -> bytes:
    """A batch whose gzip has two members, the first of which ends within a record: librdkafka
    unpacks that one alone, and asks for the batch again and again."""
    raw = b"".join(_record(index, value) for index, value in enumerate(values))
    return _batch(len(values), gzip.compress(raw[:9]) + gzip.compress(raw[9:]))


def cut_between_records(values: list[bytes]) -> bytes:
    """A batch whose gzip has a member for each record: librdkafka reads the first record alone."""
    members = (gzip.compress(_record(index, value)) for index, value in enumerate(values))
    return _batch(len(values), b"".join(members))


def empty_member_first(values: list[bytes]) -> bytes:
    """A batch whose gzip begins with a member of nothing: librdkafka ends the process."""
    raw = b"".join(_record(index, value) for index, value in enumerate(values))
    return _batch(len(values), gzip.compress(b"") + gzip.compress(raw))


def produce(brokers: str, topic: str, batch: bytes) -> int:
    """Sends `batch` to partition 0 with a Produce request of version 7; gives the error code."""
    host, port = brokers.split(":")
    name = topic.encode()
    body = (struct.pack(">hhih", 0, 7, 1, 6) + b"poison" + struct.pack(">hhii", -1, -1, 5000, 1)
            + struct.pack(">h", len(name)) + name + struct.pack(">iii", 1, 0, len(batch)) + batch)
    with socket.create_connection((host, int(port)), 10) as client:
        client.sendall(struct.pack(">i", len(body)) + body)
        answer = b""
        while len(answer) < 4 or len(answer) < 4 + struct.unpack(">i", answer[:4])[0]:
            part = client.recv(1 << 16)
            if not part:
                raise ConnectionError("the broker closed the connection")
            answer += part
    at = 8 + 4 + 2 + len(name) + 4 + 4
    return struct.unpack(">h", answer[at:at + 2])[0]
