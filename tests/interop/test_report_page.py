"""Goal: the page of `report --format html` shows the right numbers in a browser, and what events
hold neither runs there nor reaches a network.

Method: headless Chromium opens pages of events that try to; what it made of them (--dump-dom) is
read with Python's own parser. A script of the test's own, which the page's policy must stop too,
shows that the policy is obeyed."""

import html.parser
import json
import re
import subprocess

import pytest
from confluent_kafka import Producer
from support import axe, chromium

BROWSER_TIMEOUT_S = 90  # It takes two seconds; a busy machine of two cores needs more.
START_MS = 1_795_428_000_000  # 2026-11-23T10:00:00Z
SCRIPT = "<script>document.title='owned'</script>"
IMAGE = "<img src=x onerror=document.title='owned'>"
LEAVES = "\"></td></svg></table><style>@import 'http://127.0.0.1:9/x';</style>" + SCRIPT
COLOURS = "\x1b[31mred\x1b]0;owned\x07"
ICON = "data:image/svg+xml,"
USERS = {"ann": 5, "bob": 2, SCRIPT: 3, LEAVES: 1, COLOURS: 1}


def dump(page: bytes, folder) -> str:
    """The document that Chromium makes of the page, after its scripts have run."""
    path = folder / "page.html"
    path.write_bytes(page)
    done = subprocess.run(
        ["chromium", "--headless", "--no-sandbox", "--disable-gpu", "--disable-quic",
         "--no-first-run", "--disable-background-networking", "--disable-component-update",
         "--disable-sync", f"--user-data-dir={folder / 'profile'}", "--virtual-time-budget=2000",
         "--dump-dom", path.as_uri()],
        stdin=subprocess.DEVNULL, capture_output=True, timeout=BROWSER_TIMEOUT_S, check=True)
    return done.stdout.decode()


class Document(html.parser.HTMLParser):
    """What the tests ask of a document: its tags, tables by caption, and headline figures."""

    def __init__(self, text: str):
        super().__init__()
        self.tags: list[tuple[str, dict]] = []
        self.tables: dict[str, list[list[str]]] = {}
        self.title = ""
        self.figures: dict[str, str] = {}
        self._open = ""
        self._caption = self._name = ""
        self._rows: list[list[str]] = []
        self.feed(text)

    def handle_starttag(self, tag, attrs):
        self.tags.append((tag, dict(attrs)))
        self._open = tag
        if tag == "table":
            self._caption, self._rows = "", []
        elif tag == "tr":
            self._rows.append([])
        elif tag in ("td", "th"):
            self._rows[-1].append("")

    def handle_endtag(self, tag):
        if tag == "table":
            self.tables[self._caption] = self._rows
        self._open = "" if tag in ("td", "th", "caption", "title", "dt", "dd") else self._open

    def handle_data(self, text):
        if self._open in ("td", "th", "button"):
            self._rows[-1][-1] += text
        elif self._open == "caption":
            self._caption += text
        elif self._open == "title" and not self.title:
            self.title = text
        elif self._open == "dt":
            self._name = text
        elif self._open == "dd":
            self.figures[self._name] = text

    def all(self, tag: str) -> list[dict]:
        return [attrs for name, attrs in self.tags if name == tag]


def shown(text: str) -> str:
    """A text as a page shows it."""
    return text.replace("\x1b", "\\x1B").replace("\x07", "\\a")


@pytest.fixture
def events(topic, embedded):
    """`topic` with purchases by USERS, one a minute, and values that are no events."""
    producer = Producer({"bootstrap.servers": embedded.brokers})
    minute = 0
    for user, count in USERS.items():
        for _ in range(count):
            event = {"event_type": "purchase_sword", "purchase_user": user}
            producer.produce(topic, json.dumps(event), timestamp=START_MS + 60_000 * minute)
            minute += 1
    producer.produce(topic, json.dumps({"event_type": IMAGE}), timestamp=START_MS)
    for number in range(1, 43):
        producer.produce(topic, str(number), timestamp=START_MS)
    assert producer.flush(30) == 0
    return topic


@pytest.fixture
def broker(embedded):
    """One broker is enough: the page is made of what `report` has read."""
    return embedded


def check_harmless(document: Document, title: str) -> None:
    """Nothing but the page's own markup, and not a reference to anything outside it."""
    assert document.title == title
    assert len(document.all("script")) == 1 and document.all("script")[0] == {}
    assert len(document.all("style")) == 1
    assert not document.all("img") and not document.all("iframe") and not document.all("base")
    for tag, attrs in document.tags:
        assert not [name for name in attrs if name.startswith("on")], tag
        for name in ("src", "href", "xlink:href", "action", "srcset", "data"):
            assert attrs.get(name, ICON).startswith(ICON), tag
            assert name not in attrs or tag == "link", tag


def test_the_overview_has_the_topics_numbers(gamevents, events, tmp_path):
    page = gamevents("report", "--format", "html").stdout
    document = Document(dump(page, tmp_path))
    check_harmless(document, f"{events} – gamevents report")
    assert document.figures == {"Messages": "55", "Events": "13", "Types": "2", "Items": "1",
                                "Users": "5", "Not events": "42"}
    users = {row[0]: int(row[1]) for row in document.tables["Events by user"][1:]}
    assert users == {shown(user): count for user, count in USERS.items()}
    assert document.tables["Events by type"][1:] == [["purchase_sword", "12"], [shown(IMAGE), "1"]]
    assert document.tables["Events by item"][1:] == [["sword", "12"]]
    minutes = document.tables["Events per minute"]
    assert len(minutes) == 13 and minutes[1] == ["2026-11-23 10:00:00", "2"]
    assert document.tables["What was not an event"][1][:2] == ["number", "42"]
    assert len(document.tables["The first events"]) == 14


def test_a_query_has_its_chart_and_its_table(gamevents, events, tmp_path):
    page = gamevents("report", "--where", "exists(purchase_user)", "--group-by", "purchase_user",
                     "--format", "html").stdout
    document = Document(dump(page, tmp_path))
    check_harmless(document, f"{events} – gamevents report")
    (rows,) = document.tables.values()
    assert rows[0] == ["purchase_user", "count"]
    assert [int(row[1]) for row in rows[1:]] == [5, 3, 2, 1, 1]
    charts = [svg for svg in document.all("svg") if svg.get("role") == "img"]
    assert [chart["aria-label"].startswith("Bar chart: Events by purchase_user. ann 5,")
            for chart in charts] == [True]
    assert len([rect for rect in document.all("rect") if rect["class"] == "mark"]) == 5
    # The page's own script has run: headings are buttons.
    assert len(document.all("button")) == 2


DAY_MS = 86_400_000
# Contrast of two colours by WCAG 2.2, of an element's text and what is behind it.
CONTRAST = """(element => {
  const canvas = new OffscreenCanvas(1, 1).getContext('2d', {willReadFrequently: true});
  const light = colours => {
    canvas.clearRect(0, 0, 1, 1);
    for (const colour of colours) { canvas.fillStyle = colour; canvas.fillRect(0, 0, 1, 1); }
    const parts = [...canvas.getImageData(0, 0, 1, 1).data].slice(0, 3).map(part => {
      part /= 255;
      return part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4;
    });
    return 0.2126 * parts[0] + 0.7152 * parts[1] + 0.0722 * parts[2];
  };
  const card = getComputedStyle(document.querySelector('.card')).backgroundColor;
  const behind = light([card, getComputedStyle(element).backgroundColor]);
  const text = light([getComputedStyle(element).color]);
  return (Math.max(behind, text) + 0.05) / (Math.min(behind, text) + 0.05);
})"""


@pytest.fixture
def sales(topic, embedded):
    """`topic` with a month of players who come back and buy eight kinds of things."""
    producer = Producer({"bootstrap.servers": embedded.brokers})
    start = START_MS - 40 * DAY_MS
    for user in range(60):
        for back in range(0, 31, 1 + user % 5):
            kind = f"kind{(user + back) % 8}"
            event = {"event_type": f"purchase_{kind}", "purchase_user": f"user{user}",
                     "item": kind, "kind": kind, "price": 10 + user % 4, "quantity": 1,
                     "at": "2026-01-01T10:00:00Z"}
            producer.produce(topic, json.dumps(event), key=f"user{user}",
                             timestamp=start + (user % 9 + back) * DAY_MS + back)
    assert producer.flush(30) == 0
    return topic


@pytest.fixture(scope="module")
def browser(tmp_path_factory):
    browser = chromium.Browser(tmp_path_factory.mktemp("chromium"))
    yield browser
    browser.close()


def charts_of(document: Document) -> list[str]:
    return [svg["aria-label"] for svg in document.all("svg") if svg.get("role") == "img"]


def test_revenue_is_stacked_and_its_parts_are_the_rows(gamevents, sales, tmp_path):
    asked = ["report", "--view", "revenue"]
    document = Document(dump(gamevents(*asked, "--format", "html").stdout, tmp_path))
    check_harmless(document, f"{sales} – gamevents report")
    rows = json.loads(gamevents(*asked, "--format", "json").stdout)
    by_kind: dict[str, int] = {}
    for row in rows:
        by_kind[row["kind"]] = by_kind.get(row["kind"], 0) + row["sum(revenue)"]
    (words,) = charts_of(document)
    assert words.startswith("Stacked columns: Sum of revenue per day, by kind. From 20")
    parts = {name: int(total.replace(",", "")) for name, total in
             re.findall(r"(kind\d|\d other) ([\d,]+)", words.split("Parts: ")[1])}
    largest = sorted(by_kind.values(), reverse=True)
    assert sorted(parts.values(), reverse=True)[:1] == [max(sum(largest[5:]), largest[0])]
    assert sum(parts.values()) == sum(by_kind.values())
    assert {name: total for name, total in parts.items() if name in by_kind}.items() <= \
        by_kind.items()
    boxes = [rect for rect in document.all("rect") if rect["class"].startswith("part ")
             and "x" in rect]
    assert len({box["x"] for box in boxes}) == len({row["bucket"] for row in rows})
    # The highest column ends at or below the top of the scale, and no part stands outside the plot.
    assert min(float(box["y"]) for box in boxes) >= 8
    assert max(float(box["y"]) + float(box["height"]) for box in boxes) <= 208.1


def test_retention_is_a_curve_and_a_heat_map(gamevents, sales, tmp_path):
    asked = ["report", "--view", "retention"]
    document = Document(dump(gamevents(*asked, "--format", "html").stdout, tmp_path))
    rows = json.loads(gamevents(*asked, "--format", "json").stdout)
    (words,) = charts_of(document)
    assert words.startswith("Line chart: Share of users who came back, by days since their first.")
    (caption,) = [each for each in document.tables if each.startswith("Heat map: ")]
    heading, *lines = document.tables[caption]
    assert heading == ["first day", "users", "day 0", "day 1", "day 7", "day 30"]
    assert [line[:4] for line in lines] == [
        [row["first_day"][:10], str(row["users"]), "100.0 %", f"{row['share_1'] * 100:.1f} %"]
        for row in rows]


def test_series_are_told_apart_without_colour(gamevents, sales, tmp_path):
    page = gamevents("report", "--bucket", "1d", "--group-by", "kind", "--format", "html").stdout
    document = Document(dump(page, tmp_path))
    shapes = {(attrs["class"], attrs["d"]) for attrs in document.all("path")
              if "translate" in attrs.get("transform", "")}
    assert len(shapes) == 6 == len({shape for _, shape in shapes})
    assert "3 other" in charts_of(document)[0]


@pytest.mark.parametrize("asked", [
    ["--view", "revenue"], ["--view", "retention"], ["--view", "top"], [],
    ["--bucket", "1d", "--group-by", "kind"], ["--group-by", "kind,price"], ["--group-by", "price"],
    ["--bucket", "1d", "--group-by", "kind", "--chart", "heatmap"]])
def test_every_picture_fits_a_phone_and_can_be_read(gamevents, sales, tmp_path, browser, asked):
    page = tmp_path / "page.html"
    page.write_bytes(gamevents("report", *asked, "--format", "html").stdout)
    tab = browser.page()
    for width in (390, 1440):
        tab.call("Emulation.setDeviceMetricsOverride", width=width, height=900,
                 deviceScaleFactor=1, mobile=width < 600)
        for scheme in ("light", "dark"):
            tab.call("Emulation.setEmulatedMedia",
                     features=[{"name": "prefers-color-scheme", "value": scheme}])
            tab.open(page.as_uri())
            tab.wait("document.readyState === 'complete'")
            assert tab.run("document.documentElement.scrollWidth") <= width
            # Labels at the axes do not cover each other.
            assert tab.run("""(() => {
              const boxes = [...document.querySelectorAll('svg .tick')].map(
                  text => text.getBoundingClientRect()).filter(box => box.width > 0);
              return boxes.flatMap((one, i) => boxes.slice(i + 1).filter(other =>
                  one.left < other.right - 1 && other.left < one.right - 1 &&
                  one.top < other.bottom - 4 && other.top < one.bottom - 4)).length;
            })()""") == 0
            weakest = tab.run(f"Math.min(...[...document.querySelectorAll('.heat td:not(.null), "
                              f".legend li, text')].map({CONTRAST}))") if asked else 21
            assert weakest >= 4.5
    assert tab.problems == []


def test_the_overview_can_be_by_the_events_own_time(gamevents, sales, tmp_path):
    page = gamevents("report", "--bucket-by", "at", "--format", "html").stdout
    document = Document(dump(page, tmp_path))
    minutes = document.tables["Events per minute"]
    assert [row[0] for row in minutes[1:]] == ["2026-01-01 10:00:00"]
    assert b"## Events per minute\n\n| minute | count |\n| --- | ---: |\n| 2026-01-01T10:00" in \
        gamevents("report", "--bucket-by", "at", "--format", "markdown").stdout


def test_a_page_has_the_title_that_it_is_given(gamevents, events, tmp_path):
    asked = ["report", "--group-by", "purchase_user", "--title", f"Who buys {SCRIPT}"]
    page = gamevents(*asked, "--format", "html").stdout
    document = Document(dump(page, tmp_path))
    check_harmless(document, f"Who buys {SCRIPT} – gamevents report")
    assert f"<p>Read {events} at ".encode() in page
    refused = gamevents(*asked, check=False)
    assert refused.returncode == 2
    assert b"--title is what a page is called: add --format html" in refused.stderr


def test_the_policy_stops_any_other_script(gamevents, events, tmp_path):
    page = gamevents("report", "--format", "html").stdout
    # As if an escape had been forgotten.
    page = page.replace(b"<h1>", SCRIPT.encode() + IMAGE.encode() + b"<h1>", 1)
    assert Document(dump(page, tmp_path)).title == f"{events} – gamevents report"
    open_page = re.sub(rb'<meta http-equiv="Content-Security-Policy"[^>]*>', b"", page)
    assert open_page != page
    assert Document(dump(open_page, tmp_path)).title == "owned"


def test_an_empty_topic_has_a_page(gamevents, topic, tmp_path):
    document = Document(dump(gamevents("report", "--format", "html").stdout, tmp_path))
    assert document.figures["Messages"] == "0"
    assert not [svg for svg in document.all("svg") if svg.get("role") == "img"]


def test_nothing_serious_is_found_by_axe(gamevents, events, tmp_path):
    browser = chromium.Browser(tmp_path)
    try:
        page = browser.page()
        for name, question in (("overview", []), ("query", ["--group-by", "event_type"]),
                               ("course", ["--bucket", "1m"])):
            path = tmp_path / f"{name}.html"
            path.write_bytes(gamevents("report", *question, "--format", "html").stdout)
            page.open(path.as_uri())
            page.wait("document.readyState === 'complete'")
            page.run("document.querySelectorAll('details').forEach(each => { each.open = true; })")
            assert axe.serious(page) == []
    finally:
        browser.close()
