"""Goal: `report` prints what the assignment's pyspark session prints over the same topic.

Method: play the assignment, run its session in a real Spark, and find each step's output in ours.
"""

import pytest
from support import assignment

# The assignment's steps, each between marks so that it can be looked for on its own. Spark infers
# a row's columns from its first 100, so the session's select keeps to the assignment's column.
SESSION = """
import json
raw_events = (spark.read.format("kafka")
    .option("kafka.bootstrap.servers", sys.argv[1]).option("subscribe", sys.argv[2])
    .option("startingOffsets", "earliest").option("endingOffsets", "latest").load())
def step(show):
    show()
    print("=" * 8)
step(raw_events.printSchema)
step(raw_events.show)
eventsForm = raw_events.select(raw_events.value.cast("string"))
step(eventsForm.show)
objects = [row for row in map(lambda x: json.loads(x.value), eventsForm.collect())
           if isinstance(row, dict)]
extracted_events = spark.createDataFrame([(row["event_type"],) for row in objects], ["event_type"])
step(lambda: extracted_events.show(50))
step(lambda: print(extracted_events.count()))
step(lambda: print(extracted_events.select("event_type").take(1)))
step(lambda: print(extracted_events.select("event_type").take(27)[26]))
step(lambda: print(extracted_events.select("event_type").take(30)[29]))
"""


@pytest.fixture
def played(topic, gamevents, serve):
    """`topic` with the 42 numbers and the 30 events."""
    gamevents("produce-test")
    server = serve()
    for path in assignment.REQUESTS:
        assert server.request(path).status == 200
    assert server.stop() == 0, server.stderr
    return topic


def test_each_step_reads_as_spark_prints_it(played, broker, gamevents, spark):
    theirs = spark(SESSION, broker.brokers, played).stdout.decode().split("=" * 8 + "\n")[:-1]
    ours = gamevents("report").stdout.decode()
    assert len(theirs) == 8
    assert assignment.TABLE in theirs[3]
    for printed in theirs:
        assert printed in ours
