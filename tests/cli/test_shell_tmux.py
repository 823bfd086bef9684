"""Goal: on the screen of a person who types at `shell`, lines are edited, completed, called back
from history and stopped, and tables fit the window, also after it has another size.

Method: tmux, with a server of the test's own, is the terminal; its keys are sent and its screen is
read. tests/cli/test_shell.py looks at the bytes; here the terminal has interpreted them.
"""

import json
import time

import pytest
from support import paths, processes, program, tmux

TOPIC = "game"
PROMPT = "game=>"
ENDLESS = ("WITH RECURSIVE c(x) AS (SELECT 1 UNION ALL SELECT x + 1 FROM c) "
           "SELECT count(*) FROM c;")
COUNT = "SELECT count(*) AS n FROM events;"


@pytest.fixture
def window(own_embedded, tmp_path):
    """window(): a shell over 300 events in a window of 80 columns, at its prompt."""
    own_embedded.create_topic(TOPIC, 1)
    events = "".join(json.dumps({"event_type": ("login", "buy")[i % 2], "n": i}) + "\n"
                     for i in range(300))
    program.run(["produce"], home=tmp_path, brokers=own_embedded.brokers, topic=TOPIC,
                input=events.encode())
    opened = []

    def open_one():
        folder = tmp_path / f"window{len(opened)}"
        folder.mkdir()
        env = program.environment(tmp_path, own_embedded.brokers, TOPIC, {})
        shown = tmux.Window(folder, [paths.executable(), "shell"], env, columns=80, lines=30)
        opened.append(shown)
        shown.wait_for(PROMPT)
        return shown
    yield open_one
    for shown in opened:
        shown.close()


def last_line(shown) -> str:
    return [line for line in shown.screen() if line][-1]


def test_history_is_there_again_in_the_next_shell(window):
    first = window()
    first.type(COUNT)
    first.keys("Enter")
    first.wait_for("|300|")
    first.type("SELECT 7 AS seven;")
    first.keys("Enter")
    first.wait_for("|    7|")
    first.keys("C-d")
    again = window()
    again.keys("Up")
    again.wait_for(f"{PROMPT} SELECT 7 AS seven;")
    again.keys("Up")
    again.wait_for(f"{PROMPT} {COUNT}")
    # The longer line's end is gone, not only overwritten.
    again.keys("Down")
    again.wait_for(f"{PROMPT} SELECT 7 AS seven;")
    assert last_line(again) == f"{PROMPT} SELECT 7 AS seven;"
    again.keys("C-c", "C-r")
    again.type("count")
    again.wait_for("SELECT count(*)")
    again.keys("Enter")
    again.wait_for("|300|")


def test_words_are_completed_where_they_stand(window):
    shown = window()
    shown.type("SEL")
    shown.keys("Tab")
    shown.wait_for(f"{PROMPT} SELECT")
    shown.type("count(*) AS n FROM ev")
    shown.keys("Tab")
    shown.wait_for("FROM events")
    shown.type("WHERE event_type = 'bu")
    shown.keys("Tab")
    shown.wait_for("'buy'")
    shown.type(";")
    shown.keys("Enter")
    shown.wait_for("|150|")


def test_a_line_longer_than_the_window_is_edited_in_its_middle(window):
    shown = window()
    long = f"'{'x' * 40}' AS first, '{'y' * 40}' AS last;"
    shown.type(f"SELECT {long}")
    shown.wait_for("last;")
    shown.keys("C-a")
    for _ in "SELECT":
        shown.keys("Right")
    shown.type(" 5 AS five,")
    shown.keys("C-e", "Enter")
    screen = shown.wait_for("five", "|   5|")
    # It stands in three lines of the window; what is blank at their ends is not told.
    typed = "".join(screen.split())
    assert "".join(f"SELECT 5 AS five, {long}".split()) in typed


def test_ctrl_c_stops_the_question_and_leaves_the_shell(window):
    shown = window()
    shown.type(ENDLESS)
    shown.wait_for("FROM c;")
    shown.keys("Enter")
    time.sleep(1)  # the terminal is the query's once the line is taken
    shown.keys("C-c")
    shown.wait_for("interrupted")
    assert not shown.is_over()
    shown.type("SELECT 42 AS still;")
    shown.keys("Enter")
    shown.wait_for("|   42|")
    shown.keys("C-d")
    shown.wait_for_end()


def test_a_table_fits_the_window_that_there_is_now(window):
    shown = window()
    wide = ", ".join(f"'{'x' * 20}' AS c{i}" for i in range(4))
    statement = f"SELECT {wide};"
    shown.resize(110, 30)
    shown.type(statement)
    shown.keys("Enter")
    shown.wait_for("|" + "|".join(["x" * 20] * 4) + "|")
    processes.wait_until(lambda: last_line(shown) == PROMPT, 20, "the next prompt")
    shown.keys("C-l")
    shown.resize(50, 30)
    shown.keys("Up", "Enter")
    screen = shown.wait_for("\u2026|")
    tables = [line for line in screen.splitlines() if line.startswith(("+", "|"))]
    assert max(map(len, tables)) <= 50
    shown.type("SELECT 1 AS after;")
    shown.keys("Enter")
    shown.wait_for("|    1|")
