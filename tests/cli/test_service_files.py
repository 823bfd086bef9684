"""Goal: the unit, the socket and the compose file in configs/ are what systemd and Docker take.

Method: systemd's own checks of an installed copy; the compose file parsed, its names followed.
"""

import re
import shutil
import subprocess

import pytest
import yaml
from support import paths

CONFIGS = paths.ROOT / "configs"
# systemd-analyze's own scale: 0 is locked up, 10 is anything goes; a service without options has 9.
EXPOSURE_MAX = 2.0


@pytest.fixture
def units(tmp_path):
    """The units as installed, with an executable where the service looks for it."""
    program = tmp_path / "gamevents"
    shutil.copy("/bin/true", program)
    service = (CONFIGS / "gamevents.service").read_text()
    (tmp_path / "gamevents.service").write_text(
        service.replace("/usr/local/bin/gamevents", str(program)))
    shutil.copy(CONFIGS / "gamevents.socket", tmp_path)
    return tmp_path / "gamevents.service", tmp_path / "gamevents.socket"


def test_systemd_takes_the_units(units):
    done = subprocess.run(["systemd-analyze", "verify", *units], capture_output=True, text=True,
                          timeout=60)
    complaints = [line for line in done.stderr.splitlines()
                  if any(unit.name in line for unit in units)]
    assert (done.returncode, complaints) == (0, []), done.stderr


def test_the_service_can_do_little_but_its_own(units):
    done = subprocess.run(["systemd-analyze", "security", "--offline=true", "--no-pager", units[0]],
                          capture_output=True, text=True, timeout=60)
    found = re.search(r"Overall exposure level for gamevents.service: ([\d.]+)", done.stdout)
    assert found, done.stdout + done.stderr
    assert float(found[1]) <= EXPOSURE_MAX, done.stdout


def test_the_unit_speaks_the_protocol_that_serve_does():
    unit = (CONFIGS / "gamevents.service").read_text()
    for line in ("Type=notify", "WatchdogSec=30s", "ExecReload=/bin/kill -HUP $MAINPID",
                 "ExecStart=/usr/local/bin/gamevents serve"):
        assert f"\n{line}\n" in unit
    assert "ListenStream=127.0.0.1:5000" in (CONFIGS / "gamevents.socket").read_text()


def test_the_compose_file(gamevents):
    compose = yaml.safe_load((CONFIGS / "compose.yaml").read_text())
    services = compose["services"]
    assert "profiles" not in services["gamevents"]  # `up` starts it, and not Kafka
    assert services["kafka"]["profiles"] == ["kafka"]
    for service in services.values():
        for volume in service["volumes"]:
            assert volume.split(":")[0] in compose["volumes"]
    ours = services["gamevents"]
    published = [port.split(":") for port in ours["ports"]]
    assert published == [["127.0.0.1", "5000", "5000"]]
    # What the container runs is a command line that the program takes.
    assert ours["command"] == ["serve", "--host", "0.0.0.0"]
    environment = {name: text for name, text in ours["environment"].items()
                   if name.startswith("GAMEVENTS_")}
    environment["GAMEVENTS_KAFKA_BROKERS"] = "embedded"
    shown = gamevents("config", "show", "--output", "yaml", env=environment)
    assert yaml.safe_load(shown.stdout)["serve"]["port"] == int(published[0][2])
