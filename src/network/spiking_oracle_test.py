"""Holds lifetimes of the spiking neuron against Brian2: the same input spikes and rule in double give the same output
spikes in the first 2 s and the same weights to 1e-9.

usage: spiking_oracle_test.py PROGRAM, where PROGRAM is spiking_oracle_driver's.
The model below is written from the equations alone. Brian's own order of events does the rest: groups
evolve, thresholds, synapses, resets; the pathways of a synapse by their `order`.
"""
import json
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
from brian2 import Network, NeuronGroup, SpikeGeneratorGroup, SpikeMonitor, Synapses, defaultclock, ms, mV, second

NEURON = """
dv/dt = (v_rest - v + g_e*(0*mV - v) + g_i*(-80*mV - v))/(20*ms) : volt (unless refractory)
dg_e/dt = -g_e/(5*ms) : 1
dg_i/dt = -g_i/(10*ms) : 1
"""
STATIC = "w : 1"
PLASTIC = """
w : 1
dtrace_before/dt = -trace_before/tau_before : 1 (event-driven)
dtrace_after/dt = -trace_after/tau_after : 1 (event-driven)
"""


def population(neuron, inputs, rule, w_max, conductance, jump):
    """A group of inputs with its synapses on the neuron."""
    spikes = np.array(inputs["spikes"])
    group = SpikeGeneratorGroup(len(inputs["before"]), spikes[:, 1], spikes[:, 0]*defaultclock.dt)
    send = f"{conductance}_post += {jump}*w"
    if rule is None:
        synapses = Synapses(group, neuron, STATIC, on_pre=send)
    else:
        names = {name: value for name, value in rule.items() if not name.startswith("tau")}
        names |= {"tau_before": rule["tau_pre"]*second, "tau_after": rule["tau_post"]*second, "w_max": w_max}
        synapses = Synapses(
            group, neuron, PLASTIC, namespace=names,
            on_pre={"change": send + "\nw = clip(w + eta*(alpha + kappa*trace_after), 0, w_max)",
                    "jump": "trace_before += 1"},
            on_post={"change_post": "w = clip(w + eta*(beta + gamma*trace_before), 0, w_max)",
                     "jump_post": "trace_after += 1"})
        synapses.change.order = 0
        synapses.change_post.order = 1
        synapses.jump.order = 2
        synapses.jump_post.order = 2
    synapses.connect(i=np.arange(len(inputs["before"])), j=0)
    synapses.w = inputs["before"]
    return group, synapses


def check(life):
    neuron = NeuronGroup(1, NEURON, threshold="v > -50*mV", reset="v = -60*mV", refractory=5*ms,
                         method="exponential_euler", namespace={"v_rest": -60*mV})
    neuron.v = -60*mV
    monitor = SpikeMonitor(neuron)
    parts = [population(neuron, life["excitation"], life["excitatory"], life["w_max"][0], "g_e", 0.014),
             population(neuron, life["inhibition"], life["inhibitory"], life["w_max"][1], "g_i", 0.035)]
    Network(neuron, monitor, *[each for part in parts for each in part]).run(life["steps"]*defaultclock.dt)
    found = [int(round(t)) for t in np.asarray(monitor.t/defaultclock.dt)]
    assert found == life["output"], f"{life['name']}: output spikes\nBrian: {found}\ncarve: {life['output']}"
    worst = 0.0
    for (_, synapses), inputs in zip(parts, (life["excitation"], life["inhibition"])):
        worst = max(worst, float(np.max(np.abs(np.asarray(synapses.w) - np.array(inputs["after"])))))
    assert worst <= 1e-9, f"{life['name']}: weights differ by {worst}"
    weights = np.array(life["inhibition"]["after"])
    clamped = int(np.sum((weights == 0) | (weights == life["w_max"][1])))
    moved = float(np.max(np.abs(weights - np.array(life["inhibition"]["before"]))))
    print(f"{life['name']}: {len(found)} spikes, weights moved by up to {moved:.3g} and agree to {worst:.1e}, "
          f"{clamped} of {len(weights)} clamped at the end")
    traces = life["inhibitory"]["gamma"] != 0 and life["inhibitory"]["kappa"] != 0
    return len(found), moved, clamped > 0 and traces


def main():
    brian2.prefs.codegen.target = "numpy"  # no compiler needed
    defaultclock.dt = 0.1*ms
    with tempfile.TemporaryDirectory() as folder:
        subprocess.run([sys.argv[1], folder], check=True)
        with open(f"{folder}/lives.json") as file:
            lives = json.load(file)
    results = [check(life) for life in lives]
    assert len(results) >= 5 and all(spikes >= 5 and moved > 0.01 for spikes, moved, _ in results)
    assert any(clamped for _, _, clamped in results), "no rule with both traces was clamped"


if __name__ == "__main__":
    main()
