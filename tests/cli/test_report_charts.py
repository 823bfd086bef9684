"""Goal: `report --chart` draws an answer below its table, or says why it does not.

Method: an embedded broker with sales of three days whose sums are known; the texts that come out.
Pages: tests/interop/test_report_page.py."""

import json
import re

import pytest
from support import program

TOPIC = "game"
DAY_MS = 86_400_000
FIRST_MS = 1_767_225_600_000  # 2026-01-01: all of it has been, for brokers look
# A day's sales: item, kind, price and how often.
SALES = [("sword", "sword", 120, 4), ("bow", "bow", 90, 2), ("gem", "gem", 33, 1)]


UTF8 = {"LC_ALL": "C.UTF-8"}


def run(home, *args, topic=TOPIC, env=None, **options):
    """The program on its own embedded broker."""
    return program.run(args, home=home, brokers="embedded", topic=topic,
                       env={"GAMEVENTS_EMBEDDED_LISTEN": "127.0.0.1:0", **(env or UTF8)}, **options)


@pytest.fixture(scope="module")
def home(tmp_path_factory):
    return tmp_path_factory.mktemp("home")


@pytest.fixture(scope="module")
def report(home):
    """report(*args, env=UTF8, check=True): asks the topic."""
    lines = []
    for day in range(3):
        for item, kind, price, times in SALES:
            for i in range(times * (day + 1)):
                event = {"event_type": f"purchase_{item}", "purchase_user": f"user{i}",
                         "item": item, "kind": kind, "price": price, "quantity": 1}
                lines.append({"timestamp": FIRST_MS + day * DAY_MS + i, "key": f"user{i}",
                              "value": json.dumps(event)})
    run(home, "create-topic", TOPIC)
    text = "".join(json.dumps(line) + "\n" for line in lines)
    run(home, "produce", "--json", input=text.encode())
    return lambda *args, **options: run(home, "report", *args, **options)


def drawn(done) -> list[str]:
    """The lines below the table."""
    return done.stdout.decode().split("\n\n", 1)[1].splitlines()


def test_bars_are_as_long_as_their_values(report):
    lines = drawn(report("--group-by", "item", "--chart", "bars"))
    assert lines[0] == "Events by item"
    assert [line.split()[:2] for line in lines[1:]] == [["sword", "24"], ["bow", "12"],
                                                        ["gem", "6"]]
    lengths = [line.count("█") for line in lines[1:]]
    assert lengths[0] == 60 - len("sword") - len("24") - 2
    assert abs(lengths[1] - lengths[0] / 2) <= 1 and abs(lengths[2] - lengths[0] / 4) <= 1


def test_without_utf8_it_is_ascii(report):
    done = report("--group-by", "item", "--chart", "bars", env={"LC_ALL": "C"})
    assert done.stdout.isascii() and b"#####" in done.stdout


def test_revenue_is_stacked_by_kind_and_adds_up(report):
    lines = drawn(report("--view", "revenue", "--chart", "auto"))
    assert lines[0] == "Sum of revenue per day, by kind"
    parts = {line.split()[1]: int(line.split()[2].replace(",", "")) for line in lines[1:4]}
    assert parts == {"sword": 6 * 480, "bow": 6 * 180, "gem": 6 * 33}
    days = [re.match(r"(\S+) +([\d,]+) (\S+)", line) for line in lines[4:7]]
    assert [(day[1], day[2]) for day in days] == [
        ("2026-01-01", "693"), ("2026-01-02", "1,386"), ("2026-01-03", "2,079")]
    assert abs(len(days[2][3]) - 3 * len(days[0][3])) <= 2


def test_a_chart_is_of_more_than_the_tables_first_rows(report):
    asked = ["--bucket", "1h", "--group-by", "purchase_user,item", "--chart", "line"]
    done = report(*asked)
    assert b"only showing top 20 rows" in done.stdout
    assert "2026-01-03" in "\n".join(drawn(done))
    few = report(*asked, "--limit", "2").stdout.decode()
    assert "Drawn of the first 2 rows of the answer." in few


def test_a_statement_is_drawn_by_what_its_columns_hold(report):
    prices = drawn(report("--sql", "SELECT price, count(*) AS sold FROM events GROUP BY 1",
                          "--chart", "auto"))
    assert prices[0] == "sold by price"
    assert [line.split()[:2] for line in prices[1:]] == [["33", "6"], ["90", "12"], ["120", "24"]]
    days = drawn(report("--sql", "SELECT date(_timestamp) AS day, count(*) AS n FROM events "
                        "GROUP BY 1", "--chart", "auto"))
    assert days[0] == "n by day" and days[-1].split() == ["2026-01-01", "2026-01-02", "2026-01-03"]


def test_colours_follow_the_flag(report):
    asked = ["--group-by", "item", "--chart", "bars"]
    assert b"\x1b[" not in report(*asked).stdout
    assert b"\x1b[34m" in report("--color", "always", *asked).stdout


@pytest.mark.parametrize("args, said", [
    ("--group-by item --chart stacked", "it needs two things to group by. These do: bars"),
    ("--bucket 1d --chart histogram", "it needs numbers in the first column. These do: line, bars"),
    ("--bucket 1d --group-by item --agg avg(price) --chart stacked", "only counts and sums add up"),
    ("--view top --chart line", "it has three lists of names. These do: bars"),
    ("--agg count,sum(price) --chart bars", "it has no column of numbers"),
    ("--group-by item --chart bars --format csv", "--chart draws on a page or below a table, not"),
    ("--group-by item --chart bars --take 2", "--chart does not go with --take"),
    ("--group-by item --chart bars --follow", "--chart does not go with --follow"),
    ("--group-by item --chart pie", "--chart"),
    ("--chart bars", "--chart belongs to --group-by, --agg, --bucket, --sql"),
    ("--select item --chart bars", "--chart belongs to"),
])
def test_what_cannot_be_drawn_is_refused_before_the_topic_is_read(home, args, said):
    done = program.run(["report", *args.split()], home=home, brokers="127.0.0.1:1", topic=TOPIC,
                       check=False)
    assert done.returncode == 2
    assert said in done.stderr.decode()
    assert done.stdout == b""


def test_a_statement_that_cannot_be_drawn_is_refused_when_its_rows_are_there(report):
    done = report("--sql", "SELECT item, count(*) FROM events GROUP BY 1", "--chart", "line",
                  check=False)
    assert done.returncode == 1
    assert b"chart line does not suit this answer: it needs times or numbers in the first " \
           b"column. These do: bars" in done.stderr
    assert done.stdout == b""


def test_the_day_that_is_not_over_is_named(report, home):
    event = json.dumps({"event_type": "login"}).encode()
    run(home, "produce", topic="now", input=event)
    done = run(home, "report", "--bucket", "1d", topic="now")
    day = done.stdout.decode().splitlines()[3].split("|")[1]
    assert f"the last step of time, {day}, is not over yet" in done.stderr.decode()
    page = run(home, "report", "--bucket", "1d", "--format", "html", topic="now").stdout.decode()
    assert f"The last step, {day}, is not over yet." in page
    assert b"not over" not in report("--bucket", "1d").stderr
