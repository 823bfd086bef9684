"""Goal: `report --sql` answers one SELECT over the events, the same from files and through Kafka,
and nothing else; it ends when it is told to, within its memory.

Method: an embedded broker, and a real one, with events, awkward ones and what is none; the answers
beside Python's own; statements that are wrong, too big or endless.
"""

import csv
import io
import json
import signal
import time

import pytest
from support import program

TOPIC = "events"
TYPES = ["login", "buy", "logout"]
EVENTS = [{"event_type": TYPES[i % 3], "price": i % 7 if i % 5 else i / 2, "user": f"u{i % 11}",
           "remote ip": "::1", "cart": {"items": [i, {"name": "Schwert \u2694"}]}}
          for i in range(600)]
AWKWARD = [{"Price": 1, "it's \"so\"": True, "": None, "partition": "mine", "a.b": 2**63},
           {"price": "5", "user": "\u00fc\u0000'", "event_type": "login"}]
NO_EVENTS = [b"42", b"{", b"[1]"]


def lines(events):
    """A line a value; events have their user as their key."""
    keyed = [f"{event.get('user', '')}|{json.dumps(event)}".encode() for event in events]
    return b"\n".join([b"|" + value for value in NO_EVENTS] + keyed) + b"\n"


@pytest.fixture(scope="module")
def topics(embedded, tmp_path_factory):
    """The shared broker with the topics TOPIC, of two partitions, and `awkward`."""
    home = tmp_path_factory.mktemp("sql")
    embedded.create_topic("sql-" + TOPIC, 2)
    embedded.create_topic("sql-awkward", 1)
    for name, events in (("sql-" + TOPIC, EVENTS), ("sql-awkward", AWKWARD)):
        program.run(["produce", "-K", "|"], home=home, brokers=embedded.brokers, topic=name,
                    input=lines(events))
    return embedded


@pytest.fixture
def sql(topics, tmp_path):
    """sql(statement, *flags, topic=TOPIC, check=True): asks as one who shares the data directory;
    gives a subprocess.CompletedProcess."""
    def ask(statement, *flags, topic=TOPIC, **options):
        return program.run(["report", "--set", f"embedded.data_dir={topics.data_dir}", "--sql",
                            statement, *flags], home=tmp_path, brokers="embedded",
                           topic="sql-" + topic, **options)
    return ask


@pytest.fixture
def rows(sql):
    """rows(statement, *flags): the answer as a list of the rows' values."""
    def ask(statement, *flags, **options):
        answer = sql(statement, *flags, "--format", "ndjson", **options)
        return [list(json.loads(line).values()) for line in answer.stdout.splitlines()]
    return ask


def count(*conditions):
    return sum(1 for event in EVENTS if all(condition(event) for condition in conditions))


STATEMENTS = {
    "groups": ("SELECT event_type, count(*), sum(price), max(user) FROM events GROUP BY 1 "
               "ORDER BY 1",
               [[kind, count(lambda e: e["event_type"] == kind),
                 sum(e["price"] for e in EVENTS if e["event_type"] == kind),
                 max(e["user"] for e in EVENTS if e["event_type"] == kind)]
                for kind in sorted(TYPES)]),
    "filters": ("SELECT count(*) FROM events WHERE event_type = 'buy' AND price > 3 AND \"remote "
                "ip\" IN ('::1', '::2') AND user <> 'u1'",
                [[count(lambda e: e["event_type"] == "buy", lambda e: e["price"] > 3,
                        lambda e: e["user"] != "u1")]]),
    "self-join": ("SELECT count(*) FROM events a JOIN events b ON b.user = a.user AND b.price > "
                  "a.price WHERE a.event_type = 'login' AND b.event_type = 'buy'",
                  [[sum(1 for a in EVENTS for b in EVENTS if a["user"] == b["user"]
                        and b["price"] > a["price"] and a["event_type"] == "login"
                        and b["event_type"] == "buy")]]),
    "CTE": ("WITH buyers AS (SELECT DISTINCT user FROM events WHERE event_type = 'buy' AND price "
            "> 280) SELECT count(*) FROM events WHERE user IN buyers",
            [[count(lambda e: e["user"] in {b["user"] for b in EVENTS if b["price"] > 280
                                            and b["event_type"] == "buy"})]]),
    "window": ("SELECT user, n FROM (SELECT user, count(*) AS n, rank() OVER (ORDER BY count(*) "
               "DESC) AS place FROM events GROUP BY user) WHERE place = 1 ORDER BY user LIMIT 2",
               [["u0", 55], ["u1", 55]]),
    "JSON": ("SELECT cart ->> '$.items[0]', cart -> 'items' ->> 1 ->> 'name' FROM events WHERE "
             "json_extract(cart, '$.items[0]') IN (7, 8) ORDER BY 1",
             [[7, "Schwert \u2694"], [8, "Schwert \u2694"]]),
    "json_each": ("SELECT count(*), count(DISTINCT e.user) FROM events e, json_each(e.cart, "
                  "'$.items') WHERE type = 'object'", [[600, 11]]),
    "the record's own": ("SELECT count(*), count(DISTINCT partition), min(_offset) < 5, "
                         "count(_timestamp), sum(key = user) FROM events", [[600, 2, 1, 600, 600]]),
}


@pytest.mark.parametrize("name", STATEMENTS)
def test_a_statement_has_one_answer_from_files_and_through_kafka(rows, name):
    statement, expected = STATEMENTS[name]
    assert rows(statement, "--source", "segments") == expected
    assert rows(statement, "--source", "kafka") == expected


def test_a_real_kafka_answers_the_same(kafka, gamevents):
    topic = kafka.create_topic("sql-events")
    gamevents("produce", "-K", "|", input=lines(EVENTS), topic=topic)
    statement, expected = STATEMENTS["groups"]
    answer = gamevents("report", "--sql", statement, "--format", "json", topic=topic)
    assert [list(row.values()) for row in json.loads(answer.stdout)] == expected
    assert b"3 values were not JSON objects" in answer.stderr


def test_every_format(sql):
    statement = "SELECT event_type, count(*) AS n FROM events GROUP BY 1 ORDER BY 1"

    def text(format):
        return sql(statement, "--format", format).stdout.decode()
    assert text("table") == ("+----------+---+\n|event_type|  n|\n+----------+---+\n"
                             "|       buy|200|\n|     login|200|\n|    logout|200|\n"
                             "+----------+---+\n\n")
    assert text("plain") == "event_type\tn\nbuy\t200\nlogin\t200\nlogout\t200\n"
    assert text("markdown").splitlines()[2] == "| buy | 200 |"
    assert list(csv.reader(io.StringIO(text("csv"), newline="")))[1:] == [
        ["buy", "200"], ["login", "200"], ["logout", "200"]]
    assert json.loads(text("json"))[0] == {"event_type": "buy", "n": 200}
    assert [json.loads(line) for line in text("ndjson").splitlines()] == json.loads(text("json"))
    page = text("html")
    assert "--sql &#39;SELECT event_type" in page or "--sql 'SELECT event_type" in page
    assert "logout" in page


def test_rows_and_filters_as_in_other_questions(sql, rows):
    assert sql("SELECT user FROM events ORDER BY price DESC", "--take", "1").stdout == (
        b"[Row(user='u1')]\n")
    assert b"only showing top 20 rows" in sql("SELECT user FROM events").stdout
    assert len(rows("SELECT user FROM events", "--limit", "7")) == 7
    assert rows("SELECT count(*) FROM events", "--where", "event_type = buy") == [[200]]
    assert rows("SELECT count(*) FROM events", "--offset", "0:2") < [[5]]
    assert rows("SELECT count(*) FROM events", "--from", "@2100-01-01") == [[0]]
    wide = sql("SELECT cart FROM events", "--truncate", "0", "--limit", "1").stdout.decode()
    assert '{"items": [0, {"name": "Schwert' in wide


def test_awkward_names_and_values(sql, rows):
    answer = sql("SELECT * FROM events", "--format", "ndjson", topic="awkward")
    first, second = map(json.loads, answer.stdout.splitlines())
    assert first == {"": None, "Price": 1, "a.b": float(2**63), "event_type": None,
                     "it's \"so\"": 1, "partition": "mine", "price_2": None, "user": None}
    assert second["price_2"] == "5" and second["user"] == "\u00fc\u0000'"
    assert b'the field "price" is the column price_2' in answer.stderr
    assert rows("SELECT \"it's \"\"so\"\"\", partition, _partition, \"a.b\" FROM events WHERE "
                "Price = 1", topic="awkward") == [[1, "mine", 0, float(2**63)]]


@pytest.mark.parametrize("statement, says", [
    ("SELECT event_type FORM events", "column 24: near \"events\": syntax error"),
    ("SELECT 1; SELECT 2", "column 10: a second statement begins here"),
    ("DROP TABLE events", "one SELECT"),
    ("ATTACH 'x.db' AS x", "one SELECT"),
    ("PRAGMA query_only = 0", "one SELECT"),
    ("", "no statement"),
])
def test_a_wrong_statement_is_wrong_usage(sql, tmp_path, statement, says):
    done = sql(statement, check=False)
    assert done.returncode == 2
    assert says in done.stderr.decode()
    assert done.stdout == b""
    assert not (tmp_path / "x.db").exists()


@pytest.mark.parametrize("narrowed", [["--until", "2020-01-01"], ["--where", "event_type = x"]])
def test_of_no_events_every_column_is_there(sql, rows, narrowed):
    statement = ("SELECT event_type, count(*) AS n, sum(e.price) AS paid, max(\"remote ip\") AS ip "
                 "FROM events e WHERE user IS NOT NULL GROUP BY event_type ORDER BY paid")
    assert rows(statement, *narrowed) == []
    assert rows("SELECT count(*), sum(price), max(nosuch) FROM events", *narrowed) == [
        [0, None, None]]
    assert rows("SELECT item FROM events JOIN catalogue ON name = item", *narrowed) == []
    done = sql("SELECT * FROM events", *narrowed, check=False)
    assert b"of no events there is no column that * could name" in done.stderr
    done = sql("SELECT nosuch FROM sales", *narrowed, check=False)
    assert done.returncode == 1
    assert b"no such column: nosuch" in done.stderr


def test_moments_are_parameters(rows, sql):
    assert rows("SELECT count(*) FROM events WHERE _time >= @yesterday") == [[len(EVENTS)]]
    assert rows("SELECT count(*) FROM events WHERE _time < @1h") == [[0]]
    [[today, berlin]] = rows("SELECT @today, date_trunc('day', @1m)", "--tz", "Europe/Berlin")
    assert time.strptime(today, "%Y-%m-%dT%H:%M:%S.000Z")
    assert berlin[10:19] == "T00:00:00"
    done = sql("SELECT @soon", check=False)
    assert done.returncode == 2
    assert b"@soon: 'soon' is not a moment" in done.stderr


def test_an_unknown_column_brings_those_that_there_are(sql):
    done = sql("SELECT usr FROM events", check=False)
    assert done.returncode == 1
    assert "no such column: usr; did you mean user?" in done.stderr.decode()
    assert ("event_type, user, price, \"remote ip\", cart, _user, _time, _partition"
            in done.stderr.decode())
    done = sql("SELECT 1 FROM events WHERE event_type = \"buy\"", check=False)
    assert b"a text stands in single quotes" in done.stderr


@pytest.mark.parametrize("flags", [
    ["--select", "user"], ["--group-by", "user"], ["--agg", "count"], ["--order-by", "user"],
    ["--bucket", "1m"], ["--schema"], ["--view", "carts"], ["--follow"]])
def test_sql_asks_alone(sql, flags):
    done = sql("SELECT 1", *flags, check=False)
    assert done.returncode == 2
    assert b"--sql" in done.stderr


def test_memory_is_bounded_and_says_how_to_narrow(sql, rows):
    little = ["--set", "report.memory=1MiB"]
    assert rows("SELECT count(*) FROM events", *little) == [[600]]
    big = "SELECT length(group_concat(a.cart)) FROM events a, events b"
    done = sql(big, *little, check=False)
    assert done.returncode == 1
    assert b"1MiB (report.memory)" in done.stderr
    assert b"with a filter or WHERE" in done.stderr


def test_an_interrupt_ends_the_answer_marked_partial(topics, background):
    # The rows come; what would not end is ended.
    endless = ("WITH RECURSIVE t(i) AS (VALUES(1) UNION ALL SELECT i + 1 FROM t) "
               "SELECT i, (SELECT count(*) FROM events) FROM t WHERE i % 1000 = 1")
    asking = background("report", "--sql", endless, "--format", "ndjson", topic="sql-" + TOPIC,
                        brokers=topics.brokers)
    first = asking.process.stdout.read1(1)
    asking.signal(signal.SIGINT)
    begun = time.monotonic()
    done = asking.finish(20)
    assert time.monotonic() - begun < 10
    assert done.returncode == 130
    answer = [json.loads(line) for line in (first + done.stdout).splitlines()]
    assert b"interrupted: only the first %d rows of the answer came" % len(answer) in done.stderr
    assert answer[0] == {"i": 1, "(SELECT count(*) FROM events)": 600}
