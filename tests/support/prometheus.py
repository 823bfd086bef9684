"""A real Prometheus (Debian's package) on a loopback port, scraping what a test runs."""

import json
import math
import pathlib
import subprocess
import urllib.error
import urllib.parse
import urllib.request

from support import paths, processes

RULES = paths.ROOT / "configs" / "prometheus" / "rules.yml"
DASHBOARD = paths.ROOT / "configs" / "grafana" / "gamevents.json"


def promtool(*args, input: bytes | None = None) -> subprocess.CompletedProcess:
    return subprocess.run(["promtool", *map(str, args)], input=input, capture_output=True,
                          timeout=60, check=False)


class Prometheus:
    """Scrapes each target once a second and evaluates the rules as often. `targets` has, by job,
    the ports of this machine and their scheme. `rules` is the text of a file of rules."""

    def __init__(self, folder: pathlib.Path, targets: dict[str, tuple[int, str]], rules: str = ""):
        folder.mkdir(parents=True, exist_ok=True)
        (folder / "rules.yml").write_text(rules)
        jobs = [{"job_name": job, "scheme": scheme, "tls_config": {"insecure_skip_verify": True},
                 "static_configs": [{"targets": [f"127.0.0.1:{port}"]}]}
                for job, (port, scheme) in targets.items()]
        # JSON is YAML.
        (folder / "prometheus.yml").write_text(json.dumps({
            "global": {"scrape_interval": "1s", "scrape_timeout": "1s",
                       "evaluation_interval": "1s"},
            "rule_files": ["rules.yml"], "scrape_configs": jobs}))
        self.port = processes.free_port()
        with (folder / "prometheus.log").open("wb") as log:
            self._process = subprocess.Popen(
                ["prometheus", f"--config.file={folder}/prometheus.yml",
                 f"--storage.tsdb.path={folder}/data",
                 f"--web.listen-address=127.0.0.1:{self.port}"],
                stdin=subprocess.DEVNULL, stdout=log, stderr=log,
                preexec_fn=processes.die_with_parent)
        processes.wait_until(self._is_ready, 30, f"Prometheus, see {folder}/prometheus.log,")

    def _is_ready(self) -> bool:
        url = f"http://127.0.0.1:{self.port}/-/ready"
        try:
            with urllib.request.urlopen(url, timeout=5) as ready:
                return ready.status == 200
        except OSError:
            return False

    def _get(self, path: str, **parameters: str) -> dict:
        url = f"http://127.0.0.1:{self.port}/api/v1/{path}?{urllib.parse.urlencode(parameters)}"
        try:
            with urllib.request.urlopen(url, timeout=10) as answer:
                return json.load(answer)["data"]
        except urllib.error.HTTPError as refused:
            raise AssertionError(f"{parameters}: {refused.read().decode()}") from refused

    def query(self, expression: str) -> list[tuple[dict, float]]:
        """The labels and the value of each series that it gives now."""
        return [(each["metric"], float(each["value"][1]))
                for each in self._get("query", query=expression)["result"]]

    def has_numbers(self, expression: str) -> bool:
        return any(not math.isnan(value) for _, value in self.query(expression))

    def firing(self) -> set[str]:
        """The names of the alerts that fire."""
        return {alert["labels"]["alertname"] for alert in self._get("alerts")["alerts"]
                if alert["state"] == "firing"}

    def close(self) -> None:
        processes.reap(self._process)
