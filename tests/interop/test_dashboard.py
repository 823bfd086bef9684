"""Goal: whoever has the dashboard open sees what was stored, all of it and soon, without doing
anything; what players send can do nothing there.

Method: headless Chromium on /dashboard of a running `serve`, driven over its DevTools protocol,
while events arrive over HTTP; what the page shows is read out of the page.
"""

import base64
import hashlib
import json
import os
import time

import pytest
from confluent_kafka import Producer
from support import axe, chromium, processes

pytestmark = pytest.mark.usefixtures("topic")
SCRIPT = "<script>document.title='owned'</script>"
IMAGE = "<img src=x onerror=document.title='owned'>"
COLOURS = "\x1b[31mred\x1b]0;owned\x07"
EVIL = f"{SCRIPT}{IMAGE}</td></table></main><style>*{{display:none}}</style>{COLOURS}"
# In how many lines the figure of a tile stands that has seven digits.
LINES_OF_A_NUMBER = """(text => {
    text.data = '1,234,567';
    const range = document.createRange();
    range.selectNodeContents(text);
    return new Set([...range.getClientRects()].map(line => line.top)).size;
})(document.querySelector('.tiles dd').firstChild)"""
TABLES = """Object.fromEntries([...document.querySelectorAll('main table')].map(table =>
    [table.caption.textContent, [...table.tBodies[0].rows].map(row =>
        [...row.cells].map(cell => cell.textContent))]))"""
FIGURES = """Object.fromEntries([...document.querySelectorAll('main dl div')].map(each =>
    [each.children[0].textContent, each.children[1].textContent]))"""
LIVE = "document.getElementById('connection')?.dataset.state === 'live'"


@pytest.fixture
def topic(embedded):
    return embedded.create_topic(f"dashboard-{os.urandom(6).hex()}")


@pytest.fixture(scope="module")
def browser(tmp_path_factory):
    browser = chromium.Browser(tmp_path_factory.mktemp("chromium"))
    yield browser
    browser.close()


def watch(browser, server, path="/dashboard"):
    """A page that shows the dashboard and is live; it would notice being loaded anew."""
    page = browser.page()
    page.open(server.url + path)
    page.wait(LIVE)
    page.run("window.loadedOnce = true")
    return page


def await_figures(page, **wanted) -> dict:
    """Waits until the page shows these numbers; all that it shows then."""
    wanted = {name.replace("_", " "): f"{count:,}" for name, count in wanted.items()}
    shown = {}

    def shows():
        nonlocal shown
        shown = page.run(FIGURES)
        return all(shown.get(name) == count for name, count in wanted.items())
    processes.wait_until(shows, 20, f"{wanted}, not {shown}")
    assert page.run("window.loadedOnce") is True
    return shown


def post(server, events) -> None:
    answer = server.request("/events", "POST", json.dumps(events),
                            {"Content-Type": "application/json"})
    assert answer.status == 200, answer.text


def buy(item, user, count=1) -> list:
    return [{"event_type": f"purchase_{item}", "purchase_user": user}] * count


def test_the_numbers_are_those_of_what_was_sent(serve, browser, topic, embedded):
    server = serve()
    processes.wait_until(lambda: server.request("/readyz").status == 200, 20, "ready")
    page = watch(browser, server)
    assert page.run(FIGURES)["Events"] == "0"
    sent = 0
    for _ in range(7):
        assert server.request("/purchase_a_sword/divya").status == 200
        sent += 1
    await_figures(page, Events=7, Types=1, Items=1, Users=1)
    for size in (1, 40, 1000, 2000):
        post(server, buy("bow", "ann", size))
        sent += size
        await_figures(page, Events=sent)
    producer = Producer({"bootstrap.servers": embedded.brokers})
    for number in range(1, 43):
        producer.produce(topic, str(number))
    assert producer.flush(30) == 0
    page.wait("document.querySelector('main').textContent.includes('What was not an event')")
    figures = await_figures(page, Events=sent)
    assert {name: figures[name] for name in ("Events", "Types", "Items", "Users")} == {
        "Events": "3,048", "Types": "2", "Items": "2", "Users": "2"}
    assert figures["Players active now"] == "2"
    assert figures["Revenue today"] == figures["Revenue in all"]
    assert float(figures["Events per second"]) > 0
    tables = page.run(TABLES)
    assert tables["Events by type"] == [["purchase_bow", "3041"], ["purchase_sword", "7"]]
    assert tables["Events by user"] == [["ann", "3041"], ["divya", "7"]]
    assert sum(int(row[1]) for row in tables["Events per minute"]) == 3048
    assert tables["What was not an event"][0][:2] == ["number", "42"]
    assert page.run("document.querySelectorAll('.events > details').length") == 50
    assert page.problems == []
    assert server.stop() == 0, server.stderr


def test_what_players_send_can_do_nothing(serve, browser):
    server = serve()
    processes.wait_until(lambda: server.request("/readyz").status == 200, 20, "ready")
    page = watch(browser, server)
    title = page.run("document.title")
    post(server, [{"event_type": EVIL, "purchase_user": EVIL, "item": EVIL}] * 3)
    await_figures(page, Events=3)
    # And as it is when the page is loaded with it.
    for each in (page, watch(browser, server)):
        await_figures(each, Events=3)
        assert each.run("document.title") == title
        assert each.run("document.querySelector('main :is(script, img, style)')") is None
        assert each.run("document.querySelectorAll('script').length") == 2
        (row,) = each.run(TABLES)["Events by type"]
        shown = EVIL.replace("\x1b", "\\x1B").replace("\x07", "\\a")
        assert row == [shown, "3"]
        assert each.run("getComputedStyle(document.body).display") == "block"
        assert each.problems == []
    # The policy is what it was before events came: a script of anybody's is stopped.
    page.run("""document.querySelector('main').insertAdjacentHTML('beforeend',
        '<img src=x onerror="document.title=1">')""")
    processes.wait_until(lambda: page.problems, 10, "the policy's complaint")
    assert "Content Security Policy" in page.problems[0]
    assert page.run("document.title") == title


def test_what_its_reader_has_done_stays(serve, browser):
    server = serve()
    processes.wait_until(lambda: server.request("/readyz").status == 200, 20, "ready")
    post(server, buy("bow", "ann", 2) + buy("sword", "bob", 5) + buy("axe", "eve", 3))
    page = watch(browser, server)
    await_figures(page, Events=10)
    section = """[...document.querySelectorAll('section')].find(each =>
        each.querySelector('h2').textContent === 'Events by user')"""
    users = f"[...{section}.querySelectorAll('tbody tr')].map(row => row.cells[0].textContent)"
    page.run(f"{section}.querySelector('summary').click()")
    page.run(f"{section}.querySelector('th button').click()")  # ascending by name
    page.run(f"{section}.querySelector('th button').click()")  # descending
    page.run(f"{section}.querySelectorAll('th button')[1].focus()")
    page.run("scrollTo(0, 300)")
    assert page.run(users) == ["eve", "bob", "ann"]
    post(server, buy("axe", "dan", 4))
    await_figures(page, Events=14)
    assert page.run(f"{section}.querySelector('details').open") is True
    assert page.run(users) == ["eve", "dan", "bob", "ann"]
    assert page.run(f"{section}.querySelector('th').getAttribute('aria-sort')") == "descending"
    assert page.run(f"document.activeElement === {section}.querySelectorAll('th button')[1]")
    assert page.run("scrollY") == 300
    # While text is selected nothing is taken from under it.
    page.run(f"getSelection().selectAllChildren({section}.querySelector('td'))")
    post(server, buy("axe", "dan"))
    time.sleep(1.5)
    assert page.run("getSelection().toString()") == "eve"
    assert page.run(FIGURES)["Events"] == "14"
    page.run("getSelection().removeAllRanges()")
    await_figures(page, Events=15)
    assert page.problems == []


def test_it_fits_a_phone_and_obeys_its_readers_wishes(serve, browser):
    server = serve()
    processes.wait_until(lambda: server.request("/readyz").status == 200, 20, "ready")
    post(server, buy("bow_" + "w" * 60, "ann" * 80, 3))
    page = watch(browser, server)
    await_figures(page, Events=3)
    ink = "getComputedStyle(document.body).color"
    breathes = ("getComputedStyle(document.getElementById('connection'), '::before')"
                ".animationName !== 'none'")
    assert page.run(breathes)
    light = page.run(ink)
    page.call("Emulation.setEmulatedMedia", features=[
        {"name": "prefers-color-scheme", "value": "dark"},
        {"name": "prefers-reduced-motion", "value": "reduce"}])
    assert page.run(ink) != light
    assert not page.run(breathes)
    page.call("Emulation.setDeviceMetricsOverride", width=390, height=844, deviceScaleFactor=1,
              mobile=True)
    assert page.run("document.documentElement.scrollWidth") == 390
    assert page.problems == []


def test_a_server_or_a_broker_that_was_away(serve, browser, own_embedded):
    own_embedded.create_topic("events")
    server = serve(topic="events", port=processes.free_port())
    processes.wait_until(lambda: server.request("/readyz").status == 200, 20, "ready")
    post(server, buy("bow", "ann", 3))
    page = watch(browser, server)
    await_figures(page, Events=3)
    assert server.stop() == 0, server.stderr
    page.wait("document.getElementById('connection').textContent.startsWith('Reconnecting')")
    assert page.run(FIGURES)["Events"] == "3"
    server = serve(topic="events", port=server.port)
    page.wait(LIVE)
    processes.wait_until(lambda: server.request("/readyz").status == 200, 20, "ready")
    post(server, buy("bow", "ann", 3))
    await_figures(page, Events=6)
    own_embedded.kill()
    problem = "document.querySelector('main .problem')"
    page.wait(f"{problem}?.textContent.includes('{own_embedded.brokers}')", 40)
    assert page.run(FIGURES)["Events"] == "6"
    assert "cannot be read" in server.request("/dashboard").text
    own_embedded.start()
    page.wait(f"!{problem}", 40)
    processes.wait_until(lambda: server.request("/readyz").status == 200, 20, "ready")
    post(server, buy("bow", "ann", 3))
    await_figures(page, Events=9)


def test_with_keys_the_browser_asks_for_one(serve, browser, tmp_path):
    (tmp_path / "keys").write_text(
        f"scope=read {hashlib.sha256(b'secret').hexdigest()}  analyst\n"
        f"scope=write {hashlib.sha256(b'game').hexdigest()}  game\n")
    server = serve("--set", "serve.api_keys_file=keys")
    key = {"X-Api-Key": "game"}
    # The first may not read: the browser asks again.
    passwords = ["game", "secret"]
    processes.wait_until(lambda: server.request("/readyz").status == 200, 20, "ready")
    assert server.request("/dashboard").status == 401
    asked = []

    def answer(params):
        asked.append(params["authChallenge"])
        page.send("Fetch.continueWithAuth", requestId=params["requestId"], authChallengeResponse={
            "response": "ProvideCredentials", "username": "me",
            "password": passwords[min(len(asked), len(passwords)) - 1]})
    page = browser.page()
    page.handlers = {
        "Fetch.authRequired": answer,
        "Fetch.requestPaused": lambda params: page.send("Fetch.continueRequest",
                                                        requestId=params["requestId"])}
    page.call("Fetch.enable", handleAuthRequests=True)
    page.open(server.url + "/dashboard")
    page.wait(LIVE)
    page.run("window.loadedOnce = true")
    assert server.request("/purchase_a_sword/ann", headers=key).status == 200
    await_figures(page, Events=1)
    assert [each["scheme"] for each in asked] == ["basic", "basic"]
    assert asked[0]["realm"] == "gamevents"
    # As `curl -u` sends it.
    basic = {"Authorization": f"Basic {base64.b64encode(b'me:secret').decode()}"}
    assert server.request("/dashboard", headers=basic).status == 200
    assert server.request("/metrics").status == 200


# The page as a product: range, filter, address, keyboard, names, sizes.

def settle(page, server, path) -> None:
    """Opens the page, and waits until its script has run."""
    page.open(server.url + path)
    page.wait("document.readyState === 'complete' && "
              "document.getElementById('connection')?.dataset.state === 'live'")


@pytest.fixture
def world(serve, embedded, topic):
    """A server over events of three hours, by three players; the newest is of now."""
    now_ms = int(time.time() * 1000)
    producer = Producer({"bootstrap.servers": embedded.brokers})
    for minutes, user, item, price in ((170, "ann", "bow", 90), (90, "ann", "bow", 90),
                                       (80, "bob", "sword", 120), (30, "eve", "sword", 120),
                                       (10, "ann", "sword", 120), (0, "ann", "bow", 90)):
        event = {"event_type": f"purchase_{item}", "purchase_user": user, "kind": item,
                 "price": price}
        producer.produce(topic, json.dumps(event), key=user,
                         timestamp=now_ms - minutes * 60_000)
    assert producer.flush(30) == 0
    server = serve("--set", "serve.report_cache=0s")
    processes.wait_until(lambda: server.request("/readyz").status == 200, 20, "ready")
    return server


def test_a_range_and_a_filter_are_chosen_by_clicks_and_stand_in_the_address(world, browser):
    page = browser.page()
    settle(page, world, "/dashboard")
    await_shown(page, Events="6", Users="3")
    click(page, "document.querySelector('nav[aria-label=Range] a')", "15m")
    assert page.run("location.search") == "?since=15m"
    await_shown(page, Events="2", Users="1", Revenue="210")
    hour = "[...document.querySelectorAll('nav[aria-label=Range] a')][1]"
    click(page, hour, "since=1h")
    await_shown(page, Events="3", Users="2", Revenue="330")
    # A bar leads to what it stands for.
    click(page, "document.querySelector('main svg[role=group] a')", "where=")
    await_shown(page, Events="2", Users="2", Revenue="240")
    assert page.run("document.querySelector('.conditions code').textContent") == (
        'event_type = "purchase_sword"')
    # And held against the hour before.
    click(page, "[...document.querySelectorAll('.choices a')].at(-1)", "compare=previous")
    await_shown(page, Events="2")
    notes = page.run("document.querySelector('main').textContent")
    assert "+100 %: 1 in the period before" in notes
    assert page.run("document.querySelectorAll('svg.timeline .legend, .legend li').length") == 2
    shared = page.run("location.href")
    # Whoever gets the link sees the same.
    other = browser.page()
    other.open(shared)
    await_shown(other, Events="2", Users="2", Revenue="240")
    # Back, and back again.
    page.run("history.back()")
    page.wait("!location.search.includes('compare')")
    page.run("history.back()")
    page.wait("location.search === '?since=1h'")
    await_shown(page, Events="3")
    click(other, "document.querySelector('.conditions a')", "since=1h&compare=previous")
    await_shown(other, Events="3")
    assert page.problems == [] and other.problems == []


def click(page, element: str, leads_to: str) -> None:
    page.run(f"{element}.dispatchEvent(new MouseEvent('click', "
             "{bubbles: true, cancelable: true, view: window}))")
    page.wait(f"decodeURIComponent(location.href).includes({json.dumps(leads_to)}) && "
              "document.readyState === 'complete'")


def await_shown(page, **wanted) -> None:
    page.wait(f"(shown => Object.entries({json.dumps(wanted)}).every("
              f"([name, text]) => shown[name] === text))({FIGURES})")


def key(page, name: str, code: int, text: str = "") -> None:
    for kind in ("keyDown", "keyUp"):
        page.call("Input.dispatchKeyEvent", type=kind, key=name, code=name,
                  windowsVirtualKeyCode=code, **({"text": text} if text else {}))


def test_it_is_used_with_a_keyboard_alone(world, browser):
    page = browser.page()
    settle(page, world, "/dashboard")
    page.call("Page.bringToFront")
    reached = []
    for _ in range(40):
        key(page, "Tab", 9)
        reached.append(page.run("document.activeElement.name || "
                                "document.activeElement.textContent.trim()"))
        if reached[-1] == "where":
            break
    assert [each for each in reached if each in ("15 min", "1 h", "24 h", "7 d", "All")] == [
        "15 min", "1 h", "24 h", "7 d", "All"]
    assert page.run("getComputedStyle(document.activeElement).outlineStyle") == "solid"
    page.call("Input.insertText", text="kind = sword")
    key(page, "Enter", 13, "\r")
    page.wait("location.search === '?where=kind+%3D+sword'")
    await_shown(page, Events="3")
    # An event opens with the keyboard, and stays open when the page is asked for again.
    page.run("document.querySelector('.events summary').focus()")
    key(page, "Enter", 13, "\r")
    page.wait("document.querySelector('.events details').open")
    assert "purchase_sword" in page.run("document.querySelector('.events pre').textContent")
    assert page.problems == []


def test_it_works_without_scripts(world, browser):
    page = browser.page()
    page.call("Emulation.setScriptExecutionDisabled", value=True)
    page.open(world.url + "/dashboard?since=1h")
    processes.wait_until(lambda: page.run("document.readyState") == "complete", 20, "loaded")
    page.run("document.querySelector('[name=where]').value = 'kind = sword'")
    page.run("document.querySelector('form').requestSubmit()")
    page.wait("location.search.includes('where=kind+%3D+sword')")
    await_shown(page, Events="2")
    assert page.run("document.getElementById('connection').textContent").startswith("Without")


@pytest.mark.parametrize("path", ["/dashboard", "/dashboard?since=1h&compare=previous",
                                  "/dashboard?where=kind%3Dsword&tz=Asia/Tokyo"])
def test_nothing_serious_is_found_by_axe(world, browser, path):
    page = browser.page()
    settle(page, world, path)
    page.run("document.querySelectorAll('details').forEach(each => { each.open = true; })")
    for dark in ("light", "dark"):
        page.call("Emulation.setEmulatedMedia",
                  features=[{"name": "prefers-color-scheme", "value": dark}])
        assert axe.serious(page) == []


def test_it_fits_every_window(world, browser):
    page = browser.page()
    settle(page, world, "/dashboard?since=1h&compare=previous&where=kind%3Dsword")
    page.run("document.querySelectorAll('details').forEach(each => { each.open = true; })")
    for width in (320, 360, 768, 1024, 1440, 2560):
        page.call("Emulation.setDeviceMetricsOverride", width=width, height=900,
                  deviceScaleFactor=1, mobile=width < 600)
        assert page.run("document.documentElement.scrollWidth") <= width, width
        assert page.run(LINES_OF_A_NUMBER) == 1, width
