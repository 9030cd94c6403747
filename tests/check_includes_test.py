"""The include checker finds what it is there to find, and nothing else."""
import importlib.machinery
import importlib.util
import pathlib
import tempfile
import unittest

SCRIPT = pathlib.Path(__file__).resolve().parent.parent / "tools/check_includes"
loader = importlib.machinery.SourceFileLoader("check_includes", str(SCRIPT))
loader.path = str(SCRIPT)
checker = importlib.util.module_from_spec(importlib.util.spec_from_loader("check_includes", loader))
import sys

sys.dont_write_bytecode = True
loader.exec_module(checker)

ROOMS = "# order\nbase\nrule\nsearch: base\nexperiment\napp\n"


def mistakes(files):
    with tempfile.TemporaryDirectory() as folder:
        root = pathlib.Path(folder)
        for name, text in {"cmake/rooms.txt": ROOMS, "src/base/span.hpp": "", "src/rule/rule.hpp": "", **files}.items():
            (root / name).parent.mkdir(parents=True, exist_ok=True)
            (root / name).write_text(text)
        return checker.check(root)


class CheckIncludes(unittest.TestCase):
    def test_lower_rooms_own_room_and_system_headers_are_fine(self):
        self.assertEqual(mistakes({
            "src/rule/parse.cpp": '#include "carve/rule/rule.hpp"\n\n#include <vector>\n#include "carve/base/span.hpp"\n',
            "src/search/cma.cpp": '#include "carve/base/span.hpp"\n#include <Eigen/Dense>\n',
            "src/app/main.cpp": "#include <CLI/CLI.hpp>\n",
            "src/base/random_test.cpp": "#include <gtest/gtest.h>\n",
        }), [])

    def test_an_include_that_points_up(self):
        self.assertEqual(mistakes({"src/base/units.cpp": '\n  #  include "carve/rule/rule.hpp"\n'}),
                         ["src/base/units.cpp:2: room base may not include room rule"])

    def test_search_sees_base_only(self):
        self.assertEqual(mistakes({"src/search/cma.hpp": '#include "carve/rule/rule.hpp"\n'}),
                         ["src/search/cma.hpp:1: room search may not include room rule"])

    def test_tests_obey_the_order_too(self):
        self.assertEqual(len(mistakes({"src/base/span_test.cpp": '#include "carve/rule/rule.hpp"\n'})), 1)

    def test_other_spellings(self):
        self.assertEqual(mistakes({"src/base/a.cpp": '#include "span.hpp"\n#include <carve/base/span.hpp>\n'}), [
            'src/base/a.cpp:1: write "carve/ROOM/FILE.hpp" instead of "span.hpp"',
            'src/base/a.cpp:2: "carve/base/span.hpp" belongs in quotes'])

    def test_missing_header_and_unknown_room(self):
        self.assertEqual(mistakes({"src/base/a.cpp": '#include "carve/base/nothing.hpp"\n', "src/attic/b.cpp": ""}), [
            "src/attic/b.cpp:1: not in any room of cmake/rooms.txt",
            'src/base/a.cpp:1: there is no "carve/base/nothing.hpp"'])

    def test_heavy_headers_in_the_wrong_room_or_in_a_header(self):
        self.assertEqual(mistakes({"src/rule/a.cpp": "#include <toml++/toml.h>\n",
                                   "src/search/c.hpp": "#include <Eigen/Core_fwd.hpp>\n",
                                   "src/search/b.hpp": "#include <Eigen/Dense>\n"}), [
            "src/rule/a.cpp:1: <toml++/toml.h> may be used in experiment only",
            "src/search/b.hpp:1: <Eigen/Dense> may be included by .cpp files only"])

    def test_test_libraries_outside_tests(self):
        self.assertEqual(mistakes({"src/rule/a.cpp": "#include <gtest/gtest.h>\n"}),
                         ["src/rule/a.cpp:1: <gtest/gtest.h> belongs in tests only"])


if __name__ == "__main__":
    unittest.main()
