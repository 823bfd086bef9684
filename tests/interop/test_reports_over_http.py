"""Goal: pandas and DuckDB read the answers of named reports from a running `serve` by their
addresses alone, with the rows and types that they read from the same answers in files.

Method: random events with nulls, Unicode and every type; pandas' read_csv and read_parquet, and
DuckDB's extension httpfs, which asks for sizes and parts of files as object stores have them. What
they read is held against the file that `report` writes; then with an API key.
"""

import json
import random
import subprocess
import sys

import pandas
import pytest

ROWS = 5_000  # more than fits in one part that a reader asks for
CONFIG = """
reports:
  rows: {select: "_offset,user,price,ratio,good", order_by: _offset}
  spent: {sql: "SELECT user, count(*) AS n, sum(price) AS coins FROM events GROUP BY 1 ORDER BY 1"}
  days: {bucket: 1d, bucket_by: at, agg: "count,avg(ratio)"}
  cart: {select: "user,cart", where: "exists(cart)"}
"""
REPORTS = ("rows", "spent", "days", "cart")
NAMES = ("ann", "剣と盾", "Grüße, \"bob\"", "line\nbreak", "😀")

# Runs the statement that it is given, unless it is empty; then reads each query of standard input,
# a line each, and writes its types and rows. DuckDB is of the version that httpfs is packaged for,
# in a process of its own.
HTTPFS = """
import json, pathlib, sys
sys.path.insert(0, str(pathlib.Path(sys.prefix) / "duckdb-httpfs"))
import duckdb, duckdb_extension_httpfs
place = pathlib.Path(duckdb_extension_httpfs.__path__[0])
connection = duckdb.connect()
(extension,) = place.glob("extensions/*/httpfs.duckdb_extension")
connection.sql(f"LOAD '{extension}'")
if sys.argv[1]:
    connection.execute(sys.argv[1])
for query in sys.stdin:
    types = [str(each) for each in connection.sql(query).types]
    texts = connection.sql(f"SELECT CAST(COLUMNS(*) AS VARCHAR) FROM ({query})")
    print(json.dumps([types, texts.fetchall()]))
"""


def httpfs(*queries: str, before: str = "") -> list:
    """[types, rows] of each query, after the statement `before`."""
    done = subprocess.run([sys.executable, "-c", HTTPFS, before], input="\n".join(queries),
                          text=True, capture_output=True, timeout=120)
    assert done.returncode == 0, done.stderr
    return [json.loads(line) for line in done.stdout.splitlines()]


@pytest.fixture
def topic(embedded):
    return embedded.create_topic(f"http-{random.SystemRandom().getrandbits(48):x}")


@pytest.fixture
def filled(embedded, topic, gamevents, tmp_path):
    """A configuration with reports over random events."""
    (tmp_path / "gamevents.yaml").write_text(CONFIG)
    chance = random.Random(20_261_127)
    lines = []
    for i in range(ROWS):
        event = {"event_type": "purchase", "user": chance.choice(NAMES), "n": i,
                 "at": f"2026-03-{chance.randint(1, 28):02}T10:00:00Z"}
        for field, value in (("price", chance.randint(-9, 10**12)), ("ratio", chance.random()),
                             ("good", chance.random() < 0.5), ("cart", {"items": [1, "a"]})):
            if chance.random() < 0.8:
                event[field] = value
        lines.append(json.dumps(event))
    gamevents("produce", input="\n".join(lines).encode())
    return gamevents


def in_a_file(gamevents, tmp_path, name, form) -> str:
    path = tmp_path / f"{name}.{form}"
    path.write_bytes(gamevents("report", name, "--format", form).stdout)
    return str(path)


@pytest.mark.parametrize("name", REPORTS)
def test_pandas_reads_an_address(filled, serve, tmp_path, name):
    url = f"{serve().url}/reports/{name}"
    for form, read in (("csv", pandas.read_csv), ("parquet", pandas.read_parquet),
                       ("ndjson", lambda at: pandas.read_json(at, lines=True))):
        read_there = read(f"{url}.{form}")
        assert len(read_there) > 0
        pandas.testing.assert_frame_equal(
            read_there, read(in_a_file(filled, tmp_path, name, form)))


@pytest.mark.parametrize("name", REPORTS)
def test_duckdb_reads_an_address(filled, serve, tmp_path, name):
    url = f"{serve().url}/reports/{name}"
    forms = {"csv": "read_csv", "parquet": "read_parquet", "ndjson": "read_json"}
    there = httpfs(*(f"FROM {read}('{url}.{form}')" for form, read in forms.items()))
    here = httpfs(*(f"FROM {read}('{in_a_file(filled, tmp_path, name, form)}')"
                    for form, read in forms.items()))
    assert there == here
    assert len(there) == len(forms) and all(rows for _, rows in there)


def test_duckdb_joins_an_address_with_a_file(filled, serve, tmp_path):
    url = f"{serve().url}/reports/spent.parquet"
    rows = in_a_file(filled, tmp_path, "rows", "parquet")
    ((_, joined),) = httpfs(
        f"SELECT count(*), sum(n = (SELECT count(*) FROM '{rows}' r WHERE r.user = s.user))"
        f" FROM '{url}' s")
    assert joined == [[str(len(NAMES)), str(len(NAMES))]]


def test_duckdb_shows_a_key(filled, serve, gamevents):
    key = gamevents("--set", "serve.api_keys_file=keys", "keys", "add", "notebook", "--scope",
                    "read").stdout.decode().strip()
    url = f"{serve('--set', 'serve.api_keys_file=keys').url}/reports/spent.csv"
    secret = f"CREATE SECRET (TYPE http, BEARER_TOKEN '{key}')"
    ((_, rows),) = httpfs(f"FROM read_csv('{url}')", before=secret)
    assert len(rows) == len(NAMES)
    frame = pandas.read_csv(url, storage_options={"Authorization": f"Bearer {key}"})
    assert len(frame) == len(NAMES)
    with pytest.raises(AssertionError, match="HTTP GET error"):
        httpfs(f"FROM read_csv('{url}')")
