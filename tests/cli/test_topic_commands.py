"""create-topic, produce-test, produce and consume as a shell uses them.

Method: the executable against each broker; kcat and confluent-kafka say what must be there.
"""

import json
import signal
import subprocess
import time
import uuid

import confluent_kafka
import pytest
from support import paths, processes, program

RECORDS = [
    {"key": None, "value": "plain", "headers": []},
    {"key": "", "value": "", "headers": []},
    {"key": "k", "value": None,
     "headers": [{"name": "a", "value": "1"}, {"name": "a", "value": None}]},
    {"key": {"base64": "/wA="}, "value": {"base64": "AP8K"},
     "headers": [{"name": "h", "value": {"base64": "gA=="}}]},
    {"key": "\u00e9\u0000\n", "value": "two\nlines", "headers": []},
]


def lines(done) -> list[bytes]:
    return done.stdout.splitlines()


def envelopes(done) -> list[dict]:
    return [json.loads(line) for line in lines(done)]


def fresh() -> str:
    return f"new-{uuid.uuid4().hex[:12]}"


class TestCreateTopic:
    def test_says_what_it_made(self, broker, gamevents, kcat):
        name = fresh()
        done = gamevents("create-topic", name, "--partitions", 3)
        assert done.stdout == f"Created Topic {name}.\n".encode()
        assert f'topic "{name}" with 3 partitions' in kcat("-L", "-t", name).stdout.decode()

    def test_the_name_is_taken_as_a_flag_too(self, broker, gamevents):
        name = fresh()
        done = gamevents("create-topic", "--topic", name)
        assert done.stdout == f"Created Topic {name}.\n".encode()
        both = gamevents("create-topic", name, "--topic", name, check=False)
        assert (both.returncode, both.stdout) == (2, b"")
        assert b"NAME excludes --topic" in both.stderr

    def test_one_that_exists_is_an_error_unless_allowed(self, broker, gamevents):
        name = fresh()
        gamevents("create-topic", name)
        again = gamevents("create-topic", name, check=False)
        assert (again.returncode, again.stdout) == (1, b"")
        assert b"exists" in again.stderr
        allowed = gamevents("create-topic", name, "--if-not-exists")
        assert (allowed.returncode, allowed.stdout) == (0, b"")
        assert b"exists" in allowed.stderr

    def test_the_brokers_words_are_told(self, broker, gamevents):
        done = gamevents("create-topic", fresh(), "--replication-factor", 3, check=False)
        assert done.returncode == 1
        assert b"invalid replication factor" in done.stderr
        assert b"only 1 broker" in done.stderr or b"on one broker" in done.stderr


class TestProduceTest:
    def test_forty_two_numbers_in_order(self, topic, gamevents):
        assert gamevents("produce-test").stdout == b"Produced 42 messages.\n"
        done = gamevents("consume", "--from-beginning")
        assert lines(done) == [str(n).encode() for n in range(1, 43)]
        assert done.stderr.decode() == f"% Reached end of topic {topic} [0] at offset 42: exiting\n"

    def test_more_than_the_queue_holds(self, topic, gamevents):
        done = gamevents("produce-test", "--count", 200_000, "--acks", -1)
        assert done.stdout == b"Produced 200000 messages.\n"
        tail = gamevents("consume", "-o", "-2")
        assert lines(tail) == [b"199999", b"200000"]

    def test_a_dead_address_is_named_in_time(self, gamevents):
        start = time.monotonic()
        done = gamevents("--set", "kafka.timeout=2s", "produce-test", check=False)
        assert time.monotonic() - start < 15
        assert (done.returncode, done.stdout) == (1, b"")
        assert b"0 of 42 messages arrived" in done.stderr
        assert b"no broker answers: 127.0.0.1:1 (connection refused)" in done.stderr


class TestProduce:
    def test_lines_are_kept_as_they_are(self, topic, gamevents):
        values = [b"a", b"", b"crlf\r", b"\xff\x00 bytes", b"x" * 500_000, b"no newline here"]
        gamevents("produce", input=b"\n".join(values))
        read = gamevents("consume", "--from-beginning", "--output", "%s%R")
        expected = b"".join(value + len(value).to_bytes(4, "big") for value in values)
        assert read.stdout == expected

    def test_how_many_were_sent_is_told(self, topic, gamevents):
        done = gamevents("produce", input=b"a\nb\nc\n")
        assert done.stdout == b""
        assert done.stderr.decode() == f"gamevents: info: 3 messages were sent to {topic}\n"
        assert gamevents("-q", "produce", input=b"d\n").stderr == b""
        assert gamevents("produce", input=b"").stderr.startswith(
            b"gamevents: info: 0 messages were sent to ")

    def test_keys_and_headers(self, topic, gamevents, kcat):
        gamevents("produce", "-K", "\\t", "-H", "a=1", "-H", "b=x=y",
                  input=b"k\tv\tw\nonly a value\n")
        read = kcat("-C", "-t", topic, "-e", "-q", "-f", "%k|%s|%h\n")
        assert lines(read) == [b"k|v\tw|a=1,b=x=y", b"|only a value|a=1,b=x=y"]

    def test_envelopes_come_back(self, topic, broker, gamevents):
        stamped = [dict(record, timestamp=1_700_000_000_000 + n)
                   for n, record in enumerate(RECORDS)]
        gamevents("produce", "--json", input="\n".join(map(json.dumps, stamped)).encode())
        first = gamevents("consume", "--from-beginning", "--output", "json")
        seen = [{key: each[key] for key in ("key", "value", "headers", "timestamp")}
                for each in envelopes(first)]
        assert seen == stamped
        copy = broker.create_topic(fresh())
        gamevents("produce", "--json", topic=copy, input=first.stdout)
        second = gamevents("consume", "--from-beginning", "--output", "json", topic=copy)
        assert second.stdout == first.stdout.replace(topic.encode(), copy.encode())

    def test_a_bad_line_is_named_and_those_before_it_are_sent(self, topic, gamevents):
        done = gamevents("produce", "--json", check=False,
                         input=b'{"value":"1"}\n{"value":"2"}\n{"x":3}\n')
        assert done.returncode == 1
        assert b"2 messages were sent" in done.stderr and b"line 3" in done.stderr
        assert lines(gamevents("consume", "--from-beginning")) == [b"1", b"2"]

    def test_promises_cannot_be_switched_off(self, topic, gamevents):
        done = gamevents("--set", "kafka.properties=acks=0", "produce", input=b"x\n", check=False)
        assert done.returncode != 0
        assert b"acks=0" in done.stderr


class TestConsume:
    @pytest.mark.parametrize("position, expected", [
        ("beginning", range(1, 43)), ("end", []), ("40", [41, 42]), ("-3", [40, 41, 42]),
        ("0:2", [1, 2]), ("-3:-1", [40, 41]), (":1", [1]), ("41:", [42]), ("@0", range(1, 43)),
        ("@-1h:", range(1, 43)), (":@-1h", []), ("@2090-01-01", []), ("7:7", []),
    ])
    def test_positions(self, topic, gamevents, position, expected):
        gamevents("produce-test")
        read = gamevents("consume", "-o", position)
        assert lines(read) == [str(n).encode() for n in expected]
        assert read.stderr.endswith(b": exiting\n")

    def test_an_offset_that_is_not_there(self, topic, gamevents):
        gamevents("produce-test")
        done = gamevents("consume", "-o", "43", check=False)
        assert done.returncode == 1 and b"0 to 42" in done.stderr

    def test_max_messages(self, topic, gamevents):
        gamevents("produce-test")
        done = gamevents("consume", "--from-beginning", "--max-messages", 7)
        assert lines(done) == [str(n).encode() for n in range(1, 8)]
        assert done.stderr == b"Processed a total of 7 messages\n"

    def test_a_group_goes_on_where_it_left_off(self, topic, gamevents):
        gamevents("produce-test")
        group = fresh()
        first = gamevents("consume", "--from-beginning", "--group", group, "-n", 10)
        second = gamevents("consume", "--from-beginning", "--group", group)
        assert lines(first) + lines(second) == [str(n).encode() for n in range(1, 43)]

    def test_every_partitions_end_is_told(self, broker, gamevents):
        name = broker.create_topic(fresh(), 3)
        gamevents("produce", "--partition", 1, topic=name, input=b"a\nb\n")
        done = gamevents("consume", "--from-beginning", topic=name)
        ends = done.stderr.decode().splitlines()
        assert sorted(end.removesuffix(": exiting") for end in ends) == [
            f"% Reached end of topic {name} [{n}] at offset {2 if n == 1 else 0}" for n in range(3)]
        assert [end.endswith(": exiting") for end in ends] == [False, False, True]
        assert lines(gamevents("consume", "-o", "beginning", "--partition", 0, topic=name)) == []

    def test_formats_read_as_kcat_writes_them(self, topic, gamevents, kcat):
        with_nulls = ('{"key":"k","value":"v",'
                      '"headers":[{"name":"a","value":"1"},{"name":"b","value":null}]}')
        gamevents("produce", "--json", input=f'{with_nulls}\n{{"value":null}}\n'.encode())
        form = r"%t %p %o [%k] [%s] %T %h %K %S %R %% \x41\t\n"
        assert (gamevents("consume", "--from-beginning", "--output", form).stdout
                == kcat("-C", "-t", topic, "-e", "-q", "-f", form).stdout)

    def test_a_time_can_be_read(self, topic, gamevents):
        gamevents("produce", "--json", input=b'{"value":"v","timestamp":1795428000123}\n')
        done = gamevents("consume", "--from-beginning", "--output", "%D %s\\n")
        assert done.stdout == b"2026-11-23T10:00:00.123Z v\n"

    def test_format_is_another_name_of_output(self, topic, gamevents):
        gamevents("produce", input=b"a\n")
        read = [gamevents("consume", "--from-beginning", name, "json").stdout
                for name in ("--output", "--format")]
        assert read[0] == read[1] != b""
        done = gamevents("consume", "--from-beginning", "--format", "text", check=False)
        assert done.returncode == 2
        assert b'--output "text" is not value, json or parquet' in done.stderr

    def test_where(self, topic, gamevents):
        gamevents("produce", input=b'{"t":"a","n":1}\nnot json\n{"t":"b","n":2}\n[1]\n')
        read = gamevents("consume", "--from-beginning", "--where", "n > 1 and t = b")
        assert lines(read) == [b'{"t":"b","n":2}']
        assert gamevents("consume", "--where", "n >", check=False).returncode == 2

    @pytest.mark.parametrize("arguments", [
        ["-o", "nonsense"], ["-o", "1", "--from-beginning"], ["-f", "-o", "1:2"], ["-n", "0"],
        ["--output", "%q"], ["--partition", "-1"]])
    def test_wrong_usage(self, gamevents, arguments):
        assert gamevents("consume", *arguments, check=False).returncode == 2

    def test_a_closed_pipe_ends_it_quietly(self, topic, broker, gamevents, tmp_path):
        gamevents("produce-test", "--count", 200_000)
        done = subprocess.run(
            ["bash", "-c", '"$0" consume --from-beginning | head -2; echo ${PIPESTATUS[0]}',
             str(paths.executable())],
            env=program.environment(tmp_path, broker.brokers, topic, None),
            capture_output=True, timeout=60)
        assert done.stdout == b"1\n2\n0\n"
        assert done.stderr == b""

    def test_markers_and_aborted_records_at_the_end_do_not_make_it_wait(
            self, kafka, gamevents):
        # The embedded broker has no transactions.
        topic = kafka.create_topic(fresh())
        producer = confluent_kafka.Producer(
            {"bootstrap.servers": kafka.brokers, "transactional.id": fresh()})
        producer.init_transactions()
        for value, finish in ((b"kept", producer.commit_transaction),
                              (b"gone", producer.abort_transaction)):
            producer.begin_transaction()
            producer.produce(topic, value)
            producer.flush()
            finish()
        done = gamevents("consume", "--from-beginning", topic=topic, timeout=20)
        assert lines(done) == [b"kept"]
        assert b"at offset 4: exiting" in done.stderr


class TestFollowing:
    def start(self, broker, topic, home, *args):
        return subprocess.Popen(
            [paths.executable(), "consume", *args], stdout=subprocess.PIPE, stderr=subprocess.PIPE,
            env=program.environment(home, broker.brokers, topic, None),
            preexec_fn=processes.die_with_parent)

    def test_what_arrives_is_shown_at_once_and_a_signal_ends_it(
            self, topic, broker, gamevents, tmp_path):
        gamevents("produce", input=b"old\n")
        reader = self.start(broker, topic, tmp_path, "-o", "beginning", "-f")
        try:
            assert reader.stdout.readline() == b"old\n"
            gamevents("produce", input=b"new\n")
            assert reader.stdout.readline() == b"new\n"
            reader.send_signal(signal.SIGINT)
            out, err = reader.communicate(timeout=20)
        finally:
            processes.reap(reader)
        assert (reader.returncode, out, err) == (0, b"", b"Processed a total of 2 messages\n")

    @pytest.mark.parametrize("number", [signal.SIGSTOP, signal.SIGKILL])
    def test_an_outage_ends_it_within_the_timeout(self, own_broker, gamevents, tmp_path, number):
        name = own_broker.create_topic(fresh())
        gamevents("produce", topic=name, input=b"x\n")
        reader = self.start(own_broker, name, tmp_path, "--set", "kafka.timeout=3s",
                            "-o", "beginning", "-f")
        try:
            assert reader.stdout.readline() == b"x\n"
            own_broker.process.send_signal(number)
            _, err = reader.communicate(timeout=25)
        finally:
            own_broker.process.send_signal(signal.SIGCONT)
            processes.reap(reader)
        assert reader.returncode == 1
        assert own_broker.brokers.encode() in err
