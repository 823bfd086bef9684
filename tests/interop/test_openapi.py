"""Goal: /openapi.json describes what the server really does. Method: schemathesis makes requests
out of the document, right and wrong ones, and holds every answer against it."""

import json
import pathlib
import re
import subprocess
import sys
import uuid

import pytest
from support import processes

pytestmark = [pytest.mark.usefixtures("topic"), pytest.mark.timeout(200)]
# Its answer has no end, for which schemathesis waits: test_dashboard.py and tests/cli read it.
ENDLESS = "/dashboard/stream"
EXAMPLES = 10  # for each operation; the same ones in every run
SCHEMATHESIS = pathlib.Path(sys.executable).with_name("schemathesis")
# A batch is accepted for its good events, and the answer names the others: there alone what breaks
# the schema may be answered with 200. And a key that comes again with another body is 422.
# What an item's types and limits are, and what a filter or a moment may say, no schema can tell:
# 400 says it.
OF_SDKS = ("^/(v1|batch|e|i|capture|flags|decide|2|track|import|engage|groups|datarouter"
           "|CollectData.1|applications)(/|$)")
SCHEMATHESIS_S = 150
CONFIG = """\
[[operations]]
include-path = "/events"
checks.negative_data_rejection.expected-statuses = ["200", "4xx", "5xx"]
checks.positive_data_acceptance.expected-statuses = ["200", "401", "403", "422", "429", "5xx"]

# SDKs are told of no event that is refused for its content; what stands where, each finds out.
[[operations]]
include-path-regex = "OF_SDKS"
checks.negative_data_rejection.expected-statuses = ["200", "4xx", "5xx"]
checks.positive_data_acceptance.expected-statuses = ["200", "400", "401", "403", "429", "5xx"]

[[operations]]
include-path-regex = "^/(purchase|carts?|inventory|dashboard)(/|$)"
checks.positive_data_acceptance.expected-statuses = [
  "2xx", "400", "401", "403", "404", "409", "429", "5xx"]
"""


@pytest.fixture
def topic(embedded):
    return embedded.create_topic(f"openapi-{uuid.uuid4().hex[:12]}")


def check(server, folder, *args, only=None) -> None:
    """Fails with schemathesis' report when it finds anything; `only` is a pattern of paths."""
    (folder / "schemathesis.toml").write_text(CONFIG.replace("OF_SDKS", OF_SDKS))
    done = subprocess.run(
        [SCHEMATHESIS, "run", f"{server.url}/openapi.json", "--checks", "all", "--no-color",
         "--exclude-path", ENDLESS, "--max-examples", str(EXAMPLES), "--seed", "1",
         "--generation-deterministic", *args,
         *(["--include-path-regex", only] if only else [])],
        cwd=folder, capture_output=True, text=True, timeout=SCHEMATHESIS_S,
        preexec_fn=processes.die_with_parent)
    assert done.returncode == 0, done.stdout[-8000:] + done.stderr[-2000:]
    # Warnings remain: made-up items and carts are not found, as they should not be.
    cases = re.search(r"(\d+) generated, (\d+) passed", done.stdout)
    assert cases and cases[1] == cases[2] != "0", done.stdout[-2000:]
    # Every operation was asked but the endless one, and the document's own, which schemathesis
    # leaves out.
    paths = json.loads(server.request("/openapi.json").text)["paths"]
    operations = sum(len(path) for path in paths.values()) - len(paths["/openapi.json"])
    asked = operations - len(paths[ENDLESS])
    if only:
        asked = sum(len(path) for name, path in paths.items() if re.search(only, name))
    assert f"Selected: {asked}/{operations}" in done.stdout, done.stdout[-2000:]
    assert f"Tested: {asked}" in done.stdout, done.stdout[-2000:]


def test_the_server_does_what_the_document_says(serve, tmp_path):
    server = serve()
    processes.wait_until(lambda: server.request("/readyz").status == 200, 20, "ready")
    check(server, tmp_path)
    assert server.request("/").status == 200
    assert server.stop() == 0, server.stderr


def test_the_same_where_keys_are_needed(serve, tmp_path):
    # printf %s abc | sha256sum
    (tmp_path / "keys").write_text(
        "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad  schemathesis\n")
    server = serve("--set", "serve.api_keys_file=keys")
    processes.wait_until(lambda: server.request("/readyz").status == 200, 20, "ready")
    check(server, tmp_path, "-H", "X-Api-Key: abc")


CONTRACTS = {
    "quest_done": {"properties": {"user_name": {"$ref": "#/$defs/user"},
                                  "stars": {"type": "integer", "minimum": 1, "maximum": 5}},
                   "required": ["user_name", "stars"],
                   "$defs": {"user": {"type": "string", "minLength": 1, "maxLength": 20}}},
    "chat": {"properties": {"text": {"type": "string"}, "mood": {"enum": ["calm", "angry"]}},
             "required": ["text"]},
}
DIALECTS = "segment,posthog,amplitude,mixpanel,unreal,gameanalytics-aws"


def test_the_same_of_every_dialect_and_contract(serve, gamevents, tmp_path):
    folder = tmp_path / "contracts"
    folder.mkdir()
    for name, schema in CONTRACTS.items():
        (folder / f"{name}.json").write_text(json.dumps(schema))
    # Types that have none are taken: no schema says what a CloudEvent's data must be.
    server = serve("--set", f"serve.dialects={DIALECTS}", "--set", "serve.contracts=contracts")
    processes.wait_until(lambda: server.request("/readyz").status == 200, 20, "ready")
    check(server, tmp_path, only=f"^/events$|{OF_SDKS}")
    # All that was answered with 200 is in the log, and keeps its contract.
    lines = gamevents("consume", "--from-beginning").stdout.splitlines()
    stored = [json.loads(line) for line in lines]
    assert len(stored) == server.metric("gamevents_producer_records_total")
    chats = [event for event in stored if event["event_type"] == "chat"]
    assert chats and all(isinstance(event["text"], str) for event in chats)
