"""Goal: days, weeks and months are those of a time zone's clocks, on the days of a switch, too.

Method: events around both switches of 2026 in ten zones, each with a time of its own; every rule of
`--bucket` is held against Python's zoneinfo. Then the words for times, and what is refused.
"""

import collections
import csv
import datetime
import io
import json
import zoneinfo

import pytest
from support import program

TOPIC = "events"
UTC = datetime.timezone.utc
ZONES = ["UTC", "Europe/Berlin", "Europe/London", "America/New_York", "America/Santiago",
         "America/St_Johns", "Asia/Tokyo", "Asia/Kathmandu", "Australia/Lord_Howe",
         "Pacific/Auckland"]
RULES = ["15m", "1h", "6h", "1d", "1w", "1mo", "3mo", "1y"]
MINUTE = 60_000


def switches(zone):
    """The hours of 2026 in which the zone's clocks are changed."""
    hour = datetime.datetime(2026, 1, 1, tzinfo=UTC)
    changed = []
    while hour.year == 2026:
        after = hour + datetime.timedelta(hours=1)
        if hour.astimezone(zone).utcoffset() != after.astimezone(zone).utcoffset():
            changed.append(hour)
        hour = after
    return changed


def times():
    """Milliseconds since 1970: about each switch of each zone every 7 minutes, and all year."""
    found = set(range(1_767_225_600_000, 1_798_761_600_000, 11 * 3_600_000 + 17 * MINUTE))
    for name in ZONES:
        for hour in switches(zoneinfo.ZoneInfo(name)):
            middle = int(hour.timestamp() * 1000)
            found.update(range(middle - 30 * 3_600_000, middle + 30 * 3_600_000, 7 * MINUTE))
    return sorted(found)


def is_real(local, zone):
    """Whether the zone's clocks ever show `local`, a datetime with a zone."""
    return local.astimezone(UTC).astimezone(zone).replace(tzinfo=None) == local.replace(tzinfo=None)


def start_of(rule, time, zone):
    """When the step of `rule` began that `time` is in, as a datetime in `zone`."""
    shown = datetime.datetime.fromtimestamp(time / 1000, zone)
    clock = shown.replace(tzinfo=None)
    day = clock.replace(hour=0, minute=0, second=0, microsecond=0)
    if rule in ("15m", "1h", "6h"):
        width = {"15m": 15, "1h": 60, "6h": 360}[rule]
        start = day + datetime.timedelta(minutes=(clock - day) // datetime.timedelta(minutes=1)
                                         // width * width)
    else:
        start = {"1d": day, "1w": day - datetime.timedelta(days=day.weekday()),
                 "1mo": day.replace(day=1),
                 "3mo": day.replace(day=1, month=(day.month - 1) // 3 * 3 + 1),
                 "1y": day.replace(day=1, month=1)}[rule]
    # Of the two times at which a clock shows this, the one whose offset is the event's.
    same = [start.replace(tzinfo=zone, fold=fold) for fold in (0, 1)]
    for local in same:
        if local.utcoffset() == shown.utcoffset() and is_real(local, zone):
            return local
    if is_real(same[0], zone):
        return same[0]
    # The clocks skip it: their switch. fold=0 has the offset from before.
    skipped = same[0].astimezone(UTC)
    before, after = same[0].utcoffset(), same[1].utcoffset()
    gap = abs(after - before)
    low, high = skipped - gap, skipped + gap
    while high - low > datetime.timedelta(seconds=1):
        middle = low + (high - low) / 2
        if middle.astimezone(zone).utcoffset() == low.astimezone(zone).utcoffset():
            low = middle
        else:
            high = middle
    return high.replace(microsecond=0).astimezone(zone)


@pytest.fixture(scope="module")
def events():
    return times()


@pytest.fixture
def report(own_embedded, tmp_path, gamevents, events):
    own_embedded.create_topic(TOPIC, 1)
    lines = "\n".join(json.dumps({"at": time}) for time in events)
    gamevents("produce", input=lines.encode(), topic=TOPIC)

    def run(*args, **options):
        return program.run(["report", "--set", f"embedded.data_dir={own_embedded.data_dir}", *args],
                           home=tmp_path, brokers="embedded", topic=TOPIC, **options)
    return run


def test_every_rule_is_as_python_has_it(report, events):
    for name in ZONES:
        zone = zoneinfo.ZoneInfo(name)
        for rule in RULES:
            expected = collections.Counter(
                start_of(rule, time, zone).astimezone(UTC) for time in events)
            done = report("--bucket", rule, "--bucket-by", "at", "--tz", name, "--format", "csv")
            rows = list(csv.DictReader(io.StringIO(done.stdout.decode())))
            answered = {datetime.datetime.fromisoformat(row["bucket"]): int(row["count"])
                        for row in rows}
            assert len(answered) == len(rows)
            assert answered == dict(expected), (name, rule)
            for start in answered:
                assert start.utcoffset() == start.astimezone(zone).utcoffset(), (name, rule)


def test_days_are_printed_as_the_zone_has_them(report):
    done = report("--bucket", "1d", "--bucket-by", "at", "--tz", "Asia/Tokyo", "--limit", "1")
    assert "|2026-01-01|" in done.stdout.decode()
    weeks = report("--bucket", "1w", "--bucket-by", "at", "--format", "html").stdout.decode()
    assert "per week" in weeks and "2025-12-29" in weeks


def test_retention_and_sessions_have_the_days_of_the_zone(own_embedded, gamevents, tmp_path):
    own_embedded.create_topic(TOPIC, 1)
    # One day in Tokyo, two in UTC.
    two = [{"user": "ann", "at": f"2026-05-{at}:00Z"} for at in ("01T22:00", "02T10:00")]
    gamevents("produce", input="\n".join(map(json.dumps, two)).encode(), topic=TOPIC)

    def rows(view, zone):
        done = program.run(["report", "--view", view, "--bucket-by", "at", "--tz", zone, "--format",
                            "json", "--set", f"embedded.data_dir={own_embedded.data_dir}"],
                           home=tmp_path, brokers="embedded", topic=TOPIC)
        return json.loads(done.stdout)

    assert [row["day_1"] for row in rows("retention", "UTC")] == [1]
    assert [row["day_1"] for row in rows("retention", "Asia/Tokyo")] == [None]
    assert rows("retention", "Asia/Tokyo")[0]["first_day"] == "2026-05-02T00:00:00.000+09:00"
    assert [row["day"][:10] for row in rows("sessions", "UTC")] == ["2026-05-01", "2026-05-02"]
    assert [row["day"] for row in rows("sessions", "Asia/Tokyo")] == [
        "2026-05-02T00:00:00.000+09:00"]


def test_records_are_asked_for_by_the_words_for_times(own_embedded, gamevents, tmp_path):
    own_embedded.create_topic(TOPIC, 1)
    now = datetime.datetime.now(UTC)
    zone = zoneinfo.ZoneInfo("Pacific/Auckland")
    midnight = now.astimezone(zone).replace(hour=0, minute=0, second=0, microsecond=0)
    ages = {"just now": now - datetime.timedelta(seconds=20),
            "three hours": now - datetime.timedelta(hours=3),
            "yesterday": midnight - datetime.timedelta(seconds=1),
            "long ago": midnight - datetime.timedelta(days=3)}
    for name, at in sorted(ages.items(), key=lambda age: age[1]):
        record = {"value": name, "timestamp": int(at.timestamp() * 1000)}
        gamevents("produce", "--json", input=json.dumps(record).encode() + b"\n", topic=TOPIC)

    def consume(*args):
        done = program.run(["consume", *args, "--set",
                            f"embedded.data_dir={own_embedded.data_dir}"], home=tmp_path,
                           brokers="embedded", topic=TOPIC)
        return set(done.stdout.decode().split("\n")) - {""}

    def younger(than):
        return {name for name, at in ages.items() if at >= than}

    tz = ("--tz", "Pacific/Auckland")
    # Midnight there may be within the last two hours.
    recent = younger(now - datetime.timedelta(hours=2))
    assert consume("--since", "2h") == recent >= {"just now"}
    assert consume("--since", "today", *tz) == younger(midnight)
    yesterday = midnight.replace(tzinfo=None) - datetime.timedelta(days=1)
    assert consume("--since", "yesterday", *tz) == younger(yesterday.replace(tzinfo=zone))
    assert consume("--since", yesterday.strftime("%Y-%m-%d"), "--until", "today", *tz) == (
        younger(yesterday.replace(tzinfo=zone)) - younger(midnight))
    assert consume("--until", "2h") == set(ages) - recent
    assert consume("-o", "@yesterday:", *tz) == younger(yesterday.replace(tzinfo=zone))
    own_embedded.create_topic("named", 1)
    # Values that are no events meet no filter; the next have the same times.
    for name, at in sorted(ages.items(), key=lambda age: age[1]):
        record = {"value": json.dumps({"name": name}), "timestamp": int(at.timestamp() * 1000)}
        gamevents("produce", "--json", input=json.dumps(record).encode() + b"\n", topic="named")

    def named(command, where):
        done = program.run([*command, "--where", where, *tz, "--set",
                            f"embedded.data_dir={own_embedded.data_dir}"], home=tmp_path,
                           brokers="embedded", topic="named")
        return {json.loads(line)["name"] for line in done.stdout.splitlines()}

    for command in (["consume", "--from-beginning"],
                    ["report", "--select", "name", "--format", "ndjson"]):
        assert named(command, "_time >= @yesterday and _timestamp < @today") == (
            younger(yesterday.replace(tzinfo=zone)) - younger(midnight))
        assert named(command, "not _time < @3w and _time < @2h") == set(ages) - recent


@pytest.mark.parametrize("args, said", [
    ("--bucket 1d --tz Europe/Berln", ["did you mean Europe/Berlin?"]),
    ("--bucket 1d --tz tokyo", ["did you mean Asia/Tokyo?"]),
    ("--bucket 1d --tz Nowhere", ["'Nowhere' is not a time zone"]),
    ("--bucket 1x", ["1w for weeks from Monday"]),
    ("--since soon", ["'soon' is not a moment", "yesterday"]),
    ("--agg count --where _time>=yesterday", ["a time is a text", "@yesterday"]),
    ("--agg count --where _time>=@soon", ["column 8: 'soon' is not a moment"]),
    ("--agg count --fail-if count<@soon", ["--fail-if: column 7: 'soon' is not a moment"]),
    ("--since 2h --offset 5", ["--since and --until does not go with --offset"]),
    ("--since 1h --until 2h", ["--until: it ends (2h) before it begins (1h)"]),
    ("--follow --until 1h", ["--follow has no end"]),
    ("--bucket 1w --engine spark", ["--engine spark has no steps of weeks"]),
])
def test_what_is_refused(tmp_path, args, said):
    done = program.run(["report", *args.split()], home=tmp_path, brokers="127.0.0.1:1",
                       topic=TOPIC, check=False)
    assert done.returncode == 2, done.stderr
    for text in said:
        assert text in done.stderr.decode()
