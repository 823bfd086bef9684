"""Goal: Spark reads and writes the embedded broker's topics, in batches and as a stream.

Method: one PySpark 4.0 session writes a topic, reads it back, and runs a stream over it twice with
a checkpoint, with more messages in between.
"""

import json
import uuid

import pytest
from confluent_kafka import Producer

SESSION = '''
import json
brokers, topic, written, folder = sys.argv[1:]

def kafka(reader, name):
    return (reader.format("kafka").option("kafka.bootstrap.servers", brokers)
            .option("subscribe", name).option("startingOffsets", "earliest"))

batch = kafka(spark.read, topic).option("endingOffsets", "latest").load()
answer = {"count": batch.count(),
          "values": sorted(row.v for row in batch.selectExpr("cast(value as string) v").collect()),
          "partitions": sorted({row.partition for row in batch.collect()})}
(batch.selectExpr("key", "upper(cast(value as string)) value").write.format("kafka")
 .option("kafka.bootstrap.servers", brokers).option("topic", written).save())

def run_stream():
    query = (kafka(spark.readStream, written).load().selectExpr("cast(value as string) v")
             .writeStream.format("json").option("path", folder + "/out")
             .option("checkpointLocation", folder + "/checkpoint")
             .trigger(availableNow=True).start())
    query.awaitTermination()

def streamed():
    return sorted(row.v for row in spark.read.schema("v string").json(folder + "/out").collect())

run_stream()
answer["first"] = streamed()
spark.createDataFrame([("LATE",)], "value string").write.format("kafka").option(
    "kafka.bootstrap.servers", brokers).option("topic", written).save()
run_stream()
answer["second"] = streamed()
print(json.dumps(answer))
'''


@pytest.mark.timeout(300)
def test_batches_and_a_stream(embedded, spark, tmp_path):
    topic = embedded.create_topic(f"spark-{uuid.uuid4().hex[:8]}", 3)
    written = embedded.create_topic(f"spark-{uuid.uuid4().hex[:8]}", 2)
    producer = Producer({"bootstrap.servers": embedded.brokers})
    values = sorted(f"value {number}" for number in range(90))
    for number, value in enumerate(values):
        producer.produce(topic, value, partition=number % 3)
    assert producer.flush(30) == 0
    answer = json.loads(spark(SESSION, embedded.brokers, topic, written, tmp_path).stdout)
    assert answer["count"] == 90
    assert answer["values"] == values
    assert answer["partitions"] == [0, 1, 2]
    upper = sorted(value.upper() for value in values)
    assert answer["first"] == upper
    assert answer["second"] == sorted([*upper, "LATE"])
