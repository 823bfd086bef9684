"""Goal: `POST /events` stores each event that it says it stored, once, and says why of the rest.

Method: the executable over each broker; the records are read back with kcat.
"""

import concurrent.futures
import datetime
import gzip
import json
import uuid

import pytest
from support import processes

JSON = {"Content-Type": "application/json"}
LINES = {"Content-Type": "application/x-ndjson"}
KAFKA_TIMEOUT_S = 3


@pytest.fixture
def events(kcat, topic):
    """events(topic=…): the topic's records so far, a list of (key or None, event)."""
    def read(topic=topic):
        lines = kcat("-C", "-t", topic, "-o", "beginning", "-e", "-q", "-Z",
                     "-f", "%k\t%s\n").stdout
        pairs = [line.decode().split("\t", 1) for line in lines.splitlines()]
        return [(None if key == "NULL" else key, json.loads(value)) for key, value in pairs]
    return read


@pytest.fixture
def server(serve):
    """A server that is ready, so that what the topic holds is known to it."""
    return ready(serve())


def ready(server):
    processes.wait_until(lambda: server.request("/readyz").status == 200, 20, "/readyz 200")
    return server


def post(server, body, headers=JSON):
    """Gives the answer's status and its JSON."""
    body = body if isinstance(body, bytes) else body.encode()
    answer = server.request("/events", method="POST", body=body, headers=headers)
    return answer.status, json.loads(answer.body)


def named(*ids):
    return json.dumps([{"event_type": "buy", "event_id": name} for name in ids])


def test_one_object(server, events):
    event = '{"event_type": "buy",\n  "price": 1.50, "user_name": "anna \U0001f5e1"}'
    assert post(server, event, JSON | {"X-Level": "3", "Cookie": "secret"}) == (
        200, {"accepted": 1, "duplicates": 0, "rejected": []})
    (key, stored), = events()
    assert key == "anna \U0001f5e1"
    assert list(stored)[:6] == ["event_type", "price", "user_name", "event_id", "received_at",
                                "remote_ip"]
    assert (stored["price"], stored["remote_ip"], stored["X-Level"]) == (1.5, "127.0.0.1", "3")
    assert "secret" not in stored.values()
    assert uuid.UUID(stored["event_id"]).version == 7


def test_an_array_lines_and_gzip(server, events):
    many = [{"event_type": "buy", "user_id": n, "n": n} for n in range(1000)]
    lines = "".join(json.dumps(event) + "\r\n" for event in many)
    packed = {"Content-Encoding": "gzip"}
    for body, headers in ((json.dumps(many), JSON), (lines, LINES), (lines, JSON),
                          (gzip.compress(lines.encode()), LINES | packed),
                          (gzip.compress(json.dumps(many).encode()), packed)):
        assert post(server, body, headers) == (
            200, {"accepted": 1000, "duplicates": 0, "rejected": []})
    stored = events()
    assert len(stored) == 5000
    assert sorted(event["n"] for _, event in stored) == sorted(list(range(1000)) * 5)
    assert all(key == str(event["user_id"]) for key, event in stored)
    assert "Host" not in stored[0][1]
    assert len({event["event_id"] for _, event in stored}) == 5000


def test_each_bad_event_is_named_and_the_good_ones_are_stored(server, events):
    deep = '{"event_type":"deep","x":' + "[" * 64 + "]" * 64 + "}"
    long = '{"event_type":"long","x":"' + "x" * (256 << 10) + '"}'
    lines = [b'{"event_type":"first"}', b'{"event_type":', b'{"event_type":"bad \xff"}',
             deep.encode(), long.encode(), b"42", b'{"event_type":7}', b"{}",
             b'{"event_type":"a","event_id":5}', b'{"event_type":"last"}']
    status, answer = post(server, b"\n".join(lines), LINES)
    assert (status, answer["accepted"]) == (200, 2)
    assert [rejection["index"] for rejection in answer["rejected"]] == list(range(1, 9))
    assert not any(rejection["retryable"] for rejection in answer["rejected"])
    for rejection, word in zip(answer["rejected"], (
            "not valid JSON", "UTF-8", "nested deeper than 64", "serve.max_event",
            "not a JSON object", "event_type must be a text", "no event_type", "event_id")):
        assert word in rejection["error"]
    assert [event["event_type"] for _, event in events()] == ["first", "last"]


def test_requests_that_are_refused_whole(serve, events):
    server = ready(serve("--set", "serve.max_batch=3"))
    good = '{"event_type":"a"}'
    for body, headers, expected, word in (
            ("[" + good + ",", JSON, 400, "byte 20"),
            ("", JSON, 400, "empty"),
            ("nonsense", JSON, 400, "not a JSON object"),
            (f"[{good},{good},{good},{good}]", JSON, 413, "serve.max_batch"),
            (good, {"Content-Type": "application/x-www-form-urlencoded"}, 415, "application/json"),
            (good, {"Content-Type": "text/plain"}, 415, "application/json"),
            (good, {"Idempotency-Key": "a b"}, 400, "Idempotency-Key")):
        status, answer = post(server, body, headers)
        assert (status, answer["accepted"]) == (expected, 0), answer
        assert word in json.dumps(answer)
    assert server.request("/events", method="POST", body=b"x" * (2 << 20)).status == 413
    assert server.request("/events", method="POST", body=good.encode(),
                          headers={"Content-Encoding": "zstd"}).status == 415
    assert server.request("/events").status == 405
    assert events() == []


def test_cloud_events_in_three_modes(server, events, gamevents):
    event = {"specversion": "1.0", "type": "purchase", "source": "/game", "id": "7",
             "time": "2026-11-23T10:00:00Z", "note": "é",
             "data": {"item": "sword", "user_name": "divya", "source": "shop"}}
    structured = {"Content-Type": "application/cloudevents+json; charset=utf-8"}
    batch = {"Content-Type": "application/cloudevents-batch+json"}
    binary = JSON | {"ce-specversion": "1.0", "ce-type": "purchase", "ce-source": "/game",
                     "ce-id": "9", "ce-time": "2026-11-23T10:00:00Z", "ce-note": "%C3%A9"}
    assert post(server, json.dumps(event), structured)[1]["accepted"] == 1
    assert post(server, json.dumps([event | {"id": "8"}, event]), batch) == (
        200, {"accepted": 1, "duplicates": 1, "rejected": []})
    assert post(server, json.dumps(event["data"]), binary)[1]["accepted"] == 1
    assert post(server, "{}", binary | {"ce-specversion": "0.3"})[0] == 400

    stored = events()
    assert [key for key, _ in stored] == ["divya"] * 3
    wanted = {"event_type": "purchase", "source": "/game", "time": "2026-11-23T10:00:00Z",
              "note": "é", "item": "sword", "user_name": "divya", "data": {"source": "shop"}}
    for (_, event), name in zip(stored, ("7", "8", "9")):
        assert event["event_id"] == name
        assert wanted.items() <= event.items()
    table = gamevents("report", "--where", 'item = "sword" and data.source = "shop"',
                      "--group-by", "user_name", "--format", "json").stdout
    assert json.loads(table) == [{"user_name": "divya", "count": 3}]


def test_repeats_are_stored_once_also_after_a_restart(serve, events):
    server = ready(serve())
    key = JSON | {"Idempotency-Key": '"8e03978e-40d5-43e8-bc93-6894a57f9324"'}
    unnamed = '[{"event_type":"a"},{"event_type":""},{"event_type":"b"}]'
    assert post(server, named("1", "2", "1"))[1] == {"accepted": 2, "duplicates": 1, "rejected": []}
    assert post(server, unnamed, key)[1]["accepted"] == 2
    for _ in range(2):
        assert post(server, named("2", "3"))[1]["duplicates"] >= 1
        status, answer = post(server, unnamed, key)
        assert (status, answer["accepted"], answer["duplicates"]) == (200, 0, 2)
        assert [rejection["index"] for rejection in answer["rejected"]] == [1]
        assert post(server, "[]", key)[0] == 422
        server.kill()
        server = ready(serve())
    assert [event.get("event_id") for _, event in events() if event["event_type"] == "buy"] == [
        "1", "2", "3"]
    assert len(events()) == 5


def test_an_events_own_time_is_its_records_and_it_is_known_again(serve, gamevents, events):
    """Within the bounds: with times long before their arrival, events are still stored once after a
    restart, and are found by their time."""
    def at(name, **ago):
        time = datetime.datetime.now(datetime.UTC) - datetime.timedelta(**ago)
        return json.dumps({"event_type": "buy", "event_id": name,
                           "event_time": time.isoformat(timespec="milliseconds")})

    def times():
        lines = gamevents("consume", "--from-beginning", "--output", "json").stdout.splitlines()
        return [json.loads(line)["timestamp"] for line in lines]

    settings = ("--set", "serve.event_time=record", "--set", "serve.event_time_past=2d")
    server = ready(serve(*settings))
    sent = [at("now", seconds=0), at("flight", hours=30), at("old", days=3), at("soon", hours=-1)]
    assert post(server, "[" + ",".join(sent) + "]")[1]["accepted"] == 4
    cloud = JSON | {"ce-specversion": "1.0", "ce-type": "buy", "ce-source": "/game", "ce-id": "c",
                    "ce-time": json.loads(at("", hours=20))["event_time"].replace("+00:00", "Z")}
    assert post(server, "{}", cloud)[1]["accepted"] == 1
    own = [round(datetime.datetime.fromisoformat(event.get("event_time", event.get("time")))
                 .timestamp() * 1000) for _, event in events()]
    assert [time == said for time, said in zip(times(), own)] == [True, True, False, False, True]
    assert max(times()) - min(times()) == pytest.approx(30 * 3_600_000, abs=60_000)
    server.kill()

    server = ready(serve(*settings))
    assert post(server, "[" + ",".join(sent) + "]")[1]["duplicates"] == 4
    assert post(server, "{}", cloud)[1]["duplicates"] == 1
    # The first record of that time or a later one: then come all behind it.
    since = gamevents("report", "--since", "25h", "--select", "event_id", "--format", "ndjson")
    assert len(since.stdout.splitlines()) == 5


def test_the_window_is_bounded_also_when_it_is_read_back(serve, events):
    few = ("--set", "serve.dedupe_events=2")
    server = ready(serve(*few))
    post(server, named("1", "2", "3"))
    server.kill()
    server = ready(serve(*few))
    assert post(server, named("2", "3"))[1]["duplicates"] == 2
    assert post(server, named("1"))[1]["accepted"] == 1
    server.kill()
    server = ready(serve("--set", "serve.dedupe_window=0"))
    assert post(server, named("1", "1"))[1]["accepted"] == 2
    assert len(events()) == 6


def test_many_at_once_send_the_same(server, events):
    ids = [str(n) for n in range(50)]
    with concurrent.futures.ThreadPoolExecutor(16) as clients:
        answers = list(clients.map(lambda _: post(server, named(*ids)), range(32)))
    assert all(status == 200 for status, _ in answers)
    assert sum(answer["accepted"] for _, answer in answers) == 50
    assert sum(answer["duplicates"] for _, answer in answers) == 31 * 50
    assert sorted(event["event_id"] for _, event in events()) == sorted(ids)


def test_what_is_refused_is_kept(serve, broker, events):
    refused = broker.create_topic(f"refused-{uuid.uuid4().hex[:12]}")
    server = ready(serve("--set", f"serve.rejected_topic={refused}"))
    body = b'{"event_type":"a"}\n{"x":1}\n{"event_type":"\xff"}\n'
    status, answer = post(server, body, LINES)
    assert (status, answer["accepted"]) == (200, 1)
    assert [rejection["kept"] for rejection in answer["rejected"]] == [True, True]
    assert post(server, "[1", JSON)[1]["kept"] is True
    assert len(events()) == 1
    first, second, whole = (record for _, record in events(topic=refused))
    assert (first["index"], first["offset"], first["raw"]) == (1, 19, '{"x":1}')
    assert "event_type" in first["reason"]
    assert (second["index"], second["raw_base64"]) == (2, "eyJldmVudF90eXBlIjoi/yJ9")
    assert (whole["index"], whole["raw"]) == (None, "[1")


def test_what_cannot_be_kept_is_said_and_costs_nothing(serve, events):
    server = ready(serve("--set", "serve.rejected_topic=no-such-topic",
                         "--set", f"kafka.timeout={KAFKA_TIMEOUT_S}s"))
    status, answer = post(server, '[{"event_type":"a"},{"x":1}]')
    assert (status, answer["accepted"]) == (200, 1)
    assert answer["rejected"][0]["kept"] is False
    assert "no-such-topic" in answer["rejected_topic_error"]
    assert len(events()) == 1


def test_without_kafka_each_event_is_told_to_try_again(serve, own_broker, gamevents):
    own_broker.create_topic("events")
    server = ready(serve("--set", f"kafka.timeout={KAFKA_TIMEOUT_S}s", topic="events"))
    own_broker.kill()
    body = '[{"event_type":"a","event_id":"1"},{"x":1},{"event_type":"b","event_id":"2"}]'
    answer = server.request("/events", method="POST", body=body.encode(), headers=JSON)
    assert answer.status == 503
    assert int(answer.headers["Retry-After"]) > 0
    rejected = json.loads(answer.body)["rejected"]
    assert [(each["index"], each["retryable"]) for each in rejected] == [
        (0, True), (1, False), (2, True)]
    own_broker.start()
    processes.wait_until(lambda: post(server, body)[0] == 200, 30, "200 again")
    assert post(server, body)[1]["duplicates"] == 2


def test_a_rejected_topic_that_is_the_topic_is_wrong(gamevents):
    done = gamevents("serve", "--set", "serve.rejected_topic=eventsForm", check=False)
    assert done.returncode == 2
    assert "serve.rejected_topic" in done.stderr.decode()
