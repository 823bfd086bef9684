"""Goal: the unit, the socket and the compose file in configs/ are what systemd and Docker take.

Method: systemd's own checks of an installed copy; the compose file parsed, its names followed.
"""

import json
import re
import shutil
import subprocess

import pytest
import yaml
from support import paths, processes

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


def check_writes_within(serve, tmp_path, environment, writable):
    """`serve`, with `environment` as it is declared, keeps its snapshot, and writes nothing but
    what lies in the folders that are `writable` where it is declared. All paths are seen from
    `tmp_path`, which stands for the root."""
    for folder in writable:
        (tmp_path / folder.lstrip("/")).mkdir(parents=True, exist_ok=True)
    state_home = tmp_path / environment["XDG_STATE_HOME"].lstrip("/")
    before = {path for path in tmp_path.rglob("*")}
    server = serve(brokers="embedded", topic="events",
                   env={"XDG_STATE_HOME": str(state_home), "GAMEVENTS_EMBEDDED_LISTEN":
                        f"127.0.0.1:{processes.free_port()}"})
    assert server.request("/purchase_a_sword/u").status == 200
    processes.wait_until(lambda: "u" in server.request("/inventory").text, 20, "u owns a sword")
    assert server.stop() == 0
    written = {path for path in tmp_path.rglob("*")} - before
    assert [path for path in written if path.suffix == ".sqlite"]
    inside = [tmp_path / folder.lstrip("/") for folder in writable]
    assert [path for path in written
            if not any(path.is_relative_to(folder) for folder in inside)] == []


def test_the_unit_lets_serve_write_its_snapshot(serve, tmp_path):
    unit = (CONFIGS / "gamevents.service").read_text()
    assert "\nProtectSystem=strict\n" in unit  # all but the folders that are named
    names = re.findall(r"^StateDirectory=(.*)$", unit, re.MULTILINE)[0].split()
    environment = dict(line.split("=", 1)
                       for line in re.findall(r"^Environment=(.*)$", unit, re.MULTILINE))
    check_writes_within(serve, tmp_path, environment, [f"/var/lib/{name}" for name in names])


def test_the_compose_file_lets_serve_write_its_snapshot(serve, tmp_path):
    ours = yaml.safe_load((CONFIGS / "compose.yaml").read_text())["services"]["gamevents"]
    assert ours["read_only"]  # all but the volumes
    writable = [volume.split(":")[1] for volume in ours["volumes"]]
    check_writes_within(serve, tmp_path, image_environment(), writable)


def image_environment() -> dict:
    """The variables that the image sets."""
    text = (CONFIGS / "Containerfile").read_text()
    return dict(re.findall(r"^ENV (\S+?)=(\S+)$", text, re.MULTILINE))


def test_the_image_needs_neither_root_nor_a_shell(gamevents):
    image = (CONFIGS / "Containerfile").read_text().rpartition("\nFROM ")[2]
    (user,) = re.findall(r"^USER (\d+):\d+$", image, re.MULTILINE)
    assert int(user) > 0
    # In brackets a command is run as it is, without a shell.
    health, start = (json.loads(found) for found in
                     re.findall(r"^(?:HEALTHCHECK .*)?CMD (\[.*\])$", image, re.MULTILINE))
    assert health[0] == "gamevents"
    assert json.loads(re.findall(r"^ENTRYPOINT (.*)$", image, re.MULTILINE)[0]) == ["gamevents"]
    assert start[0] == "serve"
    gamevents(*health[1:], brokers="embedded")


def test_the_compose_file(gamevents):
    compose = yaml.safe_load((CONFIGS / "compose.yaml").read_text())
    services = compose["services"]
    assert "profiles" not in services["gamevents"]  # `up` starts it, and not Kafka
    assert services["kafka"]["profiles"] == ["kafka"]
    for service in services.values():
        for volume in service["volumes"]:
            source = volume.split(":")[0]
            assert source in compose["volumes"] or (CONFIGS / source).exists()
        for config in service.get("configs", []):
            assert yaml.safe_load(compose["configs"][config["source"]]["content"])
    ours = services["gamevents"]
    published = [port.split(":") for port in ours["ports"]]
    assert published == [["127.0.0.1", "5000", "5000"]]
    assert (CONFIGS.parent / ours["build"]["dockerfile"]).exists()
    environment = {name: text for name, text in ours["environment"].items()
                   if name.startswith("GAMEVENTS_")}
    environment["GAMEVENTS_KAFKA_BROKERS"] = "embedded"
    shown = gamevents("config", "show", "--output", "yaml", env=environment)
    assert yaml.safe_load(shown.stdout)["serve"]["port"] == int(published[0][2])
