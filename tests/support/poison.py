"""Record batches that a Kafka takes and librdkafka does not read, sent as no client sends them.

Only gzip: Kafka itself checks the others at its door.
"""

import gzip
import socket
import struct
import time

from support import record_batch

_GZIP = 1


def _batch(values: list[bytes], packed: bytes) -> bytes:
    return record_batch.batch(values, leader_epoch=-1, timestamp=int(time.time() * 1000),
                              codec=_GZIP, packed=packed)


def cut_within_a_record(values: list[bytes]) -> bytes:
    """A batch whose gzip has two members, the first of which ends within a record: librdkafka
    unpacks that one alone, and asks for the batch again and again."""
    raw = b"".join(record_batch.records(values))
    return _batch(values, gzip.compress(raw[:9]) + gzip.compress(raw[9:]))


def cut_between_records(values: list[bytes]) -> bytes:
    """A batch whose gzip has a member for each record: librdkafka reads the first record alone."""
    return _batch(values, b"".join(map(gzip.compress, record_batch.records(values))))


def empty_member_first(values: list[bytes]) -> bytes:
    """A batch whose gzip begins with a member of nothing: librdkafka ends the process."""
    raw = b"".join(record_batch.records(values))
    return _batch(values, gzip.compress(b"") + gzip.compress(raw))


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
