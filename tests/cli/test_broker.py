"""Goal: the embedded broker starts, is found, stops and survives as the commands promise.

Method: `gamevents broker` and the short commands as processes with a data directory of their own;
kcat says what any Kafka client sees.
"""

import concurrent.futures
import os
import pathlib
import re
import signal
import socket
import subprocess
import uuid

import pytest
from support import paths, processes, program

NUMBERS = [str(n).encode() for n in range(1, 43)]


@pytest.fixture
def home(tmp_path):
    return tmp_path


@pytest.fixture
def alone(home):
    """alone(*args, check=True): runs a command whose broker is the embedded one of `home`."""
    def run(*args, topic="events", **options):
        return program.run(args, home=home, brokers="embedded", topic=topic, **options)
    return run


@pytest.fixture
def start(home):
    """start(*args): a command of `home` as a process, killed at the test's end."""
    started = []

    def run(*args, topic="events", stdin=subprocess.DEVNULL):
        started.append(subprocess.Popen(
            [paths.executable(), *map(str, args)], stdin=stdin,
            stdout=subprocess.PIPE, stderr=subprocess.PIPE, cwd=home,
            env=program.environment(home, "embedded", topic, None),
            preexec_fn=processes.die_with_parent))
        return started[-1]
    yield run
    for process in started:
        processes.reap(process)


def data_dir(home) -> pathlib.Path:
    return home / "gamevents"


def read_endpoint(home) -> tuple[str, int]:
    """The address and the process in ENDPOINT."""
    address, pid = (data_dir(home) / "ENDPOINT").read_text().split()
    return address, int(pid)


class TestBroker:
    def test_any_client_can_use_it(self, own_embedded, kcat):
        own_embedded.create_topic("t", 2)
        kcat("-P", "-t", "t", "-p", 1, input=b"a\nb\n")
        assert b'topic "t" with 2 partitions' in kcat("-L").stdout
        read = kcat("-C", "-t", "t", "-e", "-q", "-f", "%p %o %s\\n")
        assert read.stdout == b"1 0 a\n1 1 b\n"

    def test_says_what_it_found_and_stops_in_order(self, own_embedded, gamevents):
        address = own_embedded.brokers
        own_embedded.create_topic("t")
        gamevents("produce-test", topic="t")
        assert own_embedded.stop() == 0
        assert not (own_embedded.data_dir / "ENDPOINT").exists()
        own_embedded.start()
        assert own_embedded.stop() == 0
        lines = [line for line in own_embedded.log().splitlines() if " on " in line]
        assert lines == [
            f"gamevents broker on {address}: 0 topics, 0 messages, clean start",
            f"gamevents broker on {address}: 1 topic, 42 messages, clean start"]

    def test_twice_verbose_it_notes_every_request_and_response(self, own_embedded, kcat):
        own_embedded.stop()
        own_embedded.start("-vv")
        kcat("-L", "-t", "nothing-of-this-name")
        own_embedded.stop()
        trace = [line for line in own_embedded.log().splitlines() if " Metadata version " in line]
        assert re.search(r"trace: request \d+ of 127\.0\.0\.1 \(rdkafka\): Metadata version \d+ "
                         r"\{.*nothing-of-this-name", "\n".join(trace)), trace
        assert re.search(r"trace: response \d+ of 127\.0\.0\.1 .*error_code: "
                         r"UNKNOWN_TOPIC_OR_PARTITION, name: \"nothing-of-this-name\"",
                         "\n".join(trace)), trace

    def test_port_0_is_any_free_one(self, start, home, kcat):
        broker = start("broker", "--listen", "127.0.0.1:0", "--print-address")
        address = broker.stdout.readline().decode().strip()
        assert re.fullmatch(r"127\.0\.0\.1:[1-9]\d*", address)
        assert read_endpoint(home) == (address, broker.pid)
        assert f"1 brokers:\n  broker 1 at {address}" in kcat("-L", brokers=address).stdout.decode()
        broker.send_signal(signal.SIGTERM)
        out, err = broker.communicate(timeout=20)
        assert (broker.returncode, out) == (0, b""), err

    def test_a_second_one_names_the_first(self, own_embedded, alone):
        done = alone("broker", "--listen", "127.0.0.1:0", "--data-dir", own_embedded.data_dir,
                     check=False)
        assert (done.returncode, done.stdout) == (1, b"")
        for told in (str(own_embedded.process.pid), own_embedded.brokers, "embedded.data_dir"):
            assert told in done.stderr.decode()

    @pytest.mark.parametrize("command", ["broker", "serve"])
    def test_a_port_in_use_is_named(self, alone, command):
        with socket.socket() as taken:
            taken.bind(("127.0.0.1", 0))
            taken.listen()
            address = f"127.0.0.1:{taken.getsockname()[1]}"
            done = alone("--set", f"embedded.listen={address}", "--set", "serve.port=0", command,
                         check=False, timeout=20)
        assert done.returncode == 1
        assert f"embedded.listen {address}" in done.stderr.decode()
        assert "in use" in done.stderr.decode()

    @pytest.mark.parametrize("command", ["broker", "serve"])
    def test_the_port_of_another_gamevents_is_told_with_the_key(self, own_embedded, alone, command):
        address = own_embedded.brokers
        done = alone("--set", f"embedded.listen={address}", "--set", "serve.port=0", command,
                     check=False, timeout=20)
        assert (done.returncode, done.stdout) == (1, b"")
        assert done.stderr.decode().endswith(
            f": listen on {address}: Address already in use; process {own_embedded.process.pid} "
            "listens there, a gamevents with another data directory; set embedded.listen to "
            "another address, or to 127.0.0.1:0 for any free port\n")

    def test_a_foreign_folder_is_refused_and_left_alone(self, alone, home):
        (home / "photos").mkdir()
        (home / "photos" / "holiday.jpg").write_bytes(b"x")
        done = alone("broker", "--data-dir", home / "photos", check=False)
        assert done.returncode == 1
        assert "holiday.jpg" in done.stderr.decode()
        assert os.listdir(home / "photos") == ["holiday.jpg"]

    def test_a_newer_format_is_refused(self, alone, home):
        data_dir(home).mkdir()
        (data_dir(home) / "meta.properties").write_text("version=99\ncluster.id=x\n")
        done = alone("produce-test", check=False)
        assert done.returncode == 1
        assert "newer" in done.stderr.decode()

    def test_what_was_acknowledged_survives_a_kill(self, own_embedded, gamevents, kcat):
        own_embedded.create_topic("t")
        gamevents("produce-test", topic="t")
        own_embedded.kill()
        own_embedded.start()
        assert "1 topic, 42 messages, recovered, 0 bytes cut off" in own_embedded.log()
        gamevents("produce", topic="t", input=b"43\n")
        read = kcat("-C", "-t", "t", "-e", "-q")
        assert read.stdout.splitlines() == [*NUMBERS, b"43"]

    def test_repair_cuts_a_damaged_log_and_says_so(self, own_embedded, gamevents, alone):
        own_embedded.create_topic("t")
        for part in (b"first\n", b"second\n", b"third\n"):
            gamevents("produce", topic="t", input=part)
        own_embedded.kill()
        log = own_embedded.data_dir / "t-0" / "00000000000000000000.log"
        content = bytearray(log.read_bytes())
        content[content.index(b"second")] ^= 1
        log.write_bytes(content)
        with pytest.raises(RuntimeError, match="t-0"):
            own_embedded.start()
        assert log.read_bytes() == content
        own_embedded.start("--repair")
        assert "--repair cuts" in own_embedded.log()
        assert gamevents("consume", "--from-beginning", topic="t").stdout == b"first\n"


class TestCommandsOfTheirOwn:
    def test_they_share_the_data_with_no_broker_running(self, alone, home):
        assert alone("create-topic").stdout == b"Created Topic events.\n"
        assert alone("produce-test").stdout == b"Produced 42 messages.\n"
        read = alone("consume", "--from-beginning")
        assert read.stdout.splitlines() == NUMBERS
        assert read.stderr == b"% Reached end of topic events [0] at offset 42: exiting\n"
        assert not (data_dir(home) / "ENDPOINT").exists()
        assert data_dir(home).stat().st_mode & 0o777 == 0o700

    @pytest.mark.parametrize("written", ["~/deep/data/", "{home}/deep/data", "deep/data"])
    def test_a_directory_is_found_however_it_is_written(self, alone, home, written):
        where = f"embedded.data_dir={written.format(home=home)}"
        env = {"HOME": str(home)}
        alone("--set", where, "create-topic", env=env)
        assert (home / "deep" / "data" / "events-0").is_dir()
        again = alone("--set", where, "create-topic", env=env, check=False)
        assert b"exists" in again.stderr

    def test_a_home_that_nobody_named_is_an_error(self, alone):
        done = alone("--set", "embedded.data_dir=~/x", "create-topic", env={"HOME": ""},
                     check=False)
        assert done.returncode == 1
        assert "$HOME is not set" in done.stderr.decode()

    def test_one_listens_on_a_port_of_its_own_and_the_others_use_it(self, alone, start, home):
        alone("create-topic")
        reader = start("consume", "-f")
        processes.wait_until((data_dir(home) / "ENDPOINT").exists, 10, "the reader's broker")
        address, pid = read_endpoint(home)
        assert pid == reader.pid
        assert not address.endswith(":29092")
        alone("--set", "embedded.listen=127.0.0.1:1", "produce", input=b"x\n")
        reader.send_signal(signal.SIGINT)
        reader.communicate(timeout=20)
        assert reader.returncode == 0
        assert alone("consume", "--from-beginning").stdout == b"x\n"

    def test_many_at_once_do_not_race(self, alone):
        alone("create-topic")
        count = 6
        with concurrent.futures.ThreadPoolExecutor(count) as pool:
            # The broker belongs to one of them, which may end before the others. What they ask for
            # at that moment ends with an error, so each tries until it is through.
            def send(n):
                for _ in range(20):
                    done = alone("--set", "kafka.timeout=5s", "create-topic", topic=f"t{n}",
                                 check=False)
                    if done.returncode == 0 or b"exists" in done.stderr:
                        return
                raise AssertionError(done.stderr)
            list(pool.map(send, range(count)))
        for n in range(count):
            assert b"exists" in alone("create-topic", "--if-not-exists", topic=f"t{n}").stderr

    def test_after_a_kill_the_next_goes_on(self, alone, start, home):
        alone("create-topic")
        alone("produce-test")
        reader = start("consume", "-f")
        processes.wait_until((data_dir(home) / "ENDPOINT").exists, 10, "the reader's broker")
        reader.kill()
        reader.wait(10)
        assert (data_dir(home) / "ENDPOINT").exists()
        assert alone("consume", "--from-beginning").stdout.splitlines() == NUMBERS

    def test_one_that_goes_on_takes_the_broker_over(self, alone, start, home):
        """In `consume | produce` the first may have the broker, and ends first."""
        alone("create-topic")
        reader = start("consume", "-f")
        processes.wait_until((data_dir(home) / "ENDPOINT").exists, 10, "the reader's broker")
        address = read_endpoint(home)[0]
        writer = start("produce", stdin=subprocess.PIPE)
        writer.stdin.write(b"before\n")
        writer.stdin.flush()
        assert reader.stdout.readline() == b"before\n"
        reader.send_signal(signal.SIGINT)
        reader.communicate(timeout=20)
        processes.wait_until((data_dir(home) / "ENDPOINT").exists, 10, "the hand-over")
        assert read_endpoint(home) == (address, writer.pid)
        out, err = writer.communicate(b"after\n", timeout=20)
        assert writer.returncode == 0, err
        assert alone("consume", "--from-beginning").stdout == b"before\nafter\n"

    def test_a_holder_that_never_answers_is_named(self, alone, home):
        alone("create-topic")
        holder = subprocess.Popen(["flock", data_dir(home) / "LOCK", "sleep", "60"],
                                  preexec_fn=processes.die_with_parent, start_new_session=True)
        try:
            def held():
                return subprocess.run(["flock", "-n", data_dir(home) / "LOCK", "true"]).returncode
            processes.wait_until(held, 10, "the lock")
            done = alone("--set", "kafka.timeout=1s", "consume", check=False)
        finally:
            os.killpg(holder.pid, signal.SIGKILL)
            holder.wait(10)
        assert done.returncode == 1
        assert "in use by process" in done.stderr.decode()
        assert "embedded.data_dir" in done.stderr.decode()


class TestServe:
    def test_serves_kafka_clients_too_and_stops_in_order(self, serve, home, kcat, alone):
        alone("create-topic")
        port = processes.free_port()
        server = serve("--set", f"embedded.listen=127.0.0.1:{port}", brokers="embedded",
                       topic="events")
        assert server.request("/").status == 200
        read = kcat("-C", "-t", "events", "-e", "-q", brokers=f"127.0.0.1:{port}")
        assert b'"event_type":"default"' in read.stdout
        assert len(alone("consume", "--from-beginning").stdout.splitlines()) == 1
        assert server.stop() == 0, server.stderr
        assert not (data_dir(home) / "ENDPOINT").exists()
        assert len(alone("consume", "--from-beginning").stdout.splitlines()) == 1

    @pytest.mark.parametrize("setting", ["retention_age=1h", "retention_size=1GiB"])
    def test_a_log_that_is_not_kept_is_warned_of(self, serve, setting):
        listen = ["--set", f"embedded.listen=127.0.0.1:{processes.free_port()}"]
        kept = serve(*listen, brokers="embedded", topic="events")
        assert kept.stop() == 0
        assert "retention" not in kept.stderr
        cut = serve(*listen, "--set", f"embedded.{setting}", brokers="embedded", topic="events")
        assert cut.stop() == 0
        assert "embedded.retention_age is" in cut.stderr and "set both to 0" in cut.stderr

    def test_takes_the_place_of_a_short_commands_broker(self, serve, start, home, alone):
        alone("create-topic")
        reader = start("consume", "-f")
        processes.wait_until((data_dir(home) / "ENDPOINT").exists, 10, "the reader's broker")
        address = read_endpoint(home)[0]
        server = serve("--set", f"embedded.listen=127.0.0.1:{processes.free_port()}",
                       brokers="embedded", topic="events")
        assert server.request("/").status == 200
        reader.send_signal(signal.SIGINT)
        reader.communicate(timeout=20)
        processes.wait_until(lambda: (data_dir(home) / "ENDPOINT").exists(), 10, "the hand-over")
        assert read_endpoint(home) == (address, server.pid)
        assert server.request("/").status == 200
        assert server.stop() == 0, server.stderr
        assert len(alone("consume", "--from-beginning").stdout.splitlines()) == 2

    def test_what_was_answered_survives_a_kill(self, serve, alone):
        alone("create-topic")
        server = serve("--set", "embedded.listen=127.0.0.1:0", brokers="embedded", topic="events")
        users = [uuid.uuid4().hex for _ in range(20)]
        for user in users:
            assert server.request(f"/purchase_a_sword/{user}").status == 200
        server.kill()
        read = alone("consume", "--from-beginning", "--output", "%k\\n")
        assert read.stdout.decode().splitlines() == users


def test_an_own_empty_folder_beside_a_running_broker_is_named(home, alone, start, tmp_path):
    """Who asks for a service's data as another user gets an own, empty folder."""
    port = processes.free_port()
    other = start("--set", f"embedded.data_dir={tmp_path / 'service'}", "broker", "--listen",
                  f"127.0.0.1:{port}", "--print-address")
    assert other.stdout.readline() == f"127.0.0.1:{port}\n".encode()
    listen = ("--set", f"embedded.listen=127.0.0.1:{port}")
    lost = alone(*listen, "report", check=False)
    assert lost.returncode == 1
    said = lost.stderr.decode()
    assert f"there is no data in embedded.data_dir {data_dir(home)}" in said
    assert f"--set kafka.brokers=127.0.0.1:{port}" in said
    alone("--set", f"kafka.brokers=127.0.0.1:{port}", "create-topic", "there")
    assert b"there" in alone("--set", f"kafka.brokers=127.0.0.1:{port}", "topics").stdout
    alone(*listen, "create-topic")
    assert b"no data" not in alone(*listen, "topics").stderr
