"""Goal: scanners that look for weak TLS find nothing in `serve` and the broker that they call worse
than low.

Method: testssl.sh and sslyze scan both, which show a certificate of an authority that the scanners
are given. sslyze also holds them against Mozilla's recommendations for servers of many clients.
"""

import concurrent.futures
import json
import subprocess
import sys

import pytest
from support import embedded, processes, program
from support.certificates import Certificate

SCAN_LIMIT_S = 540
# All but the simulated clients and the trial of each cipher, which find nothing more. Short names,
# because the long ones differ between the versions of the two Debians.
SECTIONS = ("-p", "-s", "-f", "-P", "-S", "-h", "-U")
# What testssl.sh calls a check that it could not make, on a busy machine for example.
UNDECIDED = "WARN"
FINE = ("OK", "INFO", "LOW", "DEBUG", UNDECIDED)
# Findings that say nothing about the server.
EXCUSED = {
    "cert_revocation": "an authority that lives for a test publishes no list of revoked ones",
}
# What testssl.sh must have decided, so that a scan that breaks off is none.
LOOKED_AT = {"SSLv2", "SSLv3", "TLS1", "TLS1_1", "TLS1_2", "TLS1_3", "cert_trust",
             "cert_chain_of_trust", "heartbleed", "CCS", "ticketbleed", "ROBOT",
             "secure_client_renego", "CRIME_TLS", "SWEET32", "BEAST", "LUCKY13", "RC4"}
# By sslyze: each check, the field of its result, and what the field must be.
SSLYZE = (
    ("heartbleed", "is_vulnerable_to_heartbleed", False),
    ("openssl_ccs_injection", "is_vulnerable_to_ccs_injection", False),
    ("robot", "robot_result", "NOT_VULNERABLE_RSA_NOT_SUPPORTED"),
    ("session_renegotiation", "is_vulnerable_to_client_renegotiation_dos", False),
    ("session_renegotiation", "supports_secure_renegotiation", True),
    ("tls_compression", "supports_compression", False),
    ("tls_fallback_scsv", "supports_fallback_scsv", True),
    ("tls_extended_master_secret", "supports_ems_extension", True),
    *((f"{old}_cipher_suites", "accepted_cipher_suites", [])
      for old in ("ssl_2_0", "ssl_3_0", "tls_1_0", "tls_1_1")),
)
EARLY_DATA = ("tls_1_3_early_data", "supports_early_data", False)  # Asked by HTTP alone.
pytestmark = pytest.mark.timeout(SCAN_LIMIT_S + 60)


@pytest.fixture(scope="module")
def authority(tmp_path_factory):
    return Certificate(tmp_path_factory.mktemp("authority"), "authority", usage="keyCertSign")


@pytest.fixture(scope="module")
def targets(tmp_path_factory, authority):
    """The ports of both servers by their names."""
    home = tmp_path_factory.mktemp("scanned")
    shown = Certificate(home, "localhost", issuer=authority, days=90)
    broker = embedded.Embedded(home / "broker")
    broker.start(*shown.settings("embedded.tls"))
    server = program.Server(
        ["--set", "embedded.listen=127.0.0.1:0", *shown.settings("serve.tls")], home=home,
        brokers="embedded")
    yield {"serve": server.port, "broker": broker.port}
    server.kill()
    broker.kill()


@pytest.fixture(scope="module")
def scans(targets, authority, tmp_path_factory):
    """testssl.sh's findings about each of them. Both are scanned at once: a scan mostly waits."""
    folder = tmp_path_factory.mktemp("testssl")

    def scan(port: int) -> list[dict]:
        found = folder / f"{port}.json"
        done = subprocess.run(
            ["testssl", *SECTIONS, "--quiet", "--color", "0", "--warnings", "off", "--nodns",
             "none", "--ip", "127.0.0.1", "--add-ca", authority.certificate, "--jsonfile", found,
             f"localhost:{port}"], stdin=subprocess.DEVNULL, capture_output=True, text=True,
            cwd=folder, timeout=SCAN_LIMIT_S, preexec_fn=processes.die_with_parent)
        assert found.exists(), done.stdout + done.stderr
        return json.loads(found.read_text())
    with concurrent.futures.ThreadPoolExecutor() as threads:
        return dict(zip(targets, threads.map(scan, targets.values())))


@pytest.mark.parametrize("target", ["serve", "broker"])
def test_testssl_finds_nothing_above_low(scans, target):
    findings = scans[target]
    assert LOOKED_AT <= {finding["id"].split()[0] for finding in findings
                         if finding["severity"] != UNDECIDED}
    worse = [finding for finding in findings
             if finding["severity"] not in FINE and finding["id"].split()[0] not in EXCUSED]
    assert not worse, "\n".join(map(str, worse))


@pytest.mark.parametrize("target, options, more", [
    ("serve", ["--early_data"], [EARLY_DATA]), ("broker", [], [])], ids=["serve", "broker"])
def test_sslyze_finds_nothing(targets, target, options, more, authority, tmp_path):
    found = tmp_path / "found.json"
    done = subprocess.run(
        [sys.executable, "-m", "sslyze", "--mozilla_config", "intermediate", *options,
         "--certinfo_ca_file", authority.certificate, "--json_out", found,
         f"localhost:{targets[target]}"],
        stdin=subprocess.DEVNULL, capture_output=True, text=True, timeout=120,
        preexec_fn=processes.die_with_parent)
    # 0: as Mozilla's "intermediate" configuration has it.
    assert done.returncode == 0, done.stdout + done.stderr
    (scanned,) = json.loads(found.read_text())["server_scan_results"]
    for check, field, expected in (*SSLYZE, *more):
        result = scanned["scan_result"][check]["result"]
        assert result[field] == expected, (check, result)
