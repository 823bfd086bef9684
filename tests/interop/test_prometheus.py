"""Goal: who watches gamevents with Prometheus sees what happens: no query of the dashboard is
empty, every metric is documented, and each alert fires when it should and not otherwise.

Method: promtool plays the rules' unit tests (tests/prometheus/rules_test.yml). A real Prometheus
scrapes a `serve` with an embedded log, its state, TLS and forwarding, and the `broker` that it
forwards to; it is asked every query of the dashboard and every rule. Then faults are injected: a
full disk, a broker that stands still, a target that is gone, a certificate that has ended, a group
that falls behind. The rules are the shipped ones, but for the times that a test cannot wait for.
"""

import json
import re
import threading
import time

import confluent_kafka
import pytest
import yaml
from prometheus_client.parser import text_string_to_metric_families
from support import embedded, paths, processes, program, prometheus, small_disk
from support.certificates import Certificate

# What a fault may take to be seen: to be noticed, scraped, evaluated, and to last for its time.
SEEN_S = 60
# How long sound services are watched for an alert that should not be there.
QUIET_S = 8
ANY_PORT = ("--set", "embedded.listen=127.0.0.1:0")
# They say how fast this machine's disk is and how it fills, which others use at the same time.
OF_THE_MACHINE = {"GameventsSlow", "GameventsBrokerSlow", "GameventsDiskFullSoon"}
# In the place of the rules' own: nobody waits ten minutes for a test.
SHORT = {"probe_age_seconds > 30": "probe_age_seconds > 1.8",
         "state_look_age_seconds > 60": "state_look_age_seconds > 3",
         "forward_oldest_age_seconds) > 600": "forward_oldest_age_seconds) > 2"}


def shipped_rules() -> list[dict]:
    return yaml.safe_load(prometheus.RULES.read_text())["groups"][0]["rules"]


def short_rules() -> str:
    """The shipped rules, but an alert fires after a second."""
    return re.sub(r"\n        for: \w+\n", "\n        for: 1s\n", prometheus.RULES.read_text())


def shorter_rules() -> str:
    """The same, with the thresholds of SHORT, and alerts that fire at once: the age of a probe that
    ends after 2 s rises and falls."""
    text = short_rules().replace("for: 1s", "for: 0s")
    for long, short in SHORT.items():
        assert long in text
        text = text.replace(long, short)
    return text


@pytest.fixture
def watch(tmp_path):
    """watch(**targets): a Prometheus with these rules."""
    started = []

    def start(rules=short_rules, **targets):
        named = {job.replace("_", "-"): target for job, target in targets.items()}
        started.append(prometheus.Prometheus(tmp_path / f"prometheus-{len(started)}", named,
                                             rules()))
        return started[-1]
    yield start
    for each in started:
        each.close()


class Traffic:
    """Events of all fates and Kafka clients, until it is closed."""

    def __init__(self, server, brokers: str, topic: str):
        self._server = server
        self._clients = {"bootstrap.servers": brokers, "group.id": "readers",
                         "auto.offset.reset": "earliest", "enable.auto.commit": False}
        self._topic = topic
        self._end = threading.Event()
        self.failed: list[BaseException] = []
        self._threads = [threading.Thread(target=self._guard, args=(work,), daemon=True)
                         for work in (self._send, self._consume)]
        for thread in self._threads:
            thread.start()

    def _guard(self, work) -> None:
        try:
            work()
        except BaseException as error:  # told by close
            self.failed.append(error)

    def _send(self) -> None:
        count = 0
        while not self._end.wait(0.05):
            count += 1
            event = {"event_type": "login", "user": f"user{count % 7}", "event_id": f"e{count}"}
            self._server.request("/events", "POST", json.dumps(event))
            self._server.request("/events", "POST", json.dumps(event))
            self._server.request("/events", "POST", '{"event_type":7}')
            self._server.request(f"/purchase/sword/user{count % 7}", "POST")

    def _consume(self) -> None:
        consumer = confluent_kafka.Consumer(self._clients)
        consumer.subscribe([self._topic])
        while not self._end.is_set():
            message = consumer.poll(0.2)
            if message is not None and message.error() is None:
                consumer.commit(message=message, asynchronous=True)
        consumer.close()

    def close(self) -> None:
        self._end.set()
        for thread in self._threads:
            thread.join(30)
        assert not self.failed, self.failed


def everything(folder, certificate, target: str) -> list:
    """The settings of a `serve` that shows all that it can."""
    contracts = folder / "contracts"
    contracts.mkdir()
    (contracts / "login.json").write_text('{"type":"object"}')
    settings = {"forward.brokers": target, "state.snapshot_interval": "200ms",
                "serve.contracts": contracts, "serve.dialects": "segment",
                "serve.event_time": "record", "serve.access_log": "json",
                "serve.access_log_file": folder / "access.log",
                "serve.rejected_topic": "rejected", "serve.do_not_track": "anonymous"}
    pairs = [text for key, value in settings.items() for text in ("--set", f"{key}={value}")]
    return [*ANY_PORT, *certificate.settings("serve.tls"), *pairs]


@pytest.fixture
def sound(tmp_path, serve):
    """A serve that shows all that it can, and the broker that it forwards to, under traffic:
    (server, broker)."""
    certificate = Certificate(tmp_path, "localhost")
    target = embedded.Watched(tmp_path / "target")
    second = processes.free_port()
    target.start(*certificate.settings("embedded.tls"), "--set",
                 f"embedded.listeners=PLAINTEXT://{target.brokers},SSL://127.0.0.1:{second}",
                 listen=False)
    server = serve(*everything(tmp_path, certificate, target.brokers), brokers="embedded",
                   topic="events", tls=certificate.trusted())
    processes.wait_until(lambda: server.request("/readyz").status == 200, 30, "ready")
    traffic = Traffic(server, target.brokers, "events")
    yield server, target
    traffic.close()
    server.stop()
    assert target.stop() == 0


def test_the_rules_and_the_sample_are_sound():
    for checked in (prometheus.promtool("check", "rules", prometheus.RULES),
                    prometheus.promtool("check", "config",
                                        prometheus.RULES.with_name("prometheus.yml")),
                    prometheus.promtool("test", "rules",
                                        paths.ROOT / "tests" / "prometheus" / "rules_test.yml")):
        assert checked.returncode == 0, checked.stdout + checked.stderr
    for rule in shipped_rules():
        assert rule["labels"]["severity"] in ("critical", "warning")
        assert {"summary", "description"} == rule["annotations"].keys() and rule["for"]


def dashboard_queries() -> dict[str, str]:
    """Each query of the dashboard by its panel, for any job and the last 20 s."""
    queries = {}
    for panel in json.loads(prometheus.DASHBOARD.read_text())["panels"]:
        for target in panel.get("targets", []):
            query = target["expr"].replace("$__rate_interval", "20s")
            queries[f"{panel['title']} {target['refId']}"] = re.sub(
                r"\$(job|instance)", ".+", query)
    return queries


def names_of(text: str) -> set[str]:
    """What the families of a page are called where their samples are; a counter's family lacks
    its _total in the parser's words."""
    return {family.name + ("_total" if family.type == "counter" else "")
            for family in text_string_to_metric_families(text)}


def documented() -> set[str]:
    chapter = (paths.ROOT / "docs" / "operations.md").read_text().split("\n## Metrics\n")[1]
    table = chapter.split("\n## ")[0].split("\n### ")[0]
    rows = [line.split("|")[1] for line in table.splitlines() if line.startswith("| `")]
    return {name for row in rows for name in re.findall(r"`(\w+)`", row)}


def test_a_sound_run_fills_the_dashboard_and_alerts_nobody(sound, watch):
    server, broker = sound
    # Requests are counted by status from the first of each on.
    counted = "gamevents_http_requests_total{"
    processes.wait_until(lambda: counted in server.request("/metrics").text, 30, "an answer")
    pages = [server.request("/metrics").text, broker.get("/metrics")[1]]
    for text in pages:
        checked = prometheus.promtool("check", "metrics", input=text.encode())
        assert (checked.returncode, checked.stdout, checked.stderr) == (0, b"", b""), checked
    assert names_of(pages[0]) | names_of(pages[1]) == documented()

    watcher = watch(gamevents=(server.port, "https"),
                    gamevents_broker=(broker.metrics_port, "http"))
    queries = dashboard_queries()
    empty = []

    def all_filled() -> bool:
        empty[:] = [title for title, query in queries.items() if not watcher.has_numbers(query)]
        return not empty
    try:
        processes.wait_until(all_filled, SEEN_S, "an answer to each query")
    except TimeoutError:
        pytest.fail(f"nothing in: {', '.join(empty)}")
    for rule in shipped_rules():
        watcher.query(rule["expr"])  # It can be evaluated.
    quiet_until = time.monotonic() + QUIET_S
    while time.monotonic() < quiet_until:
        assert watcher.firing() <= OF_THE_MACHINE
        time.sleep(0.5)


def wait_for_alerts(watcher, *names: str) -> None:
    seen: set[str] = set()

    def all_fire() -> bool:
        seen.update(watcher.firing())
        return seen >= set(names)
    try:
        processes.wait_until(all_fire, SEEN_S, "alerts")
    except TimeoutError:
        pytest.fail(f"{set(names) - seen} did not fire; {seen} did")


def is_quiet(watcher, *names: str) -> bool:
    """Whether none of these fires, though all targets have been scraped."""
    processes.wait_until(lambda: watcher.has_numbers("min(count_over_time(up[1m])) > 4"), 30,
                         "some scrapes")
    return not watcher.firing() & set(names)


def test_a_full_disk_is_told(tmp_path, serve, watch):
    disk = small_disk.SmallDisk(tmp_path / "disk", "64m")
    try:
        server = serve(*ANY_PORT, "--set", f"embedded.data_dir={tmp_path}/disk/data", "--set",
                       "kafka.timeout=2s", brokers="embedded", topic="events",
                       launcher=disk.launcher)
        watcher = watch(gamevents=(server.port, "http"))
        alerts = ("GameventsDiskLow", "GameventsNotStoring")
        assert server.request("/", "POST").status == 200
        assert is_quiet(watcher, *alerts)
        disk.fill()
        processes.wait_until(lambda: server.request("/", "POST").status == 503, 30, "a refusal")
        # On a small disk each event counts, so that the last may be there before.
        wait_for_alerts(watcher, *alerts, "GameventsDiskFullSoon")
        disk.empty()
        processes.wait_until(lambda: server.metric("gamevents_ready") == 1, 30, "room again")
    finally:
        disk.close()


def test_a_broker_that_stands_still_is_told(tmp_path, serve, watch):
    broker = embedded.Watched(tmp_path / "broker")
    broker.start("--set", "embedded.auto_create=true")
    broker.create_topic("events")
    server = serve("--set", "kafka.timeout=2s", brokers=broker.brokers, topic="events")
    assert server.request("/", "POST").status == 200
    watcher = watch(shorter_rules, gamevents=(server.port, "http"),
                    gamevents_broker=(broker.metrics_port, "http"))
    alerts = ("GameventsNotStoring", "GameventsProbeDead", "GameventsDown", "GameventsFoldBehind")
    assert is_quiet(watcher, *alerts)
    broker.pause()
    wait_for_alerts(watcher, *alerts)
    broker.resume()
    processes.wait_until(lambda: not watcher.firing() - OF_THE_MACHINE, SEEN_S,
                         "the end of all alerts")
    server.stop()
    assert broker.stop() == 0


def test_a_target_that_is_gone_is_told(tmp_path, serve, watch):
    target = embedded.Embedded(tmp_path / "target")
    target.start("--set", "embedded.auto_create=true")
    server = serve(*ANY_PORT, "--set", f"forward.brokers={target.brokers}", brokers="embedded",
                   topic="events")
    watcher = watch(shorter_rules, gamevents=(server.port, "http"))
    assert server.request("/", "POST").status == 200
    assert is_quiet(watcher, "GameventsForwardBehind")
    target.kill()
    assert server.request("/", "POST").status == 200
    wait_for_alerts(watcher, "GameventsForwardBehind")


def test_a_certificate_that_has_ended_is_told(tmp_path, serve, watch):
    ended = Certificate(tmp_path, "localhost", issuer=Certificate(tmp_path, "authority"), days=-1)
    server = serve(*ANY_PORT, *ended.settings("serve.tls"), brokers="embedded", topic="events",
                   tls=ended.trusted())
    watcher = watch(gamevents=(server.port, "https"))
    wait_for_alerts(watcher, "GameventsCertificateExpiring", "GameventsCertificateExpired")
    assert not watcher.firing() - {"GameventsCertificateExpiring", "GameventsCertificateExpired"}


def test_a_group_that_falls_behind_is_told(tmp_path, watch):
    broker = embedded.Watched(tmp_path / "broker")
    broker.start()
    broker.create_topic("events")
    producer = confluent_kafka.Producer({"bootstrap.servers": broker.brokers})

    def produce(count: int) -> None:
        for number in range(count):
            producer.produce("events", str(number))
        assert producer.flush(30) == 0
    consumer = confluent_kafka.Consumer({"bootstrap.servers": broker.brokers,
                                         "group.id": "slow"})
    produce(1_500)
    consumer.commit(offsets=[confluent_kafka.TopicPartition("events", 0, 1_000)],
                    asynchronous=False)
    watcher = watch(gamevents_broker=(broker.metrics_port, "http"))
    assert is_quiet(watcher, "GameventsGroupLagGrowing")
    produce(1_000)
    wait_for_alerts(watcher, "GameventsGroupLagGrowing")
    consumer.commit(offsets=[confluent_kafka.TopicPartition("events", 0, 2_500)],
                    asynchronous=False)
    processes.wait_until(lambda: not watcher.firing(), SEEN_S, "the end of the alert")
    consumer.close()
    assert broker.stop() == 0
