"""Every rule that carve knows, and one of every experiment's space, exported and run where it is meant to run.

usage: exports_test.py CARVE EVERY_RULE_DRIVER [unittest options]

NumPy, Brian 2 and SymPy files check themselves against what carve computed; all files run in one process.
"""
import contextlib
import importlib.util
import io
import pathlib
import re
import runpy
import subprocess
import sys
import tempfile
import tomllib
import unittest
import warnings

root = pathlib.Path(__file__).resolve().parent.parent
carve = driver = ""
# What a target cannot say, it says that it cannot.
refusals = r"a state of the postsynaptic neuron|has no rate neurons|is a perceptron"


def call(*words):
    return subprocess.run([carve, *words], text=True, capture_output=True)


def known_rules():
    """The names that `carve describe` lists as known rules."""
    groups = re.split(r"\n\n", call("describe").stdout)
    return [line.split()[0] for group in groups if group.startswith("known rules") for line in group.splitlines()[1:]]


class Exports(unittest.TestCase):
    def setUp(self):
        warnings.simplefilter("ignore")
        self.scratch = tempfile.TemporaryDirectory()
        self.addCleanup(self.scratch.cleanup)
        self.folder = pathlib.Path(self.scratch.name)

    def exported(self, target):
        """Files of all rules for one target, and what was refused."""
        experiments = sorted((root / "experiments").glob("*.toml"))
        subprocess.run([driver, self.folder, *experiments], check=True)
        sources = [(name, []) for name in known_rules()]
        for experiment in experiments:
            file = self.folder / experiment.name
            connections = list(tomllib.loads(file.read_text())["rule"])
            together = target == "sympy" or (target == "numpy" and "feedforward" in connections)  # spikes: one at a time
            sources += [(str(file), [])] if together else [(str(file), ["--rule", each]) for each in connections]
        files, refused = [], []
        for number, (source, options) in enumerate(sources):
            out = self.folder / f"rule{number}_{target}.py"
            done = call("export", source, *options, "--to", target, "--out", str(out))
            if done.returncode == 0:
                files.append(out)
                continue
            with self.subTest(source=source, options=options, target=target):
                self.assertRegex(done.stderr, refusals)
            refused.append(source)
        self.assertGreater(len(sources), 25)
        return files, refused

    def expect_to_agree(self, target, most_refused):
        files, refused = self.exported(target)
        self.assertLessEqual(len(refused), most_refused, refused)
        for file in files:
            printed = io.StringIO()
            with self.subTest(rule=file.read_text().split("\n")[0], target=target):
                with contextlib.redirect_stdout(printed):
                    runpy.run_path(str(file), run_name="__main__")
                self.assertRegex(printed.getvalue(), r"agree with carve's to \d")

    def test_numpy(self):
        self.expect_to_agree("numpy", 3)

    @unittest.skipUnless(importlib.util.find_spec("brian2"), "no Brian 2")
    def test_brian2(self):
        self.expect_to_agree("brian2", 3)

    @unittest.skipUnless(importlib.util.find_spec("sympy"), "no SymPy")
    def test_sympy(self):
        self.expect_to_agree("sympy", 1)

    def test_there_are_many_rules(self):
        self.assertIn("oja", known_rules())
        self.assertIn("triplet_hippocampus", known_rules())


if __name__ == "__main__":
    carve, driver = sys.argv.pop(1), sys.argv.pop(1)
    unittest.main()
