"""Answers questions about the events of a topic: the job of `gamevents report --engine spark`.

    spark-submit --packages org.apache.spark:spark-sql-kafka-0-10_2.13:4.0.0 \\
        report.py --plan question.json --out answer.ndjson

A plan is what `gamevents report --engine spark --print-plan …` prints. The answer is a file of JSON
lines: the columns, then a line a row, and at the end what was read, without which it is incomplete.
To go on from here in a notebook: `with_fields(spark, plan)` is a DataFrame of the messages with the
fields that the plan names, `.filter("selected")` those events that meet its condition.
"""

import argparse
import decimal
import json
import math
from collections.abc import Callable, Iterator

import gamevents_events as events
from pyspark.sql import Column, DataFrame, SparkSession
from pyspark.sql import functions as F

PLAN_VERSION = 1
FIELDS_MAX = 1_000  # Columns of `--select '*'`.
EXACT_MAX = 2**53  # Below it, a long and its double are the same number.
REST_MAX = 10**38 - 1  # The most that a whole number has more than its nearest double.

COMPARE: dict[str, Callable[[Column, Column], Column]] = {
    "=": lambda a, b: a == b, "!=": lambda a, b: a != b, "<": lambda a, b: a < b,
    "<=": lambda a, b: a <= b, ">": lambda a, b: a > b, ">=": lambda a, b: a >= b}


class Refused(Exception):
    """The question has no answer within the limits; the text says which, and what to ask."""


# -- Fields: each is read once, into columns of its own.

def paths_of(plan: dict) -> list[list[str]]:
    """The fields that the plan looks at, each once."""
    parts = [*plan.get("select", []), *plan.get("group_by", []), *plan.get("aggregates", []),
             *plan.get("order_by", []), plan.get("bucket", {})]
    found = [part["path"] for part in parts if part.get("path")]
    found += condition_paths(plan["where"]) if "where" in plan else []
    return [path for i, path in enumerate(found) if path not in found[:i]]


def condition_paths(node: dict) -> list[list[str]]:
    if "field" in node:
        return [node["field"]]
    return [path for part in node["of"] for path in condition_paths(part)]


def name_of(what: str, path: list[str]) -> str:
    """The name of a field's column, which nothing in the field's own name can break."""
    return what + json.dumps(path).encode().hex()


def value_of(path: list[str]) -> Column:
    """The field as a variant."""
    return F.col(name_of("value", path))


def cell_of(path: list[str]) -> Column:
    """The field as a struct that sorts and compares; see events.cell."""
    return F.col(name_of("cell", path))


def with_fields(spark: SparkSession, plan: dict) -> DataFrame:
    """The messages, the fields of those that are events, and whether each is selected."""
    paths = paths_of(plan)
    frame = events.with_events(events.read_messages(spark, plan))
    steps = {"value": events.field, "type": lambda path: events.type_of(value_of(path)),
             "whole": lambda path: events.whole_of(value_of(path), F.col(name_of("type", path))),
             "cell": lambda path: events.cell(value_of(path), *(
                 F.col(name_of(what, path)) for what in ("type", "whole")))}
    for what, column in steps.items():
        frame = frame.withColumns({name_of(what, path): column(path) for path in paths})
    where = holds(plan["where"]) if "where" in plan else F.lit(True)
    return frame.withColumn("selected", (F.col("kind") == events.EVENT) & where)


# -- The condition: each part is true or false, never null, so that `not` turns all of it around.

def holds(node: dict) -> Column:
    return {"and": holds_all, "or": holds_any, "not": holds_not, "compare": holds_compare,
            "in": holds_in, "matches": holds_match, "exists": holds_exists}[node["is"]](node)


def holds_all(node: dict) -> Column:
    first, *others = map(holds, node["of"])
    for other in others:
        first = first & other
    return first


def holds_any(node: dict) -> Column:
    first, *others = map(holds, node["of"])
    for other in others:
        first = first | other
    return first


def holds_not(node: dict) -> Column:
    return ~holds(node["of"][0])


def holds_exists(node: dict) -> Column:
    return value_of(node["field"]).isNotNull()


def holds_match(node: dict) -> Column:
    cell = cell_of(node["field"])
    return is_true((cell["rank"] == events.TEXT_RANK) & cell["text"].rlike(node["regex"]))


def holds_in(node: dict) -> Column:
    cell = cell_of(node["field"])
    held = is_true((cell["rank"] == events.TEXT_RANK) & cell["text"].isin(node["texts"]))
    for literal in node["others"]:
        held = held | compare(node["field"], "=", literal)
    return held


def holds_compare(node: dict) -> Column:
    return compare(node["field"], node["op"], node["value"])


def compare(path: list[str], op: str, literal) -> Column:
    """Whether the field is of the literal's type and stands to it so."""
    cell, order = cell_of(path), COMPARE[op]
    if literal is None:
        is_null = F.coalesce(F.is_variant_null(value_of(path)), F.lit(False))
        return is_null if op == "=" else cell.isNotNull()
    if isinstance(literal, bool):
        return is_true((cell["rank"] == events.TRUTH_RANK) & order(cell["truth"], F.lit(literal)))
    if isinstance(literal, str):
        return is_true((cell["rank"] == events.TEXT_RANK) & order(cell["text"], F.lit(literal)))
    return is_true((cell["rank"] == events.NUMBER_RANK) & compare_numbers(cell, op, literal))


def compare_numbers(cell: Column, op: str, literal) -> Column:
    if isinstance(literal, dict):
        literal = int(literal["integer"]) if "integer" in literal else float(literal["double"])
    number = nearest_double(literal)
    if math.isinf(number) and isinstance(literal, int):
        # Only an infinity lies beyond it, and nothing equals it.
        is_beyond = cell["number"] == number
        if op in ("=", "!="):
            return F.lit(op == "!=")
        return is_beyond if (number > 0) == (op in (">", ">=")) else ~is_beyond
    if abs(number) < EXACT_MAX or math.isinf(number):
        return COMPARE[op](cell["number"], F.lit(number))
    # Beyond, what a long has that its nearest double has not decides between equal doubles.
    rest = literal - int(number) if isinstance(literal, int) else 0
    rest = max(-REST_MAX, min(REST_MAX, rest))
    equal = cell["number"] == number
    decided = COMPARE[op](cell["rest"], F.lit(decimal.Decimal(rest)).cast(events.WHOLE))
    if op in ("=", "!="):
        return equal & decided if op == "=" else ~equal | decided
    return F.when(equal, decided).otherwise(COMPARE[op](cell["number"], F.lit(number)))


def nearest_double(number: int | float) -> float:
    try:
        return float(number)
    except OverflowError:
        return math.inf if number > 0 else -math.inf


def is_true(condition: Column) -> Column:
    return F.coalesce(condition, F.lit(False))


# -- Groups.

def aggregate(spec: dict) -> Column:
    """One aggregate: a long for the counts, a cell for the others."""
    function = spec["function"]
    if function == "count":
        return F.count(cell_of(spec["path"]) if spec.get("path") else F.lit(1))
    cell = cell_of(spec["path"])
    if function == "distinct":
        return F.count_distinct(events.group_key(cell))
    if function in ("min", "max"):
        return F.min(cell) if function == "min" else F.max(cell)
    is_number = cell["rank"] == events.NUMBER_RANK
    if function == "percentile":
        value = F.percentile(F.when(is_number, cell["number"]), spec["percent"] / 100)
        return events.number_cell(F.lit(None).cast("bigint"), value)
    if function == "stddev":
        value = F.stddev_samp(F.when(is_number, cell["number"]))
        return events.number_cell(F.lit(None).cast("bigint"), value)
    return sum_or_average(function, cell, is_number)


def sum_or_average(function: str, cell: Column, is_number: Column) -> Column:
    """Exact for longs, however many; a double as soon as one of the values is no long."""
    no_long = F.lit(None).cast("bigint")
    longs = F.sum(cell["whole"].try_cast("bigint").cast("decimal(20,0)"))
    is_no_long = cell["is_double"] | events.is_wide(cell)
    doubles = F.sum(F.when(is_number & is_no_long, cell["number"]))
    total = F.coalesce(longs.cast("double"), F.lit(0.0)) + F.coalesce(doubles, F.lit(0.0))
    if function == "avg":
        count = F.count(F.when(is_number, 1))
        return events.number_cell(no_long, F.when(count > 0, total / count))
    # What no long holds goes on as digits: the reader says that it is too much.
    digits = F.when(doubles.isNull() & longs.try_cast("bigint").isNull(), longs.cast("string"))
    return events.number_cell(F.when(doubles.isNull(), longs.try_cast("bigint")),
                              F.when(doubles.isNotNull(), total), digits)


def grouped(selected: DataFrame, plan: dict) -> tuple[DataFrame, list[dict]]:
    """The groups in the plan's order, and their columns."""
    columns, keys, values, shown = [], [], [], []
    if bucket := plan.get("bucket"):
        time = events.field_time(cell_of(bucket["path"])) if bucket.get("path") \
            else events.record_time()
        keys.append(events.bucket(time, bucket["width_ms"]).alias("bucket"))
        shown.append(F.col("bucket").alias("column0"))
        columns.append({"name": "bucket", "type": "timestamp"})
    for spec in plan.get("group_by", []):
        key, has_double, i = f"key{len(columns)}", f"has_double{len(columns)}", len(columns)
        keys.append(events.group_key(cell_of(spec["path"])).alias(key))
        values.append(F.bool_or(cell_of(spec["path"])["is_double"]).alias(has_double))
        shown.append(events.key_cell(F.col(key), F.col(has_double)).alias(f"column{i}"))
        columns.append({"name": spec["heading"], "type": "any"})
    for spec in plan["aggregates"]:
        name = f"column{len(columns)}"
        values.append(aggregate(spec).alias(name))
        shown.append(F.col(name))
        counts = spec["function"] in ("count", "distinct")
        columns.append({"name": spec["heading"], "type": "long" if counts else "any"})
    frame = selected.groupBy(*keys).agg(*values).select(*shown)
    return frame.orderBy(*group_order(plan, columns)), columns


def group_order(plan: dict, columns: list[dict]) -> list[Column]:
    """As asked; then the largest count first, unless time goes first; then by the columns."""
    names = [column["name"] for column in columns]
    order = [(names.index(by["column"]), by["descending"]) for by in plan.get("order_by", [])]
    if "bucket" not in plan and "count" in names[len(plan.get("group_by", [])):]:
        order.append((names.index("count", len(plan.get("group_by", []))), True))
    order += [(i, False) for i in range(len(columns))]

    def key(i: int) -> Column:
        column = F.col(f"column{i}")
        return events.sort_key(column) if columns[i]["type"] == "any" else column

    return [directed(key(i), descending) for i, descending in order]


def directed(column: Column, descending: bool) -> Column:
    return column.desc_nulls_last() if descending else column.asc_nulls_first()


# -- Rows.

def rows(selected: DataFrame, plan: dict) -> tuple[DataFrame, list[dict]]:
    """The fields of each event in the plan's order, and their columns."""
    order = [directed(events.sort_key(cell_of(by["path"])), by["descending"])
             for by in plan.get("order_by", [])]
    shown = [cell_of(spec["path"]).alias(f"column{i}") for i, spec in enumerate(plan["select"])]
    columns = [{"name": spec["heading"], "type": "any"} for spec in plan["select"]]
    return selected.orderBy(*order, "partition", "offset").select(*shown), columns


def all_fields(frame: DataFrame) -> list[dict]:
    """Every top-level field that a selected event has, ascending."""
    names = (frame.filter("selected").select(F.explode(F.json_object_keys("text")).alias("name"))
             .distinct().orderBy("name").limit(FIELDS_MAX + 1).collect())
    if len(names) > FIELDS_MAX:
        raise Refused(f"the events have more than {FIELDS_MAX} different fields: name those that "
                      "you want with --select")
    return [{"heading": row.name, "path": [row.name]} for row in names]


# -- What was read.

OTHER_KINDS = sorted({*events.KINDS.values(), events.NUMBER, events.BROKEN, events.NOT_UTF8,
                      events.NO_VALUE})


def totals_of(plan: dict) -> list[Column]:
    kind = F.col("kind")
    counted = [F.count(F.lit(1)).alias("records"),
               F.count_if(kind == events.EVENT).alias("events"),
               F.count_if("selected").alias("selected")]
    for i, other in enumerate(OTHER_KINDS):
        place = F.when(kind == other, F.struct("partition", "offset"))
        counted += [F.count_if(kind == other).alias(f"kind{i}"),
                    F.min(place).alias(f"first{i}")]
    for i, (_, path) in enumerate(number_slots(plan)):
        cell = cell_of(path)
        left_out = F.col("selected") & (cell["rank"] != events.NUMBER_RANK)
        counted.append(F.count_if(left_out).alias(f"left_out{i}"))
    return counted


def number_slots(plan: dict) -> list[tuple[str, list[str]]]:
    """What takes numbers only, and of which field; each once."""
    words = {"sum": "sums and averages", "avg": "sums and averages", "percentile": "percentiles",
             "stddev": "standard deviations"}
    slots = [(words[spec["function"]], spec["path"]) for spec in plan.get("aggregates", [])
             if spec["function"] in words]
    return [slot for i, slot in enumerate(slots) if slot not in slots[:i]]


def summary(counted: dict, plan: dict) -> dict:
    """The answer's last line."""
    kinds = [{"kind": kind, "count": counted[f"kind{i}"],
              "first": counted[f"first{i}"].asDict()}
             for i, kind in enumerate(OTHER_KINDS) if counted[f"kind{i}"]]
    left_out = [{"of": words, "path": path, "count": counted[f"left_out{i}"]}
                for i, (words, path) in enumerate(number_slots(plan)) if counted[f"left_out{i}"]]
    return {"totals": {name: counted[name] for name in ("records", "events", "selected")},
            "not_objects": kinds, "left_out": left_out}


# -- The answer's file.

def plain(value, kind: str):
    """A cell as JSON: what its type cannot say is an object with the type's name."""
    if value is None or kind == "long":
        return value
    if kind == "timestamp":
        return {"ms": value}
    if value["rank"] == events.TRUTH_RANK:
        return value["truth"]
    if value["rank"] == events.TEXT_RANK:
        return value["text"]
    if value["rank"] == events.JSON_RANK:
        return {"json": value["text"]}
    if value["is_double"]:
        number = value["number"]
        return number if math.isfinite(number) else {"double": str(number)}
    if value["text"] is not None:
        return {"long": value["text"]}
    whole = int(value["whole"])
    return whole if -2**63 <= whole < 2**63 else {"integer": str(whole)}


def answer(spark: SparkSession, plan: dict) -> Iterator[dict | list]:
    """The lines of the answer's file. Errors: Refused."""
    if plan["version"] != PLAN_VERSION:
        raise Refused(f"the plan is of version {plan['version']}, this job of {PLAN_VERSION}: take "
                      "the one that comes with your gamevents")
    if plan.get("select_all"):
        plan = plan | {"select": all_fields(with_fields(spark, plan))}
    # The topic is read and parsed once: what the question needs of it is kept for the two passes.
    everything = with_fields(spark, plan).select(
        "partition", "offset", "timestamp", "kind", "selected", *map(cell_of, paths_of(plan)))
    everything = everything.persist()
    selected = everything.filter("selected")
    frame, columns = grouped(selected, plan) if "aggregates" in plan else rows(selected, plan)
    kinds = [column["type"] for column in columns]
    yield {"columns": columns}
    if "limit" in plan:
        frame = frame.limit(plan["limit"])
    for row in frame.toLocalIterator():
        yield [plain(value, kind) for value, kind in zip(row, kinds, strict=True)]
    yield summary(everything.agg(*totals_of(plan)).first().asDict(), plan)
    everything.unpersist()


def write_answer(spark: SparkSession, plan: dict, path: str) -> None:
    with open(path, "w", encoding="utf-8") as out:
        try:
            for line in answer(spark, plan):
                out.write(json.dumps(line, ensure_ascii=False, allow_nan=False) + "\n")
        except Refused as refused:
            out.write(json.dumps({"refused": str(refused)}) + "\n")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--plan", action="append", required=True, help="what is asked, JSON")
    parser.add_argument("--out", action="append", required=True, help="where its answer goes")
    args = parser.parse_args()
    if len(args.plan) != len(args.out):
        parser.error("as many --out as --plan")
    spark = (SparkSession.builder.appName("gamevents report").config(map=events.SESSION)
             .getOrCreate())
    for plan, out in zip(args.plan, args.out, strict=True):
        with open(plan, encoding="utf-8") as file:
            write_answer(spark, json.load(file), out)
    spark.stop()


if __name__ == "__main__":
    main()
