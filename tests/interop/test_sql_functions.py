"""Goal: the functions that `report --sql` adds to SQLite's answer as DuckDB's do, and `--agg` with
them.

Method: random events of groups with many values, with one, with none but nulls and texts; each
function over all, by group and over windows, beside DuckDB over the same rows. A time is compared
as a moment, on the clocks of four zones.
"""

import datetime
import json
import math
import random

import duckdb
import pytest
from support import program

TOPIC = "sql-functions"
EVENTS = 900
UTC = datetime.timezone.utc
ZONES = ["UTC", "Europe/Berlin", "America/New_York", "Asia/Kathmandu"]
CLOSE = 1e-9


def make_events():
    chance = random.Random(1911)
    start = datetime.datetime(2026, 3, 20, tzinfo=UTC)
    events = []
    for n in range(EVENTS):
        group = chance.choice(["many", "some", "fractions", "empty", "same"])
        x = {"many": chance.randrange(-50, 50), "some": chance.choice([None, 7, 8.5]),
             "fractions": chance.gauss(1e6, 3), "empty": None, "same": 4}[group]
        at = start + datetime.timedelta(seconds=chance.randrange(20 * 86_400),
                                        milliseconds=chance.randrange(1000))
        events.append({"n": n, "g": group, "x": x, "word": chance.choice("abcde") * 3,
                       "event_time": at.strftime("%Y-%m-%dT%H:%M:%S.%f")[:-3] + "Z"})
    # A day of 25 hours in Berlin. In the hour that it shows twice DuckDB's hour begins after the
    # event; test_time_zones.py has that hour.
    events.append({"n": EVENTS, "g": "one", "x": 3.25, "word": "only",
                   "event_time": "2026-10-25T03:30:00.000Z"})
    return events


@pytest.fixture(scope="module")
def topic(embedded, tmp_path_factory):
    embedded.create_topic(TOPIC, 1)
    lines = b"".join(json.dumps(event).encode() + b"\n" for event in make_events())
    program.run(["produce"],
                home=tmp_path_factory.mktemp("sql-functions"),
                brokers=embedded.brokers, topic=TOPIC, input=lines)
    return embedded


@pytest.fixture(scope="module")
def duck():
    connection = duckdb.connect()
    connection.execute("SET TimeZone = 'UTC'")
    connection.execute("CREATE TABLE events(n BIGINT, g VARCHAR, x DOUBLE, word VARCHAR,"
                       " t TIMESTAMPTZ)")
    connection.executemany("INSERT INTO events VALUES (?, ?, ?, ?, ?)",
                           [[e["n"], e["g"], e["x"], e["word"], e["event_time"]]
                            for e in make_events()])
    return connection


@pytest.fixture
def report(topic, tmp_path):
    def ask(*flags, check=True):
        return program.run(["report", "--set", f"embedded.data_dir={topic.data_dir}", *flags],
                           home=tmp_path, brokers="embedded", topic=TOPIC, check=check)
    return ask


@pytest.fixture
def rows(report):
    def ask(statement, *flags):
        answer = report("--sql", statement, "--format", "ndjson", *flags)
        return [tuple(json.loads(line).values()) for line in answer.stdout.splitlines()]
    return ask


def near(ours, theirs):
    if isinstance(theirs, float) and ours is not None:
        return math.isclose(ours, theirs, rel_tol=CLOSE, abs_tol=CLOSE)
    return ours == theirs


def assert_same(ours, theirs):
    assert len(ours) == len(theirs)
    for mine, other in zip(ours, theirs, strict=True):
        assert len(mine) == len(other)
        assert all(map(near, mine, other)), (mine, other)


# Ours, and DuckDB's where it has another name.
NUMBERS = [
    ("median(x)", None),
    ("quantile(x, 0.9)", "quantile_cont(x, 0.9)"),
    ("quantile(x, 0)", "quantile_cont(x, 0)"),
    ("quantile_cont(x, 0.333)", None),
    ("percentile(x, 12.5)", "quantile_cont(x, 0.125)"),
    ("stddev(x)", None), ("stddev_samp(x)", None), ("stddev_pop(x)", None),
    ("variance(x)", None), ("var_samp(x)", None), ("var_pop(x)", None),
    ("approx_count_distinct(x)", "count(DISTINCT x)"),  # exact up to 10,000 values
    ("approx_quantile(x, 0.25)", "quantile_cont(x, 0.25)"),  # exact up to 50,000 values
]


@pytest.mark.parametrize("ours, theirs", NUMBERS)
def test_an_aggregate_is_duckdbs(rows, duck, ours, theirs):
    for text in ("SELECT {} FROM events", "SELECT {} FROM events WHERE n < 0",
                 "SELECT g, {} FROM events GROUP BY g ORDER BY g"):
        assert_same(rows(text.format(ours)),
                    duck.execute(text.format(theirs or ours)).fetchall())


@pytest.mark.parametrize("ours, theirs", [row for row in NUMBERS if "approx" not in row[0]])
def test_a_window_is_duckdbs(rows, duck, ours, theirs):
    over = ("SELECT n, {} OVER (PARTITION BY g ORDER BY n ROWS BETWEEN 5 PRECEDING AND 2 FOLLOWING)"
            " FROM events ORDER BY n")
    assert_same(rows(over.format(ours)), duck.execute(over.format(theirs or ours)).fetchall())
    running = "SELECT n, {} OVER (ORDER BY n) FROM events ORDER BY n"
    assert_same(rows(running.format(ours)), duck.execute(running.format(theirs or ours)).fetchall())


def test_what_is_estimated_has_no_window(report):
    refused = report("--sql", "SELECT approx_count_distinct(x) OVER () FROM events", check=False)
    assert refused.returncode in (1, 2)
    assert b"may not be used as a window function" in refused.stderr


def test_the_mode_is_the_least_of_the_most_frequent(rows, duck):
    often = "SELECT {c} FROM (SELECT {c}, count(*) AS n FROM events WHERE {c} IS NOT NULL {w}" \
            " GROUP BY {c}) ORDER BY n DESC, {c} LIMIT 1"
    for column, where in (("word", ""), ("x", ""), ("x", "AND g = 'many'"), ("word", "AND n < 3")):
        expected = duck.execute(often.format(c=column, w=where)).fetchall()
        assert expected == rows(f"SELECT mode({column}) FROM events"
                                f" WHERE {column} IS NOT NULL {where}")
    assert rows("SELECT mode(x) FROM events WHERE g = 'empty'") == [(None,)]
    window = rows("SELECT n, mode(word) OVER (ORDER BY n ROWS 6 PRECEDING) FROM events ORDER BY n")
    words = [event["word"] for event in make_events()]
    for n, mode in window:
        seen = words[max(0, n - 6):n + 1]
        assert mode == min(seen, key=lambda word: (-seen.count(word), word))


def test_texts_are_left_out_and_counted(report, rows):
    answer = report("--sql", "SELECT median(word), median(n || ''), stddev(word) FROM events",
                    "--format", "ndjson")
    assert list(json.loads(answer.stdout).values()) == [None, EVENTS / 2, None]
    assert b"SQL: median left %d values out that are no numbers" % (EVENTS + 1) in answer.stderr
    assert b"SQL: stddev left %d values out" % (EVENTS + 1) in answer.stderr


@pytest.mark.parametrize("pattern", ["^a+$", "(?i)A", "b|c", "", "only", "ü"])
def test_a_regular_expression_is_duckdbs(rows, duck, pattern):
    expected = duck.execute("SELECT count(*) FROM events WHERE regexp_matches(word, ?)",
                            [pattern]).fetchall()
    for condition in (f"word REGEXP '{pattern}'", f"regexp_like(word, '{pattern}')",
                      f"NOT word NOT REGEXP '{pattern}'"):
        assert rows(f"SELECT count(*) FROM events WHERE {condition}") == expected
    assert rows("SELECT NULL REGEXP 'a', 'a' REGEXP NULL, 15 REGEXP '^1'") == [(None, None, 1)]


def moments(found):
    """Each text as the moment that it is, beside what else the row has."""
    return [(datetime.datetime.fromisoformat(time.replace("Z", "+00:00")).astimezone(UTC), *rest)
            for time, *rest in found]


@pytest.mark.parametrize("zone", ZONES)
@pytest.mark.parametrize("unit", ["second", "minute", "hour", "day", "week", "month", "quarter",
                                  "year"])
def test_a_truncated_time_is_duckdbs(rows, duck, zone, unit):
    duck.execute(f"SET TimeZone = '{zone}'")
    query = "SELECT date_trunc('{u}', {t}) AS start, count(*) FROM events GROUP BY 1 ORDER BY 1"
    expected = duck.execute(query.format(u=unit, t="t")).fetchall()
    ours = moments(rows(query.format(u=unit, t="_time"), "--tz", zone, "--limit", "1000"))
    assert sorted(ours) == [(start.astimezone(UTC), count) for start, count in expected]


@pytest.mark.parametrize("zone", ZONES)
@pytest.mark.parametrize("part", ["minute", "hour", "day", "dow", "isodow", "month", "year"])
def test_a_part_of_a_time_is_duckdbs(rows, duck, zone, part):
    duck.execute(f"SET TimeZone = '{zone}'")
    query = "SELECT date_part('{p}', {t}) AS part, count(*) FROM events GROUP BY 1 ORDER BY 1"
    expected = duck.execute(query.format(p=part, t="t")).fetchall()
    assert sorted(rows(query.format(p=part, t="_time"), "--tz", zone)) == expected
    named = query.format(p=part, t=f"_time, '{zone}'").replace(f"'{part}'", f"upper('{part}')")
    assert sorted(rows(named)) == expected


@pytest.mark.parametrize("zone", ZONES)
@pytest.mark.parametrize("step, interval", [("15m", "15 minutes"), ("6h", "6 hours"),
                                            ("1d", "1 day"), ("1w", "7 days"), ("1mo", "1 month")])
def test_a_bucket_of_time_is_bucket_of_report(report, rows, duck, zone, step, interval):
    ours = rows(f"SELECT time_bucket('{step}', _time) AS bucket, count(*) FROM events GROUP BY 1"
                " ORDER BY 1", "--tz", zone, "--limit", "5000")
    answer = report("--bucket", step, "--bucket-by", "_time", "--tz", zone, "--format", "ndjson",
                    "--limit", "5000")
    by_report = [tuple(json.loads(line).values()) for line in answer.stdout.splitlines()]
    assert sorted(moments(ours)) == sorted(moments(by_report))
    if zone == "UTC" and step != "1w":  # DuckDB counts the days of a zone from UTC's
        duck.execute("SET TimeZone = 'UTC'")
        theirs = duck.execute(f"SELECT time_bucket(INTERVAL '{interval}', t), count(*) FROM events"
                              " GROUP BY 1 ORDER BY 1").fetchall()
        assert sorted(moments(ours)) == theirs


def test_times_of_every_form(rows):
    assert rows("SELECT date_trunc('day', 1767225600001), date_trunc('HOUR', '2026-01-01 10:59'),"
                " date_trunc('day', 'soon'), date_trunc('day', NULL), time_bucket('1h', 1.5)") == [
        ("2026-01-01T00:00:00.000Z", "2026-01-01T10:00:00.000Z", None, None, None)]
    again = "date_trunc('day', date_trunc('day', _time))"
    assert rows(f"SELECT count(*) FROM events WHERE {again} <> date_trunc('day', _time)",
                "--tz", "America/New_York") == [(0,)]


@pytest.mark.parametrize("statement, says", [
    ("SELECT date_trunc('dya', _time) FROM events", "'dya' is no unit of time; did you mean day?"),
    ("SELECT time_bucket('soon', _time) FROM events", "time_bucket"),
    ("SELECT date_part('hours', _time) FROM events", "no part of a time; did you mean hour?"),
    ("SELECT date_part('hour', _time, 'Asia/Tokio') FROM events", "did you mean Asia/Tokyo?"),
    ("SELECT quantile(x, 95) FROM events", "p is a number from 0 to 1"),
    ("SELECT percentile(x, 'p') FROM events", "p is a number from 0 to 100"),
    ("SELECT word REGEXP '(' FROM events", "bad regular expression"),
    ("SELECT word ~ 'a' FROM events", "write x REGEXP 'PATTERN'"),
    ("SELECT word !~ 'a' FROM events", "write x NOT REGEXP 'PATTERN'"),
    ("SELECT x::int FROM events", "write CAST(x AS REAL)"),
    ("SELECT word ILIKE 'a' FROM events", "write LIKE"),
    ("SELECT medain(x) FROM events", "did you mean median?"),
    ("SELECT percentile_cont(x, 0.5) FROM events", "write quantile(x, 0.95)"),
])
def test_a_slip_says_what_to_write(report, statement, says):
    refused = report("--sql", statement, check=False)
    assert refused.returncode in (1, 2)
    assert says in refused.stderr.decode()


def test_values_that_are_kept_have_a_bound(report):
    many = ("WITH RECURSIVE t(i) AS (VALUES(1) UNION ALL SELECT i + 1 FROM t WHERE i < 400000)"
            " SELECT {} FROM t")
    for function in ("median(i)", "mode(i)"):
        refused = report("--sql", many.format(function), "--set", "report.memory=1MiB", check=False)
        assert refused.returncode == 1
        assert b"more than 1MiB (report.memory)" in refused.stderr
    assert b"approx_quantile" in report("--sql", many.format("median(i)"), "--set",
                                        "report.memory=1MiB", check=False).stderr
    answer = report("--sql", many.format("approx_quantile(i, 0.5), approx_count_distinct(i)"),
                    "--set", "report.memory=1MiB", "--format", "ndjson")
    middle, distinct = json.loads(answer.stdout).values()
    assert abs(middle - 200_000) < 2_000
    assert abs(distinct - 400_000) < 16_000


def test_agg_has_the_same(report, duck):
    answer = report("--group-by", "g", "--agg", "median(x),p99.9(x),stddev(x)", "--format",
                    "ndjson", "--order-by", "g")
    ours = [tuple(json.loads(line).values()) for line in answer.stdout.splitlines()]
    assert_same(ours, duck.execute("SELECT g, median(x), quantile_cont(x, 0.999), stddev(x)"
                                   " FROM events GROUP BY g ORDER BY g").fetchall())
