"""Goal: `shell` answers statement after statement: typed at a prompt, with history, completion and
an interrupt that ends the question only, or read from a pipe.

Method: an embedded broker with events; keys on a terminal of a known size, and scripts on stdin.
"""

import json
import signal
import stat
import time

import pytest
from support import paths, program
from support.terminal import terminal

TOPIC = "game"
TYPES = ["login", "buy", "logout"]
PROMPT = "game=> "
MORE = "game-> "
TAB, CTRL_C, CTRL_D, UP = "\t", "\x03", "\x04", "\x1b[A"


@pytest.fixture
def events(own_embedded, tmp_path):
    """3,000 events."""
    own_embedded.create_topic(TOPIC, 1)
    lines = [json.dumps({"event_type": TYPES[i % 3], "user": f"\u5263{i % 10}", "n": i})
             for i in range(3000)]
    program.run(["produce"], home=tmp_path, brokers=own_embedded.brokers, topic=TOPIC,
                input="\n".join(lines).encode() + b"\n")
    return own_embedded


@pytest.fixture
def script(events, tmp_path):
    """script(text, *args): what the shell makes of a script; a subprocess.CompletedProcess."""
    def run(text, *args, **options):
        return program.run(["shell", *args], home=tmp_path, brokers=events.brokers, topic=TOPIC,
                           input=text.encode(), **options)
    return run


@pytest.fixture
def prompt(events, tmp_path):
    """prompt(columns=80): a shell on a terminal, which has asked for the first statement."""
    opened = []

    def run(columns=80, lines=40):
        env = program.environment(tmp_path, events.brokers, TOPIC, {"TERM": "xterm"})
        context = terminal([paths.executable(), "shell"], columns=columns, lines=lines, env=env,
                           cwd=tmp_path)
        opened.append(context)
        shown = context.__enter__()
        shown.wait_for(PROMPT)
        return shown
    yield run
    for context in opened:
        context.__exit__(None, None, None)


def test_a_script_is_answered_statement_by_statement(script):
    done = script("SELECT count(*) AS n\n FROM events; SELECT ';' AS s;\n"
                  "\\format csv\nSELECT event_type, count(*) FROM events GROUP BY 1 ORDER BY 1")
    assert done.stdout.decode() == (
        "+----+\n|   n|\n+----+\n|3000|\n+----+\n\n+---+\n|  s|\n+---+\n|  ;|\n+---+\n\n"
        "event_type,count(*)\r\nbuy,1000\r\nlogin,1000\r\nlogout,1000\r\n")
    assert done.stderr == b""


def test_of_an_empty_topic_every_column_is_there_until_events_come(own_embedded, tmp_path):
    own_embedded.create_topic("empty", 1)
    asked = (b"\\format csv\nSELECT event_type, sum(n) FROM events GROUP BY 1;\n"
             b"SELECT count(*), max(nosuch) FROM events;\n")

    def shell():
        return program.run(["shell"], home=tmp_path, brokers=own_embedded.brokers, topic="empty",
                           input=asked, check=False)

    done = shell()
    assert (done.returncode, done.stdout) == (
        0, b"event_type,sum(n)\r\ncount(*),max(nosuch)\r\n0,\r\n")
    program.run(["produce"], home=tmp_path, brokers=own_embedded.brokers, topic="empty",
                input=b'{"event_type":"buy","n":3}\n')
    done = shell()
    assert done.stdout == b"event_type,sum(n)\r\nbuy,3\r\n"
    assert b"no such column: nosuch" in done.stderr


STATEMENTS = [
    "SELECT event_type, count(*), sum(n), avg(n) FROM events GROUP BY 1 ORDER BY 1",
    "SELECT user, sum(n) AS s FROM events WHERE event_type <> 'buy' GROUP BY 1 ORDER BY s LIMIT 3",
    "SELECT n, user FROM events WHERE n BETWEEN 100 AND 103 ORDER BY n",
    "SELECT count(*) FROM events a JOIN events b ON a.n = b.n WHERE a.user = '\u52631'",
    "SELECT count(DISTINCT user), max(_offset), min(_timestamp) > '2020' FROM events",
    "SELECT _json ->> '$.user' AS u, count(*) FROM events GROUP BY u ORDER BY u LIMIT 2",
    "SELECT event_type, count(*), sum(n), avg(n) FROM events GROUP BY 1 ORDER BY 1",
]


@pytest.mark.parametrize("reads", ["files", "kafka"])
@pytest.mark.parametrize("memory", ["256MiB", "1MiB"])
def test_the_answers_are_those_of_report(events, tmp_path, reads, memory):
    """Whatever stays in memory between them."""
    flags = ["--set", f"report.memory={memory}"]
    brokers = events.brokers
    if reads == "files":
        flags += ["--set", f"embedded.data_dir={events.data_dir}"]
        brokers = "embedded"
    ask = {"home": tmp_path, "brokers": brokers, "topic": TOPIC}
    expected = b"".join(
        program.run(["report", *flags, "--sql", statement, "--format", "ndjson"], **ask).stdout
        for statement in STATEMENTS)
    script = "\\format ndjson\n" + ";\n".join(STATEMENTS) + ";\n"
    assert program.run(["shell", *flags], input=script.encode(), **ask).stdout == expected


def test_what_fails_is_said_and_the_rest_is_answered(script):
    done = script("SELECT usr FROM events;\nSELECT 1 FROM evnts;\n\\tming\nSHOW TABLES;\n"
                  "DELETE FROM events;\nSELECT 7 AS n;\n", check=False)
    assert done.returncode == 1
    assert b"|  7|" in done.stdout
    errors = done.stderr.decode()
    for said in ("no such column: usr; did you mean user?", "did you mean events?",
                 "did you mean \\timing?", "\\d shows the tables"):
        assert said in errors


def test_commands(script, tmp_path):
    done = script("\\d\n\\d events\n\\x\nSELECT 1 AS a, 2 AS b;\n\\x\n\\timing\n"
                  "\\o out.ndjson\nSELECT 3 AS c;\n\\o\nSELECT 4 AS d;\n\\limit 2\n"
                  "SELECT n FROM events ORDER BY n;\n\\?\n\\q\nSELECT 5;\n")
    shown = done.stdout.decode()
    for part in ("a row for each event of the topic game", "event_type|string", "n|  long",
                 "_partition, _offset", "-[ 1 ]-\na | 1\nb | 2\n", "|  4|", "top 2 rows",
                 "\\timing"):
        assert part in shown
    assert '"c"' not in shown and "|  5|" not in shown
    assert (tmp_path / "out.ndjson").read_text() == '{"c":3}\n'
    assert done.stderr.decode().count("Time: ") == 3


def test_other_tables_can_be_asked_and_looked_at(script):
    done = script("\\d\nSELECT count(*) AS sold FROM sales; \\d catalogue\n\\d slaes\n",
                  check=False)
    shown = done.stdout.decode()
    for table in ("events", "sales", "sessions", "inventory", "carts", "guilds", "catalogue"):
        assert f"\n{table} " in "\n" + shown
    assert "stack_limit" in shown and "|   0|" in shown
    assert "did you mean sales?" in done.stderr.decode()


def test_a_typed_statement_is_kept_and_called_again(prompt, tmp_path):
    shell = prompt()
    shell.send("SELECT count(*) AS n,\r")
    shell.wait_for(MORE)
    shell.send("  '\u5263' AS w FROM events;\r")
    shell.wait_for("|3000|\u5263|")
    shell.wait_for(PROMPT)
    shell.send(UP + "\r")
    shell.wait_for("|3000|\u5263|")
    shell.wait_for(PROMPT)
    shell.send(CTRL_D)
    assert shell.finish()[0] == 0
    history = tmp_path / "gamevents" / "shell_history"
    assert stat.S_IMODE(history.stat().st_mode) == 0o600
    assert history.read_text() == "SELECT count(*) AS n,   '\u5263' AS w FROM events;\n" * 2
    again = prompt()
    again.send(UP + "\r")
    again.wait_for("|3000|\u5263|")


def test_words_are_completed(prompt):
    shell = prompt()
    shell.send("SEL" + TAB + "count(*) AS n FROM ev" + TAB + "WHERE event_type = 'bu" + TAB + ";\r")
    shell.wait_for("|1000|")
    shell.wait_for(PROMPT)
    shell.send("SELECT 1 FROM events WHERE event_type = 'log" + TAB)
    shell.wait_for("'login'")
    shell.send(TAB)
    shell.wait_for("'logout'")
    shell.send(CTRL_C)
    shell.wait_for(PROMPT)


def test_ctrl_c_ends_what_is_typed_or_asked_and_not_the_shell(prompt):
    shell = prompt()
    shell.send("SELECT wrong")
    shell.wait_for("wrong")
    shell.send(CTRL_C)
    shell.wait_for("^C")
    shell.wait_for(PROMPT)
    for _ in range(2):
        shell.send("WITH RECURSIVE c(x) AS (SELECT 1 UNION ALL SELECT x + 1 FROM c) "
                   "SELECT count(*) AS endless FROM c;\r")
        shell.wait_for("FROM c;")
        shell.wait_for("\n")
        time.sleep(1)  # the terminal is the query's once the line is taken
        shell.send(CTRL_C)
        shell.wait_for("interrupted: ")
        shell.wait_for(PROMPT)
    shell.send("SELECT 42 AS still;\r")
    shell.wait_for("|   42|")


def test_a_table_is_fitted_to_the_size_that_the_terminal_has_now(prompt):
    shell = prompt(columns=100)
    wide = ", ".join(f"'{'x' * 20}' AS c{i}" for i in range(4))
    shell.send(f"SELECT {wide};\r")
    assert "x" * 20 + "|" in shell.wait_for("\n\n")
    shell.wait_for(PROMPT)
    shell.resize(60, 40)
    shell.send(UP + "\r")
    assert "\u2026|" in shell.wait_for("\n\n")


def test_new_events_are_in_the_next_answer(prompt, events, tmp_path):
    shell = prompt()
    shell.send("SELECT count(*) AS n FROM events;\r")
    shell.wait_for("|3000|")
    program.run(["produce"], home=tmp_path, brokers=events.brokers, topic=TOPIC,
                input=b'{"event_type":"late"}\n')
    shell.send("SELECT count(*) AS n FROM events;\r")
    shell.wait_for("|3001|")


def test_sigterm_ends_the_shell(prompt):
    shell = prompt()
    shell.process.send_signal(signal.SIGTERM)
    assert shell.finish()[0] == 130
