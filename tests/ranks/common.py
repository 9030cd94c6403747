"""What the tests over ranks share: how ranks are started, and what must not differ between two runs."""
import contextlib
import os
import shutil
import signal
import sqlite3
import subprocess
import sys
import time
from pathlib import Path

HERE = Path(__file__).resolve().parent
SKIPPED = 77
failures = 0


def check(name, true, detail=""):
    global failures
    failures += not true
    shown = detail and (not true or "\n" not in str(detail))
    print(f"{'fine  ' if true else 'FAILED'}  {name}{'  ' + str(detail) if shown else ''}", flush=True)
    return true


def needs(*programs):
    """Ends the test where one of the programs is missing."""
    for program in programs:
        if shutil.which(program) is None:
            print(f"skipped: there is no {program} here (Debian's packages are openmpi-bin and libopenmpi-dev)")
            sys.exit(SKIPPED)


def needs_module(carve):
    """Ends the test where this carve was built without MPI."""
    build = Path(carve).resolve().parent
    places = (build / "../evaluate/mpi/carve_mpi.so", build / "../lib/carve/carve_mpi.so")
    if not any(place.exists() for place in places):
        print("skipped: this carve was built without MPI (Debian's package is libopenmpi-dev)")
        sys.exit(SKIPPED)


def launch(ranks, *options):
    """mpirun with more ranks than cores, as tests need it."""
    return ["mpirun", "--allow-run-as-root", "--oversubscribe", "--bind-to", "none", *options, "-n", str(ranks)]


def words(command):
    return [str(word) for word in command]


def start(command, **more):
    return subprocess.Popen(words(command), stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL,
                            stderr=subprocess.PIPE, text=True, start_new_session=True, **more)


def finish(process, limit):
    """What a process says on standard error, and the seconds it took to end; it is killed where it does not end."""
    began = time.monotonic()
    try:
        text = process.communicate(timeout=limit)[1]
    except subprocess.TimeoutExpired:
        with contextlib.suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)
        text = process.communicate()[1] + "\n(killed by the test: it did not end)"
    return text, time.monotonic() - began


def run(command, limit=120):
    process = start(command)
    text, _ = finish(process, limit)
    return process.returncode, text


def record(folder):
    """All that must not differ: every candidate, every generation, the search's state, the answer with its evidence."""
    with contextlib.closing(sqlite3.connect(folder / "run.sqlite")) as database:
        tables = {name: database.execute(f"SELECT * FROM {name} ORDER BY 1, 2").fetchall()
                  for name in ("generations", "candidates", "state")}
        answer = database.execute("SELECT text FROM facts WHERE name = 'answer'").fetchall()
    return tables, answer, (folder / "rule.toml").read_bytes()


def generations(folder):
    """How many are on disk."""
    try:
        with contextlib.closing(sqlite3.connect(f"file:{folder}/run.sqlite?mode=ro", uri=True, timeout=0.1)) as database:
            return database.execute("SELECT count(*) FROM generations").fetchone()[0]
    except sqlite3.Error:
        return 0


def end():
    print(f"{failures} failed")
    sys.exit(1 if failures else 0)
