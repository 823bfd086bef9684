"""Goal: the questions by name are answered as a plain reading of the same events answers them.

Method: a seeded course of forty days over three partitions with values that are no events, asked
through Kafka and straight from the files; each answer is worked out anew here, from the list of
events, by the definition in docs/report.md.
"""

import collections
import datetime
import json
import random
import statistics

import pytest
from confluent_kafka import Producer
from confluent_kafka.admin import AdminClient, NewTopic
from support import program

TOPIC = "views"
START_MS = 1_767_225_600_000  # 2026-01-01T00:00:00Z: all of it has been, for brokers look
DAY_MS = 86_400_000
TYPES = ("default", "add_to_cart", "checkout", "purchase_sword", "purchase_axe", "join_a_guild")
USERS = 60
PRICES = {"sword": 120, "axe": 95}


def course():
    """(user, time in ms, event): a few of each user's days, and on these a few bursts."""
    chance = random.Random(20261124)
    events = []
    for number in range(USERS):
        user = f"user{number}"
        days = sorted(chance.sample(range(40), chance.randint(1, 12)))
        for day in days:
            time = START_MS + day * DAY_MS + chance.randrange(DAY_MS // 2)
            for _ in range(chance.randint(1, 15)):
                time += chance.choice((1_000, 60_000, 600_000, 3_000_000)) + chance.randrange(900)
                kind = chance.choice(TYPES)
                event = {"event_type": kind, "user": user}
                if kind.startswith("purchase_"):
                    event |= {"purchase_user": user, "price": PRICES[kind[9:]],
                              "quantity": chance.randint(1, 3), "kind": "weapon"}
                elif kind == "add_to_cart":
                    event |= {"item": "axe", "quantity": chance.randint(1, 3),
                              "price": PRICES["axe"], "kind": "weapon"}
                elif kind == "join_a_guild":
                    event |= {"user_name": user, "joined_guild": f"guild{chance.randrange(4)}"}
                events.append((user, time, event))
    events.sort(key=lambda each: each[1])
    return events


@pytest.fixture(scope="module")
def events():
    return course()


@pytest.fixture(scope="module")
def topic(embedded, events):
    """The events in a topic of three partitions, each under its user's key, and some numbers."""
    admin = AdminClient({"bootstrap.servers": embedded.brokers})
    kept = NewTopic(TOPIC, 3, 1, config={"retention.ms": "-1"})  # events this old would be deleted
    admin.create_topics([kept])[TOPIC].result(timeout=30)
    refused = []
    producer = Producer({"bootstrap.servers": embedded.brokers, "linger.ms": 5,
                         "on_delivery": lambda error, _: error and refused.append(error)})
    for n, (user, time, event) in enumerate(events):
        producer.produce(TOPIC, json.dumps(event).encode(), key=user.encode(), timestamp=time)
        if n % 20 == 0:
            producer.produce(TOPIC, str(n).encode(), timestamp=time)
    assert producer.flush(30) == 0
    assert refused == []
    return TOPIC


@pytest.fixture(params=["segments", "kafka"])
def view(request, embedded, topic, tmp_path):
    """view(name, *args): the rows of a view, as JSON reads them."""
    def run(name, *args):
        done = program.run(
            ["report", "--set", f"embedded.data_dir={embedded.data_dir}", "--source",
             request.param, "--view", name, "--format", "json", *args],
            home=tmp_path, brokers="embedded", topic=topic)
        return json.loads(done.stdout)
    return run


def day_of(time):
    return time // DAY_MS


def text_of(day):
    moment = datetime.datetime.fromtimestamp(day * DAY_MS / 1000, datetime.UTC)
    return moment.strftime("%Y-%m-%dT%H:%M:%S.000Z")


def by_user(events):
    users = collections.defaultdict(list)
    for user, time, event in events:
        users[user].append((time, event))
    return users


def sessions_of(times, gap):
    sessions = []
    for time in times:
        if sessions and time - sessions[-1][-1] <= gap:
            sessions[-1].append(time)
        else:
            sessions.append([time])
    return sessions


def test_sessions(view, events):
    days = collections.defaultdict(list)
    for user, course in by_user(events).items():
        for session in sessions_of([time for time, _ in course], 1_800_000):
            days[day_of(session[0])].append((user, session))
    answer = view("sessions")
    assert [row["day"] for row in answer] == [text_of(day) for day in sorted(days)]
    for row, day in zip(answer, sorted(days), strict=True):
        lengths = [(session[-1] - session[0]) / 1000 for _, session in days[day]]
        assert row["sessions"] == len(lengths)
        assert row["users"] == len({user for user, _ in days[day]})
        assert row["events"] == sum(len(session) for _, session in days[day])
        assert row["avg_seconds"] == pytest.approx(sum(lengths) / len(lengths), abs=0.0006)
        assert row["p50_seconds"] == pytest.approx(statistics.median(lengths), abs=0.0006)


@pytest.mark.parametrize(("flags", "heading", "step"), [
    ([], "first_day", lambda day: day),
    (["--bucket", "1w"], "bucket", lambda day: day - (day - 4) % 7),  # 1970-01-05 was a Monday
])
def test_retention(view, events, flags, heading, step):
    days = {user: {day_of(time) for time, _ in course}
            for user, course in by_user(events).items()}
    last = max(max(each) for each in days.values())
    cohorts = collections.defaultdict(list)
    for each in days.values():
        cohorts[step(min(each))].append(each)
    expected = []
    for begin in sorted(cohorts):
        users = cohorts[begin]
        newest = max(min(each) for each in users)
        row = {heading: text_of(begin), "users": len(users)}
        for n in (0, 1, 7, 30):
            back = sum(min(each) + n in each for each in users)
            row[f"day_{n}"] = back if newest + n <= last else None
            if n:
                row[f"share_{n}"] = round(back / len(users), 4) if newest + n <= last else None
        expected.append(row)
    answer = view("retention", *flags)
    assert [dict(sorted(row.items())) for row in answer] == [
        dict(sorted(row.items())) for row in expected]


def furthest(course, steps, window):
    """How many of `steps` the best of all ways through the events gets."""
    best = 0
    for i, (begin, event) in enumerate(course):
        if event["event_type"] != steps[0]:
            continue
        at = 1
        for time, later in course[i + 1:]:
            if at < len(steps) and time - begin <= window and later["event_type"] == steps[at]:
                at += 1
        best = max(best, at)
    return best


def test_funnel(view, events):
    steps = ["add_to_cart", "checkout", "purchase_sword"]
    reached = [furthest(course, steps, 3_600_000) for course in by_user(events).values()]
    users = [sum(at > i for at in reached) for i in range(3)]
    assert users[0] > users[1] > users[2] > 0
    answer = view("funnel", "--steps", ",".join(steps), "--window", "1h")
    assert [row["step"] for row in answer] == steps
    assert [row["users"] for row in answer] == users
    assert [row["share"] for row in answer] == [round(n / users[0], 4) for n in users]
    assert answer[0]["median_seconds"] is None
    assert 0 < answer[1]["median_seconds"] <= 3600


def test_a_condition_chooses_the_events_of_a_funnel(view):
    answer = view("funnel", "--steps", 'event_type ~ "^purchase_",event_type in ("checkout")',
                  "--where", 'user = "user1" or user = "user2"')
    assert answer[0]["users"] <= 2
    assert answer[0]["step"] == 'event_type ~ "^purchase_"'


def test_top(view, events):
    users = collections.Counter(user for user, _, _ in events)
    items = collections.Counter(event["event_type"][9:] for _, _, event in events
                                if event["event_type"].startswith("purchase_"))
    guilds = collections.Counter(event["joined_guild"] for _, _, event in events
                                 if "joined_guild" in event)

    def rows(name, counts):
        best = sorted(counts.items(), key=lambda each: (-each[1], each[0]))[:3]
        return [{"top": name, "rank": n, "name": who, "count": count}
                for n, (who, count) in enumerate(best, 1)]

    expected = rows("users", users) + rows("items", items) + rows("guilds", guilds)
    assert view("top", "--limit", "3") == expected


def sales(events):
    """(day, item, quantity, revenue) of each sale: purchases, and at a checkout what is in the
    cart: as many axes as the last event about it says. No user comes near a limit."""
    sold = []
    carts = {}
    for user, time, event in events:
        kind = event["event_type"]
        if kind.startswith("purchase_"):
            count = event["quantity"]
            sold.append((day_of(time), kind[9:], count, count * event["price"]))
        elif kind == "add_to_cart":
            carts[user] = event["quantity"]
        elif kind == "checkout" and user in carts:
            count = carts.pop(user)
            sold.append((day_of(time), "axe", count, count * PRICES["axe"]))
    return sold


def test_revenue(view, events):
    expected = collections.defaultdict(lambda: [0, 0, 0])
    for day, item, quantity, revenue in sales(events):
        row = expected[day, item]
        row[0] += 1
        row[1] += quantity
        row[2] += revenue
    answer = view("revenue")
    assert {(row["bucket"], row["item"]): [row["count"], row["sum(quantity)"], row["sum(revenue)"]]
            for row in answer} == {(text_of(day), item): row
                                   for (day, item), row in expected.items()}
    assert {row["kind"] for row in answer} == {"weapon"}


def test_sales_can_be_asked_as_events_are(view, events):
    total = sum(revenue for _, _, _, revenue in sales(events))
    assert view("revenue", "--agg", "sum(revenue)") == [{"sum(revenue)": total}]
    carts = view("revenue", "--where", 'through = "cart"', "--select", "*", "--limit", "2")
    assert all(row["item"] == "axe" and row["revenue"] == 95 * row["quantity"] for row in carts)


@pytest.mark.parametrize(("args", "said"), [
    (["funnel"], "--steps"),
    (["funnel", "--steps", "a,,b"], "a step is empty"),
    (["retention", "--window", "1h"], "belongs to --view funnel"),
    (["retention", "--group-by", "user"], "--view retention are two questions"),
    (["retention", "--bucket", "1h"], "take --bucket 1d, 1w or 1mo"),
    (["top", "--bucket", "1h"], "--bucket"),
    (["sessions", "--gap", "0"], "a duration must be positive"),
    (["sessions", "--follow"], "--follow"),
    (["carts", "--from", "1"], "--from does not go with --view carts"),
    (["revenue", "--user", "id"], "--user belongs to"),
    (["experiment"], "--steps"),
    (["experiment", "--steps", "a"], "the exposure and the goal"),
    (["experiment", "--steps", "a,b", "--ratio", "x"], "'x' is not a variant and its share"),
    (["experiment", "--steps", "a,b", "--chart", "line"], "These do: bars"),
    (["funnel", "--steps", "a,b", "--control", "x"], "--control belongs to --view experiment"),
    (["economy", "--user", "id"], "--user belongs to"),
    (["economy", "--agg", "count"], "--view economy are two questions"),
])
def test_what_a_view_cannot_take_is_refused(gamevents, args, said):
    done = gamevents("report", "--view", *args, topic=TOPIC, check=False)
    assert done.returncode == 2
    assert said in done.stderr.decode()


def test_a_funnel_is_drawn_in_a_page(embedded, topic, tmp_path):
    done = program.run(["report", "--set", f"embedded.data_dir={embedded.data_dir}", "--view",
                        "funnel", "--steps", "add_to_cart,checkout", "--format", "html"],
                       home=tmp_path, brokers="embedded", topic=topic)
    page = done.stdout.decode()
    assert "<svg" in page
    assert "add_to_cart" in page
    assert "--view funnel --steps add_to_cart,checkout" in page
