"""Fixtures for the tests that run the executable against real counterparts.

`broker` is what most tests want: each of BROKERS in turn. A test that stops or kills its broker
takes `own_broker`. Everything started here is ended by its fixture, by process id.
"""

import subprocess
import uuid

import pytest
from support import embedded as embedded_broker
from support import kafka as kafka_server
from support import processes, program, spark as spark_session

# What the tests of a broker are run over; each is the name of a session fixture that has
# `.brokers`, `.create_topic(name, partitions)` and `.tool(name, *args)`.
BROKERS = ["embedded", "kafka"]


# A Spark session on a busy machine of two cores needs more than pytest.ini's limit.
SPARK_TIMEOUT_S = 300


def pytest_collection_modifyitems(config, items):
    """Gives the tests that use Spark their longer limit. Where several processes share the files
    of tests (pytest-xdist), the files whose tests may take longest begin, so that none of them is
    left over at the end."""
    for item in items:
        if "spark" in item.fixturenames:
            item.add_marker(pytest.mark.timeout(SPARK_TIMEOUT_S))
    if hasattr(config, "workerinput"):
        longest: dict = {}
        for item in items:
            longest[item.path] = max(longest.get(item.path, 0), limit_of(item))
        items.sort(key=lambda item: -longest[item.path])


def limit_of(item) -> float:
    """The test's own limit in seconds; 0 if it has none."""
    limit = item.get_closest_marker("timeout")
    return limit.args[0] if limit else 0


@pytest.fixture(scope="session")
def kafka(tmp_path_factory):
    """A real Apache Kafka for the whole run. Do not stop it: see `own_kafka`."""
    server = kafka_server.Kafka(tmp_path_factory.mktemp("kafka"))
    server.start()
    yield server
    server.kill()


@pytest.fixture(scope="session")
def embedded(tmp_path_factory):
    """A `gamevents broker` for the whole run. Do not stop it: see `own_embedded`."""
    server = embedded_broker.Embedded(tmp_path_factory.mktemp("embedded"))
    server.start()
    yield server
    server.kill()


@pytest.fixture
def own_kafka(tmp_path):
    """A Kafka for one test, which may stop, kill, pause and start it again."""
    server = kafka_server.Kafka(tmp_path / "kafka")
    server.start()
    yield server
    server.kill()


@pytest.fixture
def own_embedded(tmp_path):
    """A `gamevents broker` for one test, as `own_kafka`."""
    server = embedded_broker.Embedded(tmp_path / "embedded")
    server.start()
    yield server
    server.kill()


@pytest.fixture(params=BROKERS)
def own_broker(request):
    """Each broker that must do, for one test, which may stop, kill, pause and start it again."""
    return request.getfixturevalue(f"own_{request.param}")


@pytest.fixture(scope="session", params=BROKERS)
def broker(request):
    """Each broker that must do: `.brokers` is its address."""
    return request.getfixturevalue(request.param)


@pytest.fixture
def topic(broker):
    """A fresh topic of one partition on `broker`; its name."""
    return broker.create_topic(f"events-{uuid.uuid4().hex[:12]}")


@pytest.fixture
def target(request):
    """The broker and topic that this test named among its fixtures, as defaults for the program:
    one of its own before `broker` before a shared one; nothing when it named none."""
    known = ("own_broker", "own_kafka", "own_embedded", "broker", "kafka", "embedded")
    names = [name for name in known if name in request.fixturenames]
    brokers = request.getfixturevalue(names[0]).brokers if names else None
    name = request.getfixturevalue("topic") if "topic" in request.fixturenames else None
    return {"brokers": brokers, "topic": name}


@pytest.fixture
def gamevents(target, tmp_path):
    """gamevents(*args, input=None, topic=None, brokers=None, env=None, timeout=60, check=True):
    runs the executable to its end in `tmp_path`; gives a subprocess.CompletedProcess of bytes."""
    def run(*args, topic=None, brokers=None, **options):
        return program.run(args, home=tmp_path, brokers=brokers or target["brokers"],
                           topic=topic or target["topic"], **options)
    return run


@pytest.fixture
def background(target, tmp_path):
    """background(*args, topic=None, brokers=None, env=None): starts the executable in `tmp_path`;
    gives a support.program.Background. Those still running at the test's end are killed."""
    started = []

    def start(*args, topic=None, brokers=None, env=None):
        started.append(program.Background(
            args, home=tmp_path, brokers=brokers or target["brokers"],
            topic=topic or target["topic"], env=env))
        return started[-1]
    yield start
    for one in started:
        one.kill()


@pytest.fixture
def serve(target, tmp_path):
    """serve(*args, topic=None, brokers=None, env=None, port=0, launcher=(), pass_fds=()): starts
    `gamevents serve` and gives a support.program.Server once it listens. Those still running at the
    test's end are killed."""
    started = []

    def start(*args, topic=None, brokers=None, **options):
        started.append(program.Server(args, home=tmp_path, brokers=brokers or target["brokers"],
                                      topic=topic or target["topic"], **options))
        return started[-1]
    yield start
    for server in started:
        server.kill()


@pytest.fixture
def kcat(target):
    """kcat(*args, brokers=None, input=None, timeout=60): runs kcat against the test's broker; gives
    a subprocess.CompletedProcess of bytes, with an error for an exit code but 0."""
    def run(*args, brokers=None, input=b"", timeout=60):
        command = ["kcat", "-b", brokers or target["brokers"], *map(str, args)]
        return subprocess.run(command, input=input, capture_output=True, timeout=timeout,
                              check=True, preexec_fn=processes.die_with_parent)
    return run


@pytest.fixture
def spark():
    """spark(script, *args, timeout=240): runs Python source in a PySpark session of its own."""
    return spark_session.run
