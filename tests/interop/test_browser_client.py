"""Goal: what a page sends with /gamevents.js is stored once, whatever happens to the page, to the
browser, to the connection and to the server; and where it cannot be, the page is told.

Method: headless Chromium shows a page of another origin, whose policy allows nothing but the client
and `serve`. The test sends through the client, closes tabs, the browser and the server, and counts
the events in the topic by their ids.
"""

import base64
import hashlib
import json
import uuid

import pytest
from support import chromium, page_server, processes
from support.flaky_proxy import FlakyProxy

BYTES_MAX = 3072
SCRIPT = "/gamevents.js"
PAGE = """<!doctype html><title>game</title>
<meta http-equiv="Content-Security-Policy"
      content="default-src 'none'; script-src {api}; connect-src {url}">
<script src="{api}/gamevents.js" integrity="{integrity}" crossorigin></script>"""
NO_STORAGE = """Object.defineProperty(window, "localStorage", {
    get() { throw new DOMException("no", "SecurityError"); }});"""
QUEUED = "Object.keys(localStorage).filter(name => name.startsWith('gamevents:')).length"
TRIES = """performance.getEntriesByType('resource').filter(each => each.name.endsWith('/events'))
    .map(each => each.startTime)"""
SENT_ALL = f"{QUEUED} === 0"


@pytest.fixture
def topic(embedded):
    return embedded.create_topic(f"client-{uuid.uuid4().hex[:12]}")


@pytest.fixture
def pages(tmp_path):
    server = page_server.PageServer(tmp_path / "pages")
    yield server
    server.close()


@pytest.fixture
def start_browser(tmp_path):
    """start_browser(): a browser; each has the same profile, so the one before must be closed."""
    started = []

    def start():
        started.append(chromium.Browser(tmp_path))
        return started[-1]
    yield start
    for browser in started:
        browser.close()


@pytest.fixture
def stored(kcat, topic):
    """Gives the events stored so far."""
    return lambda: [json.loads(line) for line in kcat(
        "-C", "-t", topic, "-o", "beginning", "-e", "-q").stdout.splitlines()]


@pytest.fixture
def open_game(pages):
    """open_game(browser, api, before="", url=None, **options): a page that has loaded the client
    from `api` and started it to send to `url`, or there. `before` is a script that runs first."""
    def start(browser, api, before="", url=None, **options):
        body = api.request(SCRIPT).body
        digest = base64.b64encode(hashlib.sha384(body).digest()).decode()
        (pages.folder / "game.html").write_text(
            PAGE.format(api=api.url, url=url or api.url, integrity=f"sha384-{digest}"))
        page = browser.page()
        if before:
            page.call("Page.addScriptToEvaluateOnNewDocument", source=before)
        page.open(f"{pages.url}/game.html")
        page.wait("'gamevents' in window")
        begin(page, url or api.url, **options)
        return page
    return start


def begin(page, url, **options) -> None:
    page.run(f"window.refused = [], gamevents.start({{...{json.dumps({'url': url} | options)}, "
             "onRefused: (event, why) => refused.push([event, why])})")


def send(page, count, first=0) -> None:
    page.run(f"for (let i = {first}; i < {first + count}; i++) gamevents.send('level_up', "
             "{level: i, note: 'grüße'})")


def levels(events) -> list[int]:
    return sorted(event["level"] for event in events)


def leave(browser) -> None:
    """Ends the browser as its user does, so that it writes down what it has."""
    browser.send("Browser.close")
    browser.process.wait(30)


def test_the_client_is_small_and_can_be_kept(serve):
    server = serve()
    answer = server.request(SCRIPT)
    assert answer.status == 200
    assert len(answer.body) <= BYTES_MAX
    assert answer.headers["Content-Type"] == "text/javascript; charset=utf-8"
    assert answer.headers["Cache-Control"] == "public, max-age=3600"
    assert answer.headers["Cross-Origin-Resource-Policy"] == "cross-origin"
    again = server.request(SCRIPT, headers={"If-None-Match": answer.headers["ETag"]})
    assert (again.status, again.body) == (304, b"")
    assert server.request(SCRIPT, headers={"If-None-Match": '"another"'}).status == 200


def test_events_are_sent_with_who_and_when(serve, start_browser, open_game, pages, stored):
    server = serve("--set", f"serve.cors_origins={pages.url}")
    page = open_game(start_browser(), server, user="divya")
    send(page, 3)
    page.wait(SENT_ALL)
    events = stored()
    assert levels(events) == [0, 1, 2]
    assert {event["user"] for event in events} == {"divya"}
    assert all(event["event_time"].endswith("Z") for event in events)
    assert len({event["event_id"] for event in events}) == 3
    assert page.run("refused") == []
    assert page.problems == []
    # As a module it does the same.
    assert page.run(f"import({json.dumps(server.url + SCRIPT + '?')}).then(() => "
                    "typeof gamevents.send)") == "function"


def test_the_last_events_of_a_tab_that_is_closed_arrive(
        serve, gamevents, tmp_path, start_browser, open_game, pages, stored):
    key = gamevents("keys", "add", "web", "--scope", "write", "--origin", pages.url,
                    "--set", "serve.api_keys_file=keys").stdout.decode().strip()
    server = serve("--set", f"serve.cors_origins={pages.url}",
                   "--set", "serve.api_keys_file=keys")
    browser = start_browser()
    page = open_game(browser, server, key=key)
    send(page, 5)
    page.send("Page.close")
    processes.wait_until(lambda: levels(stored()) == [0, 1, 2, 3, 4], 20, "the beacon's events")
    # The next page sends them again, for nobody told it of the beacon: they are known.
    page = open_game(browser, server, key=key)
    page.wait(SENT_ALL)
    assert len(stored()) == 5


def test_a_queue_outlives_the_browser_and_the_server(
        serve, start_browser, open_game, pages, stored):
    settings = ("--set", f"serve.cors_origins={pages.url}")
    server = serve(*settings)
    browser = start_browser()
    page = open_game(browser, server)
    assert server.stop() == 0
    send(page, 7)
    page.wait(f"{TRIES}.length > 0", 30)
    assert page.run(QUEUED) == 7
    leave(browser)
    server = serve(*settings, port=server.port)
    page = open_game(start_browser(), server)
    page.wait(SENT_ALL, 60)
    assert levels(stored()) == list(range(7))


def test_nothing_is_lost_or_doubled_by_failures_and_a_kill(
        serve, start_browser, open_game, pages, stored):
    settings = ("--set", f"serve.cors_origins={pages.url}")
    server = serve(*settings)
    flaky = FlakyProxy(server, ["pass", 503, "lose the answer", 429, "pass", "reset"])
    try:
        page = open_game(start_browser(), server, url=flaky.url)
        for first in range(0, 150, 50):
            send(page, 50, first)
            page.wait(f"{QUEUED} <= 50", 60)
        server.kill()
        send(page, 50, 150)
        flaky.upstream = serve(*settings)
        page.wait(SENT_ALL, 120)
        events = stored()
        assert levels(events) == list(range(200))
        assert len({event["event_id"] for event in events}) == 200
        assert page.run("refused") == []
    finally:
        flaky.close()


def test_what_is_refused_is_told_and_not_sent_again(serve, start_browser, open_game, pages, stored):
    server = serve("--set", f"serve.cors_origins={pages.url}", "--set", "serve.max_batch=3")
    page = open_game(start_browser(), server)
    page.run("gamevents.send('', {bad: 1})")
    send(page, 5)  # More than one request may have.
    page.run("gamevents.send('purchase_sword', {bad: 2})")
    page.wait(SENT_ALL)
    assert levels(stored()) == list(range(5))
    refused = page.run("refused")
    assert [event["bad"] for event, _ in refused] == [1, 2]
    assert {why["code"] for _, why in refused} == {"invalid_field"}
    # A whole body, too, where its events are all wrong.
    page.run("gamevents.send('', {bad: 3})")
    page.wait(SENT_ALL)
    assert page.run("refused.length") == 3


def test_who_sends_too_much_waits(serve, start_browser, open_game, pages, stored):
    server = serve("--set", f"serve.cors_origins={pages.url}", "--set", "serve.rate_limit=1",
                   "--set", "serve.rate_burst=2")
    page = open_game(start_browser(), server)
    for first in range(4):
        send(page, 1, first)
        page.wait(SENT_ALL, 60)
    assert levels(stored()) == [0, 1, 2, 3]


def test_tabs_share_a_queue(serve, start_browser, open_game, pages, stored):
    server = serve("--set", f"serve.cors_origins={pages.url}")
    browser = start_browser()
    tabs = [open_game(browser, server) for _ in range(3)]
    for number, tab in enumerate(tabs):
        send(tab, 100, 100 * number)
    tabs[0].wait(SENT_ALL, 60)
    assert levels(stored()) == list(range(300))


@pytest.mark.parametrize("before", [
    NO_STORAGE,
    "for (let size = 1 << 22; size; size >>= 1) try {"
    "for (let i = 0;; i++) localStorage[`full${size} ${i}`] = 'x'.repeat(size); } catch {}",
], ids=["missing", "full"])
def test_without_local_storage_events_are_kept_in_memory(
        serve, start_browser, open_game, pages, stored, before):
    server = serve("--set", f"serve.cors_origins={pages.url}")
    page = open_game(start_browser(), server, before=before)
    send(page, 4)
    processes.wait_until(lambda: levels(stored()) == [0, 1, 2, 3], 20, "the events")


def test_a_queue_has_an_end(serve, start_browser, open_game, pages, stored):
    settings = ("--set", f"serve.cors_origins={pages.url}")
    server = serve(*settings)
    page = open_game(start_browser(), server)
    page.call("Network.emulateNetworkConditions", offline=True, latency=0, downloadThroughput=-1,
              uploadThroughput=-1)
    send(page, 1005)
    assert page.run(QUEUED) == 1000
    page.run("gamevents.send('huge', {text: 'x'.repeat(1e5)})")
    assert page.run("gamevents.dropped") == 6
    page.call("Network.emulateNetworkConditions", offline=False, latency=0, downloadThroughput=-1,
              uploadThroughput=-1)
    page.wait(SENT_ALL, 60)
    assert levels(stored()) == list(range(5, 1005))


def test_an_origin_that_is_not_listed_stores_nothing_and_is_noted_once(
        serve, start_browser, open_game, pages, stored):
    server = serve("--set", "serve.cors_origins=http://another.example")
    page = start_browser().page()
    (pages.folder / "game.html").write_text(f"<script src={server.url}{SCRIPT}></script>")
    page.open(f"{pages.url}/game.html")
    page.wait("'gamevents' in window")
    begin(page, server.url)
    send(page, 3)
    starts = page.wait(f"{TRIES}.length > 2 && {TRIES}", 30)
    assert starts[1] - starts[0] >= 500
    assert starts[2] - starts[1] >= 1000
    assert stored() == []
    assert page.run(QUEUED) == 3
    assert server.stderr.count(f"refused origin {pages.url}") == 1


def test_any_page_may_send_but_not_by_beacon_where_all_are_allowed(
        serve, start_browser, open_game, pages, stored):
    server = serve("--set", "serve.cors_origins=*")
    browser = start_browser()
    page = open_game(browser, server)
    send(page, 2)
    page.wait(SENT_ALL)
    assert levels(stored()) == [0, 1]
    answer = server.request("/events", "POST", '{"event_type":"a"}', {
        "Origin": pages.url, "Content-Type": "application/json"})
    assert answer.headers["Access-Control-Allow-Origin"] == "*"
    assert answer.headers["Access-Control-Allow-Credentials"] is None
    send(page, 1, 2)
    page.send("Page.close")
    # The beacon's text is not taken; the next page sends the event again.
    page = open_game(browser, server)
    page.wait(SENT_ALL)
    assert levels(event for event in stored() if "level" in event) == [0, 1, 2]
