"""PySpark in local mode with Spark's Kafka source, one session a call."""

import os
import subprocess
import sys

from support import paths, processes


def run(script: str, *args, timeout=240, check=True) -> subprocess.CompletedProcess:
    """Runs `script` (Python source) where `spark` is a session; `args` are its sys.argv[1:].

    Timestamps are shown in UTC. The script's prints are stdout; Spark's log is stderr.
    """
    jars = sorted((paths.interop() / "spark-kafka").glob("*.jar"))
    if not jars:
        raise FileNotFoundError("no spark-kafka jars: run tests/scripts/setup test")
    env = os.environ | {
        "PYSPARK_PYTHON": sys.executable,
        "SPARK_LOCAL_IP": "127.0.0.1",
        "PYSPARK_SUBMIT_ARGS": f"--jars {','.join(map(str, jars))} --driver-memory 1g"
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
