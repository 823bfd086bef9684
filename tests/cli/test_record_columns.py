"""Goal: every question can name the user and the time of an event by one name, and where its record
is: in filters, groups, columns, aggregates, orders, steps of time, views and SQL.

Method: events that call their user and time differently, in a topic of two partitions; each answer
beside Python's own.
"""

import json

import pytest
from support import program

TOPIC = "record-columns"
EVENTS = [
    {"event_type": "purchase_sword", "purchase_user": "anna", "event_time": "2026-01-01T08:00:00Z"},
    {"event_type": "join_guild", "user_name": "anna", "event_time": "2026-01-01T23:30:00Z"},
    {"event_type": "log_in", "user": "bob", "event_time": 1767312000000},
    {"event_type": "log_in", "user": 17, "event_time": "no time"},
    {"event_type": "default", "_offset": "the event's own"},
]
USERS = ["anna", "anna", "bob", "17", None]
TIMES = ["2026-01-01T08:00:00.000Z", "2026-01-01T23:30:00.000Z", "2026-01-02T00:00:00.000Z"]


@pytest.fixture(scope="module")
def topic(embedded, tmp_path_factory):
    embedded.create_topic(TOPIC, 1)
    lines = b"".join(b"k%d|%s\n" % (i, json.dumps(event).encode())
                     for i, event in enumerate(EVENTS))
    program.run(["produce", "-K", "|"], home=tmp_path_factory.mktemp("record-columns"),
                brokers=embedded.brokers, topic=TOPIC, input=lines)
    return embedded


@pytest.fixture
def ask(topic, tmp_path):
    def run(command, *flags, check=True):
        return program.run([command, "--set", f"embedded.data_dir={topic.data_dir}", *flags],
                           home=tmp_path, brokers="embedded", topic=TOPIC, check=check)
    return run


@pytest.fixture
def rows(ask):
    def report(*flags):
        answer = ask("report", *flags, "--format", "ndjson")
        return [list(json.loads(line).values()) for line in answer.stdout.splitlines()]
    return report


def test_rows_have_them(rows):
    selected = rows("--select", "_user,_time,_partition,_offset,_key,_timestamp,_json")
    assert [row[0] for row in selected] == USERS
    assert [row[1] for row in selected][:3] == TIMES
    assert [row[2:5] for row in selected] == [[0, i, f"k{i}"] for i in range(5)]
    assert all(row[1] == row[5] for row in selected[3:])  # without a time of their own
    assert [json.loads(row[6]) for row in selected] == EVENTS
    assert rows("--select", "_offset", "--order-by", "_offset:desc", "--limit", "2") == [[4], [3]]


def test_all_fields_are_the_events_own(rows):
    assert "the event's own" in rows("--select", "*")[4]
    assert rows("--sql", "SELECT _offset_2, _offset FROM events WHERE _offset = 4") == [
        ["the event's own", 4]]


@pytest.mark.parametrize("where, offsets", [
    ("_user = anna", [0, 1]),
    ("_user in (bob, '17')", [2, 3]),
    ("not exists(_user)", [4]),
    ("_time > '2026-01-01T12' and _time < '2026-01-03'", [1, 2]),
    ("_timestamp > '2026-01-03'", [0, 1, 2, 3, 4]),
    ("_timestamp < '2026'", []),
    ("_offset >= 3 and _partition = 0", [3, 4]),
    ("_key = k1 or _json ~ '\"user\": ?17'", [1, 3]),
])
def test_conditions_can_name_them(ask, rows, where, offsets):
    assert [row[0] for row in rows("--select", "_offset", "--where", where)] == offsets
    consumed = ask("consume", "--from-beginning", "--where", where, "--format", "%o\\n")
    assert [int(line) for line in consumed.stdout.split()] == offsets
    assert rows("--sql", "SELECT offset FROM events ORDER BY 1", "--where", where) == [
        [offset] for offset in offsets]


def test_groups_and_aggregates_can_name_them(rows):
    assert rows("--group-by", "_user", "--agg", "count,min(_time)", "--order-by", "_user",
                "--where", "_offset < 3") == [["anna", 2, TIMES[0]], ["bob", 1, TIMES[2]]]
    assert rows("--agg", "distinct(_user),max(_offset)") == [[3, 4]]
    assert rows("--bucket", "1d", "--bucket-by", "_time", "--where", "_offset < 3") == [
        ["2026-01-01T00:00:00.000Z", 2], ["2026-01-02T00:00:00.000Z", 1]]
    assert rows("--bucket", "1d", "--bucket-by", "_time", "--where", "_offset < 3", "--tz",
                "Europe/Berlin") == [["2026-01-01T00:00:00.000+01:00", 1],
                                     ["2026-01-02T00:00:00.000+01:00", 2]]
    assert rows("--view", "sessions", "--bucket-by", "_time", "--user", "_user", "--where",
                "_offset < 3")[0][1:4] == [2, 1, 2]


def test_sql_has_them(rows):
    grouped = "SELECT _user, count(*) FROM events WHERE _time < '2026-01-03' GROUP BY _user"
    assert rows("--sql", grouped + " ORDER BY 1") == [["anna", 2], ["bob", 1]]
    assert rows("--sql", "SELECT user, time FROM (SELECT _user AS user, time FROM events"
                " WHERE offset < 2)") == [["anna", TIMES[0]], ["anna", TIMES[1]]]


def test_a_name_that_is_none_is_told_and_spark_has_none(ask):
    answer = ask("report", "--group-by", "_usr")
    assert b"did you mean _user?" in answer.stderr
    refused = ask("report", "--group-by", "_user", "--engine", "spark", "--print-plan", check=False)
    assert refused.returncode == 1
    assert b"_user is a column of the local engine alone" in refused.stderr
