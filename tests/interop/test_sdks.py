"""Goal: analytics SDKs that a game has already store their events here, once each, whatever breaks
on the way; they need another address and nothing else.

Method: the SDKs as PyPI and npm have them, told where the server is as their documentation says.
Between them and `serve` stands a proxy that answers some requests with 503 and 429, resets others,
and loses answers; in the middle of it `serve` is killed with SIGKILL and started again. Then the
topic must hold each event that the SDK believes delivered, once, and its error callback must have
been silent. Unreal's and AWS's requests are those of their documentation. GAMEVENTS_SDK_EVENTS says
how many events each SDK sends.
"""

import collections
import dataclasses
import functools
import json
import logging
import os
import pathlib
import subprocess
import threading
import uuid

import pytest
from support import paths, processes
from support.certificates import Certificate
from support.flaky_proxy import LOSSES, REFUSALS, FlakyProxy, send_through_a_kill

EVENTS = int(os.environ.get("GAMEVENTS_SDK_EVENTS", "300"))
DIALECTS = "segment,posthog,amplitude,mixpanel,unreal,gameanalytics-aws"
BATCH = 20
TIME_LIMIT_S = 60 + EVENTS // 20
NODE_FOLDER = paths.ROOT / "tests" / "interop" / "node"

pytestmark = pytest.mark.timeout(TIME_LIMIT_S + 60)


def user(number: int) -> str:
    return f"user-{number % 7}"


@dataclasses.dataclass
class Told:
    """What an SDK said of its events."""
    delivered: list = dataclasses.field(default_factory=list)
    errors: list = dataclasses.field(default_factory=list)


def with_segment(url: str, numbers: range) -> Told:
    from segment.analytics.client import Client

    told = Told()
    client = Client("key", host=url, on_error=lambda error, _: told.errors.append(error),
                    upload_size=BATCH, upload_interval=0.1, gzip=True, max_retries=10)
    for number in numbers:
        client.track(user(number), "sdk_event", {"number": number})
    client.shutdown()
    told.delivered = list(numbers)
    return told


def with_rudder(url: str, numbers: range) -> Told:
    from rudderstack.analytics.client import Client

    told = Told()
    client = Client("key", host=url, on_error=lambda error, _: told.errors.append(error),
                    upload_size=BATCH, upload_interval=0.1, max_retries=10)
    for number in numbers:
        client.track(user(number), "sdk_event", {"number": number})
    client.shutdown()
    told.delivered = list(numbers)
    return told


def with_posthog(url: str, numbers: range) -> Told:
    from posthog import Posthog

    told = Told()
    client = Posthog("key", host=url, on_error=lambda error, _: told.errors.append(error),
                     flush_at=BATCH, flush_interval=0.1, max_retries=10, max_queue_size=100_000)
    for number in numbers:
        client.capture("sdk_event", distinct_id=user(number), properties={"number": number})
    client.shutdown()
    told.delivered = list(numbers)
    return told


def with_amplitude(url: str, numbers: range) -> Told:
    from amplitude import Amplitude, BaseEvent, Config

    told = Told()
    all_told = threading.Event()

    def note(event, code, message=None):
        if code == 200:
            told.delivered.append(event.event_properties["number"])
        else:
            told.errors.append(f"{code} {message}")
        if len(told.delivered) + len(told.errors) == len(numbers):
            all_told.set()

    logging.getLogger("amplitude").setLevel(logging.CRITICAL)
    client = Amplitude("key", Config(server_url=f"{url}/2/httpapi", flush_queue_size=BATCH,
                                     flush_interval_millis=100, callback=note))
    for number in numbers:
        client.track(BaseEvent("sdk_event", user_id=user(number),
                               event_properties={"number": number}))
    client.flush()
    assert all_told.wait(TIME_LIMIT_S), f"told of {len(told.delivered)} of {len(numbers)}"
    client.shutdown()
    return told


def with_mixpanel(url: str, numbers: range) -> Told:
    """It retries over HTTPS alone."""
    from mixpanel import BufferedConsumer, Mixpanel

    told = Told()
    consumer = BufferedConsumer(max_size=BATCH, api_host=url.removeprefix("https://"),
                                retry_limit=10, retry_backoff_factor=0.05, verify_cert=False)
    client = Mixpanel("key", consumer)
    for number in numbers:
        client.track(user(number), "sdk_event", {"number": number})
    consumer.flush()
    told.delivered = list(numbers)
    return told


def with_node(sdk: str, url: str, numbers: range, folder: pathlib.Path) -> Told:
    (folder / "sdk.mjs").write_bytes((NODE_FOLDER / "sdk.mjs").read_bytes())
    (folder / "node_modules").symlink_to(paths.interop() / "node" / "node_modules")
    done = subprocess.run(
        [paths.node(), "--preserve-symlinks", "sdk.mjs", sdk, url, str(numbers.start),
         str(len(numbers))], cwd=folder, capture_output=True, text=True, timeout=TIME_LIMIT_S,
        preexec_fn=processes.die_with_parent)
    assert done.returncode == 0, done.stderr
    told = Told()
    said = json.loads(done.stdout.splitlines()[-1])
    told.delivered, told.errors = said["delivered"], said["errors"]
    return told


PYTHON = {"segment": (with_segment, LOSSES), "rudder": (with_rudder, LOSSES),
          "posthog": (with_posthog, LOSSES), "mixpanel": (with_mixpanel, LOSSES),
          # It forgets events without a word when a connection is lost.
          "amplitude": (with_amplitude, REFUSALS)}
NODE = {"segment": LOSSES, "posthog": LOSSES, "mixpanel": LOSSES,
        # It drops events when a connection is lost, and says so.
        "amplitude": REFUSALS}


@pytest.fixture
def topic(embedded):
    return embedded.create_topic(f"sdks-{uuid.uuid4().hex[:12]}")


@pytest.fixture
def start(serve, topic, embedded):
    return functools.partial(serve, "--set", f"serve.dialects={DIALECTS}", topic=topic,
                             brokers=embedded.brokers)


@pytest.fixture
def proxy(start):
    """proxy(fates, certificate=None): a FlakyProxy before a server that is killed once."""
    made = []

    def make(fates, certificate=None):
        made.append(FlakyProxy(start(), fates, certificate))
        return made[-1]
    yield make
    for one in made:
        one.close()


def stored(gamevents, topic, embedded) -> list[dict]:
    lines = gamevents("consume", "--from-beginning", topic=topic, brokers=embedded.brokers).stdout
    return [json.loads(line) for line in lines.splitlines()]


def check(told: Told, events: list[dict]) -> None:
    assert told.errors == []
    assert sorted(told.delivered) == list(range(EVENTS))
    times = collections.Counter(event["number"] for event in events)
    assert [number for number, count in times.items() if count > 1] == []
    assert set(times) == set(told.delivered)
    for event in events:
        assert event["event_type"] == "sdk_event"
        assert event["user_name"] == user(event["number"])
        assert event["event_id"]
        assert '"key"' not in json.dumps(event)


@pytest.mark.filterwarnings("ignore:Unverified HTTPS request")
@pytest.mark.parametrize("sdk", PYTHON)
def test_an_sdk_of_pypi_loses_nothing(sdk, proxy, start, gamevents, topic, embedded, tmp_path):
    send, fates = PYTHON[sdk]
    certificate = None
    if sdk == "mixpanel":
        own = Certificate(tmp_path, "localhost")
        certificate = (own.certificate, own.key)
    flaky = proxy(fates, certificate)
    told = send_through_a_kill(lambda: send(flaky.url, range(EVENTS)), flaky, start,
                               EVENTS // BATCH // 2, TIME_LIMIT_S)
    check(told, stored(gamevents, topic, embedded))


@pytest.mark.parametrize("sdk", NODE)
def test_an_sdk_of_npm_loses_nothing(sdk, proxy, start, gamevents, topic, embedded, tmp_path):
    flaky = proxy(NODE[sdk])
    told = send_through_a_kill(lambda: with_node(sdk, flaky.url, range(EVENTS), tmp_path), flaky,
                               start, EVENTS // BATCH // 2, TIME_LIMIT_S)
    check(told, stored(gamevents, topic, embedded))


# As Unreal Engine's analytics provider ET writes it: attributes beside the name, or in a list.
UNREAL_PATH = ("/datarouter/api/v1/public/data?SessionID=%7B5A3B%7D&AppID=game&AppVersion=1.2"
               "&UserID=ada%7C42&AppEnvironment=live&UploadType=eteventstream")
UNREAL = {"Events": [
    {"EventName": "Match.Start", "DateOffset": "+00:00:02.500", "Map": "Arena", "Players": 8},
    {"EventName": "Match.End", "Attributes": [{"name": "Winner", "value": "red"},
                                              {"name": "Seconds", "value": 312.5}]}]}
# The example of AWS's "Guidance for Game Analytics Pipeline".
AWS_PATH = "/applications/d76d064f-ca8b-41ff-839f-4735e9a4b69d/events"
AWS = {"events": [{
    "event_version": "1.0.0", "event_id": "34c74de5-69d9-4f06-86ac-4b98fef8bca9",
    "event_type": "login", "event_name": "login", "event_timestamp": 1795428000,
    "app_version": "1.0.0", "event_data": {"platform": "pc", "user_id": "ada"}}]}


def post(server, path: str, body, **headers):
    return server.request(path, "POST", json.dumps(body),
                          {"Content-Type": "application/json"} | headers)


def test_unreal_is_taken_as_it_is_documented(start, gamevents, topic, embedded):
    answer = post(start(), UNREAL_PATH, UNREAL)
    assert (answer.status, answer.body) == (200, b"{}")
    first, second = stored(gamevents, topic, embedded)
    assert first["event_type"] == "Match.Start"
    assert first["Map"] == "Arena" and first["Players"] == 8
    assert first["event_time"] < first["received_at"]
    assert second["Winner"] == "red" and second["Seconds"] == 312.5
    for event in (first, second):
        assert event["user_name"] == "ada|42"
        assert event["SessionID"] == "{5A3B}" and event["AppVersion"] == "1.2"
        assert "game" not in event.values()


def test_aws_is_taken_as_it_is_documented(start, gamevents, topic, embedded):
    server = start()
    # Until the ids of earlier events are read back, one with an id is not taken.
    processes.wait_until(lambda: server.request("/readyz").status == 200, 20, "serve")
    for _ in range(2):  # The second is a repeat.
        answer = post(server, AWS_PATH, AWS, Authorization="KKNL09jc1Ub7")
        assert json.loads(answer.body) == {"Total": 1, "FailedRecordCount": 0,
                                           "Events": [{"Result": "Ok"}]}
    (event,) = stored(gamevents, topic, embedded)
    assert event["event_type"] == "login" and event["user_name"] == "ada"
    assert event["event_time"] == "2026-11-23T10:00:00.000Z"
    assert event["application_id"] == "d76d064f-ca8b-41ff-839f-4735e9a4b69d"
    assert event["platform"] == "pc"


def test_each_dialect_brings_its_key_and_without_one_nothing_is_stored(
        start, gamevents, topic, embedded):
    key = gamevents("keys", "add", "game", "--scope", "write", "--file",
                    "keys").stdout.decode().strip()
    server = start("--set", "serve.api_keys_file=keys")
    requests = [
        ("/v1/batch", {"batch": [{"type": "track", "event": "e", "userId": "ada"}],
                       "writeKey": key}),
        ("/batch/", {"batch": [{"event": "e", "distinct_id": "ada"}], "api_key": key}),
        ("/batch", {"events": [{"event_type": "e", "user_id": "ada"}], "api_key": key}),
        ("/track", [{"event": "e", "properties": {"token": key, "distinct_id": "ada"}}]),
        (f"/CollectData.1?AppID={key}&UserID=ada", {"Events": [{"EventName": "e"}]}),
    ]
    for path, body in requests:
        assert post(server, path, body).status == 200, path
        text = json.dumps([path, body]).replace(key, "wrong")
        path, body = json.loads(text)
        assert post(server, path, body).status == 401, path
    assert post(server, AWS_PATH, AWS, Authorization=key).status == 200
    assert post(server, AWS_PATH, AWS).status == 401
    assert post(server, "/flags/?v=2", {"api_key": key}).status == 200
    events = stored(gamevents, topic, embedded)
    assert len(events) == len(requests) + 1
    assert key not in json.dumps(events)
    assert {event["user_name"] for event in events} == {"ada"}


def test_a_bad_event_is_kept_aside_and_counted(start, gamevents, topic, embedded):
    rejected = embedded.create_topic(f"{topic}-rejected")
    server = start("--set", f"serve.rejected_topic={rejected}")
    body = {"batch": [{"event": "good", "distinct_id": "ada"}, {"distinct_id": "ada"}],
            "api_key": "secret"}
    answer = post(server, "/batch/", body)
    assert (answer.status, json.loads(answer.body)) == (200, {"status": 1})
    assert len(stored(gamevents, topic, embedded)) == 1
    (kept,) = stored(gamevents, rejected, embedded)
    assert json.loads(kept["raw"]) == {"distinct_id": "ada"}
    assert server.metric(r'gamevents_dialect_events_refused_total\{dialect="posthog"\}') == 1
