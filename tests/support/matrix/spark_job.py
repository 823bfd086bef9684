"""Runs inside the matrix's one PySpark session: reads each topic through Spark's own Kafka source,
and writes each query's answer, or its error, as a line of JSON.

Arguments: brokers, the file of queries ([{"topic", "name", "sql"}]), the file for the answers,
and the file of the topics' schemas ({topic: DDL, or a list of names of variants}).
`spark` is there already (support.spark).
"""
# ruff: noqa: F821

import datetime
import decimal
import json
import os
import sys
import time

from pyspark.sql import functions as F
from pyspark.sql.types import StructField, StructType, VariantType, VariantVal

os.environ["TZ"] = "UTC"  # Python's own time zone is that in which collect() gives times.
time.tzset()
for name, value in {
        "spark.sql.ansi.doubleQuotedIdentifiers": "true",  # One SQL text for all engines.
        "spark.sql.caseSensitive": "true",  # "Case" and "case" are two fields.
        "spark.sql.variant.allowDuplicateKeys": "true",  # The last counts.
        # The cache sets aside 2 KiB a row for each VARIANT column, for as many rows as this.
        "spark.sql.inMemoryColumnarStorage.batchSize": "500",
        "spark.sql.adaptive.enabled": "false",  # Plans of small tables need no second thoughts.
}.items():
    spark.conf.set(name, value)

# What a JSON value is, as columns of one type, the same names as DuckDB's in engines.py.
FUNCTIONS = """
kind(x variant) returns string return case
  when x is null or is_variant_null(x) then null
  when schema_of_variant(x) in ('BIGINT', 'DOUBLE') or schema_of_variant(x) like 'DECIMAL%'
    then 'number'
  when schema_of_variant(x) like 'ARRAY%' then 'array'
  when schema_of_variant(x) like 'OBJECT%' then 'object'
  else lower(schema_of_variant(x)) end
num(x variant) returns double return
  case when kind(x) = 'number' then variant_get(x, '$', 'double') end
whole(x variant) returns bigint return
  case when schema_of_variant(x) = 'BIGINT' then variant_get(x, '$', 'bigint') end
txt(x variant) returns string return
  case when kind(x) = 'string' then variant_get(x, '$', 'string') end
truth(x variant) returns boolean return
  case when kind(x) = 'boolean' then variant_get(x, '$', 'boolean') end
same(x variant) returns string return case
  when num(x) = floor(num(x)) and abs(num(x)) < 9007199254740992
    then 'number' || cast(cast(num(x) as bigint) as string)
  else kind(x) || to_json(x) end
"""


def events(topic, brokers, schema):
    """The topic's events: values that are UTF-8 and one JSON object."""
    text = F.expr("try_validate_utf8(cast(value as string))")
    records = (spark.read.format("kafka").option("kafka.bootstrap.servers", brokers)
               .option("subscribe", topic).option("startingOffsets", "earliest")
               .option("endingOffsets", "latest").load()
               .select("partition", "offset", "timestamp", "key", text.alias("json_text"))
               .withColumn("event", F.expr("try_parse_json(json_text)"))
               .where("schema_of_variant(event) like 'OBJECT%'"))
    if not isinstance(schema, str):
        schema = StructType([StructField(name, VariantType()) for name in schema])
    return (records.withColumn("fields", F.from_json("json_text", schema))
            .select("partition", "offset", "timestamp", "key", "json_text", "event", "fields.*"))


def plain(value):
    """The cell as JSON can hold it; what JSON has no word for is an object of one field."""
    if isinstance(value, VariantVal):
        return plain(value.toPython())
    if isinstance(value, decimal.Decimal):
        return {"decimal": str(value)}
    if isinstance(value, datetime.datetime):
        return {"time": value.isoformat()}
    if isinstance(value, tuple):  # A struct.
        return plain(value.asDict())
    if isinstance(value, dict):
        return {"object": {name: plain(each) for name, each in value.items()}}
    if isinstance(value, (bytes, bytearray)):
        return {"bytes": value.hex()}
    return [plain(each) for each in value] if isinstance(value, list) else value


def answer(query):
    """{"rows": …} or {"error": …}; a query without SQL asks for the schema's tree."""
    try:
        if query["sql"] is None:
            texts = spark.table("events").select("json_text").rdd.map(lambda row: row[0])
            tree = spark.read.json(texts).schema.treeString().rstrip("\n")
            return {"rows": [[line] for line in tree.split("\n")]}
        return {"rows": [[plain(each) for each in row]
                         for row in spark.sql(query["sql"]).collect()]}
    except Exception as error:  # Whatever it is, it is this query's answer.
        return {"error": f"{type(error).__name__}: {error}"}


def main():
    brokers, queries_file, answers_file, schemas_file = sys.argv[1:]
    with open(queries_file, encoding="utf-8") as file:
        queries = json.load(file)
    with open(schemas_file, encoding="utf-8") as file:
        schemas = json.load(file)
    for function in FUNCTIONS.strip().replace("\n  ", " ").split("\n"):
        spark.sql("create temporary function " + function)
    with open(answers_file, "w", encoding="utf-8") as out:
        for topic, schema in schemas.items():
            table = events(topic, brokers, schema).cache()
            table.createOrReplaceTempView("events")
            for query in (each for each in queries if each["topic"] == topic):
                start = time.monotonic()
                line = answer(query) | {"name": query["name"],
                                        "seconds": round(time.monotonic() - start, 2)}
                out.write(json.dumps(line) + "\n")
            table.unpersist()


main()
