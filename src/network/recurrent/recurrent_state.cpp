#include "carve/network/recurrent/recurrent_state.hpp"

#include <cassert>

#include "carve/base/scalar_math.hpp"
#include "carve/network/linear_rule.hpp"

namespace carve::network {
namespace {

template <class Value, class Allocator>
std::size_t bytes_of(const std::vector<Value, Allocator>& values) {
  return values.size() * sizeof(Value);
}

}  // namespace

template <class T>
RecurrentState<T>::RecurrentState(const RecurrentNetwork& declared, const ProjectionRules& projection_rules,
                                  std::span<const double> values, const RecurrentTrial& lived,
                                  std::size_t steps_at_once)
    : network(declared), rules(projection_rules), trial(lived), stretch_steps(steps_at_once) {
  assert(rules.size() == network.projections.size() && trial.synapses.size() == rules.size());
  for (const Projection& each : network.projections) kept_steps = std::max(kept_steps, network.steps_in(each.delay));
  for (const Population& each : network.populations) {
    if (each.neuron) kept_steps = std::max(kept_steps, network.steps_in(each.neuron->refractory));
  }
  const std::size_t populations = network.populations.size();
  neuron_memory.resize(populations);
  neurons.resize(populations);
  histories.resize(populations);
  for (std::size_t p = 0; p < populations; ++p) start_neurons(p);
  pathway_memory.resize(rules.size());
  pathways.resize(rules.size());
  for (std::size_t c = 0; c < rules.size(); ++c) start_pathway(c, values);
}

template <class T>
void RecurrentState<T>::start_neurons(std::size_t population) {
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
  const std::size_t steps = kept_steps + stretch_steps;
  const std::size_t refractory = network.steps_in(model.refractory);
  memory.history.first.assign(steps + 1, 0);
  memory.history.sources.resize((steps / std::max<std::size_t>(refractory, 1) + 1) * declared.size +
                                Synapses::row_unit);
  const auto relative = [&](base::Volts voltage) { return voltage.value - model.rest.value; };
  const auto start = [&](base::AlignedVector<T>& values) {
    values.assign(places, T(0));
    return values.data();
  };
  const auto decaying = [&](base::AlignedVector<T>& values, base::Seconds time) {
    return Decaying<T>{start(values), base::exp(network.dt.value / time.value), lowest_growth};
  };
  NeuronState<T>& state = neurons[population];
  state = {.size = declared.size,
           .has_nmda = model.nmda_share > 0 || model.threshold_jump.value != 0 || model.adaptation_jump != 0,
           .has_adaptation = model.adaptation_jump != 0,
           .share = network.dt.value / model.membrane.value,
           .excitation_reversal = relative(model.excitation_reversal),
           .inhibition_reversal = relative(model.inhibition_reversal),
           .adaptation_reversal = relative(model.adaptation_reversal),
           .ampa_share = 1 - model.nmda_share,
           .nmda_share = model.nmda_share,
           .nmda_gain = model.nmda_gain(network.dt),
           .nmda_decay = base::exp(-network.dt.value / model.nmda.value),
           .threshold_jump = model.threshold_jump.value,
           .adaptation_jump = model.adaptation_jump,
           .threshold = static_cast<T>(relative(model.threshold)),
           .reset = static_cast<T>(relative(model.reset)),
           .refractory = refractory,
           .voltage = start(memory.voltage),
           .ampa = decaying(memory.ampa, model.ampa),
           .gaba = decaying(memory.gaba, model.gaba)};
  if (state.has_nmda) {
    state.nmda = start(memory.nmda);
    state.raised = decaying(memory.raised, model.threshold_decay);
  }
  if (state.has_adaptation) state.adaptation = decaying(memory.adaptation, model.adaptation_decay);
  history = {memory.history.first.data(), memory.history.sources.data(), -static_cast<std::ptrdiff_t>(kept_steps)};
}

template <class T>
void RecurrentState<T>::start_pathway(std::size_t projection, std::span<const double>& values) {
  const Projection& declared = network.projections[projection];
  const Synapses& synapses = trial.synapses[projection];
  const bool excitatory = network.populations[declared.from].transmitter == Transmitter::excitatory;
  NeuronState<T>& to = neurons[declared.to];
  Pathway<T>& path = pathways[projection];
  path.delay = network.steps_in(declared.delay);
  path.from = declared.from;
  path.to = declared.to;
  path.sources = synapses.sources;
  path.first = synapses.first.data();
  path.counts = synapses.counts.data();
  path.targets = synapses.targets.data();
  path.conductance = excitatory ? &to.ampa : &to.gaba;
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
void RecurrentState<T>::start_learning(std::size_t projection, std::span<const double>& values) {
  const rule::RuleSpace& space = *rules[projection];
  const std::span<const double> own = values.first(space.parameters.size());
  values = values.subspan(space.parameters.size());
  Pathway<T>& path = pathways[projection];
  PathwayMemory<T>& memory = pathway_memory[projection];
  path.w_min = static_cast<T>(space.events->w_min);
  path.w_max = static_cast<T>(space.events->w_max);
  for (T& w : memory.weights) w = std::clamp(w, path.w_min, path.w_max) + T(0);  // no -0
  if (!is_linear(space)) {
    const Population& targets = network.populations[network.projections[projection].to];
    memory.weights.resize(memory.weights.size() + Synapses::row_unit);  // behind the last row, see Incoming
    path.weights = memory.weights.data();
    memory.eager = std::make_unique<EagerRule<T>>(space, own, network.dt, trial.synapses[projection], targets);
    path.eager = memory.eager->view();
    return;
  }
  const LinearNumbers numbers = linear_numbers(space, own, network.dt);
  path.on_pre = static_cast<T>(numbers[0]);
  path.on_pre_trace = static_cast<T>(numbers[1]);
  path.on_post = static_cast<T>(numbers[2]);
  path.on_post_trace = static_cast<T>(numbers[3]);
  path.target_count = target_places(network.populations[network.projections[projection].to].size);
  memory.seen.assign(memory.weights.size(), 0);
  memory.pre_trace.assign(path.sources, T(0));
  memory.records.assign(path.target_count * TargetRecord::size, T(0));
  memory.unseen.assign(path.target_count, 0);
  path.seen = memory.seen.data();
  path.pre_trace = {memory.pre_trace.data(), numbers[4], lowest_growth};
  path.post_trace = {memory.records.data(), numbers[5] > 0 ? 1 / numbers[5] : 1, lowest_growth};
  path.unseen = memory.unseen.data();
}

template <class T>
std::size_t RecurrentState<T>::bytes() const {
  std::size_t sum = 0;
  for (const NeuronMemory<T>& each : neuron_memory) {
    sum += bytes_of(each.voltage) + bytes_of(each.ampa) + bytes_of(each.nmda) + bytes_of(each.gaba) +
           bytes_of(each.raised) + bytes_of(each.adaptation) + bytes_of(each.history.first) +
           bytes_of(each.history.sources);
  }
  for (const PathwayMemory<T>& each : pathway_memory) {
    sum += bytes_of(each.weights) + bytes_of(each.pre_trace) + bytes_of(each.records) + bytes_of(each.seen) +
           bytes_of(each.unseen);
    if (each.eager) sum += each.eager->bytes();
  }
  return sum;
}

template struct RecurrentState<float>;
template struct RecurrentState<double>;

}  // namespace carve::network
