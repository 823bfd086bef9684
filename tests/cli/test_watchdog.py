"""Goal: a service manager's watchdog is told that all is well while that is so, and no longer when
an event loop or the store hangs, although the main thread does not.

Method: `serve` and `broker` over a data directory of their own, with the test at the other end of
$NOTIFY_SOCKET; one thread after another is held up.
"""

import contextlib
import re
import signal
import uuid

import pytest
from support import one_thread, processes, program, service_manager
from support.service_manager import manager  # noqa: F401  (a fixture)

INTERVAL_S = 0.8
# Four times an interval is meant; the machine may be busy.
LONG_S = 3 * INTERVAL_S
WATCHED = {"HTTP event loop 1", "HTTP event loop 2", "broker event loop 1", "the store"}


def told_by(path: str) -> dict:
    return {"NOTIFY_SOCKET": path, "WATCHDOG_USEC": str(int(INTERVAL_S * 1e6))}


def test_a_loop_or_a_store_that_hangs_is_told_of_by_silence(serve, manager):  # noqa: F811
    server = serve("--set", "embedded.listen=127.0.0.1:0", "--set", "serve.threads=2", "--set",
                   "embedded.threads=1", "--set", "serve.dashboard=false", brokers="embedded",
                   topic="events", env=told_by(manager.path))
    processes.wait_until(lambda: server.request("/readyz").status == 200, 20, "ready")
    assert manager.pings_within(LONG_S) >= 3
    loops, others = one_thread.threads_of(server.process.pid)
    assert len(loops) == 3
    named = set()
    # The loops one by one, so that each is named alone; what syncs and looks after logs at once.
    for held in [*([loop] for loop in loops), others]:
        before = len(server.stderr)
        with contextlib.ExitStack() as stack:
            for thread in held:
                stack.enter_context(one_thread.hangs(thread))
            manager.pings_within(INTERVAL_S)  # What was asked before may still be answered.
            is_silent = manager.pings_within(INTERVAL_S) == 0
            said = re.findall(r"warning: watchdog: no answer from (.*): the service manager",
                              server.stderr[before:])
        assert bool(said) == is_silent
        if not said:
            continue
        named.update(said)
        processes.wait_until(lambda at=before: "all answer again" in server.stderr[at:], 10,
                             "an answer")
        assert manager.pings_within(INTERVAL_S) >= 1
    assert named == WATCHED
    assert server.stop() == 0


def test_the_broker_alone_tells_the_service_manager_too(background, tmp_path):
    """On an abstract address, as systemd may give one."""
    path = f"@gamevents-{uuid.uuid4().hex}"
    heard = service_manager.Manager(path)
    broker = background("broker", "--listen", "127.0.0.1:0", brokers="embedded", topic="events",
                        env=told_by(path))
    assert heard.next_but_watchdog() == ["READY=1"]
    assert heard.pings_within(LONG_S) >= 3
    broker.signal(signal.SIGHUP)
    assert heard.next_but_watchdog()[0] == "RELOADING=1"
    assert heard.next_but_watchdog() == ["READY=1"]
    broker.signal(signal.SIGTERM)
    assert heard.next_but_watchdog() == ["STOPPING=1"]
    assert broker.finish().returncode == 0
    heard.close()


def test_without_a_watchdog_it_is_not_told(background, tmp_path):
    heard = service_manager.Manager(str(tmp_path / "notify"))
    broker = background("broker", "--listen", "127.0.0.1:0", brokers="embedded", topic="events",
                        env={"NOTIFY_SOCKET": heard.path})
    assert heard.next() == ["READY=1"]
    assert heard.pings_within(INTERVAL_S) == 0
    broker.signal(signal.SIGTERM)
    assert heard.next() == ["STOPPING=1"]
    assert broker.finish().returncode == 0
    heard.close()


@pytest.mark.parametrize("command", ["serve", "broker"])
def test_what_sighup_cannot_change_is_named(background, tmp_path, command):
    """Secrets, entries that were taken away, and log.level, which it does change."""
    config = tmp_path / "gamevents.yaml"
    text = """\
log: {level: info}
serve: {port: 0, max_body: 1MiB}
embedded: {listen: "127.0.0.1:0"}
kafka: {properties: {linger.ms: 5, sasl.password: PASSWORD}}
"""
    config.write_text(text.replace("PASSWORD", "old-secret"))
    heard = service_manager.Manager(str(tmp_path / "notify"))
    running = background(command, brokers="embedded", topic="events",
                         env={"NOTIFY_SOCKET": heard.path})
    assert heard.next() == ["READY=1"]
    config.write_text(text.replace("PASSWORD", "new-secret").replace("linger.ms: 5, ", "")
                      .replace("1MiB", "2MiB").replace("info", "debug"))
    running.signal(signal.SIGHUP)
    assert heard.next()[0] == "RELOADING=1"
    assert heard.next() == ["READY=1"]
    config.write_text("log: {level: loud}\n")
    running.signal(signal.SIGHUP)
    assert heard.next()[0] == "RELOADING=1"
    assert heard.next() == ["READY=1"]
    running.signal(signal.SIGTERM)
    said = running.finish().stderr.decode()
    assert set(re.findall(r"(\S+) is changed: that needs a restart", said)) == {
        "serve.max_body", "kafka.properties.linger.ms", "kafka.properties.sasl.password"}
    assert "log.level: read again" in said
    assert "log.level: not read again, what was there before stays: gamevents.yaml:1" in said
    assert "-secret" not in said
    heard.close()


SECRETS = ("kafka-password", "forward-password", "key-password", "api-key-of-a-player")


def test_no_secret_is_in_anything_that_is_written(tmp_path):
    """All levels, all forms, with a broker that does not let in and one that is not there."""
    (tmp_path / "password").write_text(SECRETS[0] + "\n")
    (tmp_path / "gamevents.yaml").write_text(f"""\
kafka:
  timeout: 300ms
  properties: {{sasl.password: {{file: password}}, ssl.key.password: {{env: KEY_PASSWORD}},
               security.protocol: sasl_plaintext, sasl.mechanism: PLAIN, sasl.username: u}}
forward: {{properties: {{sasl.password: {SECRETS[1]}}}}}
""")
    env = {"KEY_PASSWORD": SECRETS[2]}
    written = b""
    for form in ("text", "json"):
        for command in (["consume"], ["topics"], ["produce"], ["doctor"], ["config", "show"],
                        ["doctor", "--format", "json"], ["config", "show", "--format", "yaml"],
                        ["config", "check"], ["report"], ["create-topic"], ["groups"],
                        ["serve", "--set", "serve.port=no"], ["consume", "--wrong"]):
            done = program.run(["-vv", "--set", f"log.format={form}", *command], home=tmp_path,
                               topic="events", env=env, input=b"", check=False)
            written += done.stdout + done.stderr
    server = program.Server(["-vv", "--set", "serve.access_log=json"], home=tmp_path,
                            topic="events", env=env)
    header = {"X-Api-Key": SECRETS[3], "Authorization": f"Bearer {SECRETS[3]}"}
    for path in (f"/purchase_a_sword/a?key={SECRETS[3]}", "/nowhere", "/metrics", "/readyz"):
        written += server.request(path, headers=header).body
    server.signal(signal.SIGHUP)
    processes.wait_until(lambda: "log.level: read again" in server.stderr, 10, "SIGHUP")
    server.stop()
    written += server.stderr.encode()
    assert len(written) > 10_000
    for secret in SECRETS:
        assert secret.encode() not in written
