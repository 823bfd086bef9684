"""Goal: a batch that the embedded broker acknowledges is read back the same by everyone; one that
somebody does not read is refused.

Method: batches of all codecs, packed as every library may do it, cut into members and frames,
emptied, cut short and padded, always the same ones; then `consume`, `report` from the segments and
Kafka's own console consumer each read the whole topic. GAMEVENTS_CASES is how many batches
(20,000 for a long run).
"""

import collections
import json
import os
import time

import pytest
from support import packed, poison, record_batch

CASES = int(os.environ.get("GAMEVENTS_CASES", "400"))
READ_S = 60 + CASES // 50
SEED = 20_261_126
INVALID_RECORD, CORRUPT_MESSAGE = 87, 2  # Kafka's error codes
REFUSED = (INVALID_RECORD, CORRUPT_MESSAGE)
pytestmark = pytest.mark.timeout(4 * READ_S)


def draw_values(packer: packed.Packer, case: int) -> list[bytes]:
    """One to five events that say where they are from."""
    values = []
    for place in range(packer.random.randint(1, 5)):
        fill = packer.random.choice("abcdefg") * packer.random.randint(0, 200)
        if packer.chance(8):
            fill = packer.random.randbytes(packer.random.randint(1, 3000)).hex()
        values.append(json.dumps({"case": case, "place": place, "fill": fill}).encode())
    return values


def draw(packer: packed.Packer, case: int) -> tuple[int, str, list[bytes], bytes]:
    """A batch, its codec, whether it is "whole", in "pieces" or "damaged", and its values."""
    codec = packer.random.randrange(5)
    values = draw_values(packer, case)
    plain = b"".join(record_batch.records(values))
    kind = packer.random.choice(["whole", "pieces", "damaged", "damaged"])
    content = packer.one(codec, plain) if kind == "whole" else packer.pieces(codec, plain)
    if kind == "damaged":
        before, content = content, packer.damaged(content)
        kind = "damaged" if content != before else "pieces"
    return codec, kind, values, record_batch.batch(
        values, leader_epoch=-1, timestamp=int(time.time() * 1000), codec=codec, packed=content)


def by_offset(lines: bytes, separator: bytes, prefix: bytes = b"") -> dict[int, bytes]:
    """The values of lines of an offset and a value."""
    found = {}
    for line in lines.splitlines():
        offset, value = line.removeprefix(prefix).split(separator, 1)
        assert int(offset) not in found
        found[int(offset)] = value
    return found


def read_by_report(gamevents, broker, topic) -> dict[int, bytes]:
    """The events, as far as they are some."""
    done = gamevents("report", "--source", "segments", "--sql",
                     "select offset, _json from events order by 1", "--format", "ndjson",
                     "--limit", 10 * CASES, brokers="embedded", topic=topic, timeout=READ_S,
                     env={"GAMEVENTS_EMBEDDED_DATA_DIR": str(broker.data_dir)})
    rows = map(json.loads, done.stdout.splitlines())
    return {row["offset"]: row["_json"].encode() for row in rows}


def read_by_kafka(broker, topic, count) -> dict[int, bytes]:
    done = broker.tool("ConsoleConsumer", "--topic", topic, "--from-beginning", "--max-messages",
                       count, "--timeout-ms", 30_000, "--formatter-property", "print.offset=true",
                       timeout=READ_S)
    return by_offset(done.stdout, b"\t", b"Offset:")


def test_what_is_acknowledged_everyone_reads_the_same(own_embedded, gamevents):
    packer = packed.Packer(SEED)
    drawn = [draw(packer, case) for case in range(CASES)]
    topic = own_embedded.create_topic("packed")
    begin = time.monotonic()
    codes = poison.produce_all(own_embedded.brokers, topic, [batch for *_, batch in drawn])
    seconds = {"produce": time.monotonic() - begin}
    fates, stored, end = collections.Counter(), {}, 0
    for (codec, kind, values, _), code in zip(drawn, codes, strict=True):
        name = f"{packed.NAMES[codec]} {kind}"
        assert code == 0 or code in REFUSED, name
        assert code == 0 or kind != "whole", name
        fates[f"{name} {'refused' if code else 'acknowledged'}"] += 1
        if code == 0 and kind != "damaged":
            stored |= {end + place: value for place, value in enumerate(values)}
        end += 0 if code else len(values)

    readers = {
        "consume": lambda: by_offset(gamevents(
            "consume", "--from-beginning", "--output", "%o %s\\n", brokers=own_embedded.brokers,
            topic=topic, timeout=READ_S).stdout, b" "),
        "report": lambda: read_by_report(gamevents, own_embedded, topic),
        "kafka-console-consumer": lambda: read_by_kafka(own_embedded, topic, end)}
    read = {}
    for reader, reads in readers.items():
        begin = time.monotonic()
        read[reader] = reads()
        seconds[reader] = time.monotonic() - begin
    print({reader: round(each, 1) for reader, each in seconds.items()}, end, "records")
    print(*(f"{name}: {count}" for name, count in sorted(fates.items())), sep="\n")

    everything = read["consume"]
    assert list(everything) == list(range(end))
    assert list(read["kafka-console-consumer"].items()) == list(everything.items())
    # What damage made of a record need not be an event.
    assert read["report"].items() <= everything.items()
    for reader in readers:
        assert stored.items() <= read[reader].items(), reader
    for name in packed.NAMES:
        assert fates[f"{name} whole acknowledged"] > 0
        assert fates[f"{name} damaged refused"] > 0
    # Nobody's batch in pieces is refused that everyone reads.
    assert fates["zstd pieces acknowledged"] > 0
    assert fates["snappy pieces acknowledged"] > 0
