"""Goal: `report` gives one answer whatever it reads, and follows a topic until it is told to stop.

Method: an embedded broker with events, numbers and broken lines over two partitions; the same
question is asked of its files, while it runs, and through Kafka. A followed topic gets more events.
"""

import json
import os
import pty
import re
import shlex
import signal
import subprocess

import pytest
from support import paths, processes, program

TOPIC = "events"
BROKEN = [b"42", b"{", b"null"]
TYPES = ["default", "purchase_sword", "join_guild"]


def lines(count):
    """`count` events, a line each, with three values between them that are none."""
    events = [json.dumps({"event_type": TYPES[i % 3], "price": i % 7 if i % 5 else i / 2,
                          "user": f"u{i % 11}", "at": f"2026-01-01T00:{i % 60:02}:00Z",
                          "cart": {"items": [i]}}).encode() for i in range(count)]
    return b"\n".join(BROKEN + events) + b"\n"


@pytest.fixture
def broker(own_embedded):
    """A broker with an empty topic of two partitions."""
    own_embedded.create_topic(TOPIC, 2)
    return own_embedded


@pytest.fixture
def produce(broker, gamevents):
    """produce(count): so many events, and what is none."""
    def run(count):
        gamevents("produce", input=lines(count), topic=TOPIC)
    return run


@pytest.fixture
def report(broker, tmp_path):
    """report(*args, check=True): asks the broker's topic as one who shares its data directory."""
    def run(*args, **options):
        return program.run(["report", "--set", f"embedded.data_dir={broker.data_dir}", *args],
                           home=tmp_path, brokers="embedded", topic=TOPIC, **options)
    return run


def test_files_and_broker_give_the_same_answer(produce, report):
    produce(3000)
    aggregates = "count,sum(price),avg(price),min(price),max(price),distinct(user),p95(price)"
    questions = [
        ["--agg", aggregates],
        ["--group-by", "event_type", "--agg", aggregates, "--order-by", "sum(price):desc"],
        ["--bucket", "10m", "--bucket-by", "at", "--group-by", "event_type"],
        ["--select", "price,user", "--order-by", "price:desc,user", "--take", "3"],
        ["--where", "price > 4", "--group-by", "user", "--format", "markdown"],
        ["--schema"],
        ["--schema", "--format", "ndjson"],
    ]
    for question in questions:
        answers = {source: report(*question, "--source", source)
                   for source in ("segments", "kafka", "auto")}
        texts = {answer.stdout for answer in answers.values()}
        assert len(texts) == 1, (question, texts)
        assert texts != {b""}
        for answer in answers.values():
            assert b"3 values were not JSON objects" in answer.stderr, question


def test_the_answers_are_right(produce, report):
    produce(3000)
    prices = [i % 7 if i % 5 else i / 2 for i in range(3000)]
    answer = report("--agg", "count,sum(price),distinct(user)", "--format", "json")
    assert json.loads(answer.stdout) == [
        {"count": 3000, "sum(price)": sum(prices), "distinct(user)": 11}]

    taken = report("--select", "price", "--order-by", "price:desc", "--take", "2").stdout
    assert taken == b"[Row(price=1497.5), Row(price=1495.0)]\n"

    buckets = report("--bucket", "30m", "--bucket-by", "at", "--format", "csv").stdout
    assert [row.split(",")[1] for row in buckets.decode().split()] == ["count", "1500", "1500"]

    fields = [json.loads(row) for row in report("--schema", "--format", "ndjson").stdout.split()]
    assert {row["field"]: row["type"] for row in fields} == {
        "at": "string", "cart": "struct", "cart.items": "array", "cart.items[]": "long",
        "event_type": "string", "price": "double", "user": "string"}


@pytest.mark.parametrize("source", ["segments", "kafka"])
def test_an_interrupted_scan_answers_from_what_it_has_read(produce, broker, tmp_path, source):
    count = 60_000  # rows of far more than a pipe holds, so that it waits for its reader
    produce(count)
    asking = program.Background(
        ["report", "--set", f"embedded.data_dir={broker.data_dir}", "--source", source,
         "--select", "user,at,price", "--format", "ndjson"],
        home=tmp_path, brokers="embedded", topic=TOPIC)
    try:
        begun = os.read(asking.process.stdout.fileno(), 10)
        asking.signal(signal.SIGINT)
        done = asking.finish(30)
    finally:
        asking.kill()
    rows = [json.loads(line) for line in (begun + done.stdout).splitlines()]
    assert 0 < len(rows) < count
    assert done.returncode == 130
    assert b"interrupted: the answer is of the first" in done.stderr


def test_files_of_a_cluster_are_not_here(broker, gamevents):
    done = gamevents("report", "--source", "segments", topic=TOPIC, check=False)
    assert done.returncode == 1
    assert "--source segments" in done.stderr.decode()


@pytest.mark.parametrize("flags", [["--schema"], ["--take", "1", "--group-by", "user"],
                                   ["--source", "segments"]])
def test_what_cannot_be_followed_is_refused(report, flags):
    done = report("--follow", *flags, check=False)
    assert done.returncode == 2
    assert b"--follow" in done.stderr


def test_a_followed_topic_appends_tables_until_interrupted(produce, broker, background):
    produce(30)
    following = background("report", "--follow", "--agg", "count", "--truncate", "0", topic=TOPIC)
    stdout = following.process.stdout
    os.set_blocking(stdout.fileno(), False)
    seen = bytearray()

    def sees(count):
        seen.extend(stdout.read() or b"")
        return count in [int(number) for number in re.findall(rb"^\|(\d+) *\|$", seen, re.M)]

    processes.wait_until(lambda: sees(30), 20, "a table of 30 events")
    produce(12)
    processes.wait_until(lambda: sees(42), 20, "a table of 42 events below it")
    assert seen.count(b"|count|") >= 2
    assert b"\x1b" not in seen
    os.set_blocking(stdout.fileno(), True)
    following.signal(signal.SIGINT)
    done = following.finish(20)
    assert done.returncode == 0, done.stderr


@pytest.mark.parametrize("source", ["segments", "kafka"])
def test_ids_beyond_a_long_stay_apart(gamevents, report, source):
    ids = [12345678901234567890, 12345678901234567891, 2**63, -2**63 - 1, 2**64, 7]
    events = [{"user_id": user, "at": i} for i, user in enumerate([*ids, ids[1]])]
    gamevents("produce", input="\n".join(map(json.dumps, events)).encode(), topic=TOPIC)

    def asked(*args):
        return report(*args, "--source", source).stdout.decode()
    ascending = sorted(ids)
    grouped = asked("--group-by", "user_id", "--format", "csv", "--order-by", "user_id")
    assert grouped.split() == ["user_id,count",
                               *(f"{user},{events_of(events, user)}" for user in ascending)]
    for user in ids:
        found = asked("--where", f"user_id = {user}", "--select", "user_id", "--format", "ndjson")
        assert [json.loads(row)["user_id"] for row in found.split()] == (
            [user] * events_of(events, user))
    beyond = asked("--where", f"user_id > {2**63 - 1}", "--agg", "count,min(user_id),max(user_id)",
                   "--format", "json")
    assert json.loads(beyond) == [
        {"count": 5, "min(user_id)": 2**63, "max(user_id)": 2**64}]


def events_of(events, user) -> int:
    return sum(event["user_id"] == user for event in events)


@pytest.mark.parametrize(("args", "said"), [
    ("--select a --group-by b", "--group-by and --select are two questions: ask one"),
    ("--select a --bucket 1h", "--bucket and --select are two questions"),
    ("--schema --select a", "--select and --schema are two questions"),
    ("--schema --agg count", "--agg and --schema are two questions"),
    ("--schema --order-by a", "--order-by belongs to --select, --group-by"),
    ("--schema --take 2", "--take belongs to --select"),
    ("--take 2", "--group-by, --agg, --bucket, --sql, not to the session"),
    ("--limit 2", "--limit belongs to --select"),
    ("--order-by a", "--order-by belongs to --select"),
    ("--bucket-by a", "add --bucket 1h, or --format html"),
    ("--bucket-by a --format html -f", "add --bucket 1h, or --format html"),
    ("--group-by a --bucket-by b", "say in which steps"),
    ("--select a --limit 2 --take 2", "--limit does not go with --take"),
    ("--select a --offset 5 --to 7", "--offset does not go with --from and --to"),
    ("--sql=SELECT+1 --select a", "--select and --sql are two questions"),
    ("--sql=SELECT+1 --view top", "--view belongs to"),
    ("--sql=SELECT+1 --bucket-by a", "--bucket-by belongs to"),
    ("--sql=SELECT+1 --order-by a", "--order-by belongs to --select"),
    ("--sql=SELECT+1 --follow", "--follow belongs to the session, --select"),
    ("--schema --follow", "--follow belongs to the session, --select"),
    ("--select a --take 2 --follow", "--take does not go with --follow"),
    ("--select a --source segments --follow", "--source segments does not go with --follow"),
    ("--select a --format csv --to 5 --follow", "--follow has no end"),
    ("--select * --format csv --follow", "--follow: '*' reads the topic twice"),
    ("--print-plan", "add --engine spark"),
    ("--user a", "--user belongs to --view funnel, --view retention"),
    ("--select a --take 2 --format json", "pyspark's take()"),
    ("--format csv", "the session has several"),
    ("--format parquet", "the session has several"),
    ("--select a --format parquet --follow", "take the format plain, markdown, csv, json, ndjson"),
    ("--select a --csv-safe", "add --format csv"),
])
def test_flags_that_do_not_go_together_are_named(gamevents, args, said):
    """Said before anything is opened: no broker is asked."""
    words = [word.replace("+", " ") for word in args.split()]
    done = gamevents("report", *words, brokers="127.0.0.1:1", check=False)
    assert done.returncode == 2
    assert said in done.stderr.decode()
    assert done.stdout == b""


@pytest.mark.parametrize("command, option", [
    ("report --sql 'SELECT 1 AS a'", "--format"), ("state show carts", "--format"),
    ("consume --from-beginning", "--output")])
def test_a_parquet_file_is_not_written_to_a_terminal(tmp_path, command, option):
    """It is refused before anything is opened, and says what to write instead."""
    ours, theirs = pty.openpty()
    done = subprocess.run([paths.executable(), *shlex.split(command), option, "parquet"],
                          stdin=subprocess.DEVNULL, stdout=theirs, stderr=subprocess.PIPE,
                          env=program.environment(tmp_path, None, TOPIC, None), timeout=30,
                          cwd=tmp_path, preexec_fn=processes.die_with_parent)
    os.close(theirs)
    os.close(ours)
    assert done.returncode == 2
    assert b"a terminal cannot show: write it to one, as in > " in done.stderr


def test_csv_for_a_spreadsheet_has_no_formulas(produce, report, gamevents):
    """Excel reads it as UTF-8 by its first bytes, and takes no player's name for a formula."""
    produce(1)
    names = ['=HYPERLINK("x")', "@SUM(1)", "剣", "a"]
    gamevents("produce", topic=TOPIC, input=b"".join(
        json.dumps({"name": name, "n": -i}).encode() + b"\n" for i, name in enumerate(names)))
    asked = ["--select", "name,n", "--where", "exists(name)", "--order-by", "n:desc",
             "--format", "csv"]
    assert report(*asked).stdout.decode().splitlines()[1:] == [
        '"=HYPERLINK(""x"")",0', "@SUM(1),-1", "剣,-2", "a,-3"]
    text = report(*asked, "--csv-safe").stdout.decode()
    assert text.startswith("\ufeffname,n\r\n")
    assert text.splitlines()[1:] == ['"\'=HYPERLINK(""x"")",0', "'@SUM(1),-1", "剣,-2", "a,-3"]


@pytest.mark.parametrize("flags, names", [
    ("--where 'event_typ = default'", ["field event_typ; did you mean event_type?"]),
    ("--group-by event_typ", ["field event_typ; did you mean event_type?"]),
    ("--select user,prise,zzzzzzzz --limit 3",
     ["field prise; did you mean price?", "field zzzzzzzz"]),
    ("--select user --order-by prise:desc", ["field prise; did you mean price?"]),
    ("--agg 'sum(pric),count'", ["field pric; did you mean price?"]),
    ("--bucket 1h --bucket-by att", ["field att; did you mean at?"]),
    ("--where 'cart.item = 1' --schema", ["field cart.item"]),
    ("--sql 'SELECT count(*) FROM events' --where 'usr = a'", ["field usr; did you mean user?"]),
    ("--where 'usr = a'", ["field usr; did you mean user?"]),
    ("--where 'event_type = join_gild and user = nobody'",
     ["event_type join_gild; did you mean join_guild?"]),
    ("--where 'event_type in (default, \"look\", \"purchase_swrod\")' --group-by event_type",
     ["event_type look", "event_type purchase_swrod; did you mean purchase_sword?"]),
    ("--view top --user usr", ["field usr; did you mean user?"]),
    ("--view funnel --steps 'default,join_gild'",
     ["no event that was selected is the step join_gild; did you mean join_guild?"]),
])
def test_a_name_that_no_event_has_is_said(produce, report, flags, names):
    """The answer alone would be empty, or full of nulls, and look like one."""
    produce(300)
    args = shlex.split(flags)
    done = report(*args)
    said = [line for line in done.stderr.decode().splitlines() if "warning: no" in line]
    assert len(said) == len(names), done.stderr
    for line, name in zip(said, names):
        assert line.endswith(name)
    strict = report(*args, "--strict", check=False)
    assert strict.returncode == 1
    assert strict.stdout == done.stdout


@pytest.mark.parametrize("flags", [
    "--where 'event_type = default and user = nobody'", "--select user,price,cart.items --limit 3",
    "--group-by event_type --agg 'sum(price)' --order-by 'sum(price)'",
    "--view funnel --steps default,join_guild", "--view funnel --steps default --where 'user = x'",
    "--sql 'SELECT user FROM events LIMIT 1'", "--select '*' --limit 1", "",
])
def test_names_that_events_have_are_not_said(produce, report, flags):
    produce(300)
    done = report(*shlex.split(flags), "--strict")
    assert b"warning" not in done.stderr


def test_a_name_in_a_topic_without_events_is_not_said(broker, report):
    done = report("--select", "prise", "--strict")
    assert b"prise" not in done.stderr
