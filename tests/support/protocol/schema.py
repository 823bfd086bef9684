"""Kafka's messages as its own schemas tell of them: the JSON files in kafka-clients' jar.

A message's values are a dictionary by field names in snake case: `ThrottleTimeMs` is
`throttle_time_ms`. What a request leaves out has its default value.
"""

import dataclasses
import functools
import json
import re
import uuid
import zipfile

from support import paths
from support.protocol import wire

FOREVER = 1 << 15
NO_UUID = uuid.UUID(int=0)
LENGTHS = {"string": "int16", "bytes": "int32", "records": "int32"}


@dataclasses.dataclass(frozen=True)
class Versions:
    """What a schema writes as "0-4", "3+", "7" or "none"."""
    first: int = 0
    last: int = -1

    @staticmethod
    def parse(text: str) -> "Versions":
        if text == "none":
            return Versions()
        if text.endswith("+"):
            return Versions(int(text[:-1]), FOREVER)
        first, _, last = text.partition("-")
        return Versions(int(first), int(last or first))

    def __contains__(self, version: int) -> bool:
        return self.first <= version <= self.last


NEVER = Versions()


@dataclasses.dataclass(frozen=True)
class Field:
    """One field; `kind` is without the [] of an array, and `struct` has a structure's fields."""
    name: str
    kind: str
    is_array: bool
    versions: Versions
    nullable: Versions
    tagged: Versions
    tag: int
    flexible: Versions
    struct: tuple
    default: object

    def is_compact(self, version: int) -> bool:
        return version in self.flexible

    def empty(self):
        """What the field has when nobody sets it."""
        if self.is_array or self.struct or self.kind in ("bytes", "records"):
            if self.default == "null":
                return None
            return [] if self.is_array else {} if self.struct else b""
        if self.kind == "string":
            return None if self.default == "null" else self.default or ""
        if self.kind == "uuid":
            return NO_UUID
        if self.kind == "bool":
            return self.default in (True, "true")
        return float(self.default or 0) if self.kind == "float64" else int(
            str(self.default or 0), 0)


@dataclasses.dataclass(frozen=True)
class Message:
    """A request, a response, a header or a structure."""
    name: str
    api_key: int | None
    valid: Versions
    flexible: Versions
    fields: tuple


def snake_case(name: str) -> str:
    return re.sub(r"(?<=[a-z0-9])(?=[A-Z])", "_", name).lower()


def _fields(described: list, common: dict, flexible: Versions) -> tuple:
    return tuple(_field(one, common, flexible) for one in described)


def _field(described: dict, common: dict, flexible: Versions) -> Field:
    is_array = described["type"].startswith("[]")
    kind = described["type"].removeprefix("[]")
    struct = described.get("fields") or common.get(kind) or ()
    own = described.get("flexibleVersions")
    return Field(
        name=snake_case(described["name"]), kind=kind, is_array=is_array,
        versions=Versions.parse(described["versions"]),
        nullable=Versions.parse(described.get("nullableVersions", "none")),
        tagged=Versions.parse(described.get("taggedVersions", "none")),
        tag=described.get("tag", -1),
        flexible=Versions.parse(own) if own else flexible,
        struct=_fields(struct, common, flexible), default=described.get("default"))


@functools.cache
def _jar() -> zipfile.ZipFile:
    (found,) = (paths.interop() / "kafka").glob("kafka-clients-*.jar")
    return zipfile.ZipFile(found)


@functools.cache
def message(name: str) -> Message:
    """The schema of that name: "FetchRequest", "ResponseHeader", …"""
    text = _jar().read(f"common/message/{name}.json").decode()
    described = json.loads(re.sub(r"^\s*//.*$", "", text, flags=re.MULTILINE))
    flexible = Versions.parse(described["flexibleVersions"])
    common = {one["name"]: one["fields"] for one in described.get("commonStructs", [])}
    return Message(described["name"], described.get("apiKey"),
                   Versions.parse(described["validVersions"]), flexible,
                   _fields(described["fields"], common, flexible))


def encode(described: Message, version: int, values: dict) -> bytes:
    """The message's bytes. Fields that the version does not have are left out; a name that no
    version has is an error of the test."""
    writer = wire.Writer()
    _write_struct(writer, described.fields, described.flexible, version, values)
    return bytes(writer.content)


def _write_struct(writer, fields: tuple, flexible: Versions, version: int, values: dict) -> None:
    unknown = values.keys() - {field.name for field in fields}
    if unknown:
        raise KeyError(f"no field {', '.join(unknown)} among {[one.name for one in fields]}")
    tagged = {}
    for field in fields:
        if version not in field.versions:
            continue
        if version in field.tagged:
            if field.name in values:
                tagged[field.tag] = (field, values[field.name])
            continue
        _write(writer, field, version, values.get(field.name, field.empty()))
    if version in flexible:
        writer.unsigned_varint(len(tagged))
        for tag in sorted(tagged):
            inner = wire.Writer()
            _write(inner, tagged[tag][0], version, tagged[tag][1])
            writer.unsigned_varint(tag)
            writer.unsigned_varint(len(inner.content))
            writer.content += inner.content


def _write(writer, field: Field, version: int, value) -> None:
    if not field.is_array:
        _write_one(writer, field, version, value)
        return
    writer.length("int32", -1 if value is None else len(value), field.is_compact(version))
    for one in value or []:
        _write_one(writer, field, version, one)


def _write_one(writer, field: Field, version: int, value) -> None:
    if field.struct:
        if not field.is_array and version in field.nullable:
            writer.number("int8", -1 if value is None else 1)
        if value is not None:
            _write_struct(writer, field.struct, field.flexible, version, value)
    elif field.kind in LENGTHS:
        content = value.encode() if isinstance(value, str) else value
        writer.sized(LENGTHS[field.kind], content, field.is_compact(version))
    elif field.kind == "uuid":
        writer.uuid(value)
    else:
        writer.number(field.kind, value)


def decode(described: Message, version: int, content: bytes) -> dict:
    """The message's values. Raises wire.Malformed if the bytes are not exactly one message."""
    reader = wire.Reader(content)
    values = read(reader, described, version)
    reader.end()
    return values


def read(reader, described: Message, version: int) -> dict:
    """The same from the front of what `reader` has."""
    return _read_struct(reader, described.fields, described.flexible, version)


def _read_struct(reader, fields: tuple, flexible: Versions, version: int) -> dict:
    values = {}
    tagged = {}
    for field in fields:
        if version not in field.versions:
            continue
        if version in field.tagged:
            tagged[field.tag] = field
            values[field.name] = field.empty()
            continue
        values[field.name] = _read(reader, field, version)
    if version not in flexible:
        return values
    for _ in range(reader.unsigned_varint()):
        tag = reader.unsigned_varint()
        inner = wire.Reader(reader.take(reader.unsigned_varint()))
        if tag not in tagged:
            raise wire.Malformed(f"tag {tag} is in no schema")
        values[tagged[tag].name] = _read(inner, tagged[tag], version)
        inner.end()
    return values


def _read(reader, field: Field, version: int):
    if not field.is_array:
        return _read_one(reader, field, version)
    count = reader.length("int32", field.is_compact(version))
    return None if count == -1 else [_read_one(reader, field, version) for _ in range(count)]


def _read_one(reader, field: Field, version: int):
    if field.struct:
        if not field.is_array and version in field.nullable and reader.number("int8") < 0:
            return None
        return _read_struct(reader, field.struct, field.flexible, version)
    if field.kind in LENGTHS:
        content = reader.sized(LENGTHS[field.kind], field.is_compact(version))
        return content.decode() if field.kind == "string" and content is not None else content
    return reader.uuid() if field.kind == "uuid" else reader.number(field.kind)
