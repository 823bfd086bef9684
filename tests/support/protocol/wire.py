"""The numbers, texts and lengths that Kafka's messages are made of, as bytes and back."""

import struct
import uuid

NUMBERS = {"bool": ">?", "int8": ">b", "int16": ">h", "uint16": ">H", "int32": ">i",
           "uint32": ">I", "int64": ">q", "float64": ">d"}


class Malformed(ValueError):
    """Bytes that are not what the schema says."""


class Writer:
    """Appends to `content`. Lengths are compact, one more than they are, where `compact` is set."""

    def __init__(self):
        self.content = bytearray()

    def number(self, kind: str, value) -> None:
        self.content += struct.pack(NUMBERS[kind], value)

    def unsigned_varint(self, value: int) -> None:
        while value > 0x7F:
            self.content.append(value & 0x7F | 0x80)
            value >>= 7
        self.content.append(value)

    def length(self, kind: str, value: int, compact: bool) -> None:
        """Of what follows; -1 for null."""
        if compact:
            self.unsigned_varint(value + 1)
        else:
            self.number(kind, value)

    def sized(self, kind: str, value: bytes | None, compact: bool) -> None:
        self.length(kind, -1 if value is None else len(value), compact)
        self.content += value or b""

    def uuid(self, value: uuid.UUID) -> None:
        self.content += value.bytes


class Reader:
    """Takes from the front of `content`; every method raises Malformed at its end."""

    def __init__(self, content: bytes):
        self.content = content
        self.position = 0

    def take(self, count: int) -> bytes:
        taken = self.content[self.position:self.position + count]
        if count < 0 or len(taken) < count:
            raise Malformed(f"{count} bytes expected at {self.position} of {len(self.content)}")
        self.position += count
        return taken

    def number(self, kind: str):
        form = NUMBERS[kind]
        return struct.unpack(form, self.take(struct.calcsize(form)))[0]

    def unsigned_varint(self) -> int:
        value = shift = 0
        while (byte := self.take(1)[0]) > 0x7F:
            value |= (byte & 0x7F) << shift
            shift += 7
        return value | byte << shift

    def length(self, kind: str, compact: bool) -> int:
        return self.unsigned_varint() - 1 if compact else self.number(kind)

    def sized(self, kind: str, compact: bool) -> bytes | None:
        count = self.length(kind, compact)
        return None if count == -1 else self.take(count)

    def uuid(self) -> uuid.UUID:
        return uuid.UUID(bytes=self.take(16))

    def end(self) -> None:
        if self.position != len(self.content):
            raise Malformed(f"{len(self.content) - self.position} bytes too many")
