"""Goal: an operator who wants to know less of players has less stored, by every way in; unless one
is asked for, nothing changes.

Method: `serve` with each setting; requests as clients, proxies and SDKs send them; then the topics
and the access log, searched for what must not be there.
"""

import base64
import gzip
import json
import uuid

import pytest
from support import processes

# Loopback addresses, of which the test can use any.
PROXY = ("--set", "serve.trusted_proxies=127.0.0.0/8")
CLIENT = "203.0.113.77"
FORWARDED = {"X-Forwarded-For": CLIENT, "User-Agent": "tester/1"}
DIALECTS = ("--set", "serve.dialects=segment,posthog,amplitude,mixpanel,unreal,gameanalytics-aws")
JSON = {"Content-Type": "application/json"}
# (path, body): an event of each kind that carries an address and a user.
WAYS = [
    ("/events", {"event_type": "a", "remote_ip": CLIENT, "user": "divya"}),
    ("/events", [{"event_type": "a", "ip": CLIENT, "user_name": "divya"}]),
    ("/v1/track", {"event": "a", "userId": "divya", "anonymousId": "divya-device",
                   "context": {"ip": CLIENT, "userAgent": "tester/1"}}),
    ("/v1/batch", {"batch": [{"type": "identify", "userId": "divya", "context": {"ip": CLIENT},
                              "traits": {}}]}),
    ("/capture", {"event": "a", "distinct_id": "divya",
                  "properties": {"$ip": CLIENT, "$device_id": "divya-device"}}),
    ("/2/httpapi", {"events": [{"event_type": "a", "user_id": "divya", "ip": CLIENT,
                                "device_id": "divya-device"}]}),
    ("/track", [{"event": "a", "properties": {"distinct_id": "divya", "ip": CLIENT}}]),
    ("/CollectData.1?UserID=divya", {"Events": [{"EventName": "a", "ip": CLIENT}]}),
    ("/applications/x/events", {"events": [{"event_type": "a", "event_data": {
        "user_id": "divya", "ip_address": CLIENT}}]}),
]
CLOUD = {"specversion": "1.0", "type": "a", "id": "1", "source": "/game",
         "data": {"ip": CLIENT, "user": "divya"}}
CLOUD_JSON = "application/cloudevents+json"


@pytest.fixture
def topic(embedded):
    return embedded.create_topic(f"privacy-{uuid.uuid4().hex[:12]}")


@pytest.fixture
def stored(kcat, topic):
    """Gives the records stored so far: keys and values."""
    def read(of=topic):
        lines = kcat("-C", "-t", of, "-o", "beginning", "-e", "-q", "-K", "\t").stdout
        return [line.split("\t", 1) for line in lines.decode().splitlines()]
    return read


def events_of(records) -> list[dict]:
    return [json.loads(value) for _, value in records]


def send_all(server, headers) -> None:
    """Events by every way in."""
    processes.wait_until(lambda: server.request("/readyz").status == 200, 20, "/readyz 200")
    for path, body in WAYS:
        answer = server.request(path, "POST", json.dumps(body), JSON | headers)
        assert answer.status == 200, (path, answer.text)
    packed = gzip.compress(json.dumps(CLOUD).encode())
    assert server.request("/events", "POST", packed, headers | {
        "Content-Type": CLOUD_JSON, "Content-Encoding": "gzip"}).status == 200
    data = base64.b64encode(json.dumps(WAYS[6][1]).encode()).decode()
    assert server.request("/track", "POST", f"data={data}", headers | {
        "Content-Type": "application/x-www-form-urlencoded"}).status == 200
    for path in ("/", "/purchase_a_sword/anna", "/join_a_guild/anna/elves", "/purchase/sword/anna"):
        assert server.request(path, headers=headers).status == 200


SENT = len(WAYS) + 6


def test_unless_asked_for_everything_is_stored(serve, stored):
    server = serve(*PROXY, *DIALECTS)
    send_all(server, FORWARDED | {"DNT": "1"})
    assert len(stored()) == SENT
    routes = [event for event in events_of(stored()) if "remote ip" in event]
    assert [event["remote ip"] for event in routes] == [CLIENT] * 3
    assert all(FORWARDED.items() <= event.items() and "Dnt" in event for event in routes)
    assert "divya-device" in json.dumps(stored())
    assert "do_not_track" not in server.request("/metrics").text


@pytest.mark.parametrize(("form", "left"), [("truncated", "203.0.113.0"), ("none", None)])
def test_an_address_is_cut_everywhere(serve, stored, tmp_path, form, left):
    server = serve(*PROXY, *DIALECTS, "--set", f"serve.ip={form}", "--set", "serve.access_log=json",
                   "--set", f"serve.access_log_file={tmp_path / 'access.log'}")
    send_all(server, FORWARDED)
    assert server.request("/", headers=FORWARDED).text == (
        "This is the default response!\n" + (left or ""))
    assert server.stop() == 0
    records = stored()
    assert len(records) == SENT + 1
    assert CLIENT not in json.dumps(records)
    assert "X-Forwarded-For" not in json.dumps(records)
    for event in events_of(records):
        assert event.get("remote_ip", event.get("remote ip")) == left, event
    lines = [json.loads(line) for line in (tmp_path / "access.log").read_text().splitlines()]
    asked = [line["remote_ip"] for line in lines if line["route"] != "/readyz"]
    assert set(asked) == {left}
    assert CLIENT not in server.stderr


def test_only_the_listed_headers_are_stored(serve, stored):
    server = serve("--set", "serve.headers=accept,authorization,user-agent",
                   "--set", "serve.redact_headers=user-agent")
    for path in ("/", "/purchase_a_sword/anna"):
        assert server.request(path, headers={
            "Accept": "*/*", "X-Other": "1", "User-Agent": "t", "Authorization": "x"}).status == 200
    assert server.request("/events", "POST", '{"event_type":"a"}',
                          JSON | {"Accept": "*/*"}).status == 200
    for event in events_of(stored()):
        assert event["Accept"] == "*/*"
        assert not {"X-Other", "User-Agent", "Authorization", "Host",
                    "Content-Type"} & set(event), event


@pytest.mark.parametrize("header", ["DNT", "Sec-GPC"])
def test_who_asks_is_stored_without_a_name(serve, stored, header):
    server = serve(*PROXY, *DIALECTS, "--set", "serve.do_not_track=anonymous")
    send_all(server, FORWARDED | {header: "1"})
    records = stored()
    assert len(records) == SENT
    text = json.dumps(records)
    for secret in (CLIENT, "divya", "tester/1", header):
        assert secret not in text
    # What a player asked for is done for that player.
    assert [key for key, _ in records].count("anna") == 3
    assert server.metric(r'gamevents_do_not_track_events_total\{as="anonymous"\}') == SENT
    assert server.request("/", headers=FORWARDED).text.endswith(CLIENT)
    assert CLIENT in stored()[-1][1]


def test_who_asks_is_dropped(serve, stored):
    server = serve(*PROXY, *DIALECTS, "--set", "serve.do_not_track=drop")
    send_all(server, FORWARDED | {"DNT": "1"})
    records = stored()
    assert [key for key, _ in records] == ["anna"] * 3
    assert not {CLIENT, "tester/1"} & set(json.dumps(records).split('"'))
    assert server.metric(r'gamevents_do_not_track_events_total\{as="dropped"\}') == SENT - 3
    answer = server.request("/events", "POST", '[{"event_type":"a"},{"event_type":""}]',
                            JSON | {"DNT": "1"})
    assert (answer.status, json.loads(answer.text)["accepted"]) == (200, 1)


def test_what_is_refused_is_kept_without_addresses(serve, stored, embedded):
    rejected = embedded.create_topic(f"rejected-{uuid.uuid4().hex[:12]}")
    server = serve(*PROXY, *DIALECTS, "--set", "serve.ip=truncated",
                   "--set", f"serve.rejected_topic={rejected}",
                   "--set", "serve.do_not_track=anonymous")
    processes.wait_until(lambda: server.request("/readyz").status == 200, 20, "/readyz 200")
    bad = json.dumps([{"event_type": "", "ip": CLIENT, "user": "divya"}])
    for headers in ({}, {"DNT": "1"}):
        assert server.request("/events", "POST", bad, JSON | FORWARDED | headers).status == 400
        assert server.request("/events", "POST", bad[:-1], JSON | FORWARDED | headers).status == 400
        # Without a type; the SDK is not told.
        event = json.dumps({"context": {"ip": CLIENT}, "event": {}})
        assert server.request("/capture", "POST", event, JSON | FORWARDED | headers).status == 200
    kept = stored(rejected)
    assert len(kept) == 3  # of those who do not ask
    assert CLIENT not in json.dumps(kept)
    assert {event["remote_ip"] for event in events_of(kept)} == {"203.0.113.0"}
