"""Goal: `--view economy` adds up to what users own at the end, and to what was sold.

Method: a generated world of twelve days, in which carts, purchases and uses follow each other; its
totals beside the views `inventory` and `revenue`, its days beside DuckDB over the events
themselves.
"""

import collections
import datetime
import json

import duckdb
import pytest
from support import program

START = datetime.date(2026, 3, 1)


@pytest.fixture(scope="module")
def home(tmp_path_factory):
    home = tmp_path_factory.mktemp("economy")
    program.run(["generate", "--to", "topic", "--seed", 3, "--span", "12d", "--start", START,
                 "--count", 30_000], home=home, brokers="embedded", timeout=120)
    return home


@pytest.fixture(scope="module")
def report(home):
    def rows(*args):
        done = program.run(["report", *args, "--format", "ndjson"], home=home, brokers="embedded",
                           timeout=120)
        return [json.loads(line) for line in done.stdout.splitlines()]
    return rows


@pytest.fixture(scope="module")
def duck(home, tmp_path_factory):
    """duck(sql): DuckDB's rows over the same events."""
    done = program.run(["report", "--sql", "SELECT _json AS j FROM events", "--format", "ndjson"],
                       home=home, brokers="embedded", timeout=120)
    path = tmp_path_factory.mktemp("duck") / "events.ndjson"
    path.write_text("".join(json.loads(line)["j"] + "\n" for line in done.stdout.splitlines()))
    database = duckdb.connect()
    database.sql(f"create table events as select * from read_json('{path}', format = 'nd', "
                 "sample_size = -1, union_by_name = true)")
    return lambda sql: database.sql(sql).fetchall()


def last_totals(rows, *keys):
    """The last total of each group that has one left."""
    totals = {tuple(row[key] for key in keys): row["total"] for row in rows}
    return {key: total for key, total in totals.items() if total}


def test_totals_are_the_inventories(report):
    owned = collections.Counter()
    for row in report("--view", "inventory"):
        owned[row["item"],] += row["quantity"]
    rows = report("--view", "economy", "--group-by", "item", "--where", 'what = "items"')
    assert last_totals(rows, "item") == owned
    assert last_totals(report("--view", "economy"), "what")["items",] == owned.total()
    users = collections.Counter()
    for row in report("--view", "inventory"):
        users[row["user"],] += row["quantity"]
    rows = report("--view", "economy", "--group-by", "user", "--where", 'what = "items"')
    assert last_totals(rows, "user") == users


def test_coins_are_the_revenue(report):
    rows = [row for row in report("--view", "economy") if row["what"] == "coins"]
    assert all(row["gained"] == 0 for row in rows)
    revenue = {row["bucket"]: row["sum(revenue)"] for row in report(
        "--view", "revenue", "--bucket", "1d", "--agg", "sum(revenue)")}
    assert {row["day"]: row["lost"] for row in rows} == revenue
    assert rows[-1]["total"] == -sum(revenue.values())


def test_days_are_duckdbs(report, duck):
    def changes(column, *args):
        return {(row["day"][:10], row["what"]): row[column]
                for row in report("--view", "economy", *args) if row[column]}

    used = duck("select event_time::date::varchar, 'items', sum(quantity)::bigint from events "
                "where event_type = 'use_item' group by 1")
    assert changes("lost", "--where", 'through = "use"') == {row[:2]: row[2] for row in used}
    bought = duck("select event_time::date::varchar, 'items', sum(quantity)::bigint from events "
                  "where event_type like 'purchase%' group by 1")
    assert changes("gained", "--where", 'through = "purchase"') == {
        row[:2]: row[2] for row in bought}
    spent = duck("select event_time::date::varchar, 'coins', sum(quantity * price)::bigint "
                 "from events where event_type like 'purchase%' group by 1")
    assert changes("lost", "--where", 'through = "purchase"') == {row[:2]: row[2] for row in spent}


def test_net_and_total_follow_from_the_rest(report):
    totals = collections.Counter()
    rows = report("--view", "economy", "--group-by", "kind,through", "--bucket", "6h", "--tz",
                  "Asia/Tokyo")
    assert len(rows) > 100
    assert [row["bucket"] for row in rows] == sorted(row["bucket"] for row in rows)
    for row in rows:
        key = row["what"], row["kind"], row["through"]
        totals[key] += row["gained"] - row["lost"]
        assert (row["net"], row["total"]) == (row["gained"] - row["lost"], totals[key])
        assert row["bucket"].endswith("+09:00")


def test_the_time_may_be_the_events_own(report):
    by_record = report("--view", "economy", "--bucket", "1h")
    assert report("--view", "economy", "--bucket", "1h", "--bucket-by", "event_time") == by_record
    assert report("--view", "economy", "--bucket", "1h", "--bucket-by", "_time") == by_record


def test_flows_are_a_table_of_sql(report):
    rows = report("--sql", "SELECT what, sum(gained) - sum(lost) AS total FROM flows GROUP BY 1")
    last = {row["what"]: row["total"] for row in report("--view", "economy")}
    assert {row["what"]: row["total"] for row in rows} == last


def test_pages_draw_it(home):
    done = program.run(["report", "--view", "economy", "--format", "html"], home=home,
                       brokers="embedded")
    page = done.stdout.decode()
    assert page.count("<svg role=\"img\"") == 3
    assert "Items that users have" in page
