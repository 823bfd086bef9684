"""Goal: `report`, its `--sql`, PySpark and DuckDB give the same rows, whatever the question.

Method: three topics in one broker (support/matrix/data.py), a table of questions, each in the words
of every engine (sales_queries.py, odd_queries.py), and DuckDB's answer as what all others are held
to, as typed values: by value and kind, in order where the question orders, to 1e-12 only where it
adds doubles. Where an engine differs by its nature, its other answer is in the table, and asserted.
"""

import time

import pytest
from support import embedded
from support.matrix import answers, data, engines
from support.matrix.odd_queries import BROKEN, ODD
from support.matrix.sales_queries import SALES
from support.matrix.view_queries import VIEWS

pytestmark = pytest.mark.timeout(engines.SPARK_TIMEOUT_S + 60)

QUERIES = {query.name: (topic, query)
           for topic, queries in (("sales", (*SALES, *VIEWS)), ("odd", ODD), ("broken", BROKEN))
           for query in queries}
SOURCES = ("kafka", "segments")
ENGINES = (*SOURCES, "sql", "spark")
QUERIES_MIN = 60


@pytest.fixture(scope="module")
def topics():
    return [data.sales(), data.odd(), data.broken()]


@pytest.fixture(scope="module")
def broker(tmp_path_factory, topics):
    """A broker that keeps records of any age, with the three topics."""
    server = embedded.Embedded(tmp_path_factory.mktemp("matrix-broker"))
    server.start("--set", "embedded.retention_age=0")
    for topic in topics:
        engines.fill(server, topic)
    yield server
    server.kill()


@pytest.fixture(scope="module")
def duck(tmp_path_factory, topics):
    return engines.DuckDb(tmp_path_factory.mktemp("matrix-duckdb"), topics)


@pytest.fixture(scope="module")
def sparks(tmp_path_factory, broker):
    """All of Spark's answers: {query: answer}, with each topic's schema as "schema-TOPIC"."""
    asked = [{"topic": topic, "name": name, "sql": query.text_for("spark")}
             for name, (topic, query) in QUERIES.items()]
    asked += [{"topic": topic, "name": f"schema-{topic}", "sql": None}
              for topic in ("sales", "odd")]
    start = time.monotonic()
    found = engines.ask_spark(tmp_path_factory.mktemp("matrix-spark"), broker.brokers, asked)
    print(f"Spark answered {len(found)} questions in {time.monotonic() - start:.0f} s")
    return found


@pytest.fixture(scope="module")
def reports(tmp_path_factory, broker):
    """{source: report over it}."""
    home = tmp_path_factory.mktemp("matrix-report")
    return {source: engines.Report(broker, home, source) for source in SOURCES}


@pytest.fixture
def ask(reports, request):
    """ask(engine, name): that engine's answer to the query of that name."""
    def run(engine, name):
        topic, query = QUERIES[name]
        if engine == "duckdb":
            return request.getfixturevalue("duck").ask(topic, query.text_for("duckdb"))
        if engine == "spark":
            return request.getfixturevalue("sparks")[name]
        if engine == "sql":
            return reports["segments"].ask_sql(topic, query.text_for("sqlite"))
        found = reports[engine].ask(topic, query.report)
        if query.columns and not isinstance(found, answers.Failed):
            found = [tuple(row[column] for column in query.columns) for row in found]
        return found
    return run


def test_the_table_is_whole():
    asked = len(SALES) + len(VIEWS) + len(ODD) + len(BROKEN)
    assert len(QUERIES) == asked, "two queries have one name"
    assert len(QUERIES) >= QUERIES_MIN
    malformed = sum(value is None or value in data.MALFORMED
                    for value in (record.value for record in data.odd().records))
    assert 0.05 <= malformed / data.ODD < 0.06


def cells():
    """(query, engine) of the whole table."""
    for name, (_, query) in QUERIES.items():
        yield from ((name, engine) for engine in ENGINES)
        if query.answer is not None:
            yield name, "duckdb"


@pytest.mark.parametrize(("name", "engine"), list(cells()))
def test_the_rows_are_the_same(name, engine, ask):
    query = QUERIES[name][1]
    if engine in query.differs:
        expected = query.differs[engine]
    else:
        expected = ask("duckdb", name) if query.answer is None else query.answer
    actual = ask(engine, name)
    if isinstance(expected, answers.Failed) or isinstance(actual, answers.Failed):
        assert actual == expected
        return
    if engine == "sql":
        expected, actual = ([tuple(map(answers.as_sqlite_has_it, row)) for row in rows]
                            for rows in (expected, actual))
    wrong = answers.difference(expected, actual, query.ordered, query.approximate)
    assert wrong is None, wrong


# Rows of a --select without an order come as the broker sent them; all else has one order.
@pytest.mark.parametrize("name", [
    name for name, (_, query) in QUERIES.items()
    if not query.approximate and (query.ordered or "--select" not in query.report)])
def test_both_sources_write_the_same_text(name, reports):
    topic, query = QUERIES[name]
    kafka, segments = (reports[source].run(topic, query.report) for source in SOURCES)
    assert (kafka.returncode, kafka.stdout) == (segments.returncode, segments.stdout)
    assert kafka.stdout or kafka.returncode == 1


@pytest.mark.parametrize("source", SOURCES)
@pytest.mark.parametrize("topic", ["sales", "odd"])
def test_the_schema_is_sparks(topic, source, reports, sparks):
    tree = reports[source].ask(topic, ("--schema",))
    assert tree == sparks[f"schema-{topic}"]
    assert len(tree) > 15
