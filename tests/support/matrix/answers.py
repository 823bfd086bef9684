"""Answers of any engine in one form, and what it means that two are the same.

A cell is None, True or False, an int that fits 64 bits, a float, a str, or what json.loads gives
for an array or object. Whole numbers that do not fit are floats, as docs/report.md says of ours.
"""

import dataclasses
import datetime
import decimal
import json
import math

LONG_MIN, LONG_MAX = -(2**63), 2**63 - 1
# Sums and averages of doubles depend on the order in which threads add: a few units in the last
# place. Only the columns that a query names as approximate may differ by so much.
CLOSE = 1e-12


@dataclasses.dataclass(frozen=True)
class Failed:
    """The engine refused, and why: one word that all engines' messages come down to."""
    why: str


def cell(value):
    """A cell as any client library gives it, in the one form."""
    if isinstance(value, decimal.Decimal):
        value = int(value) if value == value.to_integral_value() else float(value)
    if isinstance(value, int) and not LONG_MIN <= value <= LONG_MAX:
        return float(value)
    if isinstance(value, datetime.datetime):
        return value.strftime("%Y-%m-%dT%H:%M:%S.") + f"{value.microsecond // 1000:03}Z"
    if isinstance(value, (list, tuple)):
        return [cell(each) for each in value]
    if isinstance(value, dict):
        return {name: cell(each) for name, each in value.items()}
    return value


def rows(raw) -> list[tuple]:
    return [tuple(cell(each) for each in row) for row in raw]


def as_sqlite_has_it(value):
    """The cell where there are no truths, and arrays and objects are texts (docs/report.md)."""
    if isinstance(value, bool):
        return int(value)
    if isinstance(value, str) and value[:1] in ("[", "{"):
        try:
            value = cell(json.loads(value))
        except ValueError:
            return value
    return canonical(value) if isinstance(value, (list, dict)) else value


def canonical(value) -> str:
    """An array or object as text: fields in order, and numbers by value, 27 as 27.0."""
    def plain(each):
        if isinstance(each, list):
            return [plain(one) for one in each]
        if isinstance(each, dict):
            return {name: plain(one) for name, one in each.items()}
        return int(each) if isinstance(each, float) and each.is_integer() else each
    return json.dumps(plain(value), sort_keys=True, ensure_ascii=False)


def key(value) -> tuple:
    """Sorts cells of all types, and tells 1 from true and from "1"."""
    if value is None:
        return (0,)
    if isinstance(value, bool):
        return (1, value)
    if isinstance(value, float) and math.isnan(value):
        return (5,)
    if isinstance(value, (int, float)):
        return (2, value)  # Python compares an int and a float by their exact values.
    if isinstance(value, str):
        return (3, value)
    return (4, canonical(value))


def same(one, other, approximate: bool) -> bool:
    both_numbers = key(one)[0] == key(other)[0] == 2
    if approximate and both_numbers:
        return math.isclose(one, other, rel_tol=CLOSE)
    return key(one) == key(other)


def difference(expected: list[tuple], actual: list[tuple], ordered: bool,
               approximate: tuple[int, ...] = ()) -> str | None:
    """None when the answers are the same; else what to show: the first row that is not."""
    if len(expected) != len(actual):
        return f"{len(expected)} rows expected, {len(actual)} came: {sample(expected, actual)}"
    if not ordered:
        expected, actual = (sorted(each, key=lambda row: row_key(row, approximate))
                            for each in (expected, actual))
    for index, (wanted, got) in enumerate(zip(expected, actual, strict=True)):
        if len(wanted) != len(got) or not all(
                same(a, b, column in approximate)
                for column, (a, b) in enumerate(zip(wanted, got, strict=True))):
            return f"row {index}: {shorten(wanted)} expected, {shorten(got)} came"
    return None


def row_key(row: tuple, approximate: tuple[int, ...]) -> list:
    """Exact columns first, so that the last digit of an average does not move its row."""
    exact = [key(value) for column, value in enumerate(row) if column not in approximate]
    return exact + [key(row[column]) for column in approximate]


def sample(expected: list[tuple], actual: list[tuple]) -> str:
    known = {tuple(map(key, row)) for row in expected}
    came = {tuple(map(key, row)) for row in actual}
    missing = [row for row in expected if tuple(map(key, row)) not in came]
    extra = [row for row in actual if tuple(map(key, row)) not in known]
    return f"missing {shorten(missing[:3])}, not expected {shorten(extra[:3])}"


def shorten(value, length: int = 300) -> str:
    text = repr(value)
    return text if len(text) <= length else text[:length] + "…"
