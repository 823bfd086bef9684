"""Goal: docs/commands.md has every command and flag, as the executable knows them.

Method: the page's parts beside what `help --markdown` prints, which comes of the same tree as the
manual pages; tests/scripts/commands writes them.
"""

import re

from support import commands_page

# Their flags are in the part, and what they do in a page of their own or in the part alone.
HEADING = re.compile(r"^## ([a-z-]+)$", re.MULTILINE)


def test_the_page_is_what_the_executable_prints():
    page = commands_page.PAGE.read_text(encoding="utf-8")
    reference = commands_page.printed()
    assert commands_page.parts(page) == commands_page.parts(reference), "run tests/scripts/commands"


def test_each_command_has_a_heading_and_a_part_below_it():
    page = commands_page.PAGE.read_text(encoding="utf-8")
    below = {name: text for name, text in
             zip(HEADING.findall(page), HEADING.split(page)[2::2], strict=True)}
    expected = [name for name in commands_page.parts(commands_page.printed())
                if name != "gamevents"]
    assert list(below) == expected  # in the order of the overview
    for name in expected:
        assert f"<!-- {name}: begin." in below[name]


def test_words_have_names_that_every_cli11_takes():
    """Of 2.4 and newer, which Debian 13 has, each command ends at once where one has a = in it."""
    words = re.findall(r"^\| `([^-`][^`]*)` \|", commands_page.printed(), re.MULTILINE)
    assert {"NAME", "SETTING", "DIR"} <= set(words)
    assert [word for word in words if not re.fullmatch("[A-Z]+", word)] == []


def test_a_part_that_the_page_lacks_comes_below_its_heading():
    part = "<!-- report: begin. x -->\n\nnew\n\n<!-- report: end -->\n"
    page = "## report\n\nBy hand.\n"
    once = commands_page.written(page, part)
    assert once == "## report\n\n" + part + "\nBy hand.\n"
    assert commands_page.written(once, part.replace("new", "newer")) == once.replace("new", "newer")
