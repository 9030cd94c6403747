"""What the acceptance commands share: runs of an experiment, and judging whether Oja's rule was found."""
import json
import pathlib
import resource
import subprocess
import tempfile

ROOT = pathlib.Path(__file__).resolve().parent.parent


def processor_seconds():
    """Of all programs that we started and that have ended."""
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


def run(carve, experiment, seed, changes=()):
    """Runs one experiment to its end and returns what `show --json` says, and the run's "core_seconds"."""
    with tempfile.TemporaryDirectory() as folder:
        out = pathlib.Path(folder) / "run"
        command = [carve, "run", ROOT / "experiments" / experiment, "--out", out, "--seed", str(seed), "--quiet"]
        for change in changes:
            command += ["--set", change]
        before = processor_seconds()
        subprocess.run(command, check=True, stdout=subprocess.DEVNULL)
        seconds = processor_seconds() - before
        shown = json.loads(subprocess.run([carve, "show", out, "--json"], check=True, capture_output=True).stdout)
        return {**shown, "core_seconds": seconds}


def relative(terms):
    """Coefficients relative to that of x*y."""
    size = {each["term"]: each["coefficient"] for each in terms}
    main = size.get("x*y", 0)
    return {term: value / main for term, value in size.items()} if main else {}


def judge(terms):
    """r, the largest other term relative to the main one, and whether that is Oja's rule."""
    shares = relative(terms)
    r = -shares.get("y^2*w", 0)
    spurious = max((abs(v) for term, v in shares.items() if term not in ("x*y", "y^2*w")), default=0)
    return r, spurious, bool(shares) and abs(r - 1) <= 0.05 and spurious <= 0.05 * max(1, r)


def median(values):
    return sorted(values)[len(values) // 2]
