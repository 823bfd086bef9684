"""Goal: pandas, Polars, DuckDB, pyarrow and Spark read the same rows from our Parquet files, with
the types of docs/report.md, and these are the rows that were asked for.

Method: topics of random events (every type, nulls, Unicode, mixed columns), large and empty
answers, and records of every shape, written by report, state and consume. What each file must hold
is worked out here from what was sent; each reader's rows are compared value by value, with types.
"""

import base64
import datetime
import json
import random
import uuid

import duckdb
import pandas
import polars
import pyarrow
import pyarrow.parquet
import pytest
from confluent_kafka import Producer
from support import embedded, program
from support import spark as spark_session

pytestmark = pytest.mark.timeout(600)

SEED = 20_261_127
SCHEMAS = 14
DAY_MS = 86_400_000
START_MS = 1_767_571_200_000  # 2026-01-05T00:00:00Z
UTC = datetime.timezone.utc


# ---- What a file must hold: values are None, bool, int, float, str, bytes, ("time", ms),
# ("day", ISO date) and ("json", value).

class Expected:
    def __init__(self, names, types, rows):
        self.names, self.types, self.rows = list(names), list(types), rows


TEXTS = ["", "a", "剣と盾", "Grüße", "😀" * 5, "line\nbreak", "nul\u0000byte", "=1+1", "\u0085", "null"]
MAKERS = {
    "boolean": lambda r: r.random() < 0.5,
    "small": lambda r: r.randrange(-5, 5),
    "long": lambda r: r.choice([2**63 - 1, -2**63, r.randrange(-2**63, 2**63)]),
    "digits": lambda r: r.choice([2**63, -2**64, 7, 10**30]),
    "double": lambda r: r.choice([0.5, -0.0, 1e300, 5e-324, 3.25, r.random()]),
    "number": lambda r: r.choice([1, -2**53, 0.25, 1e20]),
    "wide number": lambda r: r.choice([2**53 + 1, 0.25]),
    "text": lambda r: r.choice(TEXTS),
    "own text": lambda r: str(uuid.UUID(int=r.getrandbits(128))),
    "long text": lambda r: r.choice("xyzé") * r.randrange(1, 3_000),
    "object": lambda r: {"a": r.randrange(9), "ü": [r.choice(TEXTS), None]},
    "array": lambda r: [r.randrange(3)] * r.randrange(4),
    "mixed": lambda r: r.choice([1, "1", True, 2.5, {"a": []}, [1], 2**70, ""]),
    "nothing": lambda r: None,
}


def kind_of(value) -> str:
    if isinstance(value, bool):
        return "boolean"
    if isinstance(value, int):
        if abs(value) <= 2**53:
            return "whole"
        return "long" if -2**63 <= value < 2**63 else "digits"
    return {float: "double", str: "text", dict: "json", list: "json"}[type(value)]


def column_of(values):
    """The type that the column must have, by the table of docs/report.md, and its values."""
    kinds = {kind_of(value) for value in values if value is not None}
    for allowed, type_ in (({"boolean"}, "boolean"), ({"whole", "long"}, "int64"),
                           ({"whole", "double"}, "double"), ({"text"}, "string")):
        if kinds and kinds <= allowed:
            made = float if type_ == "double" else (lambda value: value)
            return type_, [None if value is None else made(value) for value in values]
    if kinds <= {"whole", "long", "digits"}:  # without any value, too
        return "string", [None if value is None else str(value) for value in values]
    return "json", [None if value is None else ("json", value) for value in values]


def expected_of(columns: dict) -> Expected:
    made = {name: column_of(values) for name, values in columns.items()}
    rows = list(zip(*(values for _, values in made.values())))
    return Expected(made, [type_ for type_, _ in made.values()], rows)


def random_events(seed: int):
    """Events with random columns, and what a file of them must hold."""
    r = random.Random(seed)
    names = [f"{kind} {i}" for i, kind in enumerate(r.choices(list(MAKERS), k=r.randrange(1, 9)))]
    if seed % 5 == 0:
        names = [f"{kind} {i}" for i, kind in enumerate(MAKERS)]
    nulls = r.choice([0, 0.1, 0.9])
    columns: dict = {name: [] for name in names}
    events = []
    for _ in range(r.choice([1, 3, 400, 900])):
        event = {}
        for name in names:
            value = MAKERS[name.rsplit(" ", 1)[0]](r)
            if r.random() < nulls:
                value = None
            if value is not None or r.random() < 0.5:
                event[name] = value
            columns[name].append(value)
        events.append(event)
    return events, expected_of(columns)


# ---- The files

class Files:
    """The files that the program wrote, by name, with what they must hold."""

    def __init__(self, broker, folder):
        self.broker, self.folder = broker, folder
        self.paths: dict = {}
        self.expected: dict = {}

    def topic(self, records, partitions=1) -> str:
        name = f"parquet-{uuid.uuid4()}"
        self.broker.create_topic(name, partitions)
        producer = Producer({"bootstrap.servers": self.broker.brokers, "linger.ms": 5})
        refused = []
        for record in records:
            producer.produce(name, **record,
                             on_delivery=lambda error, _: refused.append(error) if error else None)
            producer.poll(0)
        assert producer.flush(60) == 0 and not refused, refused[:3]
        return name

    def write(self, name, topic, args, expected, env=None) -> None:
        done = program.run([*args, "--topic", topic], home=self.folder,
                           brokers=self.broker.brokers, env=env)
        self.paths[name] = self.folder / f"{len(self.paths)}.parquet"
        self.paths[name].write_bytes(done.stdout)
        self.expected[name] = expected


def as_record(event, at=START_MS, partition=0) -> dict:
    value = json.dumps(event, ensure_ascii=False, separators=(",", ":")).encode()
    return {"value": value, "timestamp": at, "partition": partition}


def report(*args) -> list:
    return ["report", *args, "--format", "parquet"]


@pytest.fixture(scope="module")
def files(tmp_path_factory):
    """Written over a broker that keeps records of any age."""
    broker = embedded.Embedded(tmp_path_factory.mktemp("broker"))
    broker.start("--set", "embedded.retention_age=0")
    try:
        made = Files(broker, tmp_path_factory.mktemp("parquet"))
        write_random(made)
        write_answers(made)
        write_records(made)
    finally:
        broker.kill()
    return made


def write_random(files) -> None:
    for i in range(SCHEMAS):
        events, expected = random_events(SEED + i)
        selected = ",".join(f'"{name}"' for name in expected.names)
        topic = files.topic([as_record(event) for event in events])
        files.write(f"random schema {i}", topic, report("--select", selected), expected)


def write_answers(files) -> None:
    hour = DAY_MS // 24
    events = [({"user": f"u{i % 3}", "n": i}, START_MS + i * 7 * hour) for i in range(40)]
    topic = files.topic([as_record(event, at) for event, at in events])

    def counts(start):
        found: dict = {}
        for _, at in events:
            found[start(at)] = found.get(start(at), 0) + 1
        return sorted(found.items())

    # In Tokyo, nine hours ahead, a day is another one.
    days = counts(lambda at: datetime.datetime.fromtimestamp(at / 1000 + 9 * 3600, UTC).date())
    files.write("days", topic, report("--bucket", "1d", "--tz", "Asia/Tokyo"),
                Expected(["bucket", "count"], ["date", "int64"],
                         [(("day", str(day)), count) for day, count in days]))
    hours = counts(lambda at: at // (6 * hour) * (6 * hour))
    files.write("hours", topic, report("--bucket", "6h"),
                Expected(["bucket", "count"], ["time", "int64"],
                         [(("time", at), count) for at, count in hours]))
    files.write("averages", topic, report("--group-by", "user", "--agg", "avg(n)", "--order-by",
                                          "user"),
                Expected(["user", "avg(n)"], ["string", "double"],
                         [("u0", 19.5), ("u1", 19.0), ("u2", 20.0)]))
    files.write("one column, no rows", topic, report("--select", "n", "--where", "n < 0"),
                Expected(["n"], ["string"], []))
    files.write("groups of nothing", topic, report("--bucket", "1d", "--where", "n < 0"),
                Expected(["bucket", "count"], ["date", "int64"], []))
    files.write("sql", topic, report("--sql", "SELECT x'00FF' AS b, NULL AS none, n / 2.0 AS h "
                                     "FROM events WHERE n < 2 ORDER BY n"),
                Expected(["b", "none", "h"], ["bytes", "string", "double"],
                         [(b"\x00\xff", None, 0.0), (b"\x00\xff", None, 0.5)]))
    # Several row groups; and more than is held, so that the types come from another pass.
    rows = 300_000
    files.write("row groups", topic,
                report("--sql", "WITH RECURSIVE c(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM c "
                                f"WHERE i < {rows}) SELECT i, i % 7 = 0 AS s, 'u' || (i % 1000) "
                                f"AS t, CASE WHEN i = {rows} THEN 'last' ELSE i END AS m FROM c"),
                Expected(["i", "s", "t", "m"], ["int64", "int64", "string", "json"],
                         [(i, int(i % 7 == 0), f"u{i % 1000}",
                           ("json", "last" if i == rows else i)) for i in range(1, rows + 1)]))


def write_records(files) -> None:
    odd = [{"value": b"{}", "key": b"\xff\x00", "partition": 0, "timestamp": START_MS,
            "headers": [("trace", b"1"), ("trace", None), ("raw", b"\xfe")]},
           {"value": None, "key": "ü".encode(), "partition": 0, "timestamp": START_MS + 1},
           {"value": b"not JSON", "key": None, "partition": 0, "timestamp": START_MS + 2},
           {"value": b"", "key": b"", "partition": 0, "timestamp": START_MS + 3}]
    headers = [[{"name": "trace", "value": "1"}, {"name": "trace", "value": None},
                {"name": "raw", "value": {"base64": base64.b64encode(b"\xfe").decode()}}],
               [], [], []]
    names = ["topic", "partition", "offset", "timestamp", "timestamp_type", "key", "value",
             "headers"]

    def expected(topic, records, types, value, key):
        rows = [(topic, 0, i, ("time", record["timestamp"]), "create", key(record.get("key")),
                 value(record["value"]), ("json", headers[i] if records is odd else []))
                for i, record in enumerate(records)]
        return Expected(names, ["string", "int64", "int64", "time", "string", *types, "json"], rows)

    def same(bytes_):
        return bytes_

    def text(bytes_):
        return None if bytes_ is None else bytes_.decode()

    topic = files.topic(odd)
    files.write("odd records", topic, ["consume", "--from-beginning", "--output", "parquet"],
                expected(topic, odd, ["bytes", "string"], text, same))
    events = [as_record({"n": i, "s": "剣"}, START_MS + i) | {"key": b"k"} for i in range(50)]
    topic = files.topic(events)
    files.write("events", topic, ["consume", "-o", "0:", "--format", "parquet"],
                expected(topic, events, ["string", "json"],
                         lambda bytes_: ("json", json.loads(bytes_)), text))
    whole = files.expected["events"]
    files.write("chosen events", topic, ["consume", "-o", "0:", "--output", "parquet", "--where",
                                         "n >= 47"],
                Expected(whole.names, whole.types, whole.rows[47:]))
    files.write("no records", topic, ["consume", "-o", "0:", "--output", "parquet", "--where",
                                      "n < 0"],
                Expected(whole.names, whole.types, []))


# ---- The readers: each gives the columns' names and rows of Python's values

def plain(value):
    """A reader's value as Expected has it, a JSON text still a text."""
    if isinstance(value, datetime.datetime):
        assert value.utcoffset() in (None, datetime.timedelta())
        return ("time", round(value.replace(tzinfo=UTC).timestamp() * 1000))
    if isinstance(value, datetime.date):
        return ("day", value.isoformat())
    return value


def by_pyarrow(path):
    table = pyarrow.parquet.read_table(path)
    return table.schema.names, [column.to_pylist() for column in table.columns]


def by_pandas(path):
    frame = pandas.read_parquet(path, dtype_backend="pyarrow")
    return list(frame.columns), [
        [None if value is pandas.NA or value is pandas.NaT or value is None else
         value.to_pydatetime() if isinstance(value, pandas.Timestamp) else value
         for value in frame[name]] for name in frame.columns]


def by_polars(path):
    frame = polars.read_parquet(path)
    return frame.columns, [column.to_list() for column in frame.get_columns()]


def by_duckdb(path):
    with duckdb.connect() as connection:
        described = connection.execute("DESCRIBE SELECT * FROM read_parquet(?)", [str(path)])
        names, columns = [], []
        for name, type_, *_ in described.fetchall():
            quoted = '"' + name.replace('"', '""') + '"'
            # Its own moments need another package to become Python's.
            is_time = type_ == "TIMESTAMP WITH TIME ZONE"
            what = f"epoch_ms({quoted})" if is_time else quoted
            found = connection.execute(f"SELECT {what} FROM read_parquet(?)", [str(path)])
            values = [value for value, in found.fetchall()]
            names.append(name)
            columns.append([None if value is None else ("time", value) for value in values]
                           if is_time else values)
    return names, columns


SPARK_SCRIPT = """
import base64, datetime, json
def told(value):
    if isinstance(value, datetime.datetime):
        return ["time", round(value.replace(tzinfo=datetime.timezone.utc).timestamp() * 1000)]
    if isinstance(value, datetime.date):
        return ["day", value.isoformat()]
    if isinstance(value, (bytes, bytearray)):
        return ["bytes", base64.b64encode(value).decode()]
    return value
for path in sys.argv[1:]:
    frame = spark.read.parquet(path)
    rows = frame.collect()
    print(json.dumps([frame.columns, [[told(row[i]) for row in rows]
                                      for i in range(len(frame.columns))]]))
"""


@pytest.fixture(scope="module")
def by_spark(files):
    """Reads all files in one session."""
    import os
    os.environ["TZ"] = "UTC"  # PySpark gives moments on the clock of this
    done = spark_session.run(SPARK_SCRIPT, *files.paths.values(), timeout=500)
    answers = dict(zip(files.paths.values(), map(json.loads, done.stdout.splitlines())))

    def back(value):
        if not isinstance(value, list):
            return value
        return base64.b64decode(value[1]) if value[0] == "bytes" else tuple(value)

    def read(path):
        names, columns = answers[path]
        return names, [[back(value) for value in column] for column in columns]
    return read


READERS = {"pyarrow": by_pyarrow, "pandas": by_pandas, "polars": by_polars, "duckdb": by_duckdb,
           "spark": None}


def same(value, wanted) -> bool:
    if isinstance(wanted, tuple) and wanted[0] == "json":
        # Polars reads a JSON column as bytes.
        return isinstance(value, (str, bytes)) and typed(json.loads(value)) == typed(wanted[1])
    return type(value) is type(wanted) and repr(value) == repr(wanted)


def typed(value) -> str:
    """JSON in one form: 1, 1.0 and true stay apart."""
    return json.dumps(value, sort_keys=True)


@pytest.mark.parametrize("reader", READERS)
def test_a_reader_gives_the_rows(files, reader, request):
    read = READERS[reader] or request.getfixturevalue("by_spark")
    for name, path in files.paths.items():
        expected = files.expected[name]
        names, columns = read(path)
        assert names == expected.names, name
        rows = list(zip(*([plain(value) for value in column] for column in columns)))
        assert len(rows) == len(expected.rows), name
        for number, (row, wanted) in enumerate(zip(rows, expected.rows)):
            assert all(map(same, row, wanted)), (name, number, row, wanted)
    assert len(files.paths) == SCHEMAS + 11


ARROW_TYPES = {"boolean": "bool", "int64": "int64", "double": "double", "string": "string",
               "bytes": "binary", "time": "timestamp[ms, tz=UTC]", "date": "date32[day]"}


def test_the_types_are_those_of_the_docs(files):
    for name, path in files.paths.items():
        schema = pyarrow.parquet.ParquetFile(path).schema
        for i, type_ in enumerate(files.expected[name].types):
            column = schema.column(i)
            if type_ == "json":
                assert str(column.logical_type) == "JSON", (name, column)
            else:
                arrow = schema.to_arrow_schema().field(i).type
                assert str(arrow) == ARROW_TYPES[type_], (name, column.name)


def test_duckdb_knows_json_and_moments(files):
    with duckdb.connect() as connection:
        found = connection.execute("SELECT typeof(value), typeof(timestamp), max(value->>'n') "
                                   "FROM read_parquet(?) GROUP BY ALL",
                                   [str(files.paths["events"])]).fetchall()
        assert found == [("JSON", "TIMESTAMP WITH TIME ZONE", "9")]


def test_statistics_leave_out_what_cannot_match(files):
    path = files.paths["row groups"]
    metadata = pyarrow.parquet.ParquetFile(path).metadata
    assert metadata.num_row_groups >= 2
    groups = [metadata.row_group(i).column(0).statistics for i in range(metadata.num_row_groups)]
    assert [group.min for group in groups] == [1, *(group.max + 1 for group in groups[:-1])]
    assert groups[-1].max == 300_000 and all(group.null_count == 0 for group in groups)
    assert metadata.row_group(0).column(2).compression == "ZSTD"
    assert "RLE_DICTIONARY" in metadata.row_group(0).column(2).encodings
    assert "RLE_DICTIONARY" not in metadata.row_group(0).column(0).encodings
    assert metadata.created_by.startswith("gamevents version ")
    assert metadata.metadata[b"gamevents.topic"].startswith(b"parquet-")
    with duckdb.connect() as connection:
        for condition, count in (("i = 262145", 1), ("i > 299990", 10), ("t = 'u7'", 300)):
            found = connection.execute(f"SELECT count(*) FROM read_parquet(?) WHERE {condition}",
                                       [str(path)]).fetchone()
            assert found == (count,), condition
    found = polars.scan_parquet(path).filter(polars.col("i") == 262_145).collect()
    assert found.rows() == [(262_145, 0, "u145", b"262145")]
    assert pyarrow.parquet.read_table(path, filters=[("i", "==", 262_145)]).num_rows == 1
