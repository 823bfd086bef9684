"""Record batches that a Kafka takes and librdkafka does not read, sent as no client sends them.

Of those made here only gzip: Kafka itself checks the others at its door.
"""

import gzip
import socket
import struct
import time

from support import record_batch

_GZIP = 1
_IN_FLIGHT = 64


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
    return produce_all(brokers, topic, [batch])[0]


def produce_all(brokers: str, topic: str, batches: list[bytes]) -> list[int]:
    """The same of several, each in a request of its own, many of them in flight."""
    host, port = brokers.split(":")
    codes = []
    with (socket.create_connection((host, int(port)), 10) as client,
          client.makefile("rb") as answers):
        for first in range(0, len(batches), _IN_FLIGHT):
            sent = batches[first:first + _IN_FLIGHT]
            client.sendall(b"".join(_request(topic, batch) for batch in sent))
            codes += [_error_code(answers, topic) for _ in sent]
    return codes


def _request(topic: str, batch: bytes) -> bytes:
    name = topic.encode()
    body = (struct.pack(">hhih", 0, 7, 1, 6) + b"poison" + struct.pack(">hhii", -1, -1, 5000, 1)
            + struct.pack(">h", len(name)) + name + struct.pack(">iii", 1, 0, len(batch)) + batch)
    return struct.pack(">i", len(body)) + body


def _error_code(answers, topic: str) -> int:
    size = answers.read(4)
    if len(size) < 4:
        raise ConnectionError("the broker closed the connection")
    answer = answers.read(struct.unpack(">i", size)[0])
    at = 4 + 4 + 2 + len(topic.encode()) + 4 + 4
    return struct.unpack(">h", answer[at:at + 2])[0]
