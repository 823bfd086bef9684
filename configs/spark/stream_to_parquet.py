"""Keeps a folder of Parquet files up with a topic: Structured Streaming, each event exactly once.

    spark-submit --packages org.apache.spark:spark-sql-kafka-0-10_2.13:4.0.0 \\
        stream_to_parquet.py --brokers localhost:9092 --topic eventsForm \\
        --output /data/events --checkpoint /data/events.checkpoint

writes what there is and ends; with --every 60 it goes on, once a minute. The files are
OUTPUT/event_type=…/day=…/batch=…/*.parquet, with the event's JSON text in `event`. Values that are
no events go to OUTPUT.malformed as they are, with what they are.

It may be killed at any moment and started again with the same folders: a batch's offsets are in the
checkpoint before it is written, and a batch that was half written is written again over itself.
One job at a time to a pair of folders.
"""

import argparse

import gamevents_events as events
from pyspark.sql import DataFrame, SparkSession
from pyspark.sql import functions as F

BATCH_RECORDS = 1_000_000
# A type becomes a folder's name; events of any other type go to OTHER together.
TYPE_NAME = r"\A[A-Za-z0-9_-]{1,64}\z"
OTHER = "other"


def read_stream(spark: SparkSession, args: argparse.Namespace) -> DataFrame:
    options = {f"kafka.{name}": value for name, value in
               (option.split("=", 1) for option in args.kafka)}
    return (spark.readStream.format("kafka")
            .option("kafka.isolation.level", "read_committed").options(**options)
            .option("kafka.bootstrap.servers", args.brokers).option("subscribe", args.topic)
            .option("startingOffsets", "earliest")  # Of the first run; then the checkpoint knows.
            .option("maxOffsetsPerTrigger", args.batch_records).load())


def shaped(messages: DataFrame) -> DataFrame:
    """A row a message: where it was, and its event or what else it is."""
    value = events.field(["event_type"])
    type_name = F.when(events.type_of(value) == "STRING", F.try_variant_get(value, "$", "string"))
    return events.with_events(messages).select(
        "partition", "offset", "timestamp", "key", "value", "kind",
        F.col("text").alias("event"), F.to_date("timestamp").alias("day"),
        F.when(type_name.rlike(TYPE_NAME), type_name).otherwise(OTHER).alias("event_type"))


def write_batch(batch: DataFrame, number: int, output: str) -> None:
    """Writes one batch. Doing so again replaces the same files: they are in folders of its own."""
    batch = batch.withColumn("batch", F.lit(number)).persist()
    try:
        write(batch.filter(F.col("kind") == events.EVENT).drop("value", "kind"), output,
              ["event_type", "day", "batch"])
        write(batch.filter(F.col("kind") != events.EVENT).drop("event", "event_type", "day"),
              output.rstrip("/") + ".malformed", ["batch"])
    finally:
        batch.unpersist()


def write(rows: DataFrame, folder: str, partitions: list[str]) -> None:
    (rows.write.mode("overwrite").option("partitionOverwriteMode", "dynamic")
     .partitionBy(*partitions).parquet(folder))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--brokers", required=True, help="HOST:PORT, several with commas between")
    parser.add_argument("--topic", required=True)
    parser.add_argument("--output", required=True, help="the folder of Parquet files")
    parser.add_argument("--checkpoint", required=True, help="the folder that knows how far it is")
    parser.add_argument("--every", type=float, metavar="SECONDS",
                        help="go on, with a batch so often; else write what there is and end")
    parser.add_argument("--batch-records", type=int, default=BATCH_RECORDS,
                        help="the most records of one batch (%(default)s)")
    parser.add_argument("--kafka", action="append", default=[], metavar="NAME=VALUE",
                        help="a property of Kafka's client; may be given several times")
    args = parser.parse_args()
    if not all("=" in option for option in args.kafka):
        parser.error("--kafka takes NAME=VALUE")
    spark = (SparkSession.builder.appName("gamevents stream to Parquet")
             .config(map=events.SESSION).getOrCreate())
    trigger = {"availableNow": True} if args.every is None else \
        {"processingTime": f"{args.every} seconds"}
    query = (shaped(read_stream(spark, args)).writeStream.trigger(**trigger)
             .option("checkpointLocation", args.checkpoint)
             .foreachBatch(lambda batch, number: write_batch(batch, number, args.output)).start())
    query.awaitTermination()
    spark.stop()


if __name__ == "__main__":
    main()
