"""Goal: the tables of the documentation are shown as tables.

Method: parse every Markdown page as GitHub does, and look for lines of a table that are not in one,
and for rows whose cells the parser would drop or make up.
"""

import re

import pytest
from markdown_it import MarkdownIt
from support import paths

PAGES = [paths.ROOT / "README.md", paths.ROOT / "CONTRIBUTING.md",
         *sorted((paths.ROOT / "docs").glob("*.md"))]


def complaints(text: str) -> list[str]:
    """What is wrong with a page's tables, each with its line's number."""
    tokens = MarkdownIt("commonmark").enable("table").parse(text)
    shown = set()  # lines that are in a table, or are code
    found = []
    lines = text.split("\n")
    for token in tokens:
        if token.type == "table_open":
            first, end = token.map
            shown.update(range(first, end))
            widths = [len(re.findall(r"(?<!\\)\|", lines[number])) for number in range(first, end)]
            found += [f"line {first + at + 1}: {width - 1} cells, not {widths[0] - 1}"
                      for at, width in enumerate(widths) if width != widths[0]]
        elif token.type in ("fence", "code_block"):
            shown.update(range(*token.map))
    found += [f"line {number + 1}: a row outside of a table" for number, line in enumerate(lines)
              if line.startswith("|") and number not in shown]
    return found


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_tables_are_tables(page):
    assert complaints(page.read_text(encoding="utf-8")) == []


def test_a_broken_table_is_found():
    table = "| a | b |\n|---|---|\n| 1 | 2 |\n"
    assert complaints(table) == []
    assert complaints("```\n| a |\n```\n") == []
    assert complaints(table + "| `x\\|y` | 2 |\n") == []
    assert complaints(table + "\n| 3 | 4 |\n") == ["line 5: a row outside of a table"]
    assert complaints(table + "| 3 |\n") == ["line 4: 1 cells, not 2"]
    assert complaints(table + "| `x|y` | 2 |\n") == ["line 4: 3 cells, not 2"]
