"""Holds recurrent networks against Brian2: the same synapses, input spikes and rules in double give the same spikes of
every neuron in 2 s, and the same weights to 1e-9.

usage: recurrent_oracle_test.py PROGRAM, where PROGRAM is recurrent_oracle_driver's.
The model below is written from the equations alone; the slow conductance as a difference of two exponentials. Brian's
own order of events does the rest: groups evolve, thresholds, synapses, resets; the pathways of a synapse by their
`order`.
"""
import functools
import json
import re
import subprocess
import sys
import tempfile
import warnings

warnings.filterwarnings("ignore")
try:
    import brian2
except ImportError:
    print("skipped: needs python3-brian")
    sys.exit(77)
import numpy as np
from brian2 import Network, NeuronGroup, SpikeGeneratorGroup, SpikeMonitor, Synapses, defaultclock, ms, second, volt

NEURON = """
dv/dt = (rest - v + g_e*(e_e - v) + gaba*(e_i - v) + g_a*(e_a - v))/membrane : volt{refractory}
g_e = (1 - nmda_share)*ampa + nmda_share*tau_ampa/(tau_nmda - tau_ampa)*(slow - ampa) : 1
dampa/dt = -ampa/tau_ampa : 1
dslow/dt = -slow/tau_nmda : 1
dgaba/dt = -gaba/tau_gaba : 1
draised/dt = -raised/threshold_decay : volt
dg_a/dt = -g_a/adaptation_decay : 1
"""


def follows(projections):
    """Equations of the states that rules of projections to a population read, low-passed, and their names."""
    states = {"V": "v/volt", "C_E": "g_e*(e_e - v)/volt", "C_I": "gaba*(v - e_i)/volt"}
    return {f"{each['name']}_{index}": f"d{{name}}/dt = ({states[each['name']]} - {{name}})/({each['tau']}*ms) : 1"
            for index, projection in projections if projection["rule"]
            for each in projection["rule"]["traces"] if each["side"] == "state"}


def group(population, projections):
    """Neurons, or inputs with the given spikes. projections: those that lead here, with their numbers."""
    model = population["neuron"]
    if model is None:
        spikes = np.array(population["spikes"])
        return SpikeGeneratorGroup(population["size"], spikes[:, 1], spikes[:, 0]*defaultclock.dt)
    names = {name: model[name]*volt for name in ("rest", "reset", "threshold", "e_e", "e_i", "e_a", "threshold_jump")}
    names |= {name: model[name]*second for name in ("membrane", "threshold_decay", "adaptation_decay")}
    names |= {f"tau_{name}": model[name]*second for name in ("ampa", "nmda", "gaba")}
    names |= {name: model[name] for name in ("nmda_share", "adaptation_jump")}
    rests = model["refractory"] > 0
    states = follows(projections)
    equations = NEURON.format(refractory=" (unless refractory)" if rests else "")
    equations += "\n".join(equation.format(name=name) for name, equation in states.items())
    neurons = NeuronGroup(population["size"], equations, threshold="v > threshold + raised", method="exponential_euler", namespace=names,
                          reset="v = reset\nraised += threshold_jump\ng_a += adaptation_jump",
                          refractory=model["refractory"]*second if rests else False)
    neurons.v = model["rest"]*volt
    for name in states:
        if name.startswith("V_"):
            setattr(neurons, name, model["rest"])
    return neurons


def connect(index, projection, groups, excitatory):
    """The synapses of projection number `index`. A plastic weight is clamped when it is read."""
    send = "ampa_post += w\nslow_post += w" if excitatory else "gaba_post += w"
    rule = projection["rule"]
    delay = projection["delay"]*second
    ends = groups[projection["from"]], groups[projection["to"]]
    if rule is None:
        synapses = Synapses(*ends, "w : 1", on_pre=send, delay=delay)
        synapses.pre.order = 0
    else:
        traces = {f"trace_{k}": each for k, each in enumerate(rule["traces"]) if each["side"] != "state"}
        states = [each["name"] for each in rule["traces"] if each["side"] == "state"]
        names = {"w_max": rule["w_max"]} | {f"tau_{name}": each["tau"]*ms for name, each in traces.items()}
        spelling = [(r"\^", "**")] + [(rf"\b{each['name']}\b", name) for name, each in traces.items()]
        spelling += [(rf"\b{name}\b", f"{name}_{index}_post") for name in states]
        changes = {side: functools.reduce(lambda text, each: re.sub(*each, text), spelling, rule[side])
                   for side in ("on_pre", "on_post")}
        equations = "w : 1\n" + "\n".join(f"d{name}/dt = -{name}/tau_{name} : 1 (event-driven)" for name in traces)
        jump = {side: "\n".join(f"{name} += 1" for name, each in traces.items() if each["side"] == side)
                for side in ("pre", "post")}
        read = "w = clip(w, 0, w_max)\n"
        read_by_formula = read if re.search(r"\bw\b", changes["on_post"]) else ""
        synapses = Synapses(
            *ends, equations, namespace=names, delay={"change": delay, "jump": delay},
            on_pre={"change": f"{read}{send}\nw = clip(w + ({changes['on_pre']}), 0, w_max)", "jump": jump["pre"]},
            on_post={"change_post": f"{read_by_formula}w = w + ({changes['on_post']})", "jump_post": jump["post"]})
        synapses.change.order = 0
        synapses.change_post.order = 1
        synapses.jump.order = 2
        synapses.jump_post.order = 2
    pairs = np.array(projection["synapses"])
    synapses.connect(i=pairs[:, 0], j=pairs[:, 1])
    synapses.w = np.clip(projection["before"], 0, rule["w_max"] if rule else np.inf)
    return synapses


def check(life):
    populations = life["populations"]
    projections = list(enumerate(life["projections"]))
    groups = [group(each, [(index, other) for index, other in projections if other["to"] == p])
              for p, each in enumerate(populations)]
    synapses = [connect(index, each, groups, populations[each["from"]]["excitatory"]) for index, each in projections]
    monitors = [SpikeMonitor(each) for each in groups]
    Network(*groups, *synapses, *monitors).run(life["steps"]*defaultclock.dt)
    total = 0
    for population, monitor in zip(populations, monitors):
        found = sorted(zip(np.rint(np.asarray(monitor.t/defaultclock.dt)).astype(int).tolist(),
                           np.asarray(monitor.i).tolist()))
        expected = [tuple(each) for each in population["spikes"]]
        if found != expected:
            differ = sorted(set(found) ^ set(expected))[:5]
            raise AssertionError(f"{life['name']}: spikes of {population['name']} differ, first at {differ}")
        if population["neuron"]:
            total += len(found)
    worst, moved, clamped, plastic = 0.0, [], 0, 0
    for projection, synapse in zip(life["projections"], synapses):
        rule = projection["rule"]
        if rule is None:
            continue
        weights = np.clip(np.asarray(synapse.w), 0, rule["w_max"])  # read once more at the end
        after = np.array(projection["after"])
        worst = max(worst, float(np.max(np.abs(weights - after))))
        moved.append(float(np.max(np.abs(after - np.array(projection["before"])))))
        clamped += int(np.sum((after == 0) | (after == rule["w_max"])))
        plastic += len(after)
    assert worst <= 1e-9, f"{life['name']}: weights differ by {worst}"
    neurons = sum(each["size"] for each in populations if each["neuron"])
    print(f"{life['name']}: {total} spikes ({total/neurons/life['steps']*1e4:.1f} Hz) agree, {plastic} weights moved by "
          f"up to {', '.join(f'{each:.2g}' for each in moved)} and agree to {worst:.1e}, {clamped} clamped at the end")
    assert total >= 2*neurons and min(moved) > 0.01, "too little happens"
    return clamped


def main():
    brian2.prefs.codegen.target = "numpy"  # no compiler needed
    defaultclock.dt = 0.1*ms
    with tempfile.TemporaryDirectory() as folder:
        subprocess.run([sys.argv[1], folder], check=True)
        with open(f"{folder}/networks.json") as file:
            lives = json.load(file)
    clamped = [check(life) for life in lives]
    assert len(clamped) >= 5 and sum(each > 100 for each in clamped) >= 2, "no network with clamped weights"


if __name__ == "__main__":
    main()
