"""The documentation: every command in it runs, every link leads somewhere, every source is in the bibliography.

usage: docs_test.py CARVE [unittest options]

Commands are those in ```sh blocks of README.md, ARCHITECTURE.md, DEVELOPERS.md and docs/. Each page gets a scratch
folder with a copy of experiments/, and its blocks run in it, in order, in one shell that stops at the first failure.
Runs are shortened: `carve` there is a script that adds few trials, steps and generations to `run`, `sweep` and `evaluate`. HTML
comments on the line before a block say more:

    <!-- file: NAME -->         write the block (of any language) to NAME in the scratch folder
    <!-- after: COMMAND -->     run COMMAND first, for what the page takes as given
    <!-- not run: REASON -->    leave the block out
"""
import concurrent.futures
import os
import pathlib
import re
import subprocess
import sys
import tempfile
import unittest

root = pathlib.Path(__file__).resolve().parent.parent
carve = ""
pages = sorted([root / name for name in ("README.md", "ARCHITECTURE.md", "DEVELOPERS.md", "CHANGELOG.md")] +
               list(root.glob("docs/**/*.md")))

short_carve = """#!/bin/bash
shorter=(--set trials.steps=40 --set trials.validation=8)
short=("${{shorter[@]}}" --set trials.count=4)
for each; do
  if [[ -f $each ]] && grep -q '^kind = "spiking_neuron"' "$each"; then # its lifetimes have no number of steps
    shorter=(--set trials.validation=2)
    short=("${{shorter[@]}}" --set trials.count=2 --set 'trials.lifetime="20 s"')
  fi
  if [[ -f $each ]] && grep -q '^kind = "recurrent"' "$each"; then
    shorter=(--set trials.validation=2)
    short=("${{shorter[@]}}" --set trials.count=1)
  fi
done
case $1 in
  run)
    [[ $* == *gradient* || $* == *fd-sgd* ]] || short+=(--set search.population=16) # gradients ask for one candidate
    exec {carve} "$@" --quiet "${{short[@]}}" --set search.generations=2 ;;
  sweep) [[ -f $2 ]] || exec {carve} "$@" --quiet
    exec {carve} "$@" --quiet --set search.population=16 "${{short[@]}}" --set search.generations=2 ;;
  evaluate) exec {carve} "$@" "${{shorter[@]}}" ;;
  resume) exec {carve} "$@" --quiet ;;
  *) exec {carve} "$@" ;;
esac
"""


def blocks(text):
    """(language, comment before it, content) of each fenced block."""
    pattern = r"(?:^<!--\s*((?:(?!-->).)*?)\s*-->\n)?^```(\w*)\n(.*?)^```$"
    return [(language, comment or "", content) for comment, language, content in
            re.findall(pattern, text, re.MULTILINE | re.DOTALL)]


def without_code(text):
    return re.sub(r"`[^`\n]*`", "", re.sub(r"^```.*?^```$", "", text, flags=re.MULTILINE | re.DOTALL))


def anchors(page):
    """What a link may name after '#': headings as GitHub writes them, and ids."""
    text = page.read_text()
    headings = re.findall(r"^#+ (.*)$", re.sub(r"^```.*?^```$", "", text, flags=re.MULTILINE | re.DOTALL), re.MULTILINE)
    slugs = {re.sub(r"[^\w\- ]", "", heading.lower()).strip().replace(" ", "-") for heading in headings}
    return slugs | set(re.findall(r'<a id="([^"]+)">', text))


def commands(page, folder):
    """The page's commands as one script; writes the page's files to the folder. Throws ValueError for odd comments."""
    script = []
    for language, comment, content in blocks(page.read_text()):
        if comment.startswith("file:"):
            folder.joinpath(comment.removeprefix("file:").strip()).write_text(content)
        elif language == "sh" and (not comment or comment.startswith("after:")):
            script += [comment.removeprefix("after:"), content]
        elif comment and not comment.startswith("not run:"):
            raise ValueError(f"unknown comment before a block: {comment}")
    return script


def run(page):
    """Runs a page in a scratch folder: how many blocks, exit status, what it printed."""
    with tempfile.TemporaryDirectory() as scratch:
        folder = pathlib.Path(scratch, "tree")
        folder.mkdir()
        script = commands(page, folder)
        if not script:
            return 0, 0, ""
        subprocess.run(["cp", "-r", root / "experiments", folder], check=True)
        program = pathlib.Path(scratch, "bin", "carve")
        program.parent.mkdir()
        program.write_text(short_carve.format(carve=carve))
        program.chmod(0o755)
        place = folder / "build/release/src/app"  # where the pages say that the program is
        place.mkdir(parents=True)
        place.joinpath("carve").symlink_to(program)
        done = subprocess.run(["bash", "-x", "-c", "\n".join(["set -eo pipefail"] + script)], cwd=folder, text=True,
                              capture_output=True, stdin=subprocess.DEVNULL,
                              env={**os.environ, "PATH": f"{program.parent}:/usr/bin:/bin"})
        return len(script), done.returncode, f"\n{done.stdout[-2000:]}\n{done.stderr[-4000:]}"


class Docs(unittest.TestCase):
    def test_commands_run(self):
        with concurrent.futures.ThreadPoolExecutor(os.cpu_count()) as pool:
            results = list(pool.map(run, pages))
        for page, (_, status, printed) in zip(pages, results):
            with self.subTest(page=str(page.relative_to(root))):
                self.assertEqual(status, 0, printed)
        self.assertGreater(sum(count for count, _, _ in results), 10, "hardly any commands were found")

    def test_links_lead_somewhere(self):
        for page in pages:
            for target in re.findall(r"\]\(([^)\s]+)\)", without_code(page.read_text())):
                if re.match(r"\w+:", target):
                    continue
                path, _, anchor = target.partition("#")
                place = (page.parent / path).resolve() if path else page
                with self.subTest(page=str(page.relative_to(root)), link=target):
                    self.assertTrue(place.exists(), "there is no such file")
                    self.assertTrue(place.is_relative_to(root), "leads out of the repository")
                    if anchor:
                        self.assertIn(anchor, anchors(place))

    def test_pages_can_be_reached(self):
        reached, waiting = set(), [root / "README.md"]
        while waiting:
            page = waiting.pop()
            if page in reached or page.suffix != ".md" or not page.exists():
                continue
            reached.add(page)
            links = re.findall(r"\]\(([^)\s#]+)", without_code(page.read_text()))
            waiting += [(page.parent / link).resolve() for link in links if not re.match(r"\w+:", link)]
        self.assertEqual([str(page.relative_to(root)) for page in pages if page not in reached], [])

    def test_sources_of_components_are_in_the_bibliography(self):
        known = set(re.findall(r'<a id="(\w+)"></a>\*\*\1\*\*', (root / "docs/references.md").read_text()))
        cited = set()
        for source in [*root.glob("src/**/*.cpp"), *root.glob("src/experiment/rules/library/*.toml")]:
            if not source.stem.endswith("_test"):
                cited |= set(re.findall(r'"([a-z]+(?:19|20)\d\d[a-z]?)"', source.read_text()))
        self.assertGreater(len(cited), 3, "the citations in the sources were not found")
        self.assertEqual(cited - known, set())


if __name__ == "__main__":
    carve = str(pathlib.Path(sys.argv.pop(1)).resolve())
    unittest.main()
