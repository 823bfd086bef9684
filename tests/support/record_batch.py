"""Record batches as bytes, for tests that put them into a log's file or send them themselves."""

import struct

POLYNOMIAL = 0x82F63B78  # CRC-32C, reflected.


def crc32c(data: bytes) -> int:
    value = 0xFFFFFFFF
    for byte in data:
        value ^= byte
        for _ in range(8):
            value = (value >> 1) ^ (POLYNOMIAL if value & 1 else 0)
    return value ^ 0xFFFFFFFF


def varint(number: int) -> bytes:
    """Zigzag, least significant group first."""
    rest = (number << 1) ^ (number >> 63)
    out = bytearray()
    while rest > 0x7F:
        out.append(rest & 0x7F | 0x80)
        rest >>= 7
    return bytes([*out, rest])


def records(values: list[bytes]) -> list[bytes]:
    """Records without keys, as they stand in a batch."""
    made = []
    for number, value in enumerate(values):
        body = (b"\0" + varint(0) + varint(number) + varint(-1) + varint(len(value)) + value
                + varint(0))
        made.append(varint(len(body)) + body)
    return made


def batch(values: list[bytes], *, base_offset: int = 0, leader_epoch: int = 0,
          timestamp: int = 0, codec: int = 0, packed: bytes | None = None) -> bytes:
    """A RecordBatch v2 of records without keys; `packed`: the records as `codec` has them."""
    content = b"".join(records(values)) if packed is None else packed
    checked = struct.pack(">hiqqqhii", codec, len(values) - 1, timestamp, timestamp, -1, -1, -1,
                          len(values)) + content
    return struct.pack(">qiibI", base_offset, len(checked) + 9, leader_epoch, 2,
                       crc32c(checked)) + checked
