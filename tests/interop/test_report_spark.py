"""Goal: `gamevents report` prints, text for text, what the assignment's pyspark session prints.
Method: one real PySpark 4.0 session does the assignment's steps over four topics (its own thirty
events, awkward ones, several partitions, nothing) and prints each under our heading."""

import json
import re
import uuid

import pytest
from confluent_kafka import Producer
from support import spark as spark_session

SPARK_TIMEOUT_S = 400  # One session answers for every test here; a minute on an idle machine.
pytestmark = pytest.mark.timeout(SPARK_TIMEOUT_S + 60)

START_MS = 1_795_428_000_000  # 2026-11-23T10:00:00Z
ASSIGNMENT = ("default " * 3 + "purchase_sword " * 3 + "default " + "purchase_sword " * 2
              + "default " * 3 + "purchase_sword " * 4 + "default " * 4 + "purchase_sword " * 4
              + "default " + "purchase_sword " * 3 + "join_a_guild " * 2).split()
SCHEMA = 'event_type string, n long, f double, b boolean, `remote ip` string'
SELECT = 'event_type,n,f,b,"remote ip"'

# Each print stands under the heading that `report` gives it. Values that are not JSON objects are
# left out, which json.loads alone would not do: Spark's own job would end there.
SESSION = '''
import json
from pyspark.sql.functions import coalesce, col, date_trunc, desc

brokers, schema, topics = sys.argv[1], sys.argv[2], sys.argv[3:]

def refuse(constant):
    raise ValueError(constant)  # NaN and Infinity are not JSON.

def objects(row):
    try:
        event = json.loads(row.value, parse_constant=refuse)
    except (TypeError, ValueError):
        return []
    return [(row, event)] if isinstance(event, dict) else []

def heading(text):
    print(">>> " + text)

for topic in topics:
    print("##### " + topic)
    raw_events = (spark.read.format("kafka").option("kafka.bootstrap.servers", brokers)
                  .option("subscribe", topic).option("startingOffsets", "earliest")
                  .option("endingOffsets", "latest").load().cache())
    heading("raw_events.printSchema()")
    raw_events.printSchema()
    heading("raw_events.show()")
    raw_events.show()
    eventsForm = raw_events.select(raw_events.value.cast("string"))
    heading("eventsForm.show()")
    eventsForm.show()
    events = eventsForm.rdd.flatMap(objects).map(lambda pair: pair[1])
    if events.isEmpty():
        continue
    extracted_events = events.toDF()
    heading("extracted_events.show(50)")
    extracted_events.show(50)
    heading("extracted_events.count()")
    print(extracted_events.count())
    heading('extracted_events.select("event_type").take(1)')
    print(extracted_events.select("event_type").take(1))
    for n in (27, 30):
        rows = extracted_events.select("event_type").take(n)
        if len(rows) == n:
            heading(f'extracted_events.select("event_type").take({n})[{n - 1}]')
            print(rows[n - 1])
    heading("# events by type")
    (extracted_events.groupBy("event_type").count()
     .orderBy(desc("count"), "event_type").show())
    timed = (raw_events.select("timestamp", raw_events.value.cast("string"))
             .rdd.flatMap(objects)
             .map(lambda pair: (pair[0].timestamp, pair[1].get("purchase_user"),
                                pair[1].get("user_name")))
             .toDF("timestamp timestamp, purchase_user string, user_name string"))
    heading("# events per minute")
    (timed.groupBy(date_trunc("minute", "timestamp").alias("minute")).count()
     .orderBy("minute").show())
    heading("# events by user")
    (timed.groupBy(coalesce("purchase_user", "user_name").alias("user")).count()
     .orderBy(desc("count"), "user").show())
    heading("truncate=False")
    extracted_events.show(50, truncate=False)
    heading("repr")
    for row in extracted_events.select("event_type").collect():
        print(row)
    kinds = (str, int, float, bool, str)
    heading("columns")
    texts = events.filter(lambda event: isinstance(event.get("event_type", ""), (str, type(None))))
    typed = texts.map(lambda event: tuple(
        value if type(value) is kind else None for kind, value in
        zip(kinds, map(event.get, ("event_type", "n", "f", "b", "remote ip")))))
    spark.createDataFrame(typed, schema).show(50)
'''


def encode(event) -> bytes:
    return json.dumps(event).encode()


def awkward_values() -> list:
    """Values that no tidy topic has, the ones that show() must survive first."""
    emoji, full = "\N{GRINNING FACE}", "剣"
    values = [encode({"event_type": "default"}), None, b"", b"{broken", b"[1,2]", b'"x"', b"null",
              b"\xff\xfe bytes \xf0\x9f\x98", b"\xed\xa0\x80 \xc0\xaf \xf4\x90\x80\x80 \xe0\x80",
              b"a\tb\nc\rd\x0be\x0cf\x08g\x07", f"1234567890123456{emoji} cut in two".encode(),
              f"12345678901234567{emoji} cut".encode(), f"123456789012345678{emoji}".encode(),
              (full * 21).encode(), (full * 20).encode(), "ｱ！".encode(), b"x" * 100_000]
    values += [str(number).encode() for number in range(1, 43)]
    texts = ["größe 剣を買う", f"{emoji} sword ⚔️", "abcdefghijklmnopqrstuvwxyz", "it's", '"q"',
             '"q" it\'s', "back\\slash", "tab\there\nline\r\x0b\x0c\x08\x07", "\x00\x7f\x85",
             "zero\u200bwidth \xa0 \u2028", "", "  spaces  ", "0123456789abcdef\U0001F5E1\ufe0fxyz"]
    values += [encode({"event_type": text, "user_name": "勇者"}) for text in texts]
    values += ['{"event_type":"größe 剣を買う","purchase_user":"é"}'.encode(),
               b'{"event_type":null}', b'{"no":"type"}', b'{"event_type":5}',
               b'{"event_type":true}', b'{"event_type":"x","event_type":"the last"}']
    numbers = [0, -1, 1.5, 1e7, 1e20, 123456.789, 0.001, 0.0001, -0.0, 1e-7, 9007199254740993]
    values += [encode({"event_type": "number", ("f" if isinstance(number, float) else "n"): number,
                       "b": number == 0, "remote ip": "172.18.0.1"}) for number in numbers]
    return values


def fill(kafka, values, partitions=1) -> str:
    """A fresh topic of these values, round robin over its partitions; its name."""
    topic = kafka.create_topic(f"report-{uuid.uuid4().hex[:8]}", partitions)
    producer = Producer({"bootstrap.servers": kafka.brokers})
    for index, value in enumerate(values):
        producer.produce(topic, value, key=None if index % 3 else f"k{index}".encode(),
                         partition=index % partitions, timestamp=START_MS + index * 4_321)
    assert producer.flush(30) == 0
    return topic


def sections(text: str) -> dict:
    """What stands under each `>>> ` heading."""
    parts = re.split(r"^>>> (.*)\n", text, flags=re.MULTILINE)
    return dict(zip(parts[1::2], parts[2::2], strict=True))


@pytest.fixture(scope="module")
def topics(kafka):
    assignment = [encode({"event_type": kind} if index < 6 else
                         {"event_type": kind, "Host": "0.0.0.0:5000", "user_name": f"u{index % 4}"})
                  for index, kind in enumerate(ASSIGNMENT)]
    return {"assignment": fill(kafka, assignment), "awkward": fill(kafka, awkward_values()),
            "partitions": fill(kafka, assignment * 2, partitions=3), "empty": fill(kafka, [])}


@pytest.fixture(scope="module")
def printed(kafka, topics):
    """What Spark printed: {topic's name here: {heading: text}}."""
    done = spark_session.run(SESSION, kafka.brokers, SCHEMA, *topics.values(),
                             timeout=SPARK_TIMEOUT_S)
    parts = re.split(r"^##### (.*)\n", done.stdout.decode(), flags=re.MULTILINE)
    by_topic = dict(zip(parts[1::2], map(sections, parts[2::2]), strict=True))
    return {name: by_topic[topic] for name, topic in topics.items()}


# What Spark has no counterpart of in `report`'s session, or the other way round.
ELSEWHERE = {"truncate=False", "repr", "columns"}


@pytest.mark.parametrize("name", ["assignment", "awkward", "partitions", "empty"])
def test_the_session_is_sparks(name, kafka, topics, printed, gamevents):
    ours = sections(gamevents("report", "--topic", topics[name]).stdout.decode())
    sparks = {call: text for call, text in printed[name].items() if call not in ELSEWHERE}
    assert len(sparks) == (3 if name == "empty" else 11)
    for call, text in sparks.items():
        assert ours[call] == text, call


def test_the_assignments_own_answers(kafka, topics, gamevents):
    ours = sections(gamevents("report", "--topic", topics["assignment"]).stdout.decode())
    assert ours["extracted_events.count()"] == "30\n"
    select = 'extracted_events.select("event_type")'
    assert ours[f"{select}.take(1)"] == "[Row(event_type='default')]\n"
    assert ours[f"{select}.take(27)[26]"] == "Row(event_type='purchase_sword')\n"
    assert ours[f"{select}.take(30)[29]"] == "Row(event_type='join_a_guild')\n"


@pytest.mark.parametrize("name", ["assignment", "awkward", "partitions"])
def test_whole_texts_and_typed_columns_are_sparks(name, kafka, topics, printed, gamevents):
    whole = gamevents("report", "--topic", topics[name], "--select", "event_type", "--limit", 50,
                      "--truncate", 0)
    assert whole.stdout.decode() == printed[name]["truncate=False"]
    where = ["--where", "not event_type in (5, true)"] if name == "awkward" else []
    columns = gamevents("report", "--topic", topics[name], "--select", SELECT, "--limit", 50,
                        *where)
    assert columns.stdout.decode() == printed[name]["columns"]


def test_what_was_left_out_is_named(kafka, topics, gamevents):
    ours = sections(gamevents("report", "--topic", topics["awkward"]).stdout.decode())
    left_out = len(awkward_values()) - int(ours["extracted_events.count()"])
    assert ours["# left out"].startswith(f"{left_out} values were not JSON objects:\n"
                                         "  number: 42, first at [0] 17, [0] 18, [0] 19\n")


def test_json_holds_the_same_texts(kafka, topics, printed, gamevents):
    done = gamevents("report", "--topic", topics["awkward"], "--select", "event_type",
                     "--format", "json")
    rows = json.loads(done.stdout)
    texts = [row["event_type"] for row in rows if not isinstance(row["event_type"], (bool, int))]
    sparks = [line for line in printed["awkward"]["repr"].splitlines()
              if line not in ("Row(event_type='5')", "Row(event_type='true')")]
    assert [f"Row(event_type={text!r})" for text in texts] == sparks
