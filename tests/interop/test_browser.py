"""Goal: a page of another origin stores events where the operator allows it, and nowhere else.

Method: headless Chromium loads a page from a server of the test's own; the page posts an event to
`serve`, on another port and so of another origin, and writes down what it may see of the answer.
"""

import html
import json
import re
import shutil
import subprocess
import uuid

import pytest
from support import page_server, processes

CHROMIUM = shutil.which("chromium") or "chromium"
FLAGS = ("--headless --no-sandbox --disable-gpu --disable-quic --no-first-run "
         "--disable-background-networking --disable-component-update --disable-sync "
         "--disable-dev-shm-usage --virtual-time-budget=20000 --dump-dom").split()

# Each request is one that a game makes: a simple one, which a browser sends without asking first,
# and two that it asks about in a preflight.
PAGE = """<!doctype html><title>game</title><pre id="outcome"></pre><script>
const api = API_URL;
async function attempt(path, options) {
  try {
    const answer = await fetch(api + path, options);
    return {status: answer.status, text: await answer.text(),
            retry: answer.headers.get("Retry-After")};
  } catch (error) {
    return {error: String(error)};
  }
}
(async () => {
  const json = {"Content-Type": "application/json"};
  BEFORE;
  document.getElementById("outcome").textContent = JSON.stringify({
    simple: await attempt("/purchase_a_sword/simple", {method: "POST", body: "x"}),
    json: await attempt("/purchase_a_sword/json", {method: "POST", headers: json, body: "{}"}),
    key: await attempt("/purchase_a_sword/key", {headers: {"X-Api-Key": "k"}}),
  });
})();
</script>"""


# What a page sends while it closes: a beacon of a text and one of JSON, whose answers it never
# sees. And an image, which has no Origin.
LEAVING = """
const event = user => JSON.stringify({event_type: "unload", purchase_user: user});
navigator.sendBeacon(api + "/events", event("beacon"));
navigator.sendBeacon(api + "/events", new Blob([event("blob")], {type: json["Content-Type"]}));
await new Promise(done => {
  const image = new Image();
  image.onload = image.onerror = done;
  image.src = api + "/purchase_a_sword/image";
});
"""


@pytest.fixture
def topic(embedded):
    return embedded.create_topic(f"browser-{uuid.uuid4().hex[:12]}")


@pytest.fixture
def page(tmp_path):
    """A server of pages: `.url` is its origin; `.show(api_url, before)` gives what the page wrote
    down, which runs the script `before` first."""
    server = page_server.PageServer(tmp_path / "page")

    class Page:
        url = server.url

        def show(self, api_url: str, before: str = "") -> dict:
            (server.folder / "game.html").write_text(
                PAGE.replace("API_URL", json.dumps(api_url)).replace("BEFORE", before))
            done = subprocess.run(
                [CHROMIUM, *FLAGS, f"--user-data-dir={tmp_path / 'profile'}",
                 f"{self.url}/game.html"],
                capture_output=True, text=True, timeout=90,
                preexec_fn=processes.die_with_parent)
            outcome = re.search(r'<pre id="outcome">(.+?)</pre>', done.stdout)
            assert outcome, done.stdout[-2000:] + done.stderr[-2000:]
            return json.loads(html.unescape(outcome[1]))

    yield Page()
    server.close()


@pytest.fixture
def buyers(kcat, topic):
    """Gives the users of the events stored so far."""
    return lambda: [json.loads(line)["purchase_user"] for line in kcat(
        "-C", "-t", topic, "-o", "beginning", "-e", "-q").stdout.splitlines()]


def test_a_page_that_is_allowed_stores_events(serve, page, topic, buyers):
    server = serve("--set", f"serve.cors_origins={page.url}")
    outcome = page.show(server.url, LEAVING)
    for name in ("simple", "json", "key"):
        assert outcome[name]["status"] == 200, outcome
        assert outcome[name]["text"] == f"Hello {name}!! You purchased a Sword successfully!\n"
    # The image is not: no browser says whose it is.
    everybody = ["beacon", "blob", "json", "key", "simple"]
    processes.wait_until(lambda: sorted(buyers()) == everybody, 10, "the beacons' events")


def test_a_page_that_is_not_allowed_stores_nothing(serve, page, topic, buyers):
    server = serve("--set", "serve.cors_origins=http://another.example")
    outcome = page.show(server.url, LEAVING)
    for name in ("simple", "json", "key"):
        assert "Failed to fetch" in outcome[name].get("error", ""), outcome
    assert buyers() == []
    assert server.request("/purchase_a_sword/curl").status == 200  # no page, no origin
    assert buyers() == ["curl"]


def test_a_page_can_read_why_it_has_to_wait(serve, page, topic, buyers):
    server = serve("--set", "serve.cors_origins=*", "--set", "serve.rate_limit=1",
                   "--set", "serve.rate_burst=1")
    outcome = page.show(server.url)
    assert outcome["simple"]["status"] == 200, outcome
    refused = [answer for answer in outcome.values() if answer["status"] == 429]
    assert refused, outcome  # three requests in more than two seconds would be a slow browser
    assert {answer["retry"] for answer in refused} == {"1"}, outcome
