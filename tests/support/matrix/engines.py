"""The engines of the matrix. Each is asked in its own words and answers in the form of answers.py.

`report` reads the log through Kafka or from its files, Spark reads it through its own Kafka source,
and DuckDB gets the very records that were produced, so that no two share how they read.
"""

import ast
import base64
import datetime
import decimal
import json
import pathlib
import re

import duckdb
from confluent_kafka import Producer
from support import program, spark as spark_session
from support.matrix import answers, data

SPARK_TIMEOUT_S = 400  # About one minute on an idle machine of two cores.

SALES_TYPES = {
    "n": "BIGINT", "event_type": "VARCHAR", "user": "VARCHAR", "remote ip": "VARCHAR",
    "item": "VARCHAR", "price": "DOUBLE", "quantity": "BIGINT", "level": "BIGINT",
    "score": "BIGINT", "gift": "BOOLEAN", "guild": "VARCHAR",
    "cart": {"total": "DOUBLE", "item name": "VARCHAR",
             "owner": {"name": "VARCHAR", "rank": "BIGINT"}, "items": ["BIGINT"]},
    "tags": ["VARCHAR"], "received_at": "VARCHAR", "sent_ms": "BIGINT",
}
# Not "Case", which in SQL is the same name as "case": a query gets it out of the whole event.
ODD_NAMES = ["id", "v", "big", "text", "when", "deep", "steep", "huge", "cents", "case", "arr",
             *data.NAMES]


def fill(broker, topic: data.Topic) -> str:
    """Makes the topic on the broker; its name. Fails when a record got another offset."""
    broker.create_topic(topic.name, topic.partitions)
    producer = Producer({"bootstrap.servers": broker.brokers, "enable.idempotence": True,
                         "linger.ms": 5})
    wrong = []
    for record in topic.records:
        def delivered(error, message, record=record):
            if error or message.offset() != record.offset:
                wrong.append((record, error))
        producer.produce(topic.name, record.value, key=record.key, partition=record.partition,
                         timestamp=record.timestamp, on_delivery=delivered)
        producer.poll(0)
    assert producer.flush(60) == 0 and not wrong, wrong[:3]
    return topic.name


# ---- DuckDB

# What a JSON value is, as columns of one type, the same names as Spark's in spark_job.py.
DUCKDB_MACROS = """
create macro kind(x) as case
  when json_type(x) in ('UBIGINT', 'BIGINT', 'HUGEINT', 'UHUGEINT', 'DOUBLE') then 'number'
  when json_type(x) = 'VARCHAR' then 'string'
  when json_type(x) = 'NULL' then null
  else lower(json_type(x)) end;
create macro num(x) as case when kind(x) = 'number' then cast(x as double) end;
create macro whole(x) as
  case when json_type(x) in ('UBIGINT', 'BIGINT') then try_cast(x as bigint) end;
create macro txt(x) as case when kind(x) = 'string' then x ->> '$' end;
create macro truth(x) as case when kind(x) = 'boolean' then cast(x as boolean) end;
create macro same(x) as case
  when num(x) = floor(num(x)) and abs(num(x)) < 9007199254740992
    then 'number' || cast(cast(num(x) as bigint) as varchar)
  else kind(x) || cast(x as varchar) end;
"""


class DuckDb:
    """One connection with a schema a topic, each with its `events`."""

    def __init__(self, folder: pathlib.Path, topics: list[data.Topic]):
        self.connection = duckdb.connect()
        self.connection.execute("set TimeZone = 'UTC'")
        for topic in topics:
            self._load(folder, topic)

    def _load(self, folder: pathlib.Path, topic: data.Topic) -> None:
        path = folder / f"{topic.name}.ndjson"
        with open(path, "w", encoding="ascii") as out:
            for record in topic.records:
                out.write(json.dumps({
                    "partition": record.partition, "offset": record.offset,
                    "time": record.timestamp, "key": base64_or_none(record.key),
                    "value": base64_or_none(record.value)}) + "\n")
        fields = {"sales": f"unnest(from_json(json_text, '{json.dumps(SALES_TYPES)}'))"}.get(
            topic.name, ", ".join(map(duckdb_column, ODD_NAMES)))
        self.connection.execute(f"create schema {topic.name}; use {topic.name}; {DUCKDB_MACROS}")
        self.connection.execute(f"""
            create table events as
            with records as (
              select "partition", "offset", epoch_ms("time") as "timestamp",
                     from_base64("key") as "key", try(decode(from_base64("value"))) as json_text
              from read_json('{path}', format = 'newline_delimited', columns = {{
                'partition': 'BIGINT', 'offset': 'BIGINT', 'time': 'BIGINT', 'key': 'VARCHAR',
                'value': 'VARCHAR'}})),
            parsed as (select *, cast(json_text as json) as event from records
                       where json_valid(json_text) and json_type(json_text) = 'OBJECT')
            select "partition", "offset", "timestamp", "key", json_text, event, {fields}
            from parsed""")

    def ask(self, topic: str, sql: str):
        self.connection.execute(f"use {topic}")
        try:
            answer = self.connection.execute(sql)
            types = [str(column[1]) for column in answer.description]
            return answers.rows(
                [json_cell(value) if kind == "JSON" else value
                 for kind, value in zip(types, row, strict=True)] for row in answer.fetchall())
        except duckdb.Error as error:
            return failed(str(error))


def duckdb_column(name: str) -> str:
    """A field as JSON; a null is no value, as everywhere here."""
    pointer = "/" + name.replace("~", "~0").replace("/", "~1")
    field = f"json_extract(event, {quoted(pointer, chr(39))})"
    return f"nullif({field}, 'null'::json) as {quoted(name, chr(34))}"


def quoted(text: str, quote: str) -> str:
    return quote + text.replace(quote, quote * 2) + quote


def base64_or_none(value: bytes | None) -> str | None:
    return None if value is None else base64.b64encode(value).decode()


def json_cell(value: str | None):
    return None if value is None else json.loads(value)


# ---- Spark

def ask_spark(folder: pathlib.Path, brokers: str, queries: list[dict]) -> dict:
    """{name: answer} of all queries ({"topic", "name", "sql"}), by one session."""
    ddl = ", ".join(f"{quoted(name, chr(34))} {spark_type(kind)}"
                    for name, kind in SALES_TYPES.items())
    schemas = {"sales": ddl, "odd": ODD_NAMES, "broken": ["id"]}
    files = {name: folder / f"{name}.json" for name in ("queries", "answers", "schemas")}
    files["queries"].write_text(json.dumps(queries), encoding="utf-8")
    files["schemas"].write_text(json.dumps(schemas), encoding="utf-8")
    job = (pathlib.Path(__file__).parent / "spark_job.py").read_text(encoding="utf-8")
    spark_session.run(job, brokers, files["queries"], files["answers"], files["schemas"],
                      timeout=SPARK_TIMEOUT_S)
    lines = map(json.loads, files["answers"].read_text(encoding="utf-8").splitlines())
    return {line["name"]: failed(line["error"]) if "error" in line else
            answers.rows([from_spark(value) for value in row] for row in line["rows"])
            for line in lines}


def spark_type(kind) -> str:
    if isinstance(kind, dict):
        return "struct<" + ", ".join(f"{quoted(name, chr(34))}: {spark_type(each)}"
                                     for name, each in kind.items()) + ">"
    if isinstance(kind, list):
        return f"array<{spark_type(kind[0])}>"
    return {"VARCHAR": "string"}.get(kind, kind.lower())


def from_spark(value):
    """What spark_job.plain wrote, read back."""
    if not isinstance(value, dict):
        return [from_spark(each) for each in value] if isinstance(value, list) else value
    ((kind, text),) = value.items()
    read = {"decimal": decimal.Decimal, "bytes": bytes.fromhex,
            "time": datetime.datetime.fromisoformat,
            "object": lambda fields: {name: from_spark(each) for name, each in fields.items()}}
    return read[kind](text)


# ---- report

class Report:
    """The executable over the broker's topics; `source` is "kafka" or "segments". It is run once
    for each question, however often that is asked."""

    def __init__(self, broker, home: pathlib.Path, source: str):
        self.broker = broker
        self.home = home
        self.source = source
        self._done = {}

    def run(self, topic: str, flags: tuple[str, ...]):
        """The finished process. What has a form of its own for people is asked for in that."""
        if (topic, flags) not in self._done:
            for_people = "--take" in flags or flags == ("--schema",)
            form = () if for_people or "--format" in flags else ("--format", "json")
            self._done[topic, flags] = program.run(
                ["report", "--source", self.source, *flags, *form], home=self.home,
                brokers="embedded", topic=topic, check=False,
                env={"GAMEVENTS_EMBEDDED_DATA_DIR": str(self.broker.data_dir)})
        return self._done[topic, flags]

    def ask(self, topic: str, flags: tuple[str, ...]):
        """The rows of the question. `--take` is read back from pyspark's own form, `--schema` as
        the lines of its tree."""
        done = self.run(topic, flags)
        if done.returncode != 0:
            return failed(done.stderr.decode())
        text = done.stdout.decode()
        if flags == ("--schema",):
            return [(line,) for line in text.split("\n\n")[0].rstrip("\n").split("\n")]
        if "--take" in flags:
            return answers.rows(python_rows(text))
        return answers.rows(row.values() for row in json.loads(text))

    def ask_sql(self, topic: str, sql: str):
        return self.ask(topic, ("--sql", sql))


def python_rows(text: str) -> list[list]:
    """The values of "[Row(a=1, b='x')]"."""
    return [[ast.literal_eval(field.value) for field in row.keywords]
            for row in ast.parse(text, mode="eval").body.elts]


def failed(message: str) -> answers.Failed:
    """Brings an engine's message down to a word; an error that no query expects stays whole."""
    if re.search(r"overflow|does not fit|out of range|can't be cast", message, re.IGNORECASE):
        return answers.Failed("overflow")
    return answers.Failed(message[:2_000])
