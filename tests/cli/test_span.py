"""Goal: a world of many days is as docs/generate.md tells, so that the views of
`report` find them again; its records have the times of its events.

Method: worlds of several seeds, straight into a log; the numbers are fitted by least squares to
what the views print. `serve` takes the same events over HTTP with their times.
"""

import collections
import datetime
import json
import math
import pathlib
import re

import pytest
from support import processes, program

START = datetime.date(2026, 3, 1)  # a Sunday; clocks change on the 8th (America), the 29th (Europe)
DAYS = 36
COUNT = 200_000
# As core/generate/curves.h has them.
RETENTION_A, RETENTION_B = 0.45, 0.5
LAUNCH_PEAK, LAUNCH_DAYS = 3, 4
WEEK = [0.9, 0.9, 0.9, 0.9, 1.05, 1.25, 1.1]
HOURS = [0.55, 0.35, 0.20, 0.12, 0.10, 0.15, 0.30, 0.55, 0.70, 0.70, 0.75, 0.85,
         1.00, 1.00, 0.95, 1.00, 1.15, 1.40, 1.70, 2.00, 2.20, 2.10, 1.60, 1.00]
ZONES = {"Europe/Berlin": 0.30, "America/New_York": 0.25, "Asia/Tokyo": 0.20,
         "America/Los_Angeles": 0.15, "America/Sao_Paulo": 0.10}
ITEMS = pathlib.Path(__file__).parents[2] / "configs" / "items.yaml"


@pytest.fixture(scope="module", params=[1, 2, 3])
def report(request, tmp_path_factory):
    """report(*args): the rows that `report` prints of a world; one for each seed."""
    home = tmp_path_factory.mktemp("world")
    program.run(["generate", "--to", "topic", "--seed", request.param, "--span", f"{DAYS}d",
                 "--start", START, "--count", COUNT], home=home, brokers="embedded", timeout=120)

    def rows(*args):
        done = program.run(["report", *args, "--format", "ndjson"], home=home, brokers="embedded",
                           timeout=120)
        return [json.loads(line) for line in done.stdout.splitlines()]
    return rows


def fit(points):
    """The line y = intercept + slope·x through (x, y, weight), by least squares."""
    total = sum(weight for _, _, weight in points)
    mean_x = sum(x * weight for x, _, weight in points) / total
    mean_y = sum(y * weight for _, y, weight in points) / total
    slope = (sum((x - mean_x) * (y - mean_y) * weight for x, y, weight in points)
             / sum((x - mean_x) ** 2 * weight for x, _, weight in points))
    return mean_y - slope * mean_x, slope


def day(text):
    return datetime.date.fromisoformat(text[:10])


def test_retention_is_the_curve(report):
    points = []
    cohorts = report("--view", "retention")
    for n in (1, 7, 30):
        back = sum(row[f"day_{n}"] or 0 for row in cohorts)
        # Those who could come back, as far as that weekday lets them.
        could = sum(row["users"] * WEEK[(day(row["first_day"]).weekday() + n) % 7]
                    for row in cohorts if row[f"day_{n}"] is not None)
        points.append((math.log(n), math.log(back / could), back))
    intercept, slope = fit(points)
    assert math.exp(intercept) == pytest.approx(RETENTION_A, rel=0.06)
    assert -slope == pytest.approx(RETENTION_B, abs=0.05)


def test_players_arrive_by_the_launch_and_play_by_the_week(report):
    new = {day(row["first_day"]): row["users"] for row in report("--view", "retention")}
    days = [START + datetime.timedelta(n) for n in range(DAYS)]
    base, rise = fit([(math.exp(-n / LAUNCH_DAYS), new[date], 1) for n, date in enumerate(days)])
    assert rise / base == pytest.approx(LAUNCH_PEAK, rel=0.3)

    playing = {day(row["day"]): row["users"] for row in report("--view", "sessions")}
    returned, expected = collections.Counter(), collections.Counter()
    for number, date in enumerate(days):
        returned[date.weekday()] += playing[date] - new[date]
        expected[date.weekday()] += sum(
            new[first] * RETENTION_A * (number - before) ** -RETENTION_B
            for before, first in enumerate(days[:number]))
    for weekday, factor in enumerate(WEEK):
        assert returned[weekday] / expected[weekday] == pytest.approx(factor, rel=0.08), weekday


def test_sessions_have_their_length_their_number_and_their_hours(report):
    rows = report("--view", "sessions")
    sessions = sum(row["sessions"] for row in rows)
    assert sum(row["events"] for row in rows) == COUNT
    assert sessions / sum(row["users"] for row in rows) == pytest.approx(1.5, rel=0.03)
    median = sum(row["p50_seconds"] * row["sessions"] for row in rows) / sessions
    assert median == pytest.approx(8 * 60, rel=0.05)

    hours = collections.Counter()
    for row in report("--view", "sessions", "--bucket", "1h", "--tz", "Europe/Berlin", "--where",
                      'time_zone = "Europe/Berlin"'):
        hours[int(row["bucket"][11:13])] += row["sessions"]
    for hour, weight in enumerate(HOURS):
        share = hours[hour] / hours.total()
        assert share == pytest.approx(weight / sum(HOURS), abs=0.012), hour


def test_zones_and_buyers_have_their_shares(report):
    users = {row["time_zone"]: row["distinct(user_name)"] for row in report(
        "--where", 'event_type = "default"', "--group-by", "time_zone", "--agg",
        "distinct(user_name)")}
    for zone, share in ZONES.items():
        assert users[zone] / sum(users.values()) == pytest.approx(share, abs=0.03), zone
    steps = report("--view", "funnel", "--steps",
                   'default,event_type ~ "^purchase_" or event_type = "checkout"')
    assert steps[1]["share"] == pytest.approx(0.15, abs=0.025)


def test_what_is_sold_follows_the_price(report):
    # What a player soon has enough of sells less than its price says.
    limits = re.findall(r"^  (\w+):.*?(?=^  \w|\Z)", ITEMS.read_text(), re.M | re.S)
    rows = report("--view", "revenue", "--group-by", "item,price")
    assert len(rows) > len(limits) / 2
    points = [(math.log(row["price"]), math.log(row["count"]), row["count"])
              for row in rows if row["price"] <= 500]
    assert fit(points)[1] == pytest.approx(-0.7, abs=0.07)


def test_no_command_is_refused(report):
    bought = report("--view", "revenue", "--group-by", "through")
    assert {row["through"] for row in bought} == {"purchase", "cart"}
    purchases = report("--where", 'event_type ~ "^purchase_"', "--agg", "count")
    through = {row["through"]: row["count"] for row in bought}
    assert through["purchase"] == purchases[0]["count"]


def test_the_blue_shop_sells_better(tmp_path):
    program.run(["generate", "--to", "topic", "--seed", 4, "--span", "2d", "--start", START,
                 "--players", 20_000, "--experiment"], home=tmp_path, brokers="embedded",
                timeout=120)
    done = program.run(["report", "--view", "experiment", "--steps",
                        'default,event_type ~ "^purchase_" or event_type = "checkout"',
                        "--format", "ndjson"], home=tmp_path, brokers="embedded", timeout=120)
    control, blue = map(json.loads, done.stdout.splitlines())
    assert (control["variant"], blue["variant"]) == ("control", "blue")
    assert control["users"] + blue["users"] == 20_000
    assert control["mixed"] == blue["mixed"] == 0
    assert control["conversion"] == pytest.approx(0.15, abs=0.02)
    assert blue["conversion"] == pytest.approx(0.20, abs=0.02)
    assert blue["low"] < 0.05 < blue["high"]
    assert blue["low"] > 0 and blue["p_value"] < 1e-6
    assert blue["ratio_p_value"] > 0.001


def test_an_experiment_changes_nothing_but_the_variant_and_who_buys(gamevents, topic):
    args = ("generate", "--to", "topic", "--seed", 9, "--span", "2d", "--players", 30)
    gamevents(*args)
    plain = len(records(gamevents))
    gamevents(*args, "--experiment")
    stored = records(gamevents)
    assert len(stored) == 2 * plain
    for (time, event), (same_time, same) in zip(stored[:plain], stored[plain:], strict=True):
        assert "variant" not in event and same["variant"] in ("control", "blue")
        assert (time, event["session"]) == (same_time, same["session"])


def records(gamevents, *args):
    lines = gamevents("consume", "--from-beginning", "--output", "json", *args).stdout.splitlines()
    pairs = [json.loads(line) for line in lines]
    return [(record["timestamp"], json.loads(record["value"])) for record in pairs]


def millis(text):
    time = datetime.datetime.fromisoformat(text.replace("Z", "+00:00"))
    return round(time.timestamp() * 1000)


def test_a_record_has_its_events_time(gamevents, topic):
    args = ("generate", "--to", "topic", "--seed", 5, "--span", "3d", "--count", 400)
    gamevents(*args, "--start", "2026-05-01T15:00")
    stored = records(gamevents)
    assert len(stored) == 400
    assert all(time == millis(event["event_time"]) for time, event in stored)
    assert [time for time, _ in stored] == sorted(time for time, _ in stored)
    assert stored[0][1]["event_time"].startswith("2026-05-01T")
    assert {event["event_time"][:10] for _, event in stored} == {
        "2026-05-01", "2026-05-02", "2026-05-03"}
    # Players without a count; with a count it ends there.
    players = json.loads(gamevents(*args[:7], "--players", 20, "--format", "json").stdout)
    assert 200 < players["sent"] < 4_000
    both = gamevents(*args[:7], "--players", 20, "--count", 100, "--format", "json").stdout
    assert json.loads(both)["sent"] == 100


@pytest.mark.parametrize("setting", ["record", "ignore"])
def test_serve_takes_the_times_of_a_world(gamevents, serve, topic, setting):
    server = serve("--set", f"serve.event_time={setting}", "--set", "serve.event_time_past=10d")
    processes.wait_until(lambda: server.request("/readyz").status == 200, 20, "/readyz 200")
    gamevents("generate", "--url", server.url, "--seed", 6, "--span", "5d", "--start", "5d",
              "--count", 300, "--batch", 20)
    stored = records(gamevents)
    same = sum(time == millis(event["event_time"]) for time, event in stored)
    assert (len(stored), same) == (300, 300 if setting == "record" else 0)
    metrics = server.request("/metrics").body
    counted = re.search(rb'gamevents_event_times_total{result="recorded"} (\d+)', metrics)
    assert counted is None if setting == "ignore" else counted[1] == b"300"
