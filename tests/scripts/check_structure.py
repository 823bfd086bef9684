#!/usr/bin/env python3
"""Checks what the compiler cannot: arrows between rooms, sizes, homes of calls, missing tests.

Usage: check_structure.py [ROOT]. Prints `path:line: what is wrong` and ends with 1, or with 0.
Each check is a function that takes the root and gives its complaints; CHECKS lists them.
tests/structure/test_structure.py shows that each of them can fail.
"""

import json
import pathlib
import re
import subprocess
import sys
from collections.abc import Iterator

# Which rooms a room may include, beside itself. docs/architecture.md shows the same table.
ARROWS = {
    "base": (),
    "config": ("base",),
    "tls": ("base",),
    "problem": ("base",),
    "http": ("base", "problem", "tls"),
    "event": ("base",),
    "contracts": ("base", "event"),
    "kafka": ("base", "tls"),
    "log": ("base",),
    "access": ("base",),
    "broker": ("access", "base", "log", "tls"),
    "embedded": ("access", "base", "broker", "kafka", "log"),
    "database": ("base",),
    "backup": ("base", "database", "embedded", "log"),
    "parquet": ("base",),
    "state": ("base", "database", "event", "kafka"),
    "collector": ("base", "contracts", "event", "http", "kafka", "problem", "state"),
    "report": ("base", "database", "event", "kafka", "log", "parquet", "state"),
    "spark": ("base", "event", "kafka", "report"),
    "dashboard": ("base", "event", "http", "kafka", "problem", "report"),
    "ledger": ("base", "event", "kafka"),
    "generate": ("base", "event", "http", "kafka", "ledger"),
    "forward": ("base", "kafka"),
}

# The same inside a room: which of its folders each of them may include.
FOLDER_ARROWS = {
    "collector": {
        "request": (),
        "metrics": (),
        "store": ("request",),
        "gate": ("metrics", "request", "store"),
        "ingest": ("request", "store"),
        "dialects": ("gate", "ingest", "request"),
        "routes": ("metrics", "request", "store"),
    },
    "report": {
        "table": (),
        "ask": ("table",),
        "chart": ("ask", "table"),
        "write": ("ask", "chart", "table"),
        "scan": ("ask", "table"),
        "steps": ("ask", "scan", "table"),
        "sql": ("ask", "scan", "steps", "table", "write"),
        "shell": ("scan",),
        "answer": ("ask", "chart", "scan", "sql", "steps", "table", "write"),
    },
}

# A library that only these folders may include: its types stay behind the room's own.
LIBRARY_HOMES = {
    "openssl/ssl.h": ("core/tls/", "tests/"),
    "librdkafka/": ("core/kafka/", "tests/"),
    "httplib.h": ("core/http/", "tests/"),
    "CLI/": ("cmd/flags.cpp",),
    "histedit.h": ("cmd/shell/line_editor.cpp",),
    "sqlite3.h": ("core/database/", "core/report/sql/", "tests/"),
    "zstd.h": ("core/log/", "core/parquet/", "tests/"),
    "yaml-cpp/": ("core/base/yaml_pairs.h", "core/config/", "core/event/catalogue.cpp", "tests/"),
}

# A call, where alone it may stand, and what to use instead.
CALL_HOMES = (
    (r"\brd_kafka_\w*destroy\w*", ("core/kafka/handles.h",), "an owner of core/kafka/handles.h"),
    (r"(?<![\w.>])close\(", ("core/base/file.cpp",), "gamevents::FileDescriptor"),
    (r"\b_?exit\(", ("cmd/", "core/base/stop.cpp"), "a Result: only main ends the process"),
    (r"\bstd::(cout|cerr)\b", ("cmd/",), "a Result, or a stream from the caller"),
)

# What of the standard library is used in headers, and where it is declared: one of these.
STANDARD_NAMES = {
    "algorithm": "clamp count copy equal find find_if lower_bound max min sort upper_bound",
    "array": "array to_array",
    "atomic": "atomic atomic_flag memory_order_acquire memory_order_relaxed memory_order_release",
    "bit": "bit_cast bit_ceil bit_width countl_zero endian popcount",
    "charconv": "from_chars to_chars",
    "chrono": "chrono",
    "compare": "partial_ordering strong_ordering weak_ordering",
    "concepts": "convertible_to derived_from integral invocable same_as unsigned_integral",
    "condition_variable": "condition_variable condition_variable_any cv_status",
    "coroutine": "coroutine_handle suspend_always suspend_never",
    "cstddef": "byte nullptr_t",
    "cstring": "memchr memcmp memcpy memmove memset strlen",
    "deque": "deque",
    "exception": "current_exception exception exception_ptr terminate",
    "filesystem": "filesystem",
    "fstream": "fstream ifstream ofstream",
    "functional": "equal_to function greater hash invoke less reference_wrapper",
    "future": "async future promise",
    "initializer_list": "initializer_list",
    "iterator": "back_inserter make_move_iterator next prev ssize",
    "limits": "numeric_limits",
    "list": "list",
    "map": "map multimap",
    "memory": "enable_shared_from_this make_shared make_unique shared_ptr unique_ptr weak_ptr",
    "mutex": "call_once lock_guard mutex once_flag scoped_lock unique_lock",
    "optional": "in_place make_optional nullopt nullopt_t optional",
    "queue": "priority_queue queue",
    "random": "mt19937 mt19937_64 random_device uniform_int_distribution",
    "set": "multiset set",
    "shared_mutex": "shared_lock shared_mutex",
    "span": "as_bytes as_writable_bytes span",
    "sstream": "istringstream ostringstream stringstream",
    "string": "getline string to_string",
    "string_view": "string_view",
    "system_error": "errc error_code system_category",
    "thread": "jthread this_thread thread",
    "tuple": "apply forward_as_tuple make_tuple tie tuple",
    "type_traits": "conditional_t decay_t invoke_result_t is_enum_v is_same_v remove_cvref_t "
                   "underlying_type_t",
    "unordered_map": "unordered_map unordered_multimap",
    "unordered_set": "unordered_set",
    "utility": "as_const declval exchange forward in_range index_sequence make_index_sequence "
               "make_pair move pair swap",
    "variant": "get_if holds_alternative monostate variant visit",
    "vector": "vector",
}
# The same for other libraries: what is used, and what an include of it begins with.
LIBRARY_NAMES = (
    (r"\bu?int(8|16|32|64)_t\b", "cstdint"),
    (r"\basio::", "asio"),
    (r"\bfmt::", "fmt"),
    (r"\bnlohmann::", "nlohmann"),
    (r"\bsimdjson::", "simdjson.h"),
)

# Sources without a unit test of their own, and what tests them.
UNTESTED = {
    "core/base/notes.cpp": "what a whole process writes to stderr: tests/cli/test_surroundings.py",
    "core/base/stop.cpp": "signals to a whole process: tests/cli/test_usage.py",
    "core/tls/pem.cpp": "certificates_test.cpp, by what is said of each wrong file",
    "core/http/relief.cpp": "connection_test.cpp, with front ends of two loops",
    "core/http/loop.cpp": "connection_test.cpp and asio_front_end_test.cpp, over real sockets",
    "core/kafka/message.cpp": "librdkafka's messages: reader_test.cpp",
    "core/kafka/outgoing.cpp": "producer_test.cpp, by what is sent",
    "core/forward/plain_writer.cpp": "tests/interop/test_forward.py, over the embedded broker",
    "core/forward/tail.cpp": "tests/interop/test_forward.py; its rule is resume.cpp's",
    "core/forward/transactional_writer.cpp": "tests/interop/test_forward.py, over Kafka",
    "core/forward/target_topic.cpp": "tests/interop/test_forward.py, over Kafka",
    "core/forward/worker.cpp": "tests/interop/test_forward.py, by kills and refusals",
    "core/forward/worker_copy.cpp": "tests/interop/test_forward.py, by kills and refusals",
    "core/forward/worker_resume.cpp": "tests/interop/test_forward.py, by older and other sources",
    "core/kafka/group_admin.cpp": "tests/interop/test_topics_and_groups.py, over both brokers",
    "core/kafka/topic_admin.cpp": "tests/interop/test_topics_and_groups.py, over both brokers",
    "core/kafka/configuration.cpp": "librdkafka's answers: producer_test.cpp and reader_test.cpp",
    "core/kafka/topic_watch.cpp": "reader_test.cpp and tests/fault/test_readers.py, by followers",
    "core/collector/routes/cart_routes.cpp": "tests/cli/test_state.py, over HTTP and each broker",
    "core/report/scan/folded_source.cpp": "sales_source_test.cpp and flow_source_test.cpp",
    "core/report/steps/accumulator.cpp": "grouping_test.cpp, whose groups hold accumulators",
    "core/report/sql/aggregates.cpp": "functions_test.cpp, by statements with each of them",
    "core/report/sql/output.cpp": "sql/answer_test.cpp, in every format",
    "core/database/database.cpp": "state/snapshot_test.cpp, its only user",
    "core/backup/job.cpp": "backup_test.cpp, by what each backup has and says",
    "core/backup/partition_copy.cpp": "backup_test.cpp and tests/fault/test_backup.py",
    "core/backup/state_copy.cpp": "backup_test.cpp and tests/cli/test_backup.py",
    "core/backup/topic_copy.cpp": "backup_test.cpp and tests/fault/test_backup.py",
    "core/backup/verify.cpp": "restore_test.cpp, by every kind of damage",
    "core/state/user_codec.cpp": "snapshot_test.cpp and replay_property_test.cpp",
    "core/collector/ingest/batch.cpp": "ingest_test.cpp, whose requests are batches",
    "core/collector/ingest/outbox.cpp": "ingest_test.cpp, whose events all pass through it",
    "core/collector/routes/route_docs.cpp": "test_openapi.py, every answer of a server",
    "core/broker/protocol/decode.cpp": "message_test.cpp and vector_test.cpp, over every message",
    "core/broker/protocol/encode.cpp": "message_test.cpp and vector_test.cpp, over every message",
    "core/broker/protocol/refused.cpp": "message_test.cpp and vector_test.cpp, over every message",
    "core/kafka/query.cpp": "admin_test.cpp and reader_test.cpp, over librdkafka's mock brokers",
    "core/kafka/reading_errors.cpp": "embedded/reader_contract_test.cpp, by what each way says",
    "core/broker/broker.cpp": "handlers/dispatch_test.cpp, which drives all of it by frames",
    "core/broker/dispatch.cpp": "handlers/dispatch_test.cpp",
    "core/broker/producer_ids.cpp": "handlers/produce_test.cpp",
    "core/broker/wakeups.cpp": "handlers/fetch_test.cpp, and embedded/in_process_reader_test.cpp",
    "core/broker/handlers/committed_offsets.cpp": "handlers/groups_test.cpp",
    "core/broker/handlers/group_admin.cpp": "handlers/groups_test.cpp",
    "core/broker/handlers/log_dirs.cpp": "handlers/topics_test.cpp",
}
# Messages are declarations: tests over all of them at once go through every version of each.
UNTESTED |= {
    f"core/broker/protocol/{name}.cpp": "message_test.cpp and vector_test.cpp, with all messages"
    for name in ("api_versions", "cluster", "committed_offsets", "configs", "group_admin",
                 "group_records", "groups", "metadata", "offsets", "produce", "quotas", "refused",
                 "security", "topics")}
# A log's parts have no use apart: they are broken on purpose through the whole.
UNTESTED |= {
    f"core/log/{name}.cpp": "log_test.cpp, recovery_test.cpp and log_manager_test.cpp"
    for name in ("checkpoint_text", "committer", "compression", "data_directory", "durable_end",
                 "file_system", "index_file", "leader_epochs", "retention", "segment",
                 "segment_lookup", "topic_config", "topic_files")}

FILE_LINES = 600
TEST_FILE_LINES = 800
FUNCTION_LINES = 70
LINE_COLUMNS = 100
# A longer one must be a pure table or a flat switch: this share of its lines are like these.
TABLE_SHARE = 0.9
TABLE_LINE = r"\s*(case .*|default:.*|return [^;]*;|break;|[{}\]\[()\"].*|//.*|)$"

SKIPPED_FOLDERS = {"build", ".git", ".venv", "__pycache__", ".pytest_cache"}
CODE = {".h", ".cpp"}


def files(root: pathlib.Path, *folders: str) -> Iterator[pathlib.Path]:
    """Every file below the folders, or below the root, that could be under version control."""
    for start in [root / folder for folder in folders] or [root]:
        for path in sorted(start.rglob("*")) if start.is_dir() else ():
            if path.is_file() and not SKIPPED_FOLDERS.intersection(path.relative_to(root).parts):
                yield path


def code(root: pathlib.Path, *folders: str) -> Iterator[pathlib.Path]:
    return (path for path in files(root, *folders) if path.suffix in CODE)


def lines(path: pathlib.Path) -> list[str]:
    try:
        return path.read_text(encoding="utf-8").split("\n")
    except UnicodeDecodeError:
        return []  # A corpus file of arbitrary bytes.


def where(root: pathlib.Path, path: pathlib.Path, number: int) -> str:
    return f"{path.relative_to(root)}:{number}"


def without_text(line: str) -> str:
    """The line without string literals and // comments, so that only code is looked at."""
    return re.sub(r'"(\\.|[^"\\])*"|//.*', '""', line)


def check_arrows(root: pathlib.Path) -> Iterator[str]:
    """A room includes only what its arrows allow, and nothing of cmd/ or tests/."""
    for path in code(root, "core"):
        room = path.relative_to(root).parts[1]
        for number, line in enumerate(lines(path), 1):
            found = re.match(r'#include "(\w+)/(\w+)/?', line)
            if not found:
                continue
            target = found[2] if found[1] == "core" else found[1]
            if target != room and target not in ARROWS.get(room, ()):
                yield f"{where(root, path, number)}: core/{room} must not include {target}"


def check_folder_arrows(root: pathlib.Path) -> Iterator[str]:
    """A folder of a room includes only what its arrows allow; every file is in a folder."""
    for room, arrows in FOLDER_ARROWS.items():
        for path in code(root, f"core/{room}"):
            folder = path.relative_to(root).parts[2]
            if folder not in arrows:
                yield f"{where(root, path, 1)}: not in a folder that FOLDER_ARROWS lists"
                continue
            for number, line in enumerate(lines(path), 1):
                found = re.match(rf'#include "core/{room}/(\w+)/', line)
                if found and found[1] != folder and found[1] not in arrows[folder]:
                    yield (f"{where(root, path, number)}: core/{room}/{folder} must not include "
                           f"{found[1]}")


def check_rooms(root: pathlib.Path) -> Iterator[str]:
    """Every folder below core/ has its arrows here, and docs/architecture.md says the same."""
    page = root / "docs" / "architecture.md"
    shown = {}
    for line in lines(page) if page.exists() else ():
        row = re.match(r"\| `core/(\w+)` \|[^|]*\|([^|]*)\|", line)
        if row:
            shown[row[1]] = set(re.findall(r"\w+", row[2]))
    for folder in sorted(path for path in (root / "core").glob("*") if path.is_dir()):
        room = folder.name
        if room not in ARROWS:
            yield f"core/{room}:1: no row in ARROWS of check_structure.py"
        elif room not in shown:
            yield f"docs/architecture.md:1: no row for core/{room}"
    for room, allowed in shown.items():
        if not allowed <= set(ARROWS.get(room, ())):
            yield f"docs/architecture.md:1: core/{room}: shows more arrows than check_structure.py"


def check_libraries(root: pathlib.Path) -> Iterator[str]:
    """A library is included only in the folder that wraps it."""
    for path in code(root, "core", "cmd", "tests"):
        name = str(path.relative_to(root))
        for number, line in enumerate(lines(path), 1):
            for library, homes in LIBRARY_HOMES.items():
                if re.match(rf"#include [<\"]{re.escape(library)}", line) \
                        and not name.startswith(homes):
                    yield f"{where(root, path, number)}: {library} belongs to {homes[0]}"


def check_calls(root: pathlib.Path) -> Iterator[str]:
    """A call stands only in its home."""
    for path in code(root, "core", "cmd"):
        name = str(path.relative_to(root))
        for number, line in enumerate(lines(path), 1):
            for pattern, homes, instead in CALL_HOMES:
                found = re.search(pattern, without_text(line))
                if found and not name.startswith(homes):
                    yield f"{where(root, path, number)}: {found[0]} here; use {instead}"


def check_includes(root: pathlib.Path) -> Iterator[str]:
    """A header includes what it uses of libraries. tests/headers compiles each header behind all of
    them, and so finds only what it lacks of the project's own."""
    used = [(rf"\bstd::({'|'.join(names.split())})\b", header)
            for header, names in STANDARD_NAMES.items()] + list(LIBRARY_NAMES)
    for path in code(root, "core", "cmd"):
        text = lines(path) if path.suffix == ".h" else []
        included = [found[1] for line in text if (found := re.match(r"#include <([^>]+)>", line))]
        for pattern, header in used:
            if any(name == header or name.startswith(header + "/") for name in included) \
                    or f"namespace {header} {{" in text:  # which declares what it uses
                continue
            for number, line in enumerate(map(without_text, text), 1):
                if found := re.search(pattern, line):
                    yield f"{where(root, path, number)}: {found[0]} without <{header}>"
                    break


def check_lengths(root: pathlib.Path) -> Iterator[str]:
    """Files and lines can be read without scrolling for ever."""
    for path in files(root, "core", "cmd", "tests"):
        is_script = path.parent.name == "scripts" and path.suffix != ".txt"
        if path.suffix not in CODE | {".py", ".go", ".rs"} and not is_script:
            continue
        text = lines(path)
        allowed = TEST_FILE_LINES if path.relative_to(root).parts[0] == "tests" else FILE_LINES
        if len(text) - 1 > allowed:
            yield f"{where(root, path, len(text) - 1)}: more than {allowed} lines"
        for number, line in enumerate(text, 1):
            if len(line) > LINE_COLUMNS:
                yield f"{where(root, path, number)}: more than {LINE_COLUMNS} columns"


def check_functions(root: pathlib.Path) -> Iterator[str]:
    """No function is longer than FUNCTION_LINES, as universal-ctags sees them."""
    sources = [str(path) for path in code(root, "core", "cmd", "tests")]
    if not sources:
        return
    tags = subprocess.run(
        ["ctags", "--output-format=json", "--languages=C++", "--kinds-C++=f", "--fields=+ne",
         "-f", "-", "-L", "-"], input="\n".join(sources), text=True, capture_output=True,
        check=True)
    for tag in map(json.loads, tags.stdout.splitlines()):
        path = pathlib.Path(tag["path"])
        body = lines(path)[tag["line"] - 1:tag.get("end", tag["line"])]
        alike = sum(1 for line in body if re.match(TABLE_LINE, line))
        if len(body) > FUNCTION_LINES and alike < TABLE_SHARE * len(body):
            yield (f"{where(root, path, tag['line'])}: {tag['name']} has {len(body)} lines, "
                   f"over {FUNCTION_LINES}")


def check_tests(root: pathlib.Path) -> Iterator[str]:
    """Every core/<room>/x_y.cpp has tests/unit/<room>/x_y_test.cpp, or x_test.cpp, which tests a
    whole of which it is a part, or a reason in UNTESTED."""
    for path in code(root, "core"):
        name = path.relative_to(root)
        if path.suffix != ".cpp":
            continue
        folder = root / "tests" / "unit" / name.parent.relative_to("core")
        words = path.stem.split("_")
        names = ["_".join(words[:count]) + "_test.cpp" for count in range(len(words), 0, -1)]
        tested = any((folder / test).exists() for test in names)
        if not tested and str(name) not in UNTESTED:
            yield f"{name}:1: no {folder.relative_to(root)}/{names[0]}"
        if tested and str(name) in UNTESTED:
            yield f"{name}:1: has a test, yet UNTESTED gives a reason for none"


def check_test_lists(root: pathlib.Path) -> Iterator[str]:
    """Every *_test.cpp is named by the nearest CMakeLists.txt: none is left out of ctest."""
    for path in code(root, "tests"):
        if not path.stem.endswith("_test"):
            continue
        cmake = next((folder / "CMakeLists.txt" for folder in path.parents
                      if (folder / "CMakeLists.txt").exists()), path.parent / "CMakeLists.txt")
        named = re.findall(r"[\w./]+", "\n".join(lines(cmake))) if cmake.exists() else []
        if str(path.relative_to(cmake.parent)) not in named:
            yield f"{where(root, path, 1)}: not in {cmake.relative_to(root)}"


# Turns of phrase that a native engineer would not use, and what to write. CONTRIBUTING.md has the
# list for people.
RIDDLES = {
    r"unless told": "default: …",
    r"in vain": "for nothing",
    r"\banew\b": "again; re-: reopens, rebuilds",
    r"gone on with": "continues",
    r"\btruths\b": "booleans",
    r"(is|are) there twice": "duplicate …",
    r"\b(is|are) wanted": "expected …",
    r"is no (duration|size|number|address|time)\b": "is not a …; must be …",
    r"[Ww]hat is the answer": "results",
    r"hears of": "is told; needs",
    r"\bby so much\b": "by how much, or the amount",
    r"so many more": "N more",
    r"\bfor who\b": "for callers that",
}


def check_riddles(root: pathlib.Path) -> Iterator[str]:
    """The prose of code and docs is plain English, in the phrases of RIDDLES at least."""
    pages = [path for path in files(root, "docs", "configs")
             if path.suffix in {".md", ".py", ".yaml"}]
    pages += [path for path in (root / "README.md",) if path.exists()]
    for path in [*code(root, "core", "cmd"), *pages]:
        for number, line in enumerate(lines(path), 1):
            for riddle, instead in RIDDLES.items():
                if found := re.search(riddle, line):
                    yield f"{where(root, path, number)}: '{found[0]}': write '{instead}'"


def check_words(root: pathlib.Path) -> Iterator[str]:
    """No note to come back to, and no path of one machine."""
    notes = re.compile(r"\b(TO" r"DO|FIX" r"ME)\b")
    machine = re.compile(r"(?<![\w.])/(work|root|home/\w+|tmp/\w+)/")
    for path in files(root):
        for number, line in enumerate(lines(path), 1):
            if notes.search(line):
                yield f"{where(root, path, number)}: a note to come back to: do it, or drop it"
            if machine.search(line):
                yield f"{where(root, path, number)}: a path of one machine"


CHECKS = (check_arrows, check_folder_arrows, check_rooms, check_libraries, check_calls,
          check_includes, check_lengths, check_functions, check_tests, check_test_lists,
          check_riddles, check_words)


def main() -> int:
    root = pathlib.Path(sys.argv[1] if len(sys.argv) > 1 else __file__).resolve()
    root = root if root.is_dir() else root.parents[2]
    complaints = [complaint for check in CHECKS for complaint in check(root)]
    print(*complaints, sep="\n", end="\n" if complaints else "")
    print(f"structure: {len(CHECKS)} checks, {len(complaints)} complaints")
    return 1 if complaints else 0


if __name__ == "__main__":
    sys.exit(main())
