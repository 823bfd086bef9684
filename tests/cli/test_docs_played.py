"""Goal: following a page of the documentation to the letter gives what the page shows.

Method: every shell command of the pages is run in its order, on a machine on which nothing is: a
home of its own, no configuration, no data. Changed are the ports, so that nothing on 5000 or 29092
is in the way, and 0.0.0.0, for tests listen on the loopback address alone. A command must end with
0, and print what the page shows, where that shows something; support.pages has the rules for what
differs each time. A curl fails when its answer is an error, unless the page shows that answer.
Examples that are no shell's are sent to the server and compared in the same way.
"""

import json
import os
import re
import signal

import pytest
from support import assignment, chromium, pages, paths, processes

PAGES = {page.name: page for page in
         (paths.ROOT / "README.md", *(paths.ROOT / "docs" / name for name in
          ("quickstart.md", "assignment.md", "http-api.md", "integrate.md")))}

# What cannot be played here, and why.
NOT_PLAYED = {
    "README.md": {
        "make demo": "test_demo.py plays it",
        "make test": "it runs this test",
        "xdg-open http://localhost:5000/dashboard": "it opens a browser; test_dashboard.py has one",
    },
    "quickstart.md": {
        "make": "it builds what is tried here",
        "export GAMEVENTS_KAFKA_BROKERS=kafka-1:9092,kafka-2:9092": "a cluster that is not here",
    },
}

# What does not end by itself: how a person ends it, and its exit code then.
ENDLESS = {
    "gamevents consume --follow": (signal.SIGINT, 0),
    "curl -N localhost:5000/dashboard/stream": (signal.SIGINT, -signal.SIGINT),
}

# The languages of the blocks that are no shell's, in their order. Each has a test below, but for
# `text`, which is what the original did, and for integrate.md: interop/test_integrate.py has those.
OTHERS = {
    "README.md": [],
    "quickstart.md": ["yaml"],
    "assignment.md": ["text"] * 7,
    "http-api.md": ["js", "json", "json", "text", "yaml", "http", "text", "text"],
    "integrate.md": [*["python"] * 2, "html", *["js"] * 2, *["cpp"] * 2, *["csharp"] * 4,
                     *["gdscript"] * 2, "yaml", "ini", "cpp"],
}

CURL_FAILED = 22  # Its exit code for an answer that is an error, with fail-with-body.


class Reader:
    """Somebody at a terminal, with a page."""

    def __init__(self, folder):
        home = folder / "home"
        home.mkdir()
        (home / ".curlrc").write_text("fail-with-body\n")
        self.port, self.broker_port = processes.free_port(), processes.free_port()
        self.shell = pages.Shell(home, {"GAMEVENTS_SERVE_PORT": str(self.port),
                                        "GAMEVENTS_EMBEDDED_LISTEN":
                                            f"127.0.0.1:{self.broker_port}"})

    def here(self, text: str) -> str:
        """The page's text with this machine's ports."""
        return text.replace(":5000", f":{self.port}").replace("0.0.0.0", "127.0.0.1")

    def there(self, text: str) -> str:
        """A text of this machine with the page's ports."""
        return text.replace(f":{self.port}", ":5000").replace(f":{self.broker_port}", ":29092")

    def run(self, command: str) -> pages.Done:
        done = self.shell.run(self.here(command))
        return pages.Done(done.status, self.there(done.stdout), self.there(done.stderr))

    def begin(self, command: str) -> pages.Done:
        """Runs what goes on in the background, up to where it says that it is ready."""
        assert self.run(command).status == 0
        log = self.shell.last_stderr
        processes.wait_until(lambda: "ready: " in log.read_text(), 20, f"{command}: ready")
        return pages.Done(0, "", self.there(log.read_text()))

    def play(self, command: pages.Command) -> None:
        """Runs it, and looks whether the page is right."""
        bare = bare_text(command)
        if bare in ENDLESS:
            self.follow(bare, command)
            return
        done = self.begin(bare) if bare.endswith("&") else self.run(command.text)
        shown_error = command.shown != "" and "curl" in bare
        assert done.status == 0 or (shown_error and done.status == CURL_FAILED), (command, done)
        if command.shown:
            shown = command.shown.replace("0.0.0.0", "127.0.0.1")
            assert pages.agree(shown, done.stdout, done.stderr), \
                f"line {command.line}: $ {bare}\n{done.stdout}{done.stderr}\nis not\n{shown}"

    def follow(self, bare: str, command: pages.Command) -> None:
        """A command that does not end: runs it until an event has made it print, and ends it."""
        number, code = ENDLESS[bare]
        process = self.shell.start(self.here(bare))
        printed = ""

        def agrees() -> bool:
            nonlocal printed
            assert process.poll() is None, process.stderr.read()
            assert self.run("curl -s http://localhost:5000/").status == 0
            printed += self.there(read_now(process.stdout))
            return printed != "" and pages.agree(command.shown or "…", printed, "")

        try:
            processes.wait_until(agrees, 20, f"line {command.line}: {bare}")
            process.send_signal(number)
            assert process.wait(20) == code, process.stderr.read()
        finally:
            processes.reap(process)
            process.stdout.close()
            process.stderr.close()


def bare_text(command: pages.Command) -> str:
    """The command without a comment behind it."""
    return re.sub(r"\s+# .*", "", command.text)


def read_now(pipe) -> str:
    """What can be read from an unbuffered pipe without waiting."""
    os.set_blocking(pipe.fileno(), False)
    return (pipe.read() or b"").decode()


@pytest.fixture
def reader(tmp_path):
    reader = Reader(tmp_path)
    yield reader
    reader.shell.close()


def commands_of(page: str) -> list[pages.Command]:
    return [command for block in pages.blocks(PAGES[page]) if block.language in pages.SHELLS
            for command in pages.commands(block)]


def test_what_a_page_shows_must_be_what_is_printed():
    shown = "a …\n…\nat 2026-11-26 10:00:00\n% end\n"
    printed, note = "a b\nc\nd\nat 2027-01-01 00:00:00\n", "warning\n% end\n"
    assert pages.agree(shown, printed, note)
    assert pages.agree(shown, printed + "\n", note)
    assert not pages.agree(shown, printed, "")
    assert not pages.agree(shown, printed + "e\n", note)
    assert not pages.agree(shown, printed.replace("a b", "b"), note)
    assert not pages.agree(shown, printed.replace("01-01", "01-1"), note)
    assert not pages.agree("a\n", "a\nb\n", "")
    assert not pages.agree("a\nb\n", "a\n", "")


@pytest.mark.parametrize("page", PAGES)
def test_every_block_says_what_it_is(page):
    languages = [block.language for block in pages.blocks(PAGES[page])]
    assert [each for each in languages if each not in pages.SHELLS] == OTHERS[page]


@pytest.mark.parametrize("page", NOT_PLAYED)
def test_what_is_not_played_is_still_there(page):
    assert set(NOT_PLAYED[page]) <= {bare_text(command) for command in commands_of(page)}


def test_what_does_not_end_is_still_there():
    assert set(ENDLESS) <= {bare_text(each) for page in PAGES for each in commands_of(page)}


@pytest.mark.timeout(240)
@pytest.mark.parametrize("page", PAGES)
def test_a_page_played_to_the_letter(page, reader):
    played = [command for command in commands_of(page)
              if bare_text(command) not in NOT_PLAYED.get(page, {})]
    assert len(played) > 10
    for command in played:
        reader.play(command)
    if "kill %1" not in [command.text for command in played]:
        assert reader.run("kill %1").status == 0
    assert reader.shell.exit_codes() == [0]


def example(page: str, language: str, begins: str = "") -> str:
    """The page's one block of the language that begins so."""
    (found,) = [block.text for block in pages.blocks(PAGES[page])
                if block.language == language and block.text.startswith(begins)]
    return found


def newest_of(reader) -> str:
    """The newest event of the topic, as it is stored."""
    return reader.run("gamevents consume -o -1").stdout


def test_the_assignment_s_requests_make_its_table(reader):
    for command in commands_of("assignment.md"):
        reader.play(command)
        if command.text == "gamevents report":
            break
    assert assignment.TABLE in reader.run("gamevents report").stdout


def test_the_quickstart_s_events_are_read_past_numbers(reader):
    (command,) = [each for each in commands_of("quickstart.md") if "jq" in each.text]
    for setting in ("gamevents create-topic", "gamevents produce-test",
                    """echo '{"event_type":"default"}' | gamevents produce"""):
        assert reader.run(setting).status == 0
    done = reader.run(command.text)
    assert (done.status, done.stdout) == (0, '"default"\n')
    assert "jq" not in done.stderr


def test_the_quickstart_s_configuration_is_sound(reader):
    (reader.shell.home / "gamevents.yaml").write_text(example("quickstart.md", "yaml"))
    assert reader.run("gamevents config check").status == 0
    assert "kafka-1:9092,kafka-2:9092" in reader.run("gamevents config show").stdout


def test_the_stored_event_is_as_shown(reader):
    reader.begin("gamevents serve &")
    assert reader.run("curl http://localhost:5000/purchase_a_sword/divya").status == 0
    shown = example("http-api.md", "json", '{"event_type"')
    assert pages.agree(shown, newest_of(reader), ""), newest_of(reader)


def test_the_cloud_event_is_stored_as_shown(reader):
    reader.begin("gamevents serve &")
    sent, shown = example("http-api.md", "json", '{"specversion"').splitlines()
    (reader.shell.home / "sent").write_text(sent)
    answer = reader.run("curl -H 'Content-Type: application/cloudevents+json' "
                        "--data-binary @sent http://localhost:5000/events")
    assert json.loads(answer.stdout)["accepted"] == 1, answer
    assert pages.agree(shown, newest_of(reader), ""), newest_of(reader)


def test_a_server_without_a_broker_answers_as_shown(reader, serve):
    request, answer = example("http-api.md", "http").split("\n\n", 1)
    path = re.fullmatch(r"GET (\S+) HTTP/1.1", request)[1]
    server = serve()  # Its broker is an address at which nobody is.
    done = reader.shell.run(f"curl -i {server.url}{path}")
    assert done.status == CURL_FAILED
    assert pages.agree(answer, done.stdout.replace("\r", ""), ""), done.stdout
    (as_json,) = re.findall(r"`(\{\"ready\":.*?\})`", PAGES["http-api.md"].read_text())
    done = reader.shell.run(f"curl -H 'Accept: application/json' {server.url}{path}")
    assert pages.agree(as_json, done.stdout, ""), done.stdout


def test_the_page_s_script_sends_and_sends_again(reader, tmp_path):
    reader.begin("gamevents serve &")
    browser = chromium.Browser(tmp_path)
    try:
        page = browser.page()
        page.open(reader.here("http://localhost:5000/healthz"))
        script = reader.here(example("http-api.md", "js"))
        events = '[{"event_type": "quest_begun"}, {"event_type": "quest_done"}]'
        for accepted, duplicates in ((2, 0), (0, 2)):
            assert page.run(f"{script}; send({events}, 'key')") == {
                "accepted": accepted, "duplicates": duplicates, "rejected": []}
        # Without a server it tries until there is one.
        assert reader.run("kill %1; wait").status == 0
        page.run(f"{script}; void (window.sent = send({events}))")
        reader.begin("gamevents serve &")
        assert page.run("window.sent")["accepted"] == 2
    finally:
        browser.close()
