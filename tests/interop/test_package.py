"""Goal: the Debian package is one that Debian would take, and its life cycle is as documented.

Method: lintian over what `make deb` has built, with nothing overridden; then tests/scripts/try_deb,
which installs it in a minimal Debian of this release, plays the assignment against its service,
upgrades it over live data, removes it and purges it.
"""

import os
import platform
import subprocess

import pytest
from support import paths

BUILT = paths.ROOT / "build" / "deb"
RELEASE = platform.freedesktop_os_release()


@pytest.fixture(scope="module")
def package():
    found = sorted(BUILT.glob(f"gamevents_*+deb{RELEASE['VERSION_ID']}_*.deb"))
    assert len(found) == 1, "make deb"
    return found[0]


def test_lintian_has_nothing_to_say(package):
    done = subprocess.run(["lintian", "--allow-root", "--no-cfg", package.with_suffix(".changes")],
                          capture_output=True, text=True, timeout=100)
    assert (done.returncode, done.stdout) == (0, ""), done.stderr


def test_the_configuration_is_conffiles_and_no_script_is_ours(package, tmp_path):
    subprocess.run(["dpkg-deb", "-e", package, tmp_path], check=True)
    assert (tmp_path / "conffiles").read_text().split() == [
        "/etc/gamevents/gamevents.yaml", "/etc/gamevents/items.yaml"]
    for script in ("postinst", "prerm", "postrm"):
        text = (tmp_path / script).read_text()
        by_hand = "".join(part.partition("# End automatically added section")[2]
                          for part in text.split("# Automatically added by")[1:])
        assert not by_hand.strip(), script


@pytest.mark.timeout(900)  # The first time it makes the minimal Debian, from the network.
def test_it_is_installed_used_upgraded_and_purged(package):
    if os.geteuid() != 0:
        pytest.skip("a chroot needs root")
    done = subprocess.run(
        [paths.ROOT / "tests" / "scripts" / "try_deb", RELEASE["VERSION_CODENAME"]],
        capture_output=True, text=True, timeout=850)
    assert done.returncode == 0, done.stdout + done.stderr
    assert done.stdout.endswith("as documented\n")
