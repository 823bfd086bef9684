"""Goal: the files that docs/integrate.md gives to copy work: a game that has one loses no event and
stores none twice, whatever breaks, while it is offline and over its own end; and is told why an
event is refused.

Method: the page's blocks are files here, as it says. A driver of each language sends events
through a proxy that answers 503 and 429, resets connections and loses answers, while `serve` is
killed with SIGKILL and started again; the topic must have each event once. Then a story: nobody is
there, the key is wrong, the key is right but too much comes at once. Unity's part runs in a
stand-in for the engine. What has no engine here is read by gdparse (GDScript), or compared with the
documentation of the SDKs (Unreal). test_docs_played.py plays the page's shell.
"""

import collections
import functools
import json
import re
import subprocess
import sys
import uuid
from collections.abc import Callable

import pytest
from support import pages, paths, processes
from support.flaky_proxy import LOSSES, FlakyProxy, send_through_a_kill

EVENTS = 150
BATCH = 10  # in place of the page's 100, so that more requests break
TIME_LIMIT_S = 90
UNSENT = 3  # the drivers' exit code for events that wait
PAGE = paths.ROOT / "docs" / "integrate.md"
SOURCES = paths.ROOT / "tests" / "interop" / "integrate"
# 649: a field that only JSON sets; mcs does not see that.
MONO = ["-langversion:7", "-warnaserror", "-nowarn:649", "-r:System.Net.Http",
        "-r:System.Web.Extensions"]

pytestmark = pytest.mark.timeout(240)


def blocks(language: str) -> list[str]:
    """The page's blocks of the language, in their order."""
    return [block.text for block in pages.blocks(PAGE) if block.language == language]


def run(*command, folder, check=True) -> subprocess.CompletedProcess:
    done = subprocess.run(list(map(str, command)), cwd=folder, capture_output=True, text=True,
                          timeout=TIME_LIMIT_S, preexec_fn=processes.die_with_parent)
    assert not check or done.returncode == 0, done.stdout + done.stderr
    return done


def small_batches(text: str) -> str:
    """The page's file with a smaller batch."""
    changed = re.sub(r"(\b(?:BATCH|kBatch|Batch)\b[^;\n]*?\b)100\b", rf"\g<1>{BATCH}", text,
                     count=1)
    assert changed != text
    return changed


def python(folder, program, use) -> list:
    client, _ = blocks("python")
    (folder / "game_events.py").write_text(small_batches(client))
    (folder / f"{program}.py").write_text(use or (SOURCES / "driver.py").read_text())
    return [sys.executable, f"{program}.py"]


def javascript(folder, program, use) -> list:
    client, _ = blocks("js")
    (folder / "game_events.mjs").write_text(small_batches(client))
    (folder / f"{program}.mjs").write_text(use or (SOURCES / "driver.mjs").read_text())
    return [paths.node(), f"{program}.mjs"]


def cpp(folder, program, use) -> list:
    client, _, _ = blocks("cpp")
    (folder / "game_events.h").write_text(small_batches(client))
    (folder / f"{program}.cpp").write_text(use or (SOURCES / "driver.cpp").read_text())
    httplib = run("pkg-config", "--cflags", "--libs", "cpp-httplib", folder=folder).stdout.split()
    run("g++", "-std=c++17", "-Wall", "-Wextra", "-Werror", "-I.", "-o", program,
        f"{program}.cpp", *httplib, "-pthread", folder=folder)
    return [f"./{program}"]


def compile_mono(folder, program: str, *sources) -> list:
    run("mcs", *MONO, f"-out:{program}.exe", *sources, folder=folder)
    return ["mono", f"{program}.exe"]


def csharp(folder, program, _) -> list:
    queue, _, _, loop = blocks("csharp")
    (folder / "GameEventQueue.cs").write_text(small_batches(queue))
    (folder / "GameEventLoop.cs").write_text(loop)
    return compile_mono(folder, program, "GameEventQueue.cs", "GameEventLoop.cs",
                        SOURCES / "LoopDriver.cs")


def unity(folder, program, _) -> list:
    queue, sender, events, _ = blocks("csharp")
    (folder / "GameEventQueue.cs").write_text(small_batches(queue))
    (folder / "GameEventSender.cs").write_text(sender)
    (folder / "Player.cs").write_text(events)
    return compile_mono(folder, program, "GameEventQueue.cs", "GameEventSender.cs", "Player.cs",
                        SOURCES / "UnityDriver.cs", SOURCES / "UnityStandIn.cs")


# Each makes a program in a folder, of the page's client and of `use`, or, where that is None, of
# the language's driver, which takes URL KEY FIRST COUNT SECONDS TYPE. Each gives its command.
LANGUAGES: dict[str, Callable] = {each.__name__: each
                                  for each in (python, javascript, cpp, csharp, unity)}
# The language that the page's blocks name, of those whose second block is a program.
PROGRAMS = {"python": "python", "javascript": "js", "cpp": "cpp"}


@pytest.fixture
def topic(embedded):
    return embedded.create_topic(f"integrate-{uuid.uuid4().hex[:12]}")


@pytest.fixture
def start(serve, topic, embedded):
    return functools.partial(serve, "--set", "serve.event_time=record", topic=topic,
                             brokers=embedded.brokers)


@pytest.fixture
def game(tmp_path):
    """The folder of the game."""
    folder = tmp_path / "game"
    folder.mkdir()
    return folder


@pytest.fixture
def stored(gamevents, topic, embedded):
    """stored(): the topic's events, with `_timestamp`, their records' time."""
    def read() -> list[dict]:
        lines = gamevents("consume", "--from-beginning", "--output", "%T %s\n", topic=topic,
                          brokers=embedded.brokers).stdout.decode().splitlines()
        return [json.loads(line.split(" ", 1)[1]) | {"_timestamp": int(line.split(" ", 1)[0])}
                for line in lines]
    return read


def drive(command, folder, url, *, first=0, count=0, seconds=1, key="", event_type="integrated"):
    return run(*command, url, key, first, count, seconds, event_type, folder=folder, check=False)


def ready(server):
    # Until the ids of earlier events are read back, events with one wait.
    processes.wait_until(lambda: server.request("/readyz").status == 200, 20, "serve")
    return server


@pytest.mark.parametrize("language", LANGUAGES)
def test_no_event_is_lost_and_none_is_stored_twice(language, start, game, stored):
    flaky = FlakyProxy(start(), LOSSES)
    try:
        driver = LANGUAGES[language](game, "driver", None)
        done = send_through_a_kill(
            lambda: drive(driver, game, flaky.url, count=EVENTS, seconds=60), flaky, start,
            EVENTS // BATCH // 2, TIME_LIMIT_S)
    finally:
        flaky.close()
    assert done.returncode == 0, done.stdout + done.stderr
    numbers = collections.Counter(event["number"] for event in stored())
    assert numbers == collections.Counter(range(EVENTS))
    assert (game / "events.ndjson").read_bytes() == b""


@pytest.mark.parametrize("language", LANGUAGES)
def test_events_wait_until_they_can_be_sent(language, start, game, stored, gamevents):
    driver = LANGUAGES[language](game, "driver", None)
    nowhere = f"http://127.0.0.1:{processes.free_port()}"
    offline = drive(driver, game, nowhere, count=5)
    assert offline.returncode == UNSENT, offline.stdout + offline.stderr
    with (game / "events.ndjson").open("a") as file:
        file.write('{"event_type":"cut in the mid')

    key = gamevents("keys", "add", "game", "--scope", "write", "--file",
                    "keys").stdout.decode().strip()
    # More than three events at once are too many: 413.
    server = ready(start("--set", "serve.api_keys_file=keys", "--set", "serve.max_batch=3"))
    refused = drive(driver, game, server.url, key="wrong", seconds=4)
    assert refused.returncode == UNSENT and "unauthorized" in refused.stdout, refused
    assert stored() == []

    # An event without a type is refused by itself; what came before and after it is stored.
    bad = drive(driver, game, server.url, key=key, first=5, count=1, seconds=20, event_type="")
    assert bad.returncode == 0 and "invalid_field" in bad.stdout, bad
    good = drive(driver, game, server.url, key=key, first=6, count=2, seconds=20)
    assert good.returncode == 0, good
    events = stored()
    assert [event["number"] for event in events] == [0, 1, 2, 3, 4, 6, 7]
    for event in events:
        assert event["user_name"] == f"user-{event['number'] % 7}"
        assert event["_timestamp"] == event["event_time"]
    assert len({event["event_id"] for event in events}) == len(events)


@pytest.mark.parametrize("language", PROGRAMS)
def test_what_the_page_shows_sends_an_event(language, start, game, stored):
    server = ready(start())
    text = blocks(PROGRAMS[language])[1].replace("http://localhost:5000", server.url)
    run(*LANGUAGES[language](game, "use", text), folder=game)
    (event,) = stored()
    assert (event["event_type"], event["user_name"], event["level"]) == ("level_up", "divya", 7)


def test_the_scripts_for_godot_are_gdscript(tmp_path):
    for number, text in enumerate(blocks("gdscript")):
        (tmp_path / f"{number}.gd").write_text(text)
        run(sys.executable, "-m", "gdtoolkit.parser", f"{number}.gd", folder=tmp_path)


def test_unreal_is_told_what_the_page_of_sdks_says():
    (ini,), (yaml,) = blocks("ini"), blocks("yaml")
    table = (paths.ROOT / "docs" / "sdks.md").read_text()
    for name in ("APIServerET", "APIKeyET"):
        assert f"{name}=" in ini and f"{name}=" in table
    assert "dialects: [unreal]" in yaml
