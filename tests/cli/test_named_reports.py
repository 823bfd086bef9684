"""Goal: a question that has a name in the configuration is asked by it: on the command line, over
HTTP and in `config check`, and `--fail-if` makes an alert of any answer.

Method: one file with a report of every kind over made-up sales. Each is held against the same
question with its flags typed; the HTTP answers against those of the command line; then what is
refused, the cache, the validator, the limits, and who may ask.
"""

import csv
import io
import json
import os
import re
import time

import pytest

CONFIG = """
reports:
  whales:
    title: "Who pays <most>"
    sql: |
      SELECT user, sum(price) AS paid FROM events
      WHERE event_type = 'purchase' GROUP BY user ORDER BY paid DESC, user
    limit: 2
  kinds: {group_by: kind, agg: "count,sum(price)", where: "event_type = purchase"}
  recent: {select: "event_type,user", since: 10m, where: "user = ada", order_by: "user:desc"}
  by_day: {bucket: 1d, agg: count}
  by_own_time: {bucket: 1h, bucket_by: at, agg: count}
  way: {view: funnel, steps: "visit,purchase", window: 1h, user: user}
  which: {view: experiment, steps: "visit,purchase", variant: user, control: bob, window: 1h}
  visits: {view: sessions, gap: 5m, until: "2100-01-01"}
  drawn: {bucket: 1h, bucket_by: at, group_by: event_type, chart: stacked}
  carts_now: {view: carts}
"""
# The flags that each stands for.
TYPED = {
    "whales": ["--sql", "SELECT user, sum(price) AS paid FROM events\nWHERE event_type = 'purchase'"
               " GROUP BY user ORDER BY paid DESC, user", "--limit", "2"],
    "kinds": ["--group-by", "kind", "--agg", "count,sum(price)", "--where",
              "event_type = purchase"],
    "recent": ["--select", "event_type,user", "--since", "10m", "--where", "user = ada",
               "--order-by", "user:desc"],
    "by_day": ["--bucket", "1d", "--agg", "count"],
    "by_own_time": ["--bucket", "1h", "--bucket-by", "at", "--agg", "count"],
    "drawn": ["--bucket", "1h", "--bucket-by", "at", "--group-by", "event_type"],
    "way": ["--view", "funnel", "--steps", "visit,purchase", "--window", "1h", "--user", "user"],
    "which": ["--view", "experiment", "--steps", "visit,purchase", "--variant", "user",
              "--control", "bob", "--window", "1h"],
    "visits": ["--view", "sessions", "--gap", "5m", "--until", "2100-01-01"],
}
SERVED = sorted(TYPED)
FORMATS = {"csv": "text/csv; charset=utf-8; header=present", "json": "application/json",
           "ndjson": "application/x-ndjson", "html": "text/html; charset=utf-8",
           "parquet": "application/vnd.apache.parquet"}


def sale(user, kind, price, hour):
    return {"event_type": "purchase", "user": user, "kind": kind, "price": price,
            "at": f"2026-03-01T{hour:02}:30:00Z"}


EVENTS = [{"event_type": "visit", "user": user, "at": "2026-03-01T09:00:00Z"}
          for user in ("ada", "bob", "cleo")]
EVENTS += [sale("ada", "sword", 5, 10), sale("bob", "sword", 7, 10), sale("ada", "shield", 40, 11)]


pytestmark = pytest.mark.usefixtures("topic")


@pytest.fixture
def topic(embedded):
    return embedded.create_topic(f"named-{os.urandom(6).hex()}")


@pytest.fixture
def config(tmp_path):
    path = tmp_path / "gamevents.yaml"
    path.write_text(CONFIG)
    return path


@pytest.fixture
def filled(gamevents, config):
    gamevents("produce", input="".join(json.dumps(event) + "\n" for event in EVENTS).encode())
    return gamevents


@pytest.mark.parametrize("name", SERVED)
def test_a_name_asks_what_its_flags_ask(filled, name):
    for form in ("table", "csv"):
        named = filled("report", name, "--format", form)
        typed = filled("report", *TYPED[name], "--format", form)
        assert named.stdout == typed.stdout
        assert named.stdout.count(b"\n") > 1


def test_a_page_draws_what_its_report_chooses(filled):
    drawn = filled("report", "drawn", "--format", "html").stdout
    typed = filled("report", *TYPED["drawn"], "--chart", "stacked", "--format", "html").stdout
    lines = filled("report", *TYPED["drawn"], "--chart", "line", "--format", "html").stdout
    svg = [page.decode().partition("<figure>")[2].partition("</figure>")[0]
           for page in (drawn, typed, lines)]
    assert svg[0] == svg[1] != svg[2]
    assert "<svg" in svg[0]


def test_typed_flags_change_a_named_report(filled):
    rows = list(csv.reader(io.StringIO(
        filled("report", "whales", "--limit", "1", "--format", "csv").stdout.decode())))
    assert rows == [["user", "paid"], ["ada", "45"]]
    page = filled("report", "whales", "--format", "html").stdout.decode()
    assert "<h1>Who pays &lt;most&gt;</h1>" in page
    wrong = filled("report", "whales", "--view", "top", check=False)
    assert wrong.returncode == 2 and b"--view" in wrong.stderr


def test_a_name_that_there_is_not_names_those_that_there_are(filled, config):
    wrong = filled("report", "whale", check=False)
    assert (wrong.returncode, wrong.stdout) == (2, b"")
    assert b"there is no report whale; did you mean whales?; there are by_day, " in wrong.stderr
    config.write_text("")
    none = filled("report", "whales", check=False)
    assert none.returncode == 2
    assert b"the configuration names none" in none.stderr


@pytest.mark.parametrize("text, said", [
    ("reports:\n  whales:\n    sql: SELEC 1\n", "f.yaml:3: reports.whales: SQL: "),
    ("reports:\n  w:\n    where: 'a ='\n    agg: count\n", "f.yaml:3: reports.w: --where: "),
    ("reports:\n  w:\n    title: x\n", "f.yaml:3: reports.w: it asks nothing"),
    ("reports:\n  w:\n    view: tpo\n", "reports.w.view: 'tpo' is not one of "),
    ("reports:\n  w:\n    view: top\n    limit: many\n",
     "reports.w.limit: 'many' is not a number of rows; must be 1 or more"),
    ("reports:\n  w:\n    sqll: SELECT 1\n",
     "f.yaml:3:11: reports.w.sqll: a report has no key sqll; did you mean sql?; it can have "),
    ("reports:\n  a b:\n    sql: SELECT 1\n", "'a b' is no report's name"),
    ("reports:\n  w:\n    agg: count\n    steps: a\n", "--steps belongs to --view funnel"),
])
def test_config_check_names_the_report_and_its_place(gamevents, tmp_path, text, said):
    (tmp_path / "f.yaml").write_text(text)
    checked = gamevents("-c", "f.yaml", "config", "check", check=False)
    assert (checked.returncode, checked.stdout) == (2, b"")
    assert said in checked.stderr.decode()


def test_the_statement_can_stand_in_a_file(filled, config, tmp_path):
    (tmp_path / "whales.sql").write_text("SELECT count(*) AS n FROM events\n")
    config.write_text("reports: {n: {sql: {file: whales.sql}}}\n")
    assert filled("report", "n", "--format", "csv").stdout == b"n\r\n6\r\n"
    assert b"SELECT count(*) AS n FROM events" in filled("config", "show", "reports").stdout


# What --fail-if makes of answers of every kind.

@pytest.mark.parametrize("question, condition, code", [
    (["--agg", "count"], "count < 100", 1),
    (["--agg", "count"], "count > 100", 0),
    (["--group-by", "kind", "--agg", "sum(price)"], '"sum(price)" >= 40', 1),
    (["kinds"], 'kind = hat', 0),
    (["--sql", "SELECT max(price) AS top FROM events"], "top = 40", 1),
    (["--select", "price"], "price > 39", 1),
    (["--select", "price", "--format", "csv"], "price > 39", 1),
    (["--select", "price", "--format", "csv", "--limit", "3"], "price > 39", 0),
    (["--view", "top"], "name = ada and rank = 1", 1),
    (["--schema"], "field = nothing", 0),
    (["--bucket", "1d", "--agg", "count"], "bucket < '2026-01-01' or count = 6", 1),
])
def test_fail_if(filled, question, condition, code):
    done = filled("report", *question, "--fail-if", condition, check=False)
    plain = filled("report", *question)
    assert (done.returncode, done.stdout) == (code, plain.stdout)
    assert (b"--fail-if '" + condition.encode() + b"': ") in done.stderr or code == 0


def test_fail_if_looks_beyond_the_rows_that_a_table_shows(gamevents):
    gamevents("produce", input="".join(
        json.dumps({"event_type": "visit", "n": number}) + "\n" for number in range(50)).encode())
    assert gamevents("report", "--select", "n", "--fail-if", "n = 49", check=False).returncode == 1
    assert gamevents("report", "--select", "n", "--order-by", "n", "--fail-if", "n = 49",
                     check=False).returncode == 1


def test_fail_if_says_what_it_can_never_meet(filled):
    done = filled("report", "--agg", "count", "--fail-if", "count < x", check=False)
    assert done.returncode == 0
    assert b"--fail-if 'count < x': count is never a text, as \"x\" is" in done.stderr
    done = filled("report", "--agg", "count", "--fail-if", "count < 0", check=False)
    assert b"never" not in done.stderr


def test_fail_if_refuses_a_column_that_the_answer_has_not(filled):
    wrong = filled("report", "--agg", "count", "--fail-if", "coun < 3", check=False)
    assert (wrong.returncode, wrong.stdout) == (1, b"")
    assert b"the answer has no column coun; did you mean count?" in wrong.stderr
    bad = filled("report", "--agg", "count", "--fail-if", "count <", check=False)
    assert bad.returncode == 2 and b"--fail-if" in bad.stderr


# Over HTTP.

@pytest.mark.parametrize("name", SERVED)
def test_http_gives_what_the_command_gives(filled, serve, name):
    server = serve()
    for form, kind in FORMATS.items():
        answer = server.request(f"/reports/{name}.{form}")
        assert (answer.status, answer.headers["Content-Type"]) == (200, kind)
        if form != "html":
            assert answer.body == filled("report", name, "--format", form).stdout


def test_the_list_and_the_pages_lead_to_each_other(filled, serve):
    server = serve()
    listed = json.loads(server.request("/reports").body)["reports"]
    assert [each["name"] for each in listed] == SERVED
    for each in listed:
        assert set(each["urls"]) == set(FORMATS)
        for url in each["urls"].values():
            assert server.request(url).status == 200
    assert {each["title"] for each in listed} >= {"Who pays <most>", "kinds"}
    page = server.request("/reports/whales.html").body.decode()
    links = dict(re.findall(r'<a href="([^"]*)"[^>]*>([^<]*)</a>', page))
    assert links["../dashboard"] == "Dashboard"
    assert links["../reports/kinds.html"] == "kinds"
    assert '<a href="../reports/whales.html" aria-current="page">Who pays &lt;most&gt;</a>' in page
    dashboard = server.request("/dashboard").body.decode()
    assert '<a href="dashboard" aria-current="page">Dashboard</a>' in dashboard
    assert '<a href="reports/whales.html">Who pays &lt;most&gt;</a>' in dashboard


def test_a_server_without_reports_has_no_routes_for_them(serve, config):
    config.write_text("")
    server = serve()
    assert server.request("/reports").status == 404
    assert 'aria-label="Reports"' not in server.request("/dashboard").body.decode()


@pytest.mark.parametrize("path, status, said", [
    ("/reports/whale.csv", 404, "there is no report whale; did you mean whales?"),
    ("/reports/whales", 404, "as whales.csv; there are csv, json, ndjson, html, parquet"),
    ("/reports/whales.xls", 404, "say in which format"),
    ("/reports/carts_now.csv", 404, "there is no report carts_now over HTTP: /carts has"),
    ("/reports/whales.csv?limit=3", 400, "limit"),
    ("/reports?x=1", 400, "x"),
])
def test_http_refuses_what_there_is_not(filled, serve, path, status, said):
    answer = serve().request(path)
    assert answer.status == status
    assert said in answer.body.decode()


def test_a_validator_spares_the_body(filled, serve):
    server = serve()
    first = server.request("/reports/kinds.csv")
    tag = first.headers["ETag"]
    assert re.fullmatch(r'"[0-9a-f]{32}"', tag)
    assert re.fullmatch(r"private, max-age=\d+", first.headers["Cache-Control"])
    for known in (tag, f'"x", W/{tag}', "*"):
        again = server.request("/reports/kinds.csv", headers={"If-None-Match": known})
        assert (again.status, again.body, again.headers["ETag"]) == (304, b"", tag)
    other = server.request("/reports/kinds.csv", headers={"If-None-Match": '"x"'})
    assert (other.status, other.body) == (200, first.body)
    head = server.request("/reports/kinds.csv", method="HEAD")
    assert (head.status, head.body, head.headers["ETag"]) == (200, b"", tag)


def test_an_answer_is_given_again_for_a_while(filled, serve):
    cached = serve(env={"GAMEVENTS_SERVE_REPORT_CACHE": "1h"})
    fresh = serve(env={"GAMEVENTS_SERVE_REPORT_CACHE": "0"})
    before = [server.request("/reports/kinds.csv").body for server in (cached, fresh)]
    assert before[0] == before[1]
    filled("produce", input=json.dumps(sale("bob", "hat", 1, 12)).encode())
    assert cached.request("/reports/kinds.csv").body == before[0]
    assert b"hat" in fresh.request("/reports/kinds.csv").body


def test_a_report_that_takes_too_long_is_given_up(gamevents, serve, config):
    config.write_text("reports:\n  slow:\n    sql: \"WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL "
                      "SELECT i + 1 FROM n) SELECT count(*) FROM n\"\n  quick: {agg: count}\n")
    server = serve(env={"GAMEVENTS_SERVE_REPORT_TIME": "500ms"})
    begun = time.monotonic()
    slow = server.request("/reports/slow.csv")
    assert slow.status == 503
    assert "it takes longer than serve.report_time, 500ms" in slow.body.decode()
    assert slow.headers["Retry-After"] == "1"
    assert time.monotonic() - begun < 20
    assert server.request("/reports/quick.csv").body == b"count\r\n0\r\n"


def test_serve_does_not_start_with_a_report_that_cannot_be_asked(gamevents, config):
    config.write_text("reports: {whales: {sql: SELEC 1}}\n")
    done = gamevents("serve", "--port", "0", check=False, timeout=30)
    assert done.returncode == 2
    assert b"reports.whales: SQL: " in done.stderr


def test_a_key_that_reads_may_ask_and_one_that_writes_may_not(filled, serve, tmp_path):
    keys = tmp_path / "keys"
    made = {scope: filled("--set", f"serve.api_keys_file={keys}", "keys", "add", scope, "--scope",
                          scope).stdout.decode().split()[-1] for scope in ("read", "write")}
    server = serve(env={"GAMEVENTS_SERVE_API_KEYS_FILE": str(keys)})
    assert server.request("/reports/kinds.csv").status == 401
    for path in ("/reports", "/reports/kinds.csv"):
        assert server.request(path, headers={"X-API-Key": made["read"]}).status == 200
        assert server.request(path, headers={"X-API-Key": made["write"]}).status == 403
