"""The matrix's three topics, each from a fixed seed: `sales` is what a game sends, `odd` is what no
game should send, `broken` is one value for each way not to be an event."""

import dataclasses
import json
import random

START_MS = 1_740_823_200_000  # 2025-03-01T10:00:00Z: no broker takes times of the future
NONE = object()  # A field that is not there.


@dataclasses.dataclass(frozen=True)
class Record:
    """What is produced; its offset is what the broker gave it, which `fill` asserts."""
    partition: int
    offset: int
    timestamp: int  # milliseconds
    key: bytes | None
    value: bytes | None


class Topic:
    """Records by partition, in the order in which they are produced."""

    def __init__(self, name: str, partitions: int):
        self.name = name
        self.partitions = partitions
        self.records: list[Record] = []
        self._ends = [0] * partitions

    def add(self, partition: int, timestamp: int, key: bytes | None, value: bytes | None) -> None:
        self.records.append(Record(partition, self._ends[partition], timestamp, key, value))
        self._ends[partition] += 1


def encode(event: dict) -> bytes:
    """The event's JSON, without fields that are not there."""
    kept = {name: value for name, value in event.items() if value is not NONE}
    return json.dumps(kept, ensure_ascii=False, separators=(",", ":")).encode()


# ---- sales: fields of one type each, some missing, some null.

SALES = 24_000
ITEMS = ("sword", "shield", "potion", "axe", "bow", "helmet", "größtes Schwert")
TYPES = tuple(f"purchase_{item}" for item in ITEMS[:6]) + ("default", "join_a_guild", "log_in")
GUILDS = ("masadons", "勇者", "Ørn", "late night", NONE, None)


def rfc3339(ms: int) -> str:
    seconds, rest = divmod(ms - START_MS, 1000)
    day, second = divmod(seconds + 10 * 3600, 86_400)
    return (f"2025-03-{1 + day:02}T{second // 3600:02}:{second // 60 % 60:02}:{second % 60:02}."
            f"{rest:03}Z")


def sale(chance: random.Random, n: int, timestamp: int) -> dict:
    kind = TYPES[min(int(chance.expovariate(0.5)), len(TYPES) - 1)]
    price = round(chance.uniform(0, 500), 2) if chance.random() < 0.9 else chance.randrange(500)
    bought = kind.startswith("purchase")
    return {
        "n": n, "event_type": kind,
        "user": f"user{int(chance.paretovariate(1.2)) % 400}" if chance.random() < 0.97 else NONE,
        "remote ip": f"10.1.{n % 9}.{n % 23}",
        "item": chance.choice(ITEMS) if bought else NONE,
        "price": price if bought else chance.choice((NONE, None)),
        "quantity": 1 + n % 5 if bought else NONE,
        "level": chance.randrange(60),
        "score": chance.randrange(-2**40, 2**48),
        "gift": chance.choice((True, False, NONE)),
        "guild": chance.choice(GUILDS),
        "cart": {"total": price, "item name": chance.choice(ITEMS),
                 "owner": {"name": f"o{n % 17}", "rank": n % 4},
                 "items": [n % 3, n % 5]} if bought else NONE,
        "tags": [f"t{n % 3}"] if n % 4 else [],
        "received_at": rfc3339(timestamp - chance.randrange(90_000)),
        "sent_ms": timestamp - chance.randrange(3_600_000),
    }


def sales() -> Topic:
    """24,000 events over four partitions and about three days, times ascending."""
    chance = random.Random(20261124)
    topic = Topic("sales", 4)
    timestamp = START_MS
    for n in range(SALES):
        timestamp += chance.randrange(0, 22_000)
        event = sale(chance, n, timestamp)
        key = None if event["user"] is NONE else event["user"].encode()
        topic.add(chance.randrange(4), timestamp, key, encode(event))
    return topic


# ---- odd: one field has many types, numbers end where types do, texts are in every script.

ODD = 3_800
MIXED = (NONE, None, True, False, 0, 1, 5, -7, 5.0, 5.5, "5", "5.0", "true", "", "null", "größe",
         [], [1, 2], [[]], {}, {"a": 1}, {"a": {"b": None}}, 2**53 + 1)
BIG = (2**53 - 1, 2**53, 2**53 + 1, -(2**53) - 1, 2**63 - 1, -(2**63), 2**63, 2**64, 10**22, 1e308,
       -1e308, 1.7976931348623157e308, 5e-324, 2.2250738585072014e-308, 1e-7, 0.1, 0, 1, -1,
       123456789.12345679, NONE, None)
# Composed and not, scripts from right to left, joined emoji, beyond the first plane, no text at
# all, and each control character that can do harm.
TEXTS = ("é", "e\u0301", "勇者", "שלום", "مرحبا", "\U0001F468\u200d\U0001F469\u200d\U0001F467",
         "\U0001F5E1\ufe0f", "\U00020000", "ﬁ", "İi", "ß", "SS", "", " ", "  spaces  ", "a\u0000b",
         "\x1b[31mred", "\x7f\x85", "tab\there", "line\nbreak\r", "\u2028", "\u202eright",
         "it's", 'say "hi"', "back\\slash", "%_*?[", "x" * 5_000, "é" * 300, "Z", "a", NONE, None)
NAMES = ("with space", "a.b", "it's", 'say "hi"', "select", "名前", "tab\there", "$x", "a/b", "a~b")
TIMES = ("2025-03-01T10:00:30Z", "2025-03-01T12:00:30+02:00", "2025-03-01T10:01:59.999Z",
         START_MS + 61_000, START_MS, -1_500, 0, "1969-12-31T23:59:59Z", "yesterday", "", True,
         None, NONE, 1.5)
DEEP = ({}, {"a": {"b": {"c": 7}}}, {"a": {"b": {"c": "seven"}}}, {"a": {"b": 5}}, {"a": None},
        {"a": [{"b": 1}]}, {"x.y": {"z w": "there"}}, 5, "text", [], None, NONE,
        {"a": {"b": {"c": None}}})
# What all engines agree is no event. Those on which they do not are in `broken`.
MALFORMED = (b"42", b"-1.5e3", b"{broken", b'{"id":1,', b'{"id":"\xff\xfe"}', b"[1,2]", b"[]", b"",
             None, b"null", b"true", b'"text"', b'{"id":tru}', b"{'id':1}", b'{"id":01}',
             b'{"id" 1}', b'{"id":"a\nb"}', b"   ", b'{"id":1e}', b"\xed\xa0\x80", b"{id:1}",
             b'{"id":"\\x"}')


def odd_event(chance: random.Random, number: int) -> dict:
    """`id` is in every one; the order of the other fields differs from event to event."""
    fields = {
        "v": chance.choice(MIXED), "big": chance.choice(BIG), "text": chance.choice(TEXTS),
        "when": chance.choice(TIMES), "deep": chance.choice(DEEP),
        # Two thirds of the sums of these on their way do not fit a long; the last one does.
        "steep": 2**62 if number % 3 == 0 else -(2**61) + number,
        "huge": 2**63 - 1 - number if number % 2 else NONE,
        "cents": 0.1 if number % 7 else 1e16,
        "Case": number % 3 if number % 2 else NONE, "case": number % 5,
        "arr": chance.choice(([], [number], ["a", None, {"b": [number]}], NONE)),
    }
    fields |= {name: number % (2 + place) for place, name in enumerate(NAMES)
               if chance.random() < 0.5}
    names = list(fields)
    chance.shuffle(names)
    return {"id": number} | {name: fields[name] for name in names}


def odd() -> Topic:
    """3,800 events over three partitions, and 200 values that are none."""
    chance = random.Random(20261125)
    topic = Topic("odd", 3)
    malformed = [MALFORMED[index % len(MALFORMED)] for index in range(200)]
    places = set(chance.sample(range(ODD + len(malformed)), len(malformed)))
    number = 0
    for place in range(ODD + len(malformed)):
        if place in places:
            value = malformed.pop()
        else:
            value = encode(odd_event(chance, number))
            number += 1
        key = chance.choice((None, b"", b"key", "ключ".encode(), b"\xff"))
        topic.add(chance.randrange(3), START_MS + place * 1_000, key, value)
    return topic


# ---- broken: each value once; its record's offset is what a query names it by.

DEEPEST = 64  # The event itself is level 1; docs/report.md says so.
BROKEN = (
    b'{"id":1}', b' \t\r\n{"id":1}\n', b"{}", b'{"":1}', b'{"id":"\\u0000"}', b'{"id":1}{}',
    b'{"id":1} x', b'{"id":1,}', b'{"id":[1,]}', b'{"id":NaN}', b'{"id":Infinity}', b'{"id":1e999}',
    b'{"id":"\\ud800"}', b'{"id":"\\ud83d\\ude00"}', b'{"id":"\xc0\xaf"}', b'{"id":"\xed\xa0\x80"}',
    b'{"id":"\xf4\x90\x80\x80"}', b'\xef\xbb\xbf{"id":1}', b'{"id":.5}', b'{"id":5.}', b'{"id":+1}',
    b'{"id":-}', b'{"id":-0}', b'{/*c*/"id":1}', b'{"id":1}//c', b'{"id":"\x01"}', b"{'id':'1'}",
    b'{"id":"a\x00b"}', b'{"id":1,"id":2}', b'{"id":undefined}', b'{"id":0x10}', b'{"id":1_000}',
    b'{"id":' * DEEPEST + b"1" + b"}" * DEEPEST,
    b'{"id":' * (DEEPEST + 1) + b"1" + b"}" * (DEEPEST + 1),
    b'{"id":' + b"[" * (DEEPEST - 1) + b"]" * (DEEPEST - 1) + b"}", b"\x00", b'{"id":1}\x00',
)


def broken() -> Topic:
    topic = Topic("broken", 1)
    for index, value in enumerate(BROKEN):
        topic.add(0, START_MS + index, None, value)
    return topic
