"""Goal: on a terminal a table is fitted to its width and numbers are made for the eyes; in a pipe
every byte is as it was.

Method: `report` and `state show` on a terminal of a known size, beside the same through a pipe.
"""

import json
import re
import unicodedata

import pytest
from support import paths, program
from support.terminal import terminal

TOPIC = "wide"
HEADERS = {"Accept": "*/*", "Content-Length": 20, "Host": "localhost", "User-Agent": "curl/8"}


def width(line):
    return sum(2 if unicodedata.east_asian_width(c) in "WF" else 1 for c in line)


@pytest.fixture
def events(own_embedded, tmp_path):
    """Events of twenty fields, 12,000 of them; the first has its headers first."""
    own_embedded.create_topic(TOPIC, 1)
    rows = []
    for i in range(12_000):
        row = dict(HEADERS) if i == 0 else {}
        row |= {f"f{n:02}": n for n in range(14)}
        row |= {"user": f"\u5263{i % 3}", "event_type": "buy", "price": 1 + i / 7}
        rows.append(json.dumps(row).encode())
    program.run(["produce"], home=tmp_path, brokers=own_embedded.brokers, topic=TOPIC,
                input=b"\n".join(rows) + b"\n")
    return own_embedded


@pytest.fixture
def report(events, tmp_path):
    """report(*args): through a pipe; its stdout as text."""
    def run(*args):
        return program.run(["report", *args], home=tmp_path, brokers=events.brokers,
                           topic=TOPIC).stdout.decode()
    return run


@pytest.fixture
def on_terminal(events, tmp_path):
    """on_terminal(*args, columns=80): what the terminal shows."""
    def run(*args, columns=80):
        env = program.environment(tmp_path, events.brokers, TOPIC, {"TERM": "xterm"})
        with terminal([paths.executable(), "report", *args], columns=columns, env=env,
                      cwd=tmp_path) as shown:
            code, text = shown.finish()
            assert code == 0, text
            return text
    return run


@pytest.mark.parametrize("columns", [40, 80, 200])
def test_a_wide_table_is_fitted(on_terminal, columns):
    text = on_terminal("--select", "*", "--limit", "3", columns=columns)
    frame = [line for line in text.splitlines() if line.startswith(("|", "+"))]
    assert len(frame) == 7
    assert {width(line) for line in frame} == {max(map(width, frame))}
    assert max(map(width, frame)) <= columns
    assert frame[1].startswith("|event_type|user")
    left_out = [line for line in text.splitlines() if "columns are not shown" in line]
    assert bool(left_out) == (columns < 200)
    for line in left_out:
        assert "of 21 columns" in line and "--format vertical" in line and "--select" in line


def test_what_was_asked_for_is_not_fitted(on_terminal, report):
    text = on_terminal("--select", "*", "--limit", "2", "--truncate", "5", columns=40)
    assert report("--select", "*", "--limit", "2", "--truncate", "5") in text


def test_numbers_are_for_the_eyes_on_a_terminal_only(on_terminal, report):
    asked = ["--agg", "count,sum(price),avg(price)"]
    assert "12,000|10,296,857.143|   858.071|" in on_terminal(*asked)
    assert "12000|1.0296857142857" in report(*asked)
    sql = ["--sql", "SELECT f13, 12345 AS n, avg(price) FROM events"]
    assert "13|12,345|" in on_terminal(*sql)
    assert "13|12345|" in report(*sql)


@pytest.mark.parametrize("columns", [40, 100])
@pytest.mark.parametrize("asked", [
    ["--group-by", "user"], ["--bucket", "1d"], ["--group-by", "user", "--agg", "sum(price)"],
    ["--view", "top"], ["--view", "sessions"], ["--view", "funnel", "--steps", "buy,buy"],
    ["--sql", "SELECT user, count(*) FROM events GROUP BY 1"]])
def test_a_chart_below_a_table_is_of_its_numbers(on_terminal, report, asked, columns):
    def chart(text):
        lines = text.partition("\n\n")[2].splitlines()
        return [line for line in lines if "gamevents: info: " not in line]

    asked = [*asked, "--chart", "auto", "--color", "never"]
    shown = chart(on_terminal(*asked, columns=columns))
    piped = chart(report(*asked))
    # The widths differ, and with them the lengths of bars; the numbers and words do not.
    words = re.compile(r"[^\W_][\w,.%-]*")
    assert words.findall("\n".join(shown)) == words.findall("\n".join(piped)) != []
    # A sentence below it may be longer.
    assert max(width(line) for line in shown if not line.startswith("*")) <= columns


def test_the_vertical_form_shows_every_field(on_terminal, report):
    text = report("--select", "*", "--format", "vertical", "--limit", "1")
    lines = text.splitlines()
    assert lines[0].startswith("-[ 1 ]-")
    names = [line.split(" |")[0].rstrip() for line in lines[1:22]]
    assert names == ["event_type", "user", *(f"f{n:02}" for n in range(14)), "price", *HEADERS]
    assert text in on_terminal("--select", "*", "--format", "vertical", "--limit", "1", columns=30)


def test_columns_come_in_the_order_of_their_first_appearance(report):
    for format in ("csv", "plain", "markdown"):
        first = report("--select", "*", "--format", format).splitlines()[0]
        for mark in ",|\t":
            first = first.replace(mark, " ")
        assert first.split() == ["event_type", "user", *(f"f{n:02}" for n in range(14)), "price",
                                 *HEADERS]
    rows = report("--select", "*", "--exclude", "Accept,Host,\"User-Agent\"", "--exclude", "f00",
                  "--limit", "1", "--format", "ndjson")
    assert list(json.loads(rows)) == ["event_type", "user", *(f"f{n:02}" for n in range(1, 14)),
                                      "price", "Content-Length"]


def test_a_profile_says_what_the_values_are(report):
    rows = {row["field"]: row for row in map(json.loads, report(
        "--schema", "--profile", "--format", "ndjson").splitlines())}
    user = rows["user"]
    assert user["types"] == "string 12000"
    assert user["distinct"] == 3
    assert user["top"] == "\u52630 4000, \u52631 4000, \u52632 4000"
    price = rows["price"]
    assert price["types"] == "double 12000"
    assert price["min"] == 1.0
    assert price["max"] == 1 + 11_999 / 7
    assert price["median"] == pytest.approx(1 + 11_999 / 14)
    assert rows["Host"]["null_share"] == pytest.approx(1 - 1 / 12_000)
