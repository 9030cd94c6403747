"""Recurrent networks that carve has written (src/task/recurrent_beside.cpp), in Brian2 at its best: C++ standalone.

Several networks of one kind become one, side by side. Equations are written from the model alone; the slow conductance is
a difference of two exponentials. Static weights are constants in the code, traces belong to neurons (that of inhibitory
ones jumps when the spike has arrived), so a plastic synapse has its weight alone.
"""
import json
import pathlib
import subprocess
import warnings

warnings.filterwarnings("ignore")
import brian2
import numpy as np
from brian2 import Network, NeuronGroup, SpikeGeneratorGroup, SpikeMonitor, Synapses, ms, second, volt

PLASTIC = 2  # I->E
ENDS = ((0, 0), (0, 1), (1, 0), (1, 1), (2, 0), (2, 1))  # populations of each projection: E, I, inputs
NEURON = """
dv/dt = (rest - v + g_e*(e_e - v) + gaba*(e_i - v))/membrane : volt{refractory}
dampa/dt = -ampa/tau_ampa : 1
dgaba/dt = -gaba/tau_gaba : 1
dtrace/dt = -trace/tau : 1
{more}
"""
SLOW = """
g_e = (1 - nmda_share)*ampa + nmda_share*tau_ampa/(tau_nmda - tau_ampa)*(slow - ampa) : 1
dslow/dt = -slow/tau_nmda : 1
draised/dt = -raised/threshold_decay : volt
"""
TIMED = """
std::ofstream("run_seconds") << double(std::clock() - run_started)/CLOCKS_PER_SEC;
"""


def load(folder, name, kind):
    return np.fromfile(pathlib.Path(folder)/name, kind)


class Build:
    """Brian2's program for the networks in `folders`, compiled in `directory`."""

    def __init__(self, folders, directory, precision):
        self.directory = pathlib.Path(directory)
        self.folders = [pathlib.Path(each) for each in folders]
        self.settings = [json.loads((each/"network.json").read_text()) for each in self.folders]
        self.precision = precision
        brian2.prefs.core.default_float_dtype = precision
        brian2.prefs.codegen.cpp.extra_compile_args_gcc = ["-w", "-O3", "-ffast-math", "-march=native"]
        brian2.set_device("cpp_standalone", build_on_run=False)
        brian2.device.reinit()
        brian2.device.activate(build_on_run=False)
        brian2.defaultclock.dt = 0.1*ms
        one = self.settings[0]
        self.sizes = [int(each) for each in one["sizes"]]
        groups = [self.neurons(one, size*len(folders)) for size in self.sizes[:2]] + [self.inputs()]
        synapses = [self.synapses(one, groups, projection) for projection in range(6)]
        arrive = Synapses(groups[1], groups[1], on_pre="trace_post += 1", delay=one["delay"]*second)
        arrive.connect(j="i")
        arrive.pre.order = 2  # after this step's changes of weights
        self.monitors = [SpikeMonitor(each) for each in groups[:2]]
        self.plastic = synapses[PLASTIC]
        brian2.device.insert_code("before_network_run", "const std::clock_t run_started = std::clock();")
        brian2.device.insert_code("after_network_run", TIMED)
        Network(*groups, *synapses, arrive, *self.monitors).run(one["seconds"]*second)
        brian2.device.build(directory=str(directory), compile=True, run=False, with_output=False)
        self.files = [[brian2.device.get_array_filename(each.variables[name]) for name in ("i", "t")]
                      for each in self.monitors]
        self.weight_file = brian2.device.get_array_filename(self.plastic.variables["w"])

    def neurons(self, setting, size):
        model = setting["neuron"]
        slow, rests = model["nmda_share"] > 0, model["refractory"] > 0
        names = {name: model[name]*volt for name in ("rest", "reset", "threshold", "e_e", "e_i", "threshold_jump")}
        names |= {name: model[name]*second for name in ("membrane", "tau_ampa", "tau_nmda", "tau_gaba",
                                                        "threshold_decay")}
        names |= {"nmda_share": model["nmda_share"], "tau": setting["rule"]["tau"]*second}
        inhibitory = size == self.sizes[1]*len(self.folders)
        reset = "v = reset" + ("" if inhibitory else "\ntrace += 1") + ("\nraised += threshold_jump" if slow else "")
        group = NeuronGroup(size, NEURON.format(refractory=" (unless refractory)" if rests else "",
                                                more=SLOW if slow else "g_e = ampa : 1"),
                            threshold="v > threshold" + (" + raised" if slow else ""), reset=reset,
                            refractory=model["refractory"]*second if rests else False, method="exponential_euler",
                            namespace=names)
        group.v = model["rest"]*volt
        return group

    def inputs(self):
        sources = [load(each, "inputs.neurons.u16", np.uint16).astype(int) + k*self.sizes[2]
                   for k, each in enumerate(self.folders)]
        steps = [load(each, "inputs.steps.u32", np.uint32) for each in self.folders]
        return SpikeGeneratorGroup(self.sizes[2]*len(self.folders), np.concatenate(sources),
                                   np.concatenate(steps)*brian2.defaultclock.dt)

    def synapses(self, setting, groups, projection):
        start, end = ENDS[projection]
        slow = setting["neuron"]["nmda_share"] > 0
        weight = "w" if projection == PLASTIC else repr(setting["weights"][projection])
        send = f"gaba_post += {weight}" if start == 1 else f"ampa_post += {weight}"
        if slow and start != 1:
            send += f"\nslow_post += {weight}"
        delay = 0*second if start == 2 else setting["delay"]*second
        if projection == PLASTIC:
            rule = setting["rule"]
            change = "w = clip(w + {}, 0, {w_max})"
            names = {name: rule[name] for name in ("eta", "alpha", "kappa", "gamma")}
            made = Synapses(groups[start], groups[end], "w : 1", namespace=names, delay={"pre": delay},
                            on_pre=send + "\n" + change.format("eta*(alpha + kappa*trace_post)", **rule),
                            on_post=change.format("eta*gamma*trace_pre", **rule))
            made.post.order = 1
        else:
            made = Synapses(groups[start], groups[end], on_pre=send, delay=delay)
        ends = [np.concatenate([load(each, f"{projection}.{name}.u16", np.uint16).astype(int) + k*self.sizes[population]
                                for k, each in enumerate(self.folders)])
                for name, population in (("sources", start), ("targets", end))]
        made.connect(i=ends[0], j=ends[1])
        if projection == PLASTIC:
            made.w = np.concatenate([load(each, "weights.f64", float) for each in self.folders])
        return made

    def run(self):
        """Seconds of the run loop alone."""
        subprocess.run(["./main"], cwd=self.directory, check=True, stdout=subprocess.DEVNULL)
        return float((self.directory/"run_seconds").read_text())

    def spikes(self, network, population):
        """Steps and neurons of all spikes of one of the networks, in order."""
        neurons, times = (load(self.directory, name, kind)
                          for name, kind in zip(self.files[population], (np.int32, np.float64)))
        steps = np.rint(times/1e-4).astype(int)
        own = neurons//self.sizes[population] == network
        return ordered(steps[own], neurons[own] % self.sizes[population])

    def mean_weights(self):
        """Of each network's plastic synapses at the end."""
        weights = load(self.directory, self.weight_file, self.precision)
        ends = np.cumsum([len(load(each, "weights.f64", float)) for each in self.folders])
        return [float(np.mean(each, dtype=float)) for each in np.split(weights, ends[:-1])]


def ordered(steps, neurons):
    order = np.lexsort((neurons, steps))
    return np.stack((steps[order], neurons[order]), 1)


def carve_spikes(folder, population):
    name = "EI"[population]
    return ordered(load(folder, f"carve.{name}.steps.u32", np.uint32).astype(int),
                   load(folder, f"carve.{name}.neurons.u16", np.uint16).astype(int))


def export(program, folder, network, neurons, seed, settle, seconds):
    pathlib.Path(folder).mkdir(parents=True, exist_ok=True)
    subprocess.run([program, "export", folder, network, str(neurons), str(seed), str(settle), str(seconds)], check=True)


def live(program, folder, precision):
    """carve's own way through what `export` has written."""
    return json.loads(subprocess.run([program, "live", folder, precision], check=True, capture_output=True,
                                     text=True).stdout)


def first_difference(ours, theirs):
    """The step before which all spikes are the same, and how many those are."""
    common = min(len(ours), len(theirs))
    differ = np.flatnonzero(np.any(ours[:common] != theirs[:common], axis=1))
    if len(differ) == 0:
        return None, common
    at = differ[0]
    return int(min(ours[at, 0], theirs[at, 0])), int(at)
