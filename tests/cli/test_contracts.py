"""Goal: an event that breaks its contract is refused with the place and the reason, or only noted,
as the configuration says; a folder of contracts with a mistake never takes the place of a good one.

Method: the executable with folders that the test writes; what is stored is read back with kcat.
"""

import json
import re
import signal
import uuid

import pytest
from support import processes

JSON = {"Content-Type": "application/json"}
SWORD = {
    "type": "object",
    "properties": {
        "event_type": {"const": "purchase_sword"},
        "user_name": {"type": "string", "minLength": 1},
        "price": {"type": "integer", "minimum": 0, "maximum": 10000},
        "rarity": {"enum": ["common", "rare", "epic"]},
    },
    "required": ["event_type", "user_name", "price"],
    "examples": [{"event_type": "purchase_sword", "user_name": "divya", "price": 40}],
}
GOOD = {"event_type": "purchase_sword", "user_name": "divya", "price": 40}
BAD = {"event_type": "purchase_sword", "price": 20000, "rarity": "epc"}
OTHER = {"event_type": "chat"}
PROBLEMS = [
    {"pointer": "/price", "reason": "must be at most 10000"},
    {"pointer": "/rarity", "reason": 'must be one of "common", "rare", "epic"'},
    {"pointer": "", "reason": 'has no "user_name", which is required'},
]


@pytest.fixture
def contracts(tmp_path):
    """A folder with the contract of purchase_sword."""
    folder = tmp_path / "contracts"
    write(folder, "purchase_sword", SWORD)
    return folder


def write(folder, name, schema):
    folder.mkdir(exist_ok=True)
    text = schema if isinstance(schema, str) else json.dumps(schema)
    (folder / f"{name}.json").write_text(text)


@pytest.fixture
def started(serve, topic, contracts):
    """started(**settings): `serve` with the folder of contracts, ready."""
    def start(*more, **settings):
        sets = [part for name, value in {"contracts": contracts, **settings}.items()
                for part in ("--set", f"serve.{name}={value}")]
        server = serve(*sets, *more)
        processes.wait_until(lambda: server.request("/readyz").status == 200, 20, "/readyz 200")
        return server
    return start


def post(server, *events):
    body = json.dumps(events).encode()
    answer = server.request("/events", method="POST", body=body, headers=JSON)
    return answer.status, json.loads(answer.body)


def stored(kcat, topic):
    lines = kcat("-C", "-t", topic, "-o", "beginning", "-e", "-q", "-f", "%s\n").stdout
    return [json.loads(line) for line in lines.splitlines()]


def counted(server):
    lines = server.request("/metrics").text.splitlines()
    found = (re.match(r'gamevents_contract_checks_total\{result="(\w+)"\} (\d+)', line)
             for line in lines)
    return {match[1]: int(match[2]) for match in found if match}


def test_what_breaks_its_contract_is_refused_and_kept(started, broker, kcat, topic):
    refused = broker.create_topic(f"refused-{uuid.uuid4().hex[:12]}")
    server = started(rejected_topic=refused)
    status, answer = post(server, GOOD, BAD, OTHER)
    assert (status, answer["accepted"]) == (200, 2)
    rejection, = answer["rejected"]
    assert rejection == {
        "index": 1, "retryable": False, "kept": True, "problems": PROBLEMS,
        "code": "contract_broken",
        "error": "breaks the contract of purchase_sword: /price must be at most 10000; "
                 '/rarity must be one of "common", "rare", "epic"; '
                 'it has no "user_name", which is required'}
    assert [event["event_type"] for event in stored(kcat, topic)] == ["purchase_sword", "chat"]
    record, = stored(kcat, refused)
    assert record["problems"] == PROBLEMS
    assert json.loads(record["raw"]) == BAD
    assert counted(server) == {"kept": 1, "broken": 1, "no_contract": 1}
    assert post(server, BAD)[0] == 400


def test_a_cloud_event_is_held_against_the_contract_of_its_type(started):
    server = started()

    def send(data):
        event = {"specversion": "1.0", "type": "purchase_sword", "id": uuid.uuid4().hex,
                 "source": "test", "data": data}
        answer = server.request("/events", method="POST", body=json.dumps(event).encode(),
                                headers={"Content-Type": "application/cloudevents+json"})
        return answer.status, json.loads(answer.body)
    assert send({"user_name": "divya", "price": 40})[0] == 200
    status, answer = send({"user_name": "divya", "price": 4.5})
    assert status == 400
    assert answer["rejected"][0]["problems"] == [
        {"pointer": "/price", "reason": "must be of type integer, not number"}]


def test_a_contract_that_warns_takes_all_and_notes_few(started, kcat, topic):
    server = started(contracts_mode="warn", contracts_unknown="refuse")
    # The state takes no purchase without a user, whatever a contract says.
    status, answer = post(server, *[BAD | {"user_name": "divya"}] * 50, OTHER)
    assert (status, answer["accepted"]) == (200, 51)
    assert len(stored(kcat, topic)) == 51
    assert counted(server) == {"kept": 0, "broken": 50, "no_contract": 1}
    assert server.stderr.count("breaks the contract of purchase_sword: /price") == 1


def test_contracts_that_are_off_are_not_read(started, contracts):
    write(contracts, "purchase_sword", "no JSON")
    server = started(contracts_mode="off")
    assert post(server, BAD | {"user_name": "divya"})[0] == 200
    assert counted(server) == {}


def test_a_type_without_a_contract_can_be_refused(started):
    server = started(contracts_unknown="refuse")
    status, answer = post(server, OTHER, GOOD)
    assert (status, answer["accepted"]) == (200, 1)
    assert answer["rejected"][0]["problems"][0]["pointer"] == "/event_type"


def test_contracts_are_read_again_and_wrong_ones_change_nothing(started, contracts):
    server = started()
    cheap = GOOD | {"price": 5}
    stricter = SWORD | {"properties": SWORD["properties"] | {"price": {"minimum": 10}}}
    write(contracts, "purchase_sword", stricter)
    server.signal(signal.SIGHUP)
    processes.wait_until(lambda: "serve.contracts: read again" in server.stderr, 10, "SIGHUP")
    assert post(server, cheap)[0] == 400
    assert post(server, GOOD)[0] == 200

    write(contracts, "purchase_sword", {"properties": {"price": {"minimum": "5"}}})
    server.signal(signal.SIGHUP)
    note = ("serve.contracts: not read again, what was there before stays: "
            f"{contracts}/purchase_sword.json: /properties/price/minimum: must be a number")
    processes.wait_until(lambda: note in server.stderr, 10, "SIGHUP")
    assert post(server, cheap)[0] == 400
    assert server.stop() == 0, server.stderr


def test_a_mistake_keeps_serve_from_starting(gamevents, contracts):
    write(contracts, "chat", '{\n  "type": "string",\n}')
    for command in ("serve", "config check"):
        done = gamevents("--set", f"serve.contracts={contracts}", *command.split(), check=False)
        assert done.returncode != 0
        assert f"{contracts}/chat.json:3: not valid JSON" in done.stderr.decode()


def test_check_says_what_is_sound(gamevents, contracts):
    done = gamevents("contracts", "check", str(contracts))
    assert "1 contract, sound" in done.stderr.decode()
    write(contracts, "purchase_sword", SWORD | {"examples": [GOOD | {"price": -1}]})
    done = gamevents("--set", f"serve.contracts={contracts}", "contracts", "check", check=False)
    assert done.returncode == 1
    assert (f"{contracts}/purchase_sword.json: examples/0: /price must be at least 0"
            in done.stderr.decode())


def test_check_fails_on_what_breaks_others(gamevents, contracts, tmp_path):
    def changes(properties, *flags):
        write(tmp_path / "now", "purchase_sword",
              SWORD | {"examples": [], "properties": SWORD["properties"] | properties})
        done = gamevents("contracts", "check", str(tmp_path / "now"), "--against", str(contracts),
                         *flags, check=False)
        return done.returncode, done.stdout.decode().splitlines()
    assert changes({}) == (0, [])
    assert changes({"note": {"type": "string"}}, "--readers") == (0, [])
    stricter = {"price": {"type": "integer", "minimum": 0, "maximum": 500}}
    assert changes(stricter) == (1, [
        "purchase_sword: /price: maximum 10000 became 500 (breaks producers)"])
    wider = {"rarity": {"enum": ["common", "rare", "epic", "legendary"]}}
    code, lines = changes(wider)
    assert code == 0
    gained, = lines
    assert gained == ('purchase_sword: /rarity: gained a value of "common", "rare", "epic", which '
                      'is "common", "rare", "epic", "legendary" now (breaks readers)')
    assert changes(wider, "--readers") == (1, lines)


def generate(gamevents, topic, seed):
    gamevents("create-topic", topic)
    gamevents("generate", "--to", "topic", "--seed", str(seed), "--count", "20000", "--topic",
              topic)


def test_drafts_of_one_world_are_kept_by_another(gamevents, started, broker, kcat, tmp_path):
    worlds = [f"world-{seed}-{uuid.uuid4().hex[:8]}" for seed in (1, 2)]
    for seed, world in enumerate(worlds):
        generate(gamevents, world, seed + 1)
    drafts = tmp_path / "drafts"
    done = gamevents("contracts", "infer", str(drafts), "--topic", worlds[0])
    assert "drafted" in done.stderr.decode()
    files = sorted(path.name for path in drafts.iterdir())
    assert len(files) > 5
    gamevents("contracts", "check", str(drafts))
    again = gamevents("contracts", "infer", str(drafts), "--topic", worlds[1]).stderr.decode()
    assert again.count("is there already, and stays as it is") >= len(files) - 1

    server = started(contracts=drafts, contracts_unknown="refuse", dedupe_window="0",
                     max_body="16MiB")
    events = stored(kcat, worlds[1])
    for first in range(0, len(events), 5000):
        status, answer = post(server, *events[first:first + 5000])
        assert (status, answer["rejected"]) == (200, [])
    assert counted(server)["broken"] == 0

    drafted = json.loads((drafts / "purchase_sword.json").read_text())
    name = next(name for name in drafted["required"] if name != "event_type")
    whole = next(event for event in events if event["event_type"] == "purchase_sword")
    status, answer = post(server, {key: value for key, value in whole.items() if key != name})
    assert status == 400
    assert answer["rejected"][0]["problems"] == [
        {"pointer": "", "reason": f'has no "{name}", which is required'}]
    status, answer = post(server, whole | {name: {"x": 1}})
    assert status == 400
    assert answer["rejected"][0]["problems"][0]["pointer"] == f"/{name}"
