#include "carve/network/recurrent/recurrent_run.hpp"

#include <algorithm>
#include <cassert>
#include <cmath>

#include "carve/base/denormals.hpp"
#include "carve/base/isa.hpp"
#include "carve/base/scalar_math.hpp"
#include "carve/network/linear_rule.hpp"
#include "carve/network/recurrent/kernels/recurrent_kernels.hpp"

namespace carve::network {
namespace {

template <class T>
constexpr base::PerIsa<RecurrentKernel<T>> kernel{scalar::run_recurrent, v3::run_recurrent, v4::run_recurrent};
template <class T>
constexpr base::PerIsa<CatchUpKernel<T>> catch_up_kernel{scalar::catch_up, v3::catch_up, v4::catch_up};

constexpr base::Seconds stretch{0.01};   // growth rises by e^10 at most: time constants are at least 1 ms
constexpr double lowest_growth = 4e-18;  // e^-40
constexpr double rebase_above = 4e8;     // e^20: with a stretch more, all powers and their sums are within float

/// Memory of a population's spikes: those of the stretch and of as many steps before as spikes may be under way.
struct History {
  std::vector<std::uint32_t> first;
  std::vector<std::uint16_t> sources;

  /// Forgets all but the last `kept` of `steps` steps.
  void keep(std::size_t steps, std::size_t kept) {
    const std::uint32_t begin = first[steps - kept];
    std::copy(sources.begin() + begin, sources.begin() + first[steps], sources.begin());
    for (std::size_t t = 0; t <= kept; ++t) first[t] = first[t + steps - kept] - begin;
  }
};

/// Numbers of one population of neurons.
template <class T>
struct NeuronMemory {
  base::AlignedVector<T> voltage, ampa, nmda, gaba, raised, adaptation;
  base::AlignedVector<typename NeuronState<T>::Resumes> resumes;
  History history;
};

/// Numbers of one plastic projection.
template <class T>
struct PathwayMemory {
  base::AlignedVector<T> weights, pre_trace, post_trace, sums;
  base::AlignedVector<typename Pathway<T>::Count> spikes;
  base::AlignedVector<std::uint8_t> seen, unseen;
};

template <class Value, class Allocator>
std::size_t bytes_of(const std::vector<Value, Allocator>& values) {
  return values.size() * sizeof(Value);
}

}  // namespace

template <class T>
struct RecurrentRun<T>::State {
  const RecurrentNetwork& network;
  const ProjectionRules& rules;
  const RecurrentTrial& trial;
  std::size_t most_delay = 0;
  std::size_t stretch_steps = 1;
  std::size_t now = 0;
  std::size_t last = 0;  // where the last stretch began
  std::vector<NeuronMemory<T>> neuron_memory;
  std::vector<PathwayMemory<T>> pathway_memory;
  std::vector<NeuronState<T>> neurons;
  std::vector<SpikeHistory> histories;
  std::vector<Pathway<T>> pathways;

  void start_neurons(std::size_t population);
  void start_pathway(std::size_t projection, std::span<const double>& values);
  void start_learning(std::size_t projection, std::span<const double>& values);
  void rebase(Pathway<T>& path, PathwayMemory<T>& memory);
};

template <class T>
void RecurrentRun<T>::State::start_neurons(std::size_t population) {
  const Population& declared = network.populations[population];
  NeuronMemory<T>& memory = neuron_memory[population];
  SpikeHistory& history = histories[population];
  if (!declared.neuron) {  // the kernel only reads these
    const SpikeTrains& given = trial.inputs[population];
    assert(given.steps() >= trial.steps && given.inputs == declared.size);
    history = {const_cast<std::uint32_t*>(given.first.data()), const_cast<std::uint16_t*>(given.sources.data()), 0};
    return;
  }
  const NeuronModel& model = *declared.neuron;
  const std::size_t places = target_places(declared.size);
  for (auto* each : {&memory.voltage, &memory.ampa, &memory.gaba}) each->assign(places, T(0));
  memory.history.first.assign(most_delay + stretch_steps + 1, 0);
  memory.history.sources.resize((most_delay + stretch_steps) * declared.size + Synapses::row_unit);
  const auto relative = [&](base::Volts voltage) { return voltage.value - model.rest.value; };
  const auto decay = [&](base::Seconds time) { return static_cast<T>(base::exp(-network.dt.value / time.value)); };
  const double share = network.dt.value / model.membrane.value;
  NeuronState<T>& state = neurons[population];
  state = {.size = declared.size,
           .has_refractory = network.steps_in(model.refractory) > 0,
           .has_nmda = model.nmda_share > 0 || model.threshold_jump.value != 0 || model.adaptation_jump != 0,
           .has_adaptation = model.adaptation_jump != 0,
           .share = static_cast<T>(share),
           .excitation_pull = static_cast<T>(share * relative(model.excitation_reversal)),
           .inhibition_pull = static_cast<T>(share * relative(model.inhibition_reversal)),
           .adaptation_pull = static_cast<T>(share * relative(model.adaptation_reversal)),
           .ampa_decay = decay(model.ampa),
           .nmda_decay = decay(model.nmda),
           .gaba_decay = decay(model.gaba),
           .raised_decay = decay(model.threshold_decay),
           .adaptation_decay = decay(model.adaptation_decay),
           .ampa_share = static_cast<T>(1 - model.nmda_share),
           .nmda_share = static_cast<T>(model.nmda_share),
           .nmda_gain = static_cast<T>(model.nmda_gain(network.dt)),
           .threshold = static_cast<T>(relative(model.threshold)),
           .reset = static_cast<T>(relative(model.reset)),
           .threshold_jump = static_cast<T>(model.threshold_jump.value),
           .adaptation_jump = static_cast<T>(model.adaptation_jump),
           .refractory = network.steps_in(model.refractory)};
  if (state.has_nmda) {
    memory.nmda.assign(places, T(0));
    memory.raised.assign(places, T(0));
  }
  if (state.has_adaptation) memory.adaptation.assign(places, T(0));
  memory.resumes.assign(places, 0);
  state.voltage = memory.voltage.data();
  state.ampa = memory.ampa.data();
  state.nmda = memory.nmda.data();
  state.gaba = memory.gaba.data();
  state.raised = memory.raised.data();
  state.adaptation = memory.adaptation.data();
  state.resumes = memory.resumes.data();
  history = {memory.history.first.data(), memory.history.sources.data(), -static_cast<std::ptrdiff_t>(most_delay)};
}

template <class T>
void RecurrentRun<T>::State::start_pathway(std::size_t projection, std::span<const double>& values) {
  const Projection& declared = network.projections[projection];
  const Synapses& synapses = trial.synapses[projection];
  const bool excitatory = network.populations[declared.from].transmitter == Transmitter::excitatory;
  NeuronMemory<T>& to = neuron_memory[declared.to];
  Pathway<T>& path = pathways[projection];
  path.delay = network.steps_in(declared.delay);
  path.from = declared.from;
  path.to = declared.to;
  path.sources = synapses.sources;
  path.first = synapses.first.data();
  path.counts = synapses.counts.data();
  path.targets = synapses.targets.data();
  path.conductance = excitatory ? to.ampa.data() : to.gaba.data();
  path.weight = static_cast<T>(synapses.weight);
  PathwayMemory<T>& memory = pathway_memory[projection];
  path.plastic = rules[projection].has_value();
  if (path.plastic || !synapses.weights.empty()) {
    memory.weights.resize(synapses.places());
    for (std::size_t s = 0; s < synapses.places(); ++s) memory.weights[s] = static_cast<T>(synapses.weight_at(s));
    path.weights = memory.weights.data();
  }
  if (path.plastic) start_learning(projection, values);
}

template <class T>
void RecurrentRun<T>::State::start_learning(std::size_t projection, std::span<const double>& values) {
  const rule::RuleSpace& space = *rules[projection];
  assert(is_linear(space));
  const LinearNumbers numbers = linear_numbers(space, values.first(space.parameters.size()), network.dt);
  values = values.subspan(space.parameters.size());
  Pathway<T>& path = pathways[projection];
  PathwayMemory<T>& memory = pathway_memory[projection];
  path.on_pre = static_cast<T>(numbers[0]);
  path.on_pre_trace = static_cast<T>(numbers[1]);
  path.on_post = static_cast<T>(numbers[2]);
  path.on_post_trace = static_cast<T>(numbers[3]);
  path.pre_step = numbers[4];
  path.post_step = numbers[5] > 0 ? 1 / numbers[5] : 1;
  path.pre_growth = path.post_growth = lowest_growth;
  path.w_min = static_cast<T>(space.events->w_min);
  path.w_max = static_cast<T>(space.events->w_max);
  for (T& w : memory.weights) w = std::clamp(w, path.w_min, path.w_max) + T(0);  // no -0
  path.stride = target_places(network.populations[network.projections[projection].to].size);
  memory.seen.assign(memory.weights.size(), 0);
  memory.pre_trace.assign(path.sources, T(0));
  memory.post_trace.assign(path.stride, T(0));
  memory.spikes.assign(path.stride, 0);
  memory.unseen.assign(path.stride, 0);
  memory.sums.assign(spike_sums * path.stride, T(0));
  path.seen = memory.seen.data();
  path.pre_trace = memory.pre_trace.data();
  path.post_trace = memory.post_trace.data();
  path.spikes = memory.spikes.data();
  path.unseen = memory.unseen.data();
  path.sums = memory.sums.data();
}

/// Sets `growth` back where it has become large.
template <class T>
void RecurrentRun<T>::State::rebase(Pathway<T>& path, PathwayMemory<T>& memory) {
  if (path.pre_growth > rebase_above) {
    catch_up_kernel<T>()(path);
    const T factor = static_cast<T>(lowest_growth / path.pre_growth);
    for (T& each : memory.pre_trace) each *= factor;
    path.pre_growth = lowest_growth;
  }
  if (path.post_growth > rebase_above) {
    const T factor = static_cast<T>(lowest_growth / path.post_growth);
    for (T& each : memory.post_trace) each *= factor;
    path.post_growth = lowest_growth;
  }
}

template <class T>
RecurrentRun<T>::RecurrentRun(const RecurrentNetwork& network, const ProjectionRules& rules,
                              std::span<const double> values, const RecurrentTrial& trial)
    : state_(std::make_unique<State>(State{.network = network, .rules = rules, .trial = trial})) {
  assert(rules.size() == network.projections.size() && trial.synapses.size() == rules.size());
  State& state = *state_;
  state.stretch_steps = std::max<std::size_t>(network.steps_in(stretch), 1);
  for (const Projection& each : network.projections)
    state.most_delay = std::max(state.most_delay, network.steps_in(each.delay));
  const std::size_t populations = network.populations.size();
  state.neuron_memory.resize(populations);
  state.neurons.resize(populations);
  state.histories.resize(populations);
  for (std::size_t p = 0; p < populations; ++p) state.start_neurons(p);
  state.pathway_memory.resize(rules.size());
  state.pathways.resize(rules.size());
  for (std::size_t c = 0; c < rules.size(); ++c) state.start_pathway(c, values);
}

template <class T>
RecurrentRun<T>::RecurrentRun(RecurrentRun&&) noexcept = default;
template <class T>
RecurrentRun<T>::~RecurrentRun() = default;

template <class T>
void RecurrentRun<T>::advance() {
  const base::FlushDenormals flush;
  State& state = *state_;
  for (std::size_t p = 0; p < state.neurons.size(); ++p) {
    if (state.neurons[p].size == 0) continue;
    state.neuron_memory[p].history.keep(state.most_delay + state.now - state.last, state.most_delay);
    state.histories[p].origin = static_cast<std::ptrdiff_t>(state.now) - static_cast<std::ptrdiff_t>(state.most_delay);
  }
  for (std::size_t c = 0; c < state.pathways.size(); ++c) {
    if (state.pathways[c].plastic) state.rebase(state.pathways[c], state.pathway_memory[c]);
  }
  state.last = state.now;
  state.now = std::min(state.now + state.stretch_steps, state.trial.steps);
  kernel<T>()({.begin = state.last,
               .end = state.now,
               .neurons = state.neurons.data(),
               .histories = state.histories.data(),
               .populations = state.neurons.size(),
               .pathways = state.pathways.data(),
               .pathway_count = state.pathways.size()});
}

template <class T>
std::size_t RecurrentRun<T>::now() const {
  return state_->now;
}

template <class T>
bool RecurrentRun<T>::finished() const {
  return state_->now == state_->trial.steps;
}

template <class T>
std::span<const std::uint16_t> RecurrentRun<T>::spikes(std::size_t population, std::size_t step) const {
  assert(step >= state_->last && step < state_->now && state_->neurons[population].size > 0);
  const History& history = state_->neuron_memory[population].history;
  const std::size_t at = step - state_->last + state_->most_delay;
  return std::span(history.sources).subspan(history.first[at], history.first[at + 1] - history.first[at]);
}

template <class T>
std::vector<double> RecurrentRun<T>::weights(std::size_t projection) {
  const base::FlushDenormals flush;
  Pathway<T>& path = state_->pathways[projection];
  assert(path.plastic);
  catch_up_kernel<T>()(path);
  const Synapses& synapses = state_->trial.synapses[projection];
  std::vector<double> result;
  result.reserve(synapses.count());
  synapses.for_each([&](std::size_t, std::size_t s) {
    result.push_back(static_cast<double>(std::clamp(path.weights[s], path.w_min, path.w_max)));
  });
  return result;
}

template <class T>
std::size_t RecurrentRun<T>::bytes() const {
  std::size_t sum = 0;
  for (const NeuronMemory<T>& each : state_->neuron_memory) {
    sum += bytes_of(each.voltage) + bytes_of(each.ampa) + bytes_of(each.nmda) + bytes_of(each.gaba) +
           bytes_of(each.raised) + bytes_of(each.adaptation) + bytes_of(each.resumes) + bytes_of(each.history.first) +
           bytes_of(each.history.sources);
  }
  for (const PathwayMemory<T>& each : state_->pathway_memory) {
    sum += bytes_of(each.weights) + bytes_of(each.pre_trace) + bytes_of(each.post_trace) + bytes_of(each.sums) +
           bytes_of(each.spikes) + bytes_of(each.seen) + bytes_of(each.unseen);
  }
  return sum;
}

template <class T>
RecurrentLife run_recurrent(const RecurrentNetwork& network, const ProjectionRules& rules,
                            std::span<const double> values, const RecurrentTrial& trial,
                            const std::optional<RateLimits>& limits, bool keep_spikes) {
  RecurrentRun<T> run(network, rules, values, trial);
  RecurrentLife life{.spikes = std::vector<SpikeTrains>(network.populations.size())};
  std::size_t limited = 0;
  while (limited < network.populations.size() && !network.populations[limited].neuron) ++limited;
  for (std::size_t p = 0; p < life.spikes.size(); ++p) {
    if (network.populations[p].neuron)
      life.spikes[p] = {.inputs = network.populations[p].size, .first = {0}, .sources = {}};
  }
  const RateLimits within = limits.value_or(RateLimits{});
  const double factor = base::exp(-network.dt.value / within.time_constant.value);
  double rate = within.initial.value;
  while (!run.finished() && life.ending == Ending::finished) {
    const std::size_t begin = run.now();
    run.advance();
    for (std::size_t t = begin; t < run.now(); ++t) {
      for (std::size_t p = 0; p < life.spikes.size(); ++p) {
        if (!network.populations[p].neuron) continue;
        const auto found = run.spikes(p, t);
        if (p == limited)
          rate = rate * factor + static_cast<double>(found.size()) /
                                     (within.time_constant.value * static_cast<double>(network.populations[p].size));
        if (!keep_spikes) continue;
        life.spikes[p].sources.insert(life.spikes[p].sources.end(), found.begin(), found.end());
        life.spikes[p].first.push_back(static_cast<std::uint32_t>(life.spikes[p].sources.size()));
      }
    }
    if (!limits) continue;
    if (rate < within.lowest.value) life.ending = Ending::silent;
    if (rate > within.highest.value) life.ending = Ending::blown_up;
  }
  life.end = run.now();
  for (std::size_t c = 0; c < rules.size(); ++c) {
    life.weights.push_back(rules[c] ? run.weights(c) : std::vector<double>{});
    const auto finite = [](double w) { return std::isfinite(w); };
    if (!std::all_of(life.weights[c].begin(), life.weights[c].end(), finite)) life.ending = Ending::not_finite;
  }
  return life;
}

#define CARVE_INSTANTIATE(T)                                                                                        \
  template class RecurrentRun<T>;                                                                                   \
  template RecurrentLife run_recurrent<T>(const RecurrentNetwork&, const ProjectionRules&, std::span<const double>, \
                                          const RecurrentTrial&, const std::optional<RateLimits>&, bool);
CARVE_INSTANTIATE(float)
CARVE_INSTANTIATE(double)
#undef CARVE_INSTANTIATE

}  // namespace carve::network
