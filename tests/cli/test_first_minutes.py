"""Goal: whoever is new finds the way: nothing has to be made first, nothing fails without saying
what to do, and what was probably meant is named.

Method: the executable as a newcomer runs it, with a broker and a data directory of its own, in the
natural order and with the slips that come naturally.
"""

import json
import os
import pty
import re
import socket
import subprocess

import pytest
from support import paths, processes, program

ANY_PORT = ("--set", "embedded.listen=127.0.0.1:0")
CREATED = "gamevents: info: created topic events with 1 partition\n"


@pytest.fixture
def alone(tmp_path):
    """alone(*args, **options): runs a command over the embedded broker of `tmp_path`."""
    def run(*args, topic="events", **options):
        return program.run(args, home=tmp_path, brokers="embedded", topic=topic, **options)
    return run


@pytest.fixture
def first(serve):
    """first(*args, **options): `serve` over the embedded broker, before anything was created."""
    def start(*args, **options):
        return serve(*ANY_PORT, *args, brokers="embedded", topic="events", **options)
    return start


def await_line(server, text: str) -> None:
    processes.wait_until(lambda: text in server.stderr, 20, f"{text!r} on stderr")


# The topic.

def test_serve_creates_its_topic_and_says_so_once(first, alone):
    server = first("--set", "kafka.partitions=3")
    await_line(server, "ready: the topic can be written to")
    assert "info: created topic events with 3 partitions\n" in server.stderr
    assert "warning" not in server.stderr
    assert server.request("/purchase_a_sword/divya").status == 200
    assert server.stop() == 0
    again = first()
    await_line(again, "ready: ")
    assert "created topic" not in again.stderr
    # To create it later is what it always was.
    done = alone("create-topic", check=False)
    assert done.returncode == 1 and b"exists already" in done.stderr
    assert alone("create-topic", "--if-not-exists").returncode == 0


@pytest.mark.parametrize("args, said", [
    (["produce"], "gamevents: info: 1 message was sent to events\n"),
    (["produce-test", "--count", "1"], ""),
    (["generate", "--to", "topic", "--count", "1", "--seed", "1"], "")],
    ids=lambda value: value[0] if isinstance(value, list) else "")
def test_who_writes_creates_the_topic_and_says_so_once(alone, args, said):
    assert alone(*args, input=b"{}\n").stderr.decode() == CREATED + said
    # The same seed again would be told that it sends duplicates.
    again = [*args[:-1], "2"] if args[0] == "generate" else args
    assert alone(*again, input=b"{}\n").stderr.decode() == said
    lines = alone("consume", "--from-beginning").stdout.splitlines()
    assert len(lines) == 2


def test_with_auto_create_off_nobody_creates_it(first, alone):
    server = first("--set", "embedded.auto_create=false")
    await_line(server, "make it with: gamevents create-topic events")
    assert "created topic" not in server.stderr
    assert server.request("/readyz").text == (
        "not ready: there is no topic events; make it with: gamevents create-topic events\n")


def test_in_a_cluster_serve_creates_no_topic(serve, gamevents, broker):
    missing = "nobody-made-this"
    server = serve(topic=missing)
    await_line(server, f"there is no topic {missing}; make it with: gamevents create-topic")
    assert "created topic" not in server.stderr


def test_an_unknown_topic_is_answered_with_those_that_are_there(alone):
    none = alone("consume", "--from-beginning", topic="gaem", check=False)
    assert none.returncode == 1
    assert none.stderr.decode() == (
        "gamevents: there is no topic gaem; there is none at all yet\n")
    for topic in ("eventsForm", "game"):
        alone("create-topic", topic)
    says = "there is no topic gaem; there are eventsForm, game (did you mean game?)\n"
    for args, prefix in ((["consume", "--from-beginning"], ""), (["consume"], ""),
                         (["report"], "report: "), (["report", "--source", "kafka"], "report: ")):
        done = alone(*args, topic="gaem", check=False)
        assert done.returncode == 1
        assert done.stdout == b""
        assert done.stderr.decode() == f"gamevents: {prefix}{says}"
    far = alone("consume", topic="elsewhere", check=False).stderr.decode()
    assert far == "gamevents: there is no topic elsewhere; there are eventsForm, game\n"


# The dashboard.

def test_serve_says_where_its_dashboard_is(first):
    server = first()
    await_line(server, f"info: the dashboard: {server.url}/dashboard\n")
    assert server.request("/dashboard").status == 200
    assert server.stderr.index("Listening on") < server.stderr.index("the dashboard:")


def test_on_every_network_the_dashboard_is_local(first):
    server = first("--host", "0.0.0.0")
    await_line(server, f"the dashboard: http://localhost:{server.port}/dashboard\n")


def test_without_a_dashboard_none_is_named(first):
    server = first("--set", "serve.dashboard=false")
    await_line(server, "ready: ")
    assert "the dashboard:" not in server.stderr


def test_the_dashboard_of_an_empty_topic_shows_how_to_begin(first):
    server = first()
    page = server.request("/dashboard").text
    assert f"No event has come yet. Send one, and it shows here: <code>curl {server.url}/</code>" \
        in page
    assert 'class="problem"' not in page
    assert server.request("/").status == 200
    processes.wait_until(lambda: "No event has come yet" not in server.request("/dashboard").text,
                         20, "the first event")


# Requests on a terminal.

def on_a_terminal(tmp_path, *args) -> tuple[subprocess.Popen, int]:
    """`serve` with a terminal for stderr, and what reads that terminal."""
    ours, theirs = pty.openpty()
    process = subprocess.Popen(
        [paths.executable(), "serve", "--port", "0", *ANY_PORT, *args], stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL, stderr=theirs, cwd=tmp_path,
        env=program.environment(tmp_path, "embedded", "events", None) | {"NO_COLOR": "1"},
        preexec_fn=processes.die_with_parent)
    os.close(theirs)
    return process, ours


def read_until(terminal: int, pattern: str) -> re.Match:
    """Reads until the pattern is there; the test's own limit ends a wait for nothing."""
    text = ""
    while not re.search(pattern, text):
        text += os.read(terminal, 4096).decode()
    return re.search(pattern, text)


def test_on_a_terminal_each_request_is_a_line(tmp_path):
    process, terminal = on_a_terminal(tmp_path)
    try:
        # In one, because both may come with one read.
        port = read_until(terminal, r"(?s)Listening on http://127.0.0.1:(\d+).*ready: ")[1]
        for path in ("/purchase_a_sword/divya", "/nowhere"):
            subprocess.run(["curl", "-s", f"http://127.0.0.1:{port}{path}"], check=True,
                           capture_output=True)
        read_until(terminal, r"GET /purchase_a_sword/divya 200 \d+\.\d ms\r\n"
                             r"GET /nowhere 404 \d+\.\d ms\r\n")
    finally:
        processes.reap(process)
        os.close(terminal)


def test_on_a_terminal_q_leaves_these_lines_out(tmp_path):
    process, terminal = on_a_terminal(tmp_path, "-q")
    try:
        port = read_until(terminal, r"Listening on http://127.0.0.1:(\d+)")[1]
        subprocess.run(["curl", "-s", f"http://127.0.0.1:{port}/healthz"], check=True,
                       capture_output=True)
        process.terminate()
        assert process.wait(30) == 0
        with pytest.raises(OSError):  # The terminal's end: nothing more was written to it.
            os.read(terminal, 4096)
    finally:
        processes.reap(process)
        os.close(terminal)


def test_elsewhere_requests_are_no_lines(first):
    server = first()
    assert server.request("/purchase_a_sword/divya").status == 200
    assert server.stop() == 0
    assert "GET /" not in server.stderr


# A port in use.

def test_a_port_in_use_says_whose_it_is_and_how_to_take_another(first, alone):
    server = first()
    done = alone("serve", "--port", server.port, check=False)
    assert done.returncode == 1
    assert done.stderr.decode() == (
        f"gamevents: listen on 127.0.0.1:{server.port}: the port is in use; stop what uses it, or "
        f"take another: --port, serve.port; process {server.pid} is a gamevents serve over the "
        "same data directory\n")


def test_a_port_in_use_by_another_program_names_nobody(alone):
    with socket.create_server(("127.0.0.1", 0)) as other:
        done = alone("serve", "--port", other.getsockname()[1], check=False)
    assert done.returncode == 1
    assert done.stderr.decode().endswith("take another: --port, serve.port\n")


# Answers over HTTP.

@pytest.mark.parametrize("path, meant", [
    ("/event", "POST /events"),
    ("/evnets", "POST /events"),
    ("/purchase_a_sword/", "GET, POST /purchase_a_sword/<username>"),
    ("/purchase_sword/divya", "GET, POST /purchase_a_sword/<username>"),
    ("/guild/masadons", "GET /guilds/<guildname>"),
    ("/helthz", "GET /healthz"),
])
def test_a_path_that_is_no_route_gets_the_nearest_one(first, path, meant):
    answer = first().request(path)
    assert answer.status == 404
    lines = answer.text.splitlines()
    assert lines[0] == f"there is no such route; did you mean {meant}?"
    assert lines[1] == "there are:"
    routes = [line.split()[-1] for line in lines[2:]]
    assert routes == sorted(routes) and len(routes) == len(set(routes)) > 20
    assert "GET, DELETE  /cart/<username>" in lines


def test_a_path_near_to_none_gets_the_list(first):
    server = first()
    for path in ("//", "/wp-login.php", "/" + "a" * 5000):
        lines = server.request(path).text.splitlines()
        assert lines[0] == "there is no such route; there are:"


def test_a_body_of_the_wrong_type_is_told_of_curl_json(first):
    answer = first().request("/events", "POST", body=b"{}", headers={
        "Content-Type": "application/x-www-form-urlencoded"})
    assert answer.status == 415
    assert "curl --json" in answer.text


@pytest.mark.parametrize("query, note", [
    ("/inventory?item=sheild", "the catalogue has no item 'sheild'; did you mean shield?"),
    ("/carts?item=sheild", "the catalogue has no item 'sheild'; did you mean shield?"),
    ("/inventory?kind=swrod", "the catalogue has no kind 'swrod'; did you mean sword?"),
    ("/inventory?where=item.sheild%20%3E%3D%201",
     "the catalogue has no item 'sheild'; did you mean shield?"),
    ("/inventory?where=kind.swrod%20%3E%200",
     "the catalogue has no kind 'swrod'; did you mean sword?"),
    ("/carts?where=totl%20%3E%205", "no user has the field totl; did you mean total?"),
    ("/inventory?where=not%20(quantty%20%3E%205)",
     "no user has the field quantty; did you mean quantity?"),
    ("/inventory?where=total%20%3E%205", "no user has the field total"),
    ("/carts?where=item%20%3D%20sword",
     "no user has the field item: name one, as in item.sword >= 1"),
    ("/carts?where=user.name%20%3D%20anna", "user has no fields"),
    ("/guilds/masadon", "there is no guild 'masadon'; did you mean masadons?"),
    ("/guilds/elsewhere", "there is no guild 'elsewhere'"),
])
def test_a_query_for_what_is_not_there_says_so(first, query, note):
    server = first()
    await_line(server, "ready: ")
    assert server.request("/join_a_guild/divya/masadons").status == 200
    processes.wait_until(
        lambda: json.loads(server.request("/guilds/masadons").text).get("count") == 1, 20,
        "the fold")
    answer = server.request(query)
    assert answer.status == 200
    assert json.loads(answer.text)["note"].startswith(note)


def test_a_query_for_what_is_there_has_no_note(first):
    server = first()
    await_line(server, "ready: ")
    for query in ("/inventory?item=shield", "/inventory", "/carts?kind=sword",
                  "/carts?where=age%20%3E%205%20and%20item.sword%20%3E%3D%201"):
        assert "note" not in json.loads(server.request(query).text)


def test_a_filter_of_another_language_says_what_to_write(first, alone):
    server = first()
    await_line(server, "ready: ")
    answer = server.request("/inventory?where=quantity%20is%20not%20null")
    assert answer.status == 400
    assert "write: quantity != null" in json.loads(answer.text)["error"]
    done = alone("consume", "--where", "a = 1 && b = 2", check=False)
    assert done.returncode == 2 and b"write 'and'" in done.stderr


def test_the_commands_of_the_readme_are_taken(first):
    """Those that send an event with a body, as they stand there."""
    server = first()
    await_line(server, "ready: ")
    readme = (paths.ROOT / "README.md").read_text()
    commands = [line[2:] for line in readme.splitlines()
                if line.startswith("$ curl") and "{" in line]
    assert commands
    for command in commands:
        done = subprocess.run(["sh", "-c", command.replace("localhost:5000",
                                                           server.url.removeprefix("http://"))],
                              capture_output=True, check=True, text=True)
        assert json.loads(done.stdout)["accepted"] == 1, done
