"""carve bench --json keeps its contract: the fields, their types, and errors within float's reach; nothing about time."""
import json
import subprocess
import sys

carve = sys.argv[1]
run = subprocess.run([carve, "bench", "--only", "normals", "--json"], stdout=subprocess.PIPE, check=True, text=True)
answer = json.loads(run.stdout)
assert set(answer) == {"machine", "benchmarks"}, answer
assert answer["machine"], "the machine has a name"
(normals,) = answer["benchmarks"]
for field in ("name", "value", "min", "max", "unit", "share_of_peak", "ratio", "to", "error"):
    assert field in normals, field
assert normals["name"] == "normals" and normals["unit"] == "ns"
assert 0 < normals["min"] <= normals["value"] <= normals["max"]
assert normals["share_of_peak"] is None and normals["ratio"] > 0
assert 0 < normals["error"] < 2e-6, "float normals agree with the same formula in double"

nothing = subprocess.run([carve, "bench", "--only", "no such benchmark"], stdout=subprocess.PIPE,
                         stderr=subprocess.PIPE, text=True)
assert nothing.returncode == 2 and nothing.stdout == "" and "oja n=100" in nothing.stderr, nothing
