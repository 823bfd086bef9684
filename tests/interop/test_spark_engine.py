"""Goal: `report --engine spark` gives the same bytes as our own engine, and says what it cannot do.
Method: plans of the questions below, answered by the shipped job in one real Spark session over a
tidy and an awkward topic of the embedded broker; a script in spark-submit's place then hands each
answer to the program, whose output is compared. Two questions go the whole way by themselves."""

import json
import os
import signal
import subprocess
import sys
import uuid

import pytest
from confluent_kafka import Producer
from support import paths, processes, program
from support import spark as spark_session

SPARK_TIMEOUT_S = 900  # One session answers all; three minutes on two busy cores.
pytestmark = pytest.mark.timeout(SPARK_TIMEOUT_S + 60)

START_MS = 1_795_428_000_000  # 2026-11-23T10:00:00Z
TIDY, AWKWARD = "tidy", "awkward"
NUMBERS = "sum(n),avg(n),min(n),max(n),distinct(n),count(n)"
PERCENTS = "p1(n),p50(n),p95(n)"

# What each question is asked of, and its flags.
QUESTIONS = {
    "a count": (TIDY, "--agg count"),
    "by type": (TIDY, "--group-by event_type"),
    "by two fields": (TIDY, "--group-by event_type,user"),
    "numbers": (TIDY, f"--group-by event_type --agg count,{NUMBERS},{PERCENTS}"),
    "numbers of all": (TIDY, f"--agg {NUMBERS},{PERCENTS}"),
    "per minute": (TIDY, "--bucket 1m"),
    "per hour of a text, by type": (TIDY, "--bucket 1h --bucket-by received_at "
                                    "--group-by event_type --format csv"),
    "ordered and cut": (TIDY, "--group-by user --agg count,sum(n) --order-by sum(n):desc,user "
                        "--limit 3"),
    "a page's rows": (TIDY, "--group-by user --format markdown --limit 2"),
    "rows": (TIDY, "--select event_type,user,n --limit 30"),
    "rows by offset": (TIDY, "--select user --offset 5:40 --format plain"),
    "taken": (TIDY, "--select event_type,n --take 5"),
    "sorted rows": (TIDY, "--select user,n --order-by n:desc,user --limit 25 --format json"),
    "nested, filtered": (TIDY, "--select cart.total --where cart.total>=10 --format ndjson"),
    "nothing": (TIDY, "--group-by user --where event_type=unknown"),
    "nothing of all": (TIDY, f"--agg count,{NUMBERS} --where event_type=unknown"),
    "mixed types": (AWKWARD, "--group-by v --limit 200 --format json"),
    "mixed numbers": (AWKWARD, "--agg count(v),avg(v),min(v),max(v),distinct(v),p50(v)"),
    "a sum": (AWKWARD, ["--agg", "sum(v)", "--where", "v < 1000 and v > -1000"]),
    "rows of mixed types": (AWKWARD, "--select v --order-by v --limit 200 --format json"),
    "descending": (AWKWARD, "--select v --order-by v:desc --limit 200 --truncate 0"),
    "every field": (AWKWARD, "--select * --limit 200 --format json"),
    "times": (AWKWARD, "--bucket 1h --bucket-by t --limit 200"),
    "names": (AWKWARD, ["--group-by", '"remote ip","a.b","? \'x"," x ".y', "--limit", 200]),
    "an object": (AWKWARD, "--group-by o --limit 200"),
    "two partitions": (AWKWARD, "--select i --limit 200 --format plain"),
}
CONDITIONS = [
    "v = 5", "v != 5", "v >= 9007199254740993", "v = 9007199254740992.0", "v < 1e999", "v = '5'",
    "v > 'a'", "v = true", "v != true", "v = null", "v != null", "not v = 5", "exists(v)",
    "v in (5, 'five', true, null)", "v ~ '^f.*e$'", r"v ~ '(?i)GRÖSSE|\bz\b'", r"v ~ 'a\sb$'",
    "v ~ '[[:upper:]&&]'", "(v > 1 or v = 'z') and not exists(o)", "v >= 9223372036854775807",
    r"v ~ '^\p{Greek}+$'", "v = 12345678901234567891", "v != 12345678901234567890",
    "v > 12345678901234567890", "v <= -12345678901234567891", "v = 10000000000000000000.0",
    "v in (12345678901234567890, 9223372036854775808)", "v < 1" + "0" * 400,
    "v = 1" + "0" * 400, "v > 1" + "0" * 400, "v >= -1" + "0" * 400, "v != -1" + "0" * 400,
]
for number, condition in enumerate(CONDITIONS):
    QUESTIONS[f"condition {number}"] = (
        AWKWARD, ["--select", "i,v", "--where", condition, "--limit", 200, "--format", "csv"])


def flags(asked) -> list:
    return asked.split() if isinstance(asked, str) else asked


def tidy_events() -> list[bytes]:
    kinds, events = ["default", "purchase_sword", "join_a_guild"], []
    for i in range(90):
        event = {"event_type": kinds[i % 3], "user": f"user{i % 7}", "n": i * 7 % 31,
                 "received_at": f"2026-11-23T{10 + i // 40}:{i % 60:02}:00.25Z"}
        if i % 3 == 1:
            event |= {"n": i * 0.25, "cart": {"total": i, "items": [1, 2]}}
        events.append(json.dumps(event).encode())
    return events


def awkward_values() -> list[bytes | None]:
    numbers = ["5", "5.0", "-0", "0.1", "1e2", "1e400", "-1e400", "9007199254740993", "1.5e-9",
               "9007199254740992.0", "9007199254740992", "9223372036854775807",
               "-9223372036854775808", "9223372036854775808", "12345678901234567890123456789", "7",
               "12345678901234567890", "12345678901234567891", "-12345678901234567891", "1e19",
               "10000000000000000000", "9" * 38, "9" * 37 + "8"]
    others = ['"5"', '"five"', '"z"', '"Größe"', '"a b"', '"a\\nb"', '"a b\\n"', '"αβγ"', '"A&"',
              '""', "true", "false", "null", '"剣\\ud83d\\ude00\\u0000"', '{"a":1,"b":[1,"x"]}',
              "[1,2,[3]]", '"\\\\ud800"', '"a [[[[[ ] \\" {"']
    values = [f'{{"v":{value},"i":{i}}}' for i, value in enumerate(numbers + others)]
    values += ['{"v":1,"i":100,"v":2}', '{"i":101,"o":{"a":1,"b":null}}', ' {"i":102}\n',
               '{"i":103,"remote ip":"::1","a.b":1,"? \'x":2," x ":{"y":3},"":4}',
               '{"i":104,"a":{"b":"no"}}', '{"i":105,"[":1,"o":{"a":1,"b":null}}']
    times = ["1795428000123", "-1", "1.5", '"2026-11-23"', '"2026-11-23T10:00+02:00"',
             '"2026-11-23 10:59:59.9999"', '"2026-02-30"', '"10:00"', '"2026-11-23T24:00Z"',
             '"1969-12-31T23:59:59.9z"', '"2026-11-23T10:00:00-1830"', "null",
             '"2016-12-31T23:59:60Z"', '"2017-01-01T00:59:60.5+01:00"', '"2016-12-31T22:59:60Z"',
             '"2016-12-31T23:59:61Z"']
    values += [f'{{"t":{time},"i":{200 + i}}}' for i, time in enumerate(times)]
    values += ["{broken", "[1,2]", "7", '"x"', "true", "null", "", " ", '{"i":1} x', '{"i":1}]',
               '{"i":1},2', '{"v":"\\ud800"}', '{"v":"\\udc00\\ud800"}', '{"v":NaN}', '{"v":01}',
               "{'v':1}", '{"v":1,}', '{"a":' * 64 + "1" + "}" * 64,
               '{"a":' * 63 + '"[[[["' + "}" * 63]
    return [value.encode() for value in values] + [None, b"\xff{}", b'{"v":"\xed\xa0\x80"}']


def fill(broker, values, partitions) -> str:
    topic = broker.create_topic(f"spark-{uuid.uuid4().hex[:8]}", partitions)
    producer = Producer({"bootstrap.servers": broker.brokers})
    for i, value in enumerate(values):
        producer.produce(topic, value, partition=i % partitions, timestamp=START_MS + i * 4_321)
    assert producer.flush(30) == 0
    return topic


@pytest.fixture(scope="module")
def topics(embedded):
    return {TIDY: fill(embedded, tidy_events(), 1), AWKWARD: fill(embedded, awkward_values(), 2)}


def spark_environment() -> dict:
    """Whatever the program needs to run the tests' own Spark."""
    return {"PYSPARK_PYTHON": sys.executable, "SPARK_LOCAL_IP": "127.0.0.1", **spark_session.QUICK,
            "GAMEVENTS_SPARK_SUBMIT": str(spark_session.submit()),
            "GAMEVENTS_SPARK_MASTER": "local[2]",
            "GAMEVENTS_SPARK_JARS": ",".join(spark_session.jars()),
            "GAMEVENTS_SPARK_PROPERTIES": "spark.driver.memory=1g,spark.sql.shuffle.partitions=2"}


@pytest.fixture(scope="module")
def answers(embedded, topics, tmp_path_factory):
    """Spark's answer to every question: the folder of the files, by the question's number."""
    folder = tmp_path_factory.mktemp("answers")
    words = []
    for number, (topic, asked) in enumerate(QUESTIONS.values()):
        plan = run_report(folder, embedded, topics[topic], [*flags(asked), "--print-plan"])
        (folder / f"{number}.plan").write_bytes(plan.stdout)
        words += ["--plan", folder / f"{number}.plan", "--out", folder / f"{number}.answer"]
    spark_session.submit_job("report.py", *words, timeout=SPARK_TIMEOUT_S)
    return folder


def run_report(home, broker, topic, asked, engine="spark", env=None, **options):
    return program.run(["report", *asked, "--engine", engine], home=home, brokers=broker.brokers,
                       topic=topic, env=env, **options)


def comparable(name, answer):
    """The answer, but for the order of the columns of '*': Spark's are ascending, ours come in the
    order of their first appearance."""
    if name != "every field":
        return answer
    return json.loads(answer, parse_int=str, parse_float=str)


@pytest.mark.parametrize("name", QUESTIONS)
def test_both_engines_give_the_same_bytes(name, embedded, topics, answers, tmp_path):
    topic, asked = QUESTIONS[name]
    answer = answers / f"{list(QUESTIONS).index(name)}.answer"
    submit = tmp_path / "submit"
    submit.write_text('#!/bin/sh\nwhile [ $# -gt 1 ]; do [ "$1" = --out ] && out=$2; shift; done\n'
                      f'cp {answer} "$out"\n')
    submit.chmod(0o700)
    ours = run_report(tmp_path, embedded, topics[topic], flags(asked), engine="local")
    sparks = run_report(tmp_path, embedded, topics[topic], flags(asked),
                        env={"GAMEVENTS_SPARK_SUBMIT": str(submit)})
    assert comparable(name, sparks.stdout) == comparable(name, ours.stdout)
    assert ours.stdout
    if topic == AWKWARD and "--limit" not in flags(asked):
        # The same notes, but for the examples: Spark names the first place of each kind.
        def notes(done):
            return [line.split(", first at")[0] for line in done.stderr.decode().splitlines()]
        assert notes(sparks) == notes(ours)


def test_the_whole_way(embedded, topics, tmp_path):
    asked = flags(QUESTIONS["numbers"][1])
    ours = run_report(tmp_path, embedded, topics[TIDY], asked, engine="local")
    sparks = run_report(tmp_path, embedded, topics[TIDY], asked, env=spark_environment(),
                        timeout=SPARK_TIMEOUT_S)
    assert sparks.stdout == ours.stdout


def test_an_overflow_and_too_much_are_told_as_by_our_own(embedded, tmp_path):
    fields = {f"f{i}": i for i in range(1_001)}
    topic = fill(embedded, [b'{"n":9223372036854775807}', b'{"n":1}', json.dumps(fields).encode()],
                 1)
    words = []
    for name, asked in {"sum": ["--agg", "sum(n)"], "all": ["--select", "*"]}.items():
        plan = run_report(tmp_path, embedded, topic, [*asked, "--print-plan"])
        (tmp_path / f"{name}.plan").write_bytes(plan.stdout)
        words += ["--plan", tmp_path / f"{name}.plan", "--out", tmp_path / f"{name}.answer"]
    spark_session.submit_job("report.py", *words, timeout=SPARK_TIMEOUT_S)
    rows = [json.loads(line) for line in (tmp_path / "sum.answer").read_text().splitlines()]
    assert rows[1] == [{"long": "9223372036854775808"}]
    refused = json.loads((tmp_path / "all.answer").read_text())["refused"]
    assert refused.startswith("the events have more than 1000 different fields")


def test_ctrl_c_ends_spark_and_leaves_nothing(embedded, topics, tmp_path, background):
    job = tmp_path / "slow-submit"
    job.write_text("#!/bin/sh\necho $$ > started\nexec sleep 300\n")
    job.chmod(0o700)
    running = background("report", "--engine", "spark", "--group-by", "user",
                         brokers=embedded.brokers, topic=topics[TIDY],
                         env={"GAMEVENTS_SPARK_SUBMIT": str(job), "TMPDIR": str(tmp_path)})
    started = tmp_path / "started"
    processes.wait_until(lambda: started.exists() and started.read_text().strip(), 20, "the job")
    running.signal(signal.SIGINT)
    done = running.finish(20)
    assert done.returncode == 130
    assert done.stdout == b""
    with pytest.raises(ProcessLookupError):
        os.kill(int(started.read_text()), 0)
    assert not list(tmp_path.glob("gamevents-spark-*"))


@pytest.mark.parametrize("asked, why", [
    ([], "--engine spark belongs to --select"),
    (["--schema"], "--schema does not go with --engine spark"),
    (["--group-by", "a", "--follow"], "--follow does not go with --engine spark"),
    (["--view", "carts"], "--view does not go with --engine spark"),
    (["--view", "top"], "--view does not go with --engine spark"),
    (["--sql", "select 1"], "--sql does not go with --engine spark"),
    (["--group-by", "a", "--source", "segments"],
     "--source segments does not go with --engine spark"),
])
def test_what_only_our_own_engine_does_is_refused(asked, why, gamevents):
    done = gamevents("report", "--engine", "spark", *asked, check=False)
    assert done.returncode == 2
    assert why in done.stderr.decode()


def test_a_plan_is_refused_without_the_engine_and_for_what_java_cannot_say(
        embedded, topics, tmp_path):
    done = run_report(tmp_path, embedded, topics[TIDY], ["--group-by", "a", "--print-plan"],
                      engine="local", check=False)
    assert done.returncode == 2
    assert b"--engine spark" in done.stderr
    done = run_report(tmp_path, embedded, topics[TIDY],
                      ["--group-by", "a", "--where", r"a ~ '\C'"], check=False)
    assert done.returncode == 1
    assert rb"where: \C: Spark's expressions are Java's" in done.stderr


def test_no_spark_is_told_with_what_to_do(embedded, topics, tmp_path):
    done = run_report(tmp_path, embedded, topics[TIDY], ["--group-by", "a"],
                      env={"GAMEVENTS_SPARK_SUBMIT": "no-such-spark-submit"}, check=False)
    assert done.returncode == 1
    assert b"no-such-spark-submit" in done.stderr and b"spark.submit" in done.stderr


def test_machines_elsewhere_cannot_reach_the_embedded_broker(tmp_path):
    done = subprocess.run(
        [paths.executable(), "report", "--engine", "spark", "--spark-master", "spark://far:7077",
         "--group-by", "a"], capture_output=True, timeout=60, cwd=tmp_path,
        env={key: value for key, value in os.environ.items() if not key.startswith("GAMEVENTS_")}
        | {"XDG_CONFIG_HOME": str(tmp_path), "XDG_STATE_HOME": str(tmp_path)})
    assert done.returncode == 1
    assert b"machines elsewhere cannot reach the embedded broker" in done.stderr
