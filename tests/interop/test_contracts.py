"""Goal: contracts mean what ajv, the validator that most others use, says that they mean; and the
clients that `contracts client` prints compile, and send what their contracts take.

Method: random schemas, each with random events as its examples: those that `contracts check` finds
broken are those that ajv finds invalid. The TypeScript client is compiled by tsc in its strictest
form and run by Node.js, the C# client is compiled by mcs and run by Mono, both against a server
that enforces the contracts; the GDScript client is read by gdparse.
"""

import json
import random
import re
import subprocess
import sys
import uuid

import pytest
from support import paths, processes, program

TIME_LIMIT_S = 60
SCHEMAS = 400
EVENTS = 12
FOLDER = paths.ROOT / "tests" / "interop" / "node"
NAMES = ["a", "b", "c", "price", "user name", "ü"]
TEXTS = ["", "a", "ab", "abc", "Zoë", "\U0001f5e1", "10", "a b", "x" * 12]


@pytest.fixture
def run_node(tmp_path):
    """run_node(*args, input=None): what Node.js printed; the tests' packages are at hand."""
    (tmp_path / "node_modules").symlink_to(paths.interop() / "node" / "node_modules")

    def run(*args, stdin=None):
        done = subprocess.run([paths.node(), "--preserve-symlinks", "--preserve-symlinks-main",
                               *args], cwd=tmp_path, input=stdin, capture_output=True, text=True,
                              check=False, timeout=TIME_LIMIT_S,
                              preexec_fn=processes.die_with_parent)
        assert done.returncode == 0, done.stdout + done.stderr
        return done.stdout
    return run


def value(draw: random.Random, depth: int):
    kind = draw.randrange(9 if depth > 0 else 7)
    if kind == 0:
        return None
    if kind == 1:
        return draw.random() < 0.5
    if kind in (2, 3):
        return draw.choice([0, 1, 2, 3, 5, 10, -1, 1.0, 2.5, -0.5, 1e3, 9007199254740991])
    if kind < 7:
        return draw.choice(TEXTS)
    if kind == 7:
        return [value(draw, depth - 1) for _ in range(draw.randrange(4))]
    return event(draw, depth - 1)


def event(draw: random.Random, depth: int = 2) -> dict:
    names = draw.sample(NAMES, draw.randrange(len(NAMES)))
    return {name: value(draw, depth) for name in names}


def keywords(draw: random.Random, depth: int) -> dict:
    """Keyword to a function that draws its value."""
    def sub():
        return schema(draw, depth - 1)

    def names():
        return draw.sample(NAMES, draw.randrange(3))

    def subs():
        return [sub() for _ in range(draw.randrange(1, 4))]

    def count():
        return draw.randrange(4)

    def number():
        return draw.choice([-1, 0, 1, 2, 2.5, 10])

    simple = {
        "type": lambda: draw.choice(["string", "number", "integer", "boolean", "null", "array",
                                     "object", ["string", "null"], ["integer", "array"]]),
        "enum": lambda: [value(draw, 1) for _ in range(draw.randrange(1, 4))],
        "minimum": number, "maximum": number, "exclusiveMinimum": number,
        "exclusiveMaximum": number,
        "multipleOf": lambda: draw.choice([1, 2, 5]), "minLength": count, "maxLength": count,
        "pattern": lambda: draw.choice(["^a", "b$", "[0-9]+", "^.{2}$", "(a|Z)"]),
        "minItems": count, "maxItems": count, "uniqueItems": lambda: draw.random() < 0.5,
        "minProperties": count, "maxProperties": count, "required": names,
        "dependentRequired": lambda: {name: names() for name in names()},
    }
    if depth == 0:
        return simple
    return simple | {
        "properties": lambda: {name: sub() for name in names()},
        "patternProperties": lambda: {draw.choice(["^a", "r"]): sub()},
        "additionalProperties": sub, "propertyNames": sub, "items": sub, "prefixItems": subs,
        "contains": sub, "minContains": count, "maxContains": count, "allOf": subs, "anyOf": subs,
        "oneOf": subs, "not": sub, "if": sub, "then": sub, "else": sub,
        "dependentSchemas": lambda: {name: sub() for name in names()},
        "$ref": lambda: "#/$defs/part",
    }


def schema(draw: random.Random, depth: int = 3):
    if draw.random() < 0.1:
        return draw.random() < 0.7
    known = keywords(draw, depth)
    return {name: known[name]() for name in draw.sample(sorted(known), draw.randrange(1, 4))}


def whole_schema(draw: random.Random) -> dict:
    drawn = schema(draw)
    part = keywords(draw, 0)
    return (drawn if isinstance(drawn, dict) else {"allOf": [drawn]}) | {
        "$defs": {"part": {name: part[name]() for name in draw.sample(sorted(part), 2)}}}


def broken_examples(folder, tmp_path) -> set[tuple[int, int]]:
    done = program.run(["contracts", "check", str(folder)], home=tmp_path, brokers="embedded",
                       check=False)
    stderr = done.stderr.decode()
    found = re.findall(r"/s(\d+)\.json: examples/(\d+): ", stderr)
    assert done.returncode == (1 if found else 0), stderr
    assert len(found) == len([line for line in stderr.splitlines() if "examples/" in line])
    return {(int(schema), int(example)) for schema, example in found}


def test_random_schemas_mean_what_ajv_says(tmp_path, run_node):
    draw = random.Random(20)
    groups = [{"schema": whole_schema(draw), "events": [event(draw) for _ in range(EVENTS)]}
              for _ in range(SCHEMAS)]
    (tmp_path / "validate.mjs").write_bytes((FOLDER / "validate.mjs").read_bytes())
    answers = json.loads(run_node("validate.mjs", stdin=json.dumps(groups)))
    expected = {(i, j) for i, answer in enumerate(answers)
                for j, valid in enumerate(answer) if not valid}
    assert SCHEMAS * EVENTS * 0.2 < len(expected) < SCHEMAS * EVENTS * 0.8
    folder = tmp_path / "contracts"
    folder.mkdir()
    for i, group in enumerate(groups):
        (folder / f"s{i}.json").write_text(
            json.dumps(group["schema"] | {"examples": group["events"]}))
    different = broken_examples(folder, tmp_path) ^ expected
    assert not different, [(groups[i]["schema"], groups[i]["events"][j], (i, j) in expected)
                           for i, j in sorted(different)[:3]]


SWORD = {
    "title": "A player buys a sword",
    "properties": {
        "event_type": {"const": "purchase_sword"}, "user_name": {"type": "string"},
        "price": {"type": "integer"}, "rarity": {"enum": ["common", "epic"]},
        "tags": {"type": "array", "items": {"type": "string"}}, "user-agent": {"type": "string"},
    },
    "required": ["event_type", "user_name", "price"],
    "additionalProperties": False,
}
PROGRAM = """
import { sendEvents, type GameEvent } from "./events.js";
const events: GameEvent[] = [
  { event_type: "purchase_sword", user_name: "divya", price: 40, rarity: "epic", tags: ["a"] },
  { event_type: "chat", text: "hello" },
];
const key = "the-key-of-this-test";
for (let i = 0; i < 2; ++i) {
  const answer = await sendEvents(process.argv[2], events, key);
  console.log((await answer.text()).trim());
}
"""
WRONG = ['{ event_type: "purchase_sword", user_name: "divya" }',
         '{ event_type: "purchase_sword", user_name: "divya", price: "40" }',
         '{ event_type: "purchase_sword", user_name: "divya", price: 1, rarity: "epc" }',
         '{ event_type: "purchase_shield" }']
TSC = ["--strict", "--target", "es2022", "--module", "nodenext", "--skipLibCheck",
       "--lib", "es2022,dom"]


@pytest.fixture
def topic(embedded):
    return embedded.create_topic(f"contracts-{uuid.uuid4().hex[:12]}")


CHAT = {"properties": {"text": {"type": "string", "maxLength": 5}}, "required": ["text"]}


@pytest.fixture
def folder(tmp_path):
    """A folder of two contracts."""
    folder = tmp_path / "contracts"
    folder.mkdir()
    (folder / "purchase_sword.json").write_text(json.dumps(SWORD))
    (folder / "chat.json").write_text(json.dumps(CHAT))
    return folder


def client(language, folder, tmp_path) -> bytes:
    return program.run(["contracts", "client", language, str(folder)], home=tmp_path,
                       brokers="embedded").stdout


def test_the_typescript_client_compiles_and_sends(serve, topic, folder, tmp_path, run_node):
    (tmp_path / "package.json").write_text('{"type": "module"}')
    (tmp_path / "events.ts").write_bytes(client("typescript", folder, tmp_path))
    (tmp_path / "program.ts").write_text(
        "declare const process: { argv: string[] };\n" + PROGRAM)
    tsc = "node_modules/typescript/bin/tsc"
    run_node(tsc, *TSC, "program.ts")
    server = serve("--set", f"serve.contracts={folder}")
    processes.wait_until(lambda: server.request("/readyz").status == 200, 20, "/readyz 200")
    answers = [json.loads(line) for line in run_node("program.js", server.url).splitlines()]
    assert answers == [{"accepted": 2, "duplicates": 0, "rejected": []},
                       {"accepted": 0, "duplicates": 2, "rejected": []}]

    (tmp_path / "wrong.ts").write_text(
        'import { type GameEvent } from "./events.js";\n'
        + "".join(f"// @ts-expect-error\nexport const e{i}: GameEvent = {text};\n"
                  for i, text in enumerate(WRONG)))
    run_node(tsc, *TSC, "--noEmit", "wrong.ts")


CSHARP = """
using System;
using System.Collections.Generic;

static class Program
{
    static void Main(string[] arguments)
    {
        var sword = new PurchaseSword("di\\"v\\\\ya\\n\u00fc", 40) {
            rarity = "epic", tags = new[] { "a", "b" } };
        var chat = new Chat("hello");
        Console.WriteLine(sword.ToJson());
        foreach (var event_ in new GameEvent[] { sword, new Chat("too long") })
        {
            var answer = GameEvents.Send(arguments[0], new GameEvent[] { event_, chat }, "k" +
                                         event_.EventType).Result;
            Console.WriteLine(answer.Content.ReadAsStringAsync().Result.Trim());
        }
    }
}
"""


def test_the_csharp_client_compiles_and_sends(serve, topic, folder, tmp_path):
    (tmp_path / "Events.cs").write_bytes(client("csharp", folder, tmp_path))
    (tmp_path / "Program.cs").write_text(CSHARP)

    def run(*command):
        done = subprocess.run(command, cwd=tmp_path, capture_output=True, check=False,
                              timeout=TIME_LIMIT_S, preexec_fn=processes.die_with_parent)
        assert done.returncode == 0, done.stdout + done.stderr
        return done.stdout.decode()

    run("mcs", "-langversion:7", "-warnaserror", "-r:System.Net.Http", "-out:program.exe",
        "Events.cs", "Program.cs")
    server = serve("--set", f"serve.contracts={folder}")
    processes.wait_until(lambda: server.request("/readyz").status == 200, 20, "/readyz 200")
    sent, *answers = [json.loads(line) for line in run("mono", "program.exe",
                                                       server.url).splitlines()]
    assert sent == {"event_type": "purchase_sword", "user_name": 'di"v\\ya\n\u00fc', "price": 40,
                    "rarity": "epic", "tags": ["a", "b"]}
    assert answers[0] == {"accepted": 2, "duplicates": 0, "rejected": []}
    assert (answers[1]["accepted"], answers[1]["rejected"][0]["code"]) == (1, "contract_broken")


def test_the_gdscript_client_is_gdscript(folder, tmp_path):
    (tmp_path / "events.gd").write_bytes(client("gdscript", folder, tmp_path))
    done = subprocess.run([sys.executable, "-m", "gdtoolkit.parser", "events.gd"], cwd=tmp_path,
                          capture_output=True, text=True, check=False, timeout=TIME_LIMIT_S)
    assert done.returncode == 0, done.stdout + done.stderr
