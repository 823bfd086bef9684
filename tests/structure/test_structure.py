"""Goal: the rules of the structure hold, and each check of them can fail.

Method: run check_structure.py over the project, and over small trees that break one rule each.
"""

import pathlib
import subprocess
import sys

import pytest
from support import paths

CHECKER = paths.ROOT / "tests" / "scripts" / "check_structure.py"

# The broken tree, and what the checker must say about it.
BROKEN = {
    "arrow": ({"core/kafka/a.h": '#include "core/http/b.h"\n'},
              "core/kafka/a.h:1: core/kafka must not include http"),
    "arrow to cmd": ({"core/base/a.h": '#include "cmd/run.h"\n'},
                     "core/base/a.h:1: core/base must not include cmd"),
    "arrow from a new room": ({"core/new/a.h": '#include "core/base/b.h"\n'},
                              "core/new:1: no row in ARROWS"),
    "arrow between folders": (
        {"core/collector/request/a.h": '#include "core/collector/ingest/b.h"\n'},
        "core/collector/request/a.h:1: core/collector/request must not include ingest"),
    "arrow back inside report": (
        {"core/report/scan/a.h": '#include "core/report/steps/b.h"\n'},
        "core/report/scan/a.h:1: core/report/scan must not include steps"),
    "file outside the folders": ({"core/collector/a.h": "\n"},
                                 "core/collector/a.h:1: not in a folder that FOLDER_ARROWS lists"),
    "room without docs": ({"core/kafka/a.h": "\n"},
                          "docs/architecture.md:1: no row for core/kafka"),
    "docs with another arrow": (
        {"docs/architecture.md": "| `core/kafka` | x | http, base | y |\n"},
        "core/kafka: shows more arrows"),
    "library": ({"core/http/a.h": "#include <librdkafka/rdkafka.h>\n"},
                "core/http/a.h:1: librdkafka/ belongs to core/kafka/"),
    "destroy": ({"core/kafka/a.h": "rd_kafka_topic_destroy(topic);\n"},
                "core/kafka/a.h:1: rd_kafka_topic_destroy here"),
    "close": ({"core/http/a.h": "int a;\n::close(fd);\n"}, "core/http/a.h:2: close( here"),
    "exit": ({"core/http/a.h": "std::exit(1);\n"}, "core/http/a.h:1: exit( here"),
    "standard name": ({"core/http/a.h": "#include <map>\nstd::map<int, std::string> a;\n"},
                      "core/http/a.h:2: std::string without <string>"),
    "library's name": ({"core/http/a.h": "asio::io_context a;\n"},
                       "core/http/a.h:1: asio:: without <asio>"),
    "cout": ({"core/http/a.h": "std::cout << 1;\n"}, "core/http/a.h:1: std::cout here"),
    "long file": ({"core/base/a.h": "int a;\n" * 601}, "core/base/a.h:601: more than 600 lines"),
    "long line": ({"core/base/a.h": "//" + "x" * 99 + "\n"}, "a.h:1: more than 100 columns"),
    "long function": ({"cmd/a.cpp": "int F() {\n" + "  G();\n" * 70 + "}\n"},
                      "cmd/a.cpp:1: F has 72 lines"),
    "no test": ({"core/base/a.cpp": "int a;\n"},
                "core/base/a.cpp:1: no tests/unit/base/a_test.cpp"),
    "test not in ctest": (
        {"tests/unit/base/a_test.cpp": "\n", "tests/unit/base/CMakeLists.txt": "b"},
        "tests/unit/base/a_test.cpp:1: not in tests/unit/base/CMakeLists.txt"),
    "riddle": ({"docs/a.md": "At most 20 rows unless told.\n"},
               "docs/a.md:1: 'unless told': write 'default: …'"),
    "note": ({"cmd/a.cpp": "// TO" "DO: later\n"}, "cmd/a.cpp:1: a note to come back to"),
    "machine": ({"docs/a.md": "in /ho" "me/anna/src\n"}, "docs/a.md:1: a path of one machine"),
}


def check(root: pathlib.Path) -> subprocess.CompletedProcess:
    return subprocess.run([sys.executable, CHECKER, root], capture_output=True, text=True)


def test_the_project_keeps_its_rules():
    done = check(paths.ROOT)
    assert done.returncode == 0, done.stdout + done.stderr


@pytest.mark.parametrize("name", BROKEN)
def test_a_broken_rule_is_found(name, tmp_path):
    tree, complaint = BROKEN[name]
    for path, text in tree.items():
        (tmp_path / path).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / path).write_text(text)
    done = check(tmp_path)
    assert done.returncode == 1, done.stderr
    assert complaint in done.stdout


def test_what_is_allowed_passes(tmp_path):
    tree = {
        "core/kafka/a.h": '#include "core/base/b.h"\n#include <librdkafka/rdkafka.h>\n',
        "core/base/b.h": "// a close() in a comment, and close_it() in code\nvoid close_it();\n",
        "cmd/a.cpp": "int F(int i) {\n  switch (i) {\n" + "    case 1: return 1;\n" * 90 + "  }\n}",
        "core/base/c.h": "#include <map>\n#include <asio/x.hpp>\nstd::map<int, asio::x> c;\n"
                         "// std::string\nstd::nothing_of_ours d;\n",
        "docs/architecture.md": "| `core/kafka` | x | base | y |\n| `core/base` | x | – | y |\n",
    }
    for path, text in tree.items():
        (tmp_path / path).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / path).write_text(text)
    done = check(tmp_path)
    assert done.returncode == 0, done.stdout + done.stderr
