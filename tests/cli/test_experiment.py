"""Goal: `--view experiment` gives the figures of SciPy and statsmodels, whatever the counts.

Method: forty random experiments in one topic, told apart by a field, with variants of three users
and of hundreds, nobody or everybody converting; each is asked by itself. The counts are held to
DuckDB's by tests/interop/test_matrix.py.
"""

import json
import random

import pytest
from scipy import stats
from statsmodels.stats import proportion
from support import program

EXPERIMENTS = 40
NAMES = ("control", "blue", "green", "größer")


def draw(chance, number):
    """{variant: (users, converted)} of one experiment, and the shares that it should have."""
    size = chance.choice((3, 12, 60, 400))
    rate = chance.choice((0, 0.02, 0.15, 0.5, 0.9, 1))
    names = NAMES[:2 + number % 3]
    counts = {}
    for name in names:
        users = chance.randint(1, size)
        likely = min(1, max(0, rate + chance.choice((0, 0.03, 0.1)) * (0 < rate < 1)))
        counts[name] = users, sum(chance.random() < likely for _ in range(users))
    return counts, {name: chance.choice((1, 2, 0.5)) for name in names}


@pytest.fixture(scope="module")
def drawn():
    chance = random.Random(20261127)
    return [draw(chance, number) for number in range(EXPERIMENTS)]


@pytest.fixture(scope="module")
def experiment(drawn, tmp_path_factory):
    """experiment(number, *args): the rows of one, by variant."""
    home = tmp_path_factory.mktemp("experiments")
    events = []
    for number, (counts, _) in enumerate(drawn):
        for variant, (users, converted) in counts.items():
            for n in range(users):
                event = {"test": number, "user": f"{number}-{variant}-{n}"}
                events.append(event | {"event_type": "experiment_exposure", "variant": variant})
                if n < converted:
                    events.append(event | {"event_type": "checkout"})
    program.run(["produce"], home=home, brokers="embedded",
                input="".join(json.dumps(event) + "\n" for event in events).encode())

    def rows(number, *args, check=True, steps="experiment_exposure,checkout"):
        done = program.run(["report", "--view", "experiment", "--steps", steps, "--where",
                            f"test = {number}", "--format", "ndjson", *args], home=home,
                           brokers="embedded", check=check)
        return done if not check else {row["variant"]: row for row in
                                       map(json.loads, done.stdout.splitlines())}
    return rows


def expected_p(one, other):
    """The p-value that is right for these counts, and the name of its test."""
    (users, won), (others, others_won) = one, other
    table = [[won, users - won], [others_won, others - others_won]]
    total = users + others
    least = min(users, others) * min(won + others_won, total - won - others_won) / total
    if least < 5:
        return stats.fisher_exact(table).pvalue, "fisher"
    return proportion.proportions_ztest([won, others_won], [users, others])[1], "z"


@pytest.mark.parametrize("number", range(EXPERIMENTS))
def test_the_figures_are_those_of_scipy_and_statsmodels(experiment, drawn, number):
    counts, shares = drawn[number]
    rows = experiment(number, "--ratio", ",".join(f"{name}={share}"
                                                  for name, share in shares.items()))
    assert {name: (row["users"], row["converted"]) for name, row in rows.items()} == counts
    assert next(iter(rows)) == "control"
    users = sum(count for count, _ in counts.values())
    expected = [users * shares[name] / sum(shares.values()) for name in counts]
    ratio_p = stats.chisquare([count for count, _ in counts.values()], expected).pvalue
    control_users, control_won = counts["control"]
    for name, row in rows.items():
        assert row["ratio_p_value"] == pytest.approx(ratio_p, rel=1e-9, abs=1e-300)
        count, won = counts[name]
        assert row["conversion"] == won / count
        if name == "control":
            assert all(row[column] is None for column in
                       ("uplift", "difference", "low", "high", "p_value", "test"))
            continue
        low, high = proportion.confint_proportions_2indep(
            won, count, control_won, control_users, compare="diff", method="newcomb")
        assert row["low"] == pytest.approx(low, abs=1e-12)
        assert row["high"] == pytest.approx(high, abs=1e-12)
        assert row["difference"] == pytest.approx(won / count - control_won / control_users)
        if control_won:
            assert row["uplift"] == pytest.approx(won / count / (control_won / control_users) - 1)
        else:
            assert row["uplift"] is None
        p, test = expected_p(counts[name], counts["control"])
        assert row["test"] == test
        assert row["p_value"] == pytest.approx(p, rel=1e-7, abs=1e-300)


def test_both_tests_and_many_values_were_drawn(drawn):
    tests = [expected_p(count, counts["control"])[1]
             for counts, _ in drawn for name, count in counts.items() if name != "control"]
    assert min(tests.count("z"), tests.count("fisher")) > 15


@pytest.mark.parametrize(("args", "said"), [
    (["--control", "blu"], "there is no variant blu; did you mean blue?; there are blue, control"),
    (["--ratio", "control=1"], "the ratio has no share for the variant blue"),
])
def test_a_variant_that_is_not_there_is_named(experiment, args, said):
    done = experiment(0, *args, check=False)
    assert done.returncode == 1
    assert said in done.stderr.decode()


def test_slips_are_named(experiment):
    done = experiment(0, "--variant", "varian", check=False)
    assert done.returncode == 0
    assert "has the field varian; did you mean variant?" in done.stderr.decode()
    done = experiment(0, steps="experiment_exposur,checkout", check=False)
    assert "did you mean experiment_exposure?" in done.stderr.decode()
