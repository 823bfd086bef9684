"""A topic's events as a DataFrame, with what `gamevents report` means by them.

An event is a value that is one JSON object; anything else is named by its kind and left out. A
field keeps the type that each event gives it (Spark's VARIANT), so 5 and "5" stay two values. Only
DataFrame calls are used: no Python runs on the executors, which therefore need no copy of this.
"""

import json
import uuid
from collections.abc import Callable

from pyspark.sql import Column, DataFrame, SparkSession
from pyspark.sql import functions as F

DEPTH_MAX = 64  # Deeper objects are no events, as in gamevents.

# Needed by every session that uses this module.
SESSION = {
    "spark.sql.session.timeZone": "UTC",
    "spark.sql.variant.allowDuplicateKeys": "true",  # Of repeated names the last one counts.
}

# Kinds of values that are no events, as the notes of `gamevents report` name them.
KINDS = {"{": "object beyond our limits", '"': "string", "[": "array", "t": "true or false",
         "f": "true or false", "n": "JSON null"}
EVENT, NUMBER, BROKEN = "event", "number", "broken JSON"
NOT_UTF8, NO_VALUE = "not UTF-8", "no value (a tombstone)"

# What a cell holds, in the order in which values of different types are sorted.
TRUTH_RANK, NUMBER_RANK, TEXT_RANK, JSON_RANK = 1, 2, 3, 4

# The type of a cell's whole number: as many digits as Spark has.
WHOLE = "decimal(38,0)"

# Escapes that are sound: surrogates in pairs, and all that are not of the form \uXXXX.
ESCAPES = r"\\u[dD][89aAbB][0-9a-fA-F]{2}\\u[dD][c-fC-F][0-9a-fA-F]{2}|\\[^u]"
HALF_PAIR = r"\\u[dD][89a-fA-F]"  # Of what is left: half of a pair, which UTF-8 cannot hold.
STRINGS = r'"(?:[^"\\]|\\.)*+"'

DATE = r"(\d{4}-\d{2}-\d{2})"
TIME = r"(?:[Tt ]([01]\d|2[0-3]):([0-5]\d)(?::([0-5]\d|60)(?:\.(\d+))?)?)?"
ZONE = r"(?:[Zz]|([+-])(0\d|1[0-8]):?([0-5]\d))?"
TIMESTAMP = rf"\A{DATE}{TIME}{ZONE}\z"


def read_messages(spark: SparkSession, plan: dict) -> DataFrame:
    """The messages of `plan`'s topic from its first offsets up to, not including, its last."""
    def offsets(by_partition: dict) -> str:
        return json.dumps({plan["topic"]: by_partition})

    return (spark.read.format("kafka").options(**plan["kafka"])
            .option("subscribe", plan["topic"])
            .option("startingOffsets", offsets(plan["from"]))
            .option("endingOffsets", offsets(plan["to"])).load())


def with_events(messages: DataFrame) -> DataFrame:
    """Adds `text` (the value), `kind` (EVENT, or what else the value is) and `event` (the object
    as a variant; null for what is no event)."""
    # Spark's parser reads one value and looks no further. What must end where it ends is therefore
    # read as the first element of an array whose second nobody can have put there.
    mark = uuid.uuid4().hex
    text = F.when(F.is_valid_utf8(F.col("value").cast("string")), F.col("value").cast("string"))
    array = F.try_parse_json(F.concat(F.lit("["), F.col("text"), F.lit(f',"{mark}"]')))
    ends = F.try_variant_get("parsed", "$[1]", "string") == F.lit(mark)
    return (messages.withColumn("text", text)
            .withColumn("parsed", array)
            .withColumn("sound", F.coalesce(ends & ~_has_half_pair(F.col("text")), F.lit(False)))
            .withColumn("kind", _kind())
            .withColumn("event", F.when(F.col("kind") == EVENT,
                                        F.try_variant_get("parsed", "$[0]", "variant")))
            .drop("parsed", "sound"))


def _kind() -> Column:
    start = F.substring(F.ltrim(F.col("text"), F.lit(" \t\r\n")), 1, 1)
    kind = (F.when(F.col("value").isNull(), NO_VALUE).when(F.col("text").isNull(), NOT_UTF8)
            .when(~F.col("sound"), BROKEN)
            .when((start == "{") & ~_too_deep(F.col("text")), EVENT))
    for first, name in KINDS.items():
        kind = kind.when(start == first, name)
    return kind.otherwise(NUMBER)


def _has_half_pair(text: Column) -> Column:
    left = F.regexp_replace(text, ESCAPES, " ")
    return F.when(text.contains("\\u"), left.rlike(HALF_PAIR)).otherwise(False)


def _too_deep(text: Column) -> Column:
    """Whether brackets stand within each other more than DEPTH_MAX deep. Few texts have so many
    of them that one must look closer."""
    def count(brackets: str) -> Column:
        return F.length(text) - F.length(F.translate(text, brackets, ""))

    brackets = F.regexp_replace(F.regexp_replace(text, STRINGS, ""), r"[^\[\]{}]", "")
    steps = F.transform(F.split(brackets, ""), lambda c: F.when(c.isin("[", "{"), 1)
                        .when(c.isin("]", "}"), -1).otherwise(0))
    start = F.struct(F.lit(0).alias("now"), F.lit(0).alias("most"))
    deepest = F.aggregate(
        steps, start, lambda so_far, step: F.struct(
            (so_far["now"] + step).alias("now"),
            F.greatest(so_far["most"], so_far["now"] + step).alias("most")),
        lambda so_far: so_far["most"])
    return F.when(count("[{") > DEPTH_MAX, deepest > DEPTH_MAX).otherwise(False)


def field(path: list[str]) -> Column:
    """The value at `path` of `event` as a variant: null where there is none; a JSON null is a
    variant of its own. Paths lead through objects only."""
    value = F.col("event")
    for name in path:
        if name.replace("_", "a").replace("-", "a").replace(" ", "a").isalnum() \
                and name == name.strip():
            value = F.try_variant_get(value, f'$["{name}"]', "variant")
        else:  # What a variant's path cannot say: quotes, question marks, blanks at the ends.
            value = F.element_at(F.try_variant_get(value, "$", "map<string,variant>"), name)
    return value


def type_of(value: Column) -> Column:
    """Spark's name for a variant's type: BIGINT, DECIMAL(2,1), STRING, OBJECT<…>, …"""
    return F.schema_of_variant(value)


def whole_of(value: Column, type_name: Column) -> Column:
    """The whole number that a variant of that type is; of those that no long holds a variant keeps
    38 digits. Null for every other value. Should be a column for `cell`, as `type_name`."""
    long = F.try_variant_get(value, "$", "bigint")
    return F.when(type_name == "BIGINT", long.cast(WHOLE)).when(
        type_name.rlike(r"^DECIMAL\(\d+,0\)$") & long.isNull(),
        F.try_variant_get(value, "$", WHOLE))


def cell(value: Column, type_name: Column, whole: Column) -> Column:
    """A variant of that type as a struct that sorts and compares as gamevents does: by type
    (booleans, numbers, texts, JSON), numbers by their exact value, a whole one before the double
    that equals it. Null for what is missing or null. `type_name` and `whole` should be columns
    already: they are looked at often."""
    is_number = (type_name == "BIGINT") | type_name.startswith("DECIMAL") | (type_name == "DOUBLE")
    rank = (F.when(type_name == "BOOLEAN", TRUTH_RANK).when(is_number, NUMBER_RANK)
            .when(type_name == "STRING", TEXT_RANK).otherwise(JSON_RANK))
    return F.when(value.isNotNull() & ~F.is_variant_null(value), make_cell(
        rank,
        truth=F.when(type_name == "BOOLEAN", F.try_variant_get(value, "$", "boolean")),
        whole=whole,
        number=F.when(is_number & whole.isNull(), F.try_variant_get(value, "$", "double")),
        text=F.when(rank >= TEXT_RANK, F.try_variant_get(value, "$", "string"))))


def make_cell(rank: Column, truth: Column, whole: Column, number: Column, text: Column) -> Column:
    """The struct of one value; `whole` of a whole number, `number` of a double."""
    # A whole number's nearest double and what is left of it sort as the number does.
    rest = F.when(F.abs(whole) > 2**53,
                  let(whole, lambda number: number - _exactly(number.cast("double"))))
    return F.struct(
        rank.alias("rank"), truth.alias("truth"),
        F.coalesce(number, whole.cast("double")).alias("number"),
        F.coalesce(rest, F.lit(0).cast(WHOLE)).cast(WHOLE).alias("rest"),
        number.isNotNull().alias("is_double"), text.alias("text"),
        whole.cast(WHOLE).alias("whole"))


def let(value: Column, use: Callable[[Column], Column]) -> Column:
    """`use` of the value, which is worked out once however often `use` names it, and not as
    generated code, of which there may be too much."""
    return F.element_at(F.transform(F.array(value), use), 1)


def exactly(number: Column) -> Column:
    """The whole number that a double is, which a cast would give as the shortest digits that read
    back as the double. Null for one with a fraction, and beyond 38 digits."""
    is_whole = (F.abs(number) <= 1e38) & (F.rint(number) == number)
    return F.when(is_whole, let(number, _exactly))


def _exactly(number: Column) -> Column:
    high = (number / 2.0**64).cast("bigint")
    low = number - high.cast("double") * 2.0**64  # Even: such a double has no odd digits.
    return F.when(F.abs(number) < 2.0**63, number.cast("bigint").cast(WHOLE)).otherwise(
        high.cast(WHOLE) * F.lit(2**32).cast(WHOLE) * F.lit(2**32).cast(WHOLE)
        + (low / 2).cast("bigint").cast(WHOLE) * F.lit(2).cast(WHOLE))


def is_wide(value: Column) -> Column:
    """Whether a cell is a whole number that no long holds."""
    return value["whole"].isNotNull() & value["whole"].try_cast("bigint").isNull()


def sort_key(value: Column) -> Column:
    """What a cell is sorted by: 5 and 5.0 are one, so that what is sorted by next decides."""
    return F.when(value.isNotNull(), F.struct(
        *(value[name].alias(name) for name in ("rank", "truth", "number", "rest", "text"))))


def number_cell(whole: Column, number: Column, text: Column | None = None) -> Column:
    """The cell of what was worked out; null when there is neither."""
    text = F.lit(None).cast("string") if text is None else text
    return F.when(whole.isNotNull() | number.isNotNull() | text.isNotNull(), make_cell(
        F.lit(NUMBER_RANK), F.lit(None).cast("boolean"), whole, number, text))


def group_key(value: Column) -> Column:
    """What equal cells have in common: 5 and 5.0 are one, 5 and "5" two. Null stays null."""
    whole = F.coalesce(value["whole"], F.when(value["is_double"], exactly(value["number"])))
    return F.when(value.isNotNull(), F.struct(
        value["rank"].alias("rank"), value["truth"].alias("truth"), whole.alias("whole"),
        F.when(whole.isNull(), value["number"]).alias("number"), value["text"].alias("text")))


def key_cell(key: Column, has_double: Column) -> Column:
    """The cell of a group's key; `has_double`: of 5 and 5.0, which are one, it had 5.0."""
    whole_double = key["whole"].isNotNull() & has_double
    return F.when(key.isNotNull(), make_cell(
        key["rank"], key["truth"], F.when(~whole_double, key["whole"]),
        F.when(whole_double, key["whole"].cast("double")).otherwise(key["number"]), key["text"]))


def bucket(milliseconds: Column, width: int) -> Column:
    """The start of the step of `width` ms that the time is in; steps begin in 1970."""
    return milliseconds - F.pmod(milliseconds, F.lit(width).cast("bigint"))


def record_time() -> Column:
    """A message's own time in milliseconds; null when it has none."""
    milliseconds = F.unix_millis("timestamp")
    return F.when(milliseconds >= 0, milliseconds)


def field_time(value: Column) -> Column:
    """The time that a cell holds in milliseconds: a long, or a text like 2026-11-23T10:00:00Z."""
    def part(number: int) -> Column:
        return F.regexp_extract(value["text"], TIMESTAMP, number)

    def digits(number: int) -> Column:
        return F.coalesce(part(number).try_cast("bigint"), F.lit(0))

    days = F.unix_date(part(1).try_cast("date")).cast("bigint")
    zone = (digits(7) * 60 + digits(8)) * F.when(part(6) == "-", -1).otherwise(1)
    minutes = digits(2) * 60 + digits(3) - zone
    fraction = F.rpad(F.substring(part(5), 1, 3), 3, "0").cast("bigint")
    # A leap second, 23:59:60 UTC, is the last millisecond of its day.
    leap = digits(4) == 60
    within_minute = F.when(leap, 59_999).otherwise(digits(4) * 1000 + fraction)
    of_text = (days * 1440 + minutes) * 60_000 + within_minute
    is_time = ~leap | (F.pmod(minutes + 1, F.lit(1440).cast("bigint")) == 0)
    is_text = (value["rank"] == TEXT_RANK) & value["text"].rlike(TIMESTAMP) & is_time
    return F.when(value["whole"].isNotNull(), value["whole"].try_cast("bigint")) \
        .when(is_text, of_text)
