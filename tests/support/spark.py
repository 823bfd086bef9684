"""PySpark in local mode with Spark's Kafka source, one session a call: a script, or one of the
jobs in configs/spark."""

import os
import pathlib
import subprocess
import sys

from support import paths, processes

# Sessions of tests are short: the time that the best machine code takes to make does not come back.
QUICK = {"SPARK_SUBMIT_OPTS": "-XX:+UseSerialGC -XX:TieredStopAtLevel=1"}


def run(script: str, *args, timeout=240, check=True, quick=True) -> subprocess.CompletedProcess:
    """Runs `script` (Python source) where `spark` is a session; `args` are its sys.argv[1:].

    `quick`: the JVM starts quickly and is slower later, which a measurement must not have.
    Timestamps are shown in UTC. The script's prints are stdout; Spark's log is stderr.
    """
    env = environment(quick) | {
        "PYSPARK_SUBMIT_ARGS": f"--jars {','.join(jars())} --driver-memory 1g"
                               " --conf spark.ui.enabled=false --conf spark.log.level=ERROR"
                               " --conf spark.sql.session.timeZone=UTC"
                               " --conf spark.sql.shuffle.partitions=2 pyspark-shell",
    }
    prelude = ("import sys\nfrom pyspark.sql import SparkSession\n"
               "spark = SparkSession.builder.master('local[2]').getOrCreate()\n")
    done = subprocess.run([sys.executable, "-", *map(str, args)], input=(prelude + script).encode(),
                          capture_output=True, timeout=timeout, env=env,
                          preexec_fn=processes.die_with_parent)
    if check and done.returncode != 0:
        raise RuntimeError(f"Spark ended with {done.returncode}: {done.stderr.decode()[-4000:]}")
    return done


def jars() -> list[str]:
    """The jars of Spark's Kafka source, which nothing downloads here."""
    found = sorted((paths.interop() / "spark-kafka").glob("*.jar"))
    if not found:
        raise FileNotFoundError("no spark-kafka jars: run tests/scripts/setup test")
    return list(map(str, found))


def environment(quick=True) -> dict:
    own = {"PYSPARK_PYTHON": sys.executable, "SPARK_LOCAL_IP": "127.0.0.1"}
    return os.environ | own | (QUICK if quick else {})


def submit() -> pathlib.Path:
    """The spark-submit of the tests' own PySpark."""
    return pathlib.Path(sys.executable).parent / "spark-submit"


def job_command(name, *args) -> list[str]:
    """What runs the job `name` of configs/spark."""
    conf = ["spark.ui.enabled=false", "spark.log.level=ERROR", "spark.sql.shuffle.partitions=2",
            "spark.driver.memory=1g"]
    return [str(submit()), "--master", "local[2]", "--jars", ",".join(jars()),
            *(word for one in conf for word in ("--conf", one)),
            str(paths.ROOT / "configs" / "spark" / name), *map(str, args)]


def submit_job(name, *args, timeout=240) -> subprocess.CompletedProcess:
    """Runs the job to its end."""
    done = subprocess.run(job_command(name, *args), capture_output=True, timeout=timeout,
                          env=environment(), preexec_fn=processes.die_with_parent)
    if done.returncode != 0:
        # A job's traceback is on stdout: spark-submit puts its two streams into one.
        said = (done.stderr + done.stdout).decode()
        raise RuntimeError(f"{name} ended with {done.returncode}: {said[-4000:]}")
    return done
