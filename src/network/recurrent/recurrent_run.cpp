#include "carve/network/recurrent/recurrent_run.hpp"

#include <algorithm>
#include <cassert>
#include <cmath>

#include "carve/base/denormals.hpp"
#include "carve/base/isa.hpp"
#include "carve/network/recurrent/recurrent_state.hpp"

namespace carve::network {
namespace {

template <class T>
constexpr base::PerIsa<RecurrentKernel<T>> kernel{scalar::run_recurrent, v3::run_recurrent, v4::run_recurrent};
template <class T>
constexpr base::PerIsa<CatchUpKernel<T>> catch_up_kernel{scalar::catch_up, v3::catch_up, v4::catch_up};

/// Sets `growth` back where it has become large.
template <class T>
void rebase(Decaying<T>& decaying, base::AlignedVector<T>& z, std::size_t apart = 1) {
  if (decaying.growth <= rebase_above) return;
  const T factor = static_cast<T>(lowest_growth / decaying.growth);
  for (std::size_t i = 0; i < z.size(); i += apart) z[i] *= factor;
  decaying.growth = lowest_growth;
}

template <class T>
void rebase(Pathway<T>& path, PathwayMemory<T>& memory) {
  if (path.eager) return memory.eager->rebase();
  if (path.pre_trace.growth > rebase_above) catch_up_kernel<T>()(path);
  rebase(path.pre_trace, memory.pre_trace);
  rebase(path.post_trace, memory.records, TargetRecord::size);
}

template <class T>
void rebase(NeuronState<T>& neurons, NeuronMemory<T>& memory) {
  rebase(neurons.ampa, memory.ampa);
  rebase(neurons.gaba, memory.gaba);
  rebase(neurons.raised, memory.raised);
  rebase(neurons.adaptation, memory.adaptation);
}

}  // namespace

template <class T>
RecurrentRun<T>::RecurrentRun(const RecurrentNetwork& network, const ProjectionRules& rules,
                              std::span<const double> values, const RecurrentTrial& trial)
    : state_(std::make_unique<RecurrentState<T>>(network, rules, values, trial,
                                                 std::max<std::size_t>(network.steps_in(stretch), 1))) {}

template <class T>
RecurrentRun<T>::RecurrentRun(RecurrentRun&&) noexcept = default;
template <class T>
RecurrentRun<T>::~RecurrentRun() = default;

template <class T>
void RecurrentRun<T>::advance() {
  const base::FlushDenormals flush;
  RecurrentState<T>& state = *state_;
  for (std::size_t p = 0; p < state.neurons.size(); ++p) {
    if (state.neurons[p].size == 0) continue;
    rebase(state.neurons[p], state.neuron_memory[p]);
    state.neuron_memory[p].history.keep(state.kept_steps + state.now - state.last, state.kept_steps);
    state.histories[p].origin = static_cast<std::ptrdiff_t>(state.now) - static_cast<std::ptrdiff_t>(state.kept_steps);
  }
  for (std::size_t c = 0; c < state.pathways.size(); ++c) {
    if (state.pathways[c].plastic) rebase(state.pathways[c], state.pathway_memory[c]);
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
void RecurrentRun<T>::learn(std::size_t projection, bool on) {
  const base::FlushDenormals flush;
  Pathway<T>& path = state_->pathways[projection];
  if (!path.plastic || path.learns == on) return;
  path.learns = on;
  if (on) return;
  if (!path.eager) catch_up_kernel<T>()(path);
  for (T& w : state_->pathway_memory[projection].weights) w = std::clamp(w, path.w_min, path.w_max);
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
  const std::size_t at = step - state_->last + state_->kept_steps;
  return std::span(history.sources).subspan(history.first[at], history.first[at + 1] - history.first[at]);
}

template <class T>
std::vector<double> RecurrentRun<T>::weights(std::size_t projection) {
  const base::FlushDenormals flush;
  Pathway<T>& path = state_->pathways[projection];
  assert(path.plastic);
  if (!path.eager) catch_up_kernel<T>()(path);
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
  return state_->bytes();
}

template <class T>
RecurrentLife run_recurrent(const RecurrentNetwork& network, const ProjectionRules& rules,
                            std::span<const double> values, const RecurrentTrial& trial) {
  RecurrentRun<T> run(network, rules, values, trial);
  RecurrentLife life{.spikes = std::vector<SpikeTrains>(network.populations.size())};
  for (std::size_t p = 0; p < life.spikes.size(); ++p) {
    if (network.populations[p].neuron)
      life.spikes[p] = {.inputs = network.populations[p].size, .first = {0}, .sources = {}};
  }
  while (!run.finished()) {
    const std::size_t begin = run.now();
    for (std::size_t c = 0; c < rules.size(); ++c) run.learn(c, trial.learns(c, begin));
    run.advance();
    for (std::size_t t = begin; t < run.now(); ++t) {
      for (std::size_t p = 0; p < life.spikes.size(); ++p) {
        if (!network.populations[p].neuron) continue;
        const auto found = run.spikes(p, t);
        life.spikes[p].sources.insert(life.spikes[p].sources.end(), found.begin(), found.end());
        life.spikes[p].first.push_back(static_cast<std::uint32_t>(life.spikes[p].sources.size()));
      }
    }
  }
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
                                          const RecurrentTrial&);
CARVE_INSTANTIATE(float)
CARVE_INSTANTIATE(double)
#undef CARVE_INSTANTIATE

}  // namespace carve::network
