"""Goal: a client that is generated from /openapi.json compiles, works, and tells a game why it was
refused by a code. Method: openapi-python-client and openapi-typescript make one each, which sends
events, buys, fills a cart, checks out, reads an inventory and meets refusals; the document itself
is read by openapi-spec-validator and by redocly's linter."""

import importlib
import json
import pathlib
import signal
import subprocess
import sys
import uuid

import openapi_spec_validator
import pytest
from support import paths, processes

pytestmark = pytest.mark.usefixtures("topic")
FOLDER = paths.ROOT / "tests" / "interop" / "node"
GENERATOR = pathlib.Path(sys.executable).with_name("openapi-python-client")
TIME_LIMIT_S = 100
# Its client cannot tell the bodies of several types apart where one is a list, so the CloudEvents
# are left out: as a type that it passes over. No hooks: ruff would only make the client prettier.
PYTHON_CONFIG = """\
post_hooks: []
content_type_overrides:
  application/cloudevents+json: application/x-ndjson
  application/cloudevents-batch+json: application/x-ndjson
"""
# Rules of redocly's that do not fit here, each with the reason.
LEFT_OUT = {
    "operation-4xx-response": "the routes for operators refuse nothing of their own",
    "no-unused-components": "without keys and named reports nobody refers to what belongs to them",
    "no-ambiguous-paths": "/purchase/<item> and others differ in their methods or their length",
}


@pytest.fixture
def topic(embedded):
    return embedded.create_topic(f"clients-{uuid.uuid4().hex[:12]}")


# Contracts with references of every kind; a game's events are these.
CONTRACTS = {
    "level_up.json": {"title": "A player is one level higher", "properties": {
        "user_name": {"$ref": "common/user.json"}, "level": {"$ref": "#/$defs/level"},
        "before": {"$ref": "#level"}}, "required": ["user_name", "level"],
        "$defs": {"level": {"$anchor": "level", "type": "integer", "minimum": 1}}},
    "chat.json": {"$id": "https://game.example/chat", "type": "object", "properties": {
        "event_type": {"const": "chat"}, "user_name": {"$ref": "common/user.json"},
        "text": {"type": "string", "maxLength": 100},
        "mood": {"enum": ["calm", "angry"]}}, "required": ["event_type", "user_name", "text"]},
    "common/user.json": {"type": "string", "minLength": 1},
}
TYPED = """\
import createClient from "openapi-fetch";
import type { components, paths } from "./api.js";
type Event = components["schemas"]["Event"];
const client = createClient<paths>({ baseUrl: process.argv[2] as string });
const body: Event[] = [{ event_type: "level_up", user_name: "divya", level: 7, before: 6 },
                       { event_type: "chat", user_name: "divya", text: "hi", mood: "calm" }];
const sent = await client.POST("/events", { body });
console.log(JSON.stringify(sent.data));
"""
# What TypeScript must find, where there are no other events.
WRONG = ['{ event_type: "level_up", user_name: "divya" }',
         '{ event_type: "level_up", user_name: "divya", level: "7" }',
         '{ event_type: "chat", user_name: "divya", text: "hi", mood: "clam" }',
         '{ event_type: "levelup", user_name: "divya", level: 7 }']


@pytest.fixture
def contracts(tmp_path):
    """The folder of CONTRACTS."""
    for name, schema in CONTRACTS.items():
        file = tmp_path / "contracts" / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(json.dumps(schema))
    return tmp_path / "contracts"


# What `serve` is set to.
@pytest.fixture(params=[[]], ids=["as it is"])
def settings(request):
    return [part for each in request.param for part in ("--set", each)]


CONTRACTED = ["serve.contracts=contracts", "serve.contracts_unknown=refuse"]
OPEN = ["serve.contracts=contracts"]
ALL_DIALECTS = ["serve.dialects=segment,posthog,amplitude,mixpanel,unreal,gameanalytics-aws"]


@pytest.fixture
def server(serve, contracts, settings):
    running = serve(*settings)
    processes.wait_until(lambda: running.request("/readyz").status == 200, 20, "ready")
    return running


@pytest.fixture
def document(server, tmp_path):
    file = tmp_path / "openapi.json"
    file.write_bytes(server.request("/openapi.json").body)
    return file


@pytest.fixture
def node(tmp_path):
    """node(*args): runs Node.js beside the sources of tests/interop/node; what it printed."""
    for source in ("typed_client.ts", "node_globals.d.ts", "lint_openapi.mjs", "package.json"):
        (tmp_path / source).write_bytes((FOLDER / source).read_bytes())
    (tmp_path / "node_modules").symlink_to(paths.interop() / "node" / "node_modules")
    return lambda *args: run(paths.node(), "--preserve-symlinks", *args, folder=tmp_path)


def run(*command, folder):
    done = subprocess.run(list(map(str, command)), cwd=folder, capture_output=True, text=True,
                          timeout=TIME_LIMIT_S, preexec_fn=processes.die_with_parent)
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


@pytest.mark.parametrize("settings", [[], CONTRACTED, OPEN, ALL_DIALECTS], indirect=True,
                         ids=["as it is", "contracts alone", "contracts", "dialects"])
def test_the_document_is_sound(document, node):
    openapi = json.loads(document.read_text())
    openapi_spec_validator.validate(openapi)
    found = json.loads(node("lint_openapi.mjs", document))
    assert [each for each in found if each["ruleId"] not in LEFT_OUT] == []
    # Every answer that is JSON has a schema with a name.
    for path, operations in openapi["paths"].items():
        for method, operation in operations.items():
            content = operation["responses"]["200"].get("content", {}).get("application/json")
            if content and path != "/openapi.json":
                assert "$ref" in content["schema"], f"{method} {path}"


def test_a_client_in_typescript(server, document, node):
    compile_typescript(node, "typed_client.ts")
    assert json.loads(node("typed_client.js", server.url, "divya")) == {
        "accepted": 2, "stored": [0, 1], "one": 1, "owned": 2, "inCart": [["bread", 3]],
        "paid": 3 * price_of(server, "bread"), "owns": [["bread", 3], ["sword", 2]],
        "said": ["Der Korb ist leer.", "Das gibt es nicht."], "nearest": "shield"}


def compile_typescript(node, *sources):
    node("node_modules/openapi-typescript/bin/cli.js", "openapi.json", "-o", "api.d.ts")
    node("node_modules/typescript/bin/tsc", "--strict", "--skipLibCheck", "--target", "es2022",
         "--module", "nodenext", "--moduleResolution", "nodenext", "--lib", "es2022,dom",
         "--noEmitOnError", "node_globals.d.ts", *sources)


@pytest.mark.parametrize("settings", [CONTRACTED, OPEN], indirect=True,
                         ids=["contracts alone", "contracts"])
def test_a_client_in_typescript_knows_the_contracts(server, document, node, tmp_path, settings):
    (tmp_path / "game.ts").write_text(TYPED)
    sources = ["game.ts"]
    if CONTRACTED[1] in settings:
        (tmp_path / "wrong.ts").write_text(
            'import type { components } from "./api.js";\n'
            'type Event = components["schemas"]["Event"];\n' + "".join(
                f"// @ts-expect-error\nexport const e{i}: Event = {text};\n"
                for i, text in enumerate(WRONG)))
        sources.append("wrong.ts")
    compile_typescript(node, *sources)
    assert json.loads(node("game.js", server.url)) == {"accepted": 2, "duplicates": 0,
                                                       "rejected": []}


def price_of(server, name):
    items = json.loads(server.request("/catalogue").text)["items"]
    return next(item["price"] for item in items if item["name"] == name)


@pytest.fixture
def made(document, tmp_path, monkeypatch):
    """The package that openapi-python-client makes of the document."""
    (tmp_path / "client.yaml").write_text(PYTHON_CONFIG)
    run(GENERATOR, "generate", "--path", document, "--meta", "none", "--config",
                 tmp_path / "client.yaml", "--output-path", tmp_path / "game_client",
                 folder=tmp_path)
    monkeypatch.syspath_prepend(tmp_path)
    yield lambda name: importlib.import_module(f"game_client.{name}")
    for name in [name for name in sys.modules if name.split(".")[0] == "game_client"]:
        del sys.modules[name]


def test_a_client_in_python(server, made):
    models = made("models")
    client = made("client").Client(base_url=server.url, headers={"Accept": "application/json"})

    def ask(tag, operation, *args, **named):
        return made(f"api.{tag}.{operation}").sync(*args, client=client, **named)

    first = models.Event(event_type="level_up", user="anna")
    first["level"] = 7
    second = models.Event(event_type="quest_done", user="anna")
    sent = ask("events", "send_events", body=[first, second], prefer="return=representation")
    assert isinstance(sent, models.EventsResult)
    assert (sent.accepted, [each.index for each in sent.stored]) == (2, [0, 1])
    assert ask("events", "send_events", body=first).accepted == 1

    bought = ask("shop", "purchase", "sword", "anna", body=models.ItemChoice(quantity=2))
    assert (bought.status, bought.owned) == ("done", 2)
    changed = ask("carts", "put_in_cart", "anna", "bread", body=models.ItemChoice(quantity=3))
    assert [(line.item, line.quantity) for line in changed.cart.items] == [("bread", 3)]
    assert ask("carts", "get_cart", "anna") == changed.cart
    assert ask("carts", "checkout", "anna").total == changed.cart.total
    owned = ask("shop", "get_inventory", "anna")
    assert {stack.item: stack.quantity for stack in owned.items} == {"bread": 3, "sword": 2}

    refused = ask("carts", "checkout", "anna")
    assert isinstance(refused, models.Problem)
    assert (refused.status, refused.code) == (409, models.ProblemCode.CART_EMPTY)
    unknown = ask("shop", "purchase", "sheild", "anna", body=models.ItemChoice())
    assert isinstance(unknown, models.Problem)
    assert (unknown.code, unknown.nearest, unknown.retryable) == (
        models.ProblemCode.UNKNOWN_ITEM, "shield", False)


@pytest.mark.parametrize("settings", [CONTRACTED, OPEN], indirect=True,
                         ids=["contracts alone", "contracts"])
def test_a_client_in_python_knows_the_contracts(server, made, contracts, settings):
    models = made("models")
    client = made("client").Client(base_url=server.url, headers={"Accept": "application/json"})
    send = made("api.events.send_events").sync
    first = models.EventLevelUp(event_type="level_up", user_name="anna", level=7)
    second = models.EventChat(event_type="chat", user_name="anna", text="hi",
                              mood=models.EventChatMood.CALM)
    assert send(client=client, body=[first, second]).accepted == 2
    too_low = models.EventLevelUp(event_type="level_up", user_name="anna", level=0)
    refused = send(client=client, body=too_low)
    assert refused.rejected[0].code == models.ProblemCode.CONTRACT_BROKEN

    # The document follows the folder.
    (contracts / "quest_done.json").write_text("{}")
    server.signal(signal.SIGHUP)
    processes.wait_until(lambda: "EventQuestDone" in json.loads(
        server.request("/openapi.json").text)["components"]["schemas"], 20, "the new contract")
