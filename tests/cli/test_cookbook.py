"""Goal: every question of docs/cookbook.md is answered as the page shows it.

Method: the page is played from its top, on a machine on which nothing is; the world that it makes
is the same each time, so what is printed must be what the page shows, byte for byte. A command of
which the page shows nothing must end with 0. After a change of answers that is meant,
tests/scripts/cookbook writes them into the page.
"""

import re

import pytest
from support import cookbook, pages, paths


@pytest.fixture
def home(tmp_path):
    folder = tmp_path / "home"
    folder.mkdir()
    return folder


@pytest.fixture
def shell(home):
    shell = pages.Shell(home, cookbook.ENVIRONMENT)
    yield shell
    shell.close()


@pytest.mark.timeout(240)
def test_the_page_is_answered_as_shown(home, shell):
    played = 0
    for step in cookbook.steps(cookbook.PAGE, home):
        done = shell.run(step.command)
        played += 1
        where = f"line {step.begin}: $ {step.command}"
        if step.is_shown:
            assert cookbook.printed(done) == step.shown.strip("\n") + "\n", where
        else:
            assert done.status == 0, f"{where}\n{done.stderr}"
    assert played >= 40


def test_there_are_thirty_questions_and_each_is_in_the_contents():
    text = cookbook.PAGE.read_text(encoding="utf-8")
    questions = re.findall(r"^### (.*\?)$", text, re.MULTILINE)
    assert len(questions) == 30
    contents = re.findall(r"^- \[(.*)\]\(#(.*)\)$", text, re.MULTILINE)
    assert [name for name, _ in contents] == questions
    for name, anchor in contents:
        assert anchor == re.sub(r"[^\w -]", "", name.lower()).replace(" ", "-")


def test_its_pictures_are_there():
    text = cookbook.PAGE.read_text(encoding="utf-8")
    for picture in re.findall(r"!\[[^]]+\]\(([^)]+)\)", text):
        assert (paths.ROOT / "docs" / picture).stat().st_size <= 200_000


def test_a_page_of_every_kind_of_block_is_played(home, shell, tmp_path):
    page = tmp_path / "page.md"
    page.write_text("```console\n$ echo a \\\n  b\na b\n$ true\n```\n```yaml\nx: 1\n```\n"
                    "```crontab\n0 7 * * * grep -q x gamevents.yaml\n```\n"
                    "```python\nprint(7)\n```\n```text\n7\n```\n", encoding="utf-8")
    lines = page.read_text(encoding="utf-8").splitlines()
    steps = []
    for step in cookbook.steps(page, home):
        assert cookbook.printed(shell.run(step.command)) == (step.shown or "\n")
        steps.append(lines[step.begin:step.end])
    assert steps == [["a b"], [], [], ["7"]]
