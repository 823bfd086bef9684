"""Goal: a statement can name tables beside the events: what was sold, sessions, the state, the
catalogue, other topics and files; each has the rows that report and state give.

Method: a small game's topic and another topic in one broker; each table beside the view that it
is; joins of several; files of each kind, sound and broken.
"""

import json

import pytest
from support import program

TOPIC = "sql-tables"
OTHER = "sql.tables-players"
START = 1_767_225_600_000


def purchase(user, item, price, minute, **more):
    return {"event_type": f"purchase_{item}", "user": user, "item": item, "kind": item,
            "quantity": 1, "price": price, **more}, user, START + 60_000 * minute


RECORDS = [
    purchase("anna", "sword", 100, 0), purchase("anna", "shield", 80, 1),
    purchase("bob", "sword", 100, 5), purchase("anna", "sword", 100, 90),
]
PLAYERS = [{"user": "anna", "country": "DE"}, {"user": "bob", "country": "JP"}]


@pytest.fixture(scope="module")
def topic(embedded, tmp_path_factory):
    home = tmp_path_factory.mktemp("sql-tables")
    embedded.create_topic(TOPIC, 1)
    embedded.create_topic(OTHER, 1)
    lines = b"".join(json.dumps({"key": user, "value": json.dumps(event), "timestamp": time})
                     .encode() + b"\n" for event, user, time in RECORDS)
    program.run(["produce", "--json"], home=home, brokers=embedded.brokers, topic=TOPIC,
                input=lines)
    program.run(["produce"], home=home, brokers=embedded.brokers, topic=OTHER,
                input=b"".join(json.dumps(row).encode() + b"\n" for row in PLAYERS))
    return embedded


@pytest.fixture
def report(topic, tmp_path):
    def ask(*flags, check=True, input=b""):
        return program.run(["report", "--set", f"embedded.data_dir={topic.data_dir}", *flags],
                           home=tmp_path, brokers="embedded", topic=TOPIC, check=check,
                           input=input)
    return ask


@pytest.fixture
def rows(report):
    def ask(statement, *flags, **more):
        answer = report("--sql", statement, "--format", "ndjson", *flags, **more)
        return [json.loads(line) for line in answer.stdout.splitlines()]
    return ask


@pytest.mark.parametrize("view, table", [("revenue", "sales"), ("inventory", "inventory"),
                                         ("carts", "carts")])
def test_a_table_has_the_rows_of_its_view(report, rows, view, table):
    select = ["--select", "user,item,quantity", "--format", "ndjson"]
    shown = [json.loads(line) for line in report("--view", view, *select).stdout.splitlines()]
    asked = rows(f"SELECT user, item, quantity FROM {table}")
    def order(row):
        return list(map(str, row.values()))
    assert sorted(asked, key=order) == sorted(shown, key=order)
    assert table == "carts" or asked


def test_what_was_sold_has_its_time(rows):
    assert rows("SELECT date_trunc('hour', _timestamp) AS hour, sum(revenue) AS coins FROM sales"
                " GROUP BY 1 ORDER BY 1") == [
        {"hour": "2026-01-01T00:00:00.000Z", "coins": 280},
        {"hour": "2026-01-01T01:00:00.000Z", "coins": 100}]
    # A checkout's lines share a place: a way through two conditions shows each row once.
    assert rows("SELECT count(*) AS n FROM sales WHERE item = 'sword' OR user = 'anna'") == [
        {"n": 4}]


def test_sessions_are_those_of_the_view(report, rows):
    assert rows("SELECT * FROM sessions ORDER BY user, begin") == [
        {"begin": "2026-01-01T00:00:00.000Z", "end": "2026-01-01T00:01:00.000Z", "events": 2,
         "seconds": 60.0, "user": "anna"},
        {"begin": "2026-01-01T01:30:00.000Z", "end": "2026-01-01T01:30:00.000Z", "events": 1,
         "seconds": 0.0, "user": "anna"},
        {"begin": "2026-01-01T00:05:00.000Z", "end": "2026-01-01T00:05:00.000Z", "events": 1,
         "seconds": 0.0, "user": "bob"}]
    assert rows("SELECT count(*) AS n FROM sessions", "--where", "user = bob") == [{"n": 1}]
    view = json.loads(report("--view", "sessions", "--format", "ndjson").stdout)
    assert [view["sessions"], view["p50_seconds"]] == [3, rows(
        "SELECT median(seconds) AS m FROM sessions")[0]["m"]]


def test_the_catalogue_is_the_shops(rows):
    items = rows("SELECT name, price, types FROM catalogue ORDER BY name")
    assert {"sword", "shield"} <= {item["name"] for item in items}
    assert all(isinstance(json.loads(item["types"]), list) for item in items)


def test_another_topic_is_a_table(rows):
    assert rows(f'SELECT country, count(*) AS n FROM events JOIN "{OTHER}" p USING (user)'
                " GROUP BY 1 ORDER BY 1") == [{"country": "DE", "n": 3}, {"country": "JP", "n": 1}]
    # Conditions and ranges are about the events.
    assert rows(f'SELECT count(*) AS n FROM "{OTHER}"', "--where", "user = nobody") == [{"n": 2}]


def test_files_are_tables(rows, tmp_path):
    players = tmp_path / "players.csv"
    players.write_text('\ufeffuser,level,joined,note\r\nanna,7,2025-12-01,"a ""b"",\r\nc"\r\n'
                       'bob,12.5,,""\r\n')
    levels = tmp_path / "levels.ndjson"
    levels.write_text('{"user":"anna","tags":["a","b"]}\n\n{"user":"bob","best":true}\n')
    with_files = ["--with", f"players={players}", "--with", f"levels={levels}"]
    assert rows("SELECT * FROM players ORDER BY user", *with_files) == [
        {"joined": "2025-12-01", "level": 7, "note": 'a "b",\r\nc', "user": "anna"},
        {"joined": None, "level": 12.5, "note": "", "user": "bob"}]
    assert rows("SELECT p.level, s.revenue, l.best, json_array_length(l.tags) AS tags FROM sales s"
                " JOIN players p USING (user) JOIN levels l USING (user) ORDER BY s.offset",
                *with_files)[2] == {"level": 12.5, "revenue": 100, "best": 1, "tags": None}
    # A column is one of numbers only when all its fields are.
    players.write_text("id,n\n007,1\n8,x\n")
    assert rows("SELECT * FROM players", *with_files) == [{"id": "007", "n": "1"},
                                                          {"id": "8", "n": "x"}]


@pytest.mark.parametrize("name, text, says", [
    ("a.csv", "a,b\n1\n", "line 2: 1 fields, where the first line names 2 columns"),
    ("a.csv", "a,a\n1,2\n", "two columns are called a"),
    ("a.csv", 'a\n"1\n', "line 2: a quote is never closed"),
    ("a.csv", "", "the first line names the columns"),
    ("a.ndjson", '{"a":1}\n[1]\n', "line 2: not a JSON object"),
    ("a.xlsx", "", "ends with .csv, .ndjson or .jsonl"),
])
def test_a_broken_file_says_where(report, tmp_path, name, text, says):
    (tmp_path / name).write_text(text)
    refused = report("--sql", "SELECT * FROM t", "--with", f"t={tmp_path / name}", check=False)
    assert refused.returncode == 1
    assert says in refused.stderr.decode()


def test_files_and_topics_that_are_not_there(report, tmp_path):
    gone = report("--sql", "SELECT * FROM t", "--with", f"t={tmp_path / 'gone.csv'}", check=False)
    assert gone.returncode == 1 and b"gone.csv" in gone.stderr
    wrong = report("--sql", "SELECT 1", "--with", "players.csv", check=False)
    assert wrong.returncode == 2 and b"write NAME=FILE" in wrong.stderr
    taken = report("--sql", "SELECT 1", "--with", "sales=sales.csv", check=False)
    assert taken.returncode == 2 and b"there is a table sales already" in taken.stderr
    alone = report("--group-by", "user", "--with", "t=t.csv", check=False)
    assert alone.returncode == 2 and b"--with belongs to --sql" in alone.stderr
    unknown = report("--sql", "SELECT * FROM saels", check=False)
    assert unknown.returncode == 1
    assert b"no such table: saels" in unknown.stderr and b"did you mean sales?" in unknown.stderr
    view = report("--sql", "SELECT * FROM funnel", check=False)
    assert b"funnel is a view, not a table: report --view funnel asks it" in view.stderr
    # The topics that there are, as many as are shown.
    assert OTHER.encode() in unknown.stderr or b" more" in unknown.stderr
    nested = report("--sql", f"SELECT * FROM {OTHER.replace('-', '_')}", check=False)
    assert nested.returncode == 1


def test_a_big_file_is_refused(report, tmp_path):
    (tmp_path / "big.csv").write_text("a\n" + "1\n" * 1_000_000)
    refused = report("--sql", "SELECT count(*) FROM t", "--with", f"t={tmp_path / 'big.csv'}",
                     "--set", "report.memory=1MiB", check=False)
    assert refused.returncode == 1
    assert b"more than 1MiB (report.memory)" in refused.stderr


def test_a_statement_comes_from_a_file_and_from_stdin(rows, report, tmp_path):
    (tmp_path / "ask.sql").write_text("-- how many\nSELECT count(*) AS n FROM events;\n")
    assert rows(f"@{tmp_path / 'ask.sql'}") == [{"n": 4}]
    assert rows("-", input=b"SELECT count(*) AS n\nFROM sales") == [{"n": 4}]
    gone = report("--sql", "@gone.sql", check=False)
    assert gone.returncode == 2 and b"gone.sql" in gone.stderr


@pytest.mark.parametrize("statement, says", [
    ("SHOW TABLES", "the tables are events, sales"),
    (".tables", "the tables are events, sales"),
    ("\\d", "the tables are events, sales"),
    ("DESCRIBE events", "--schema shows the fields"),
    ("desc sales;", "SELECT * FROM sales LIMIT 5"),
])
def test_a_shells_command_says_what_to_write(report, statement, says):
    refused = report("--sql", statement, check=False)
    assert refused.returncode == 2
    assert says in refused.stderr.decode()


def test_a_dotted_field_says_what_to_write(report, tmp_path):
    (tmp_path / "t.ndjson").write_text('{"actor":{"login":"a","x":{"y":1}}}\n')
    flags = ["--with", f"t={tmp_path / 't.ndjson'}"]
    for field, says in (("actor.login", "write actor ->> 'login'"),
                        ("t.actor.login", "write t.actor ->> 'login'"),
                        ("actor.x.y", "write actor ->> '$.x.y'")):
        refused = report("--sql", f"SELECT {field} FROM t", *flags, check=False)
        assert refused.returncode == 1
        assert says in refused.stderr.decode()
