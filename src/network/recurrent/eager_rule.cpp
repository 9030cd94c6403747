#include "carve/network/recurrent/eager_rule.hpp"

#include <algorithm>
#include <cmath>

#include "carve/base/scalar_math.hpp"
#include "carve/network/compiled_rule.hpp"
#include "carve/network/recurrent/recurrent_state.hpp"
#include "carve/rule/event_family.hpp"

namespace carve::network {

template <class T>
EagerRule<T>::EagerRule(const rule::RuleSpace& space, std::span<const double> values, base::Seconds dt,
                        const Synapses& synapses, const Population& targets) {
  for (const rule::Trace& each : space.events->traces)
    add_variable(each, {values[each.time_constant]}, dt, each.side == rule::Side::pre ? synapses.sources : targets.size,
                 *targets.neuron);
  view_.follows_states = space.events->state();
  view_.variables = variables_.data();
  view_.variable_count = variables_.size();
  compile(space, values, rule::Side::pre);
  if (!(space.events->on_post == rule::Expression())) {
    compile(space, values, rule::Side::post);
    const Incoming& incoming = synapses.incoming(targets.size);
    view_.first = incoming.first.data();
    view_.places = incoming.places.data();
    view_.sources = incoming.sources.data();
  }
  view_.scratch = scratch_.data();
  view_.perceptron_scratch = perceptron_scratch_.data();
}

template <class T>
void EagerRule<T>::add_variable(const rule::Trace& trace, base::Seconds time_constant, base::Seconds dt,
                                std::size_t neurons, const NeuronModel& targets) {
  using rule::Signal;
  const bool spikes = trace.signal == Signal::spikes;
  const double rest = targets.rest.value;
  const double step = dt.value / time_constant.value;
  const double level = trace.signal == Signal::voltage      ? rest
                       : trace.signal == Signal::excitation ? targets.excitation_reversal.value - rest
                                                            : targets.inhibition_reversal.value - rest;
  memory_.emplace_back(target_places(neurons), trace.signal == Signal::voltage ? static_cast<T>(rest) : T(0));
  variables_.push_back({.side = trace.side,
                        .values = memory_.back().data(),
                        .growth = spikes ? lowest_growth : 1,
                        .step = spikes ? base::exp(step) : 1,
                        .signal = trace.signal,
                        .share = static_cast<T>(1 - base::exp(-step)),
                        .level = static_cast<T>(level)});
}

template <class T>
void EagerRule<T>::compile(const rule::RuleSpace& space, std::span<const double> values, rule::Side side) {
  const bool pre = side == rule::Side::pre;
  const rule::Expression& formula = pre ? space.events->on_pre : space.events->on_post;
  Event& event = events_[static_cast<std::size_t>(side)];
  const rule::Perceptron* const perceptron = space.events->perceptron.get();
  event.program = rule::compile<T>(perceptron ? rule::Expression() : formula, rule::event_inputs(space, side));
  if (perceptron) fold(*perceptron, values, side);
  event.registers.resize(event.program.first_temporary(rule::Level::step) * eager_copies);
  for (std::size_t copy = 0; copy < eager_copies; ++copy)
    fill_registers(event.program, values, copy, eager_copies, event.registers.data());
  const std::vector<rule::Expression> names = rule::names(formula);
  const auto reads = [&](const std::string& name) {
    return std::any_of(names.begin(), names.end(), [&](const rule::Expression& each) { return each.name() == name; });
  };
  for (std::uint32_t k = 0; k < variables_.size(); ++k) {
    if (reads(space.events->traces[k].name)) event.used.push_back(k);
  }
  const EventProgram<T> view{.program = &event.program,
                             .registers = event.registers.data(),
                             .used = event.used.data(),
                             .used_count = event.used.size(),
                             .weight = event.program.first_input() + static_cast<std::uint32_t>(values.size()),
                             .reads_weight = reads("w"),
                             .perceptron = perceptron ? &event.perceptron : nullptr};
  (pre ? view_.on_pre : view_.on_post) = view;
  scratch_.resize(std::max(scratch_.size(), eager_scratch(event.program, variables_.size())));
}

/// PerceptronEvent says what is folded into what.
template <class T>
void EagerRule<T>::fold(const rule::Perceptron& perceptron, std::span<const double> values, rule::Side side) {
  using Folded = PerceptronEvent<T>;
  constexpr std::array<std::size_t, Folded::inputs> order{2, 0, 1, 3, 4, 5};  // w first
  const rule::Perceptron::Event& from = side == rule::Side::pre ? perceptron.on_pre : perceptron.on_post;
  Event& event = events_[static_cast<std::size_t>(side)];
  Folded& to = event.perceptron;
  const double eta = values[perceptron.eta];
  to.units = (perceptron.units + 3) / 4 * 4;
  event.weights.assign(to.units * Folded::row, T(0));
  to.weights = event.weights.data();
  std::array<double, Folded::features> feature_base{};
  double base = values[from.heads[0]];
  for (std::size_t u = 0; u < perceptron.units; ++u) {
    T* const row = to.weights + u * Folded::row;
    for (std::size_t k = 0; k < order.size(); ++k)
      row[k] = static_cast<T>(perceptron.hidden[u * order.size() + order[k]] * rule::Perceptron::scales[order[k]] / 2);
    for (std::size_t k = 0; k < feature_base.size(); ++k) {
      const double quarter = perceptron.output[k * perceptron.units + u] / 4;
      row[order.size() + k] = static_cast<T>(quarter);
      feature_base[k] += quarter;
    }
  }
  for (std::size_t k = 0; k < feature_base.size(); ++k) {
    const double half = values[from.heads[k + 1]] / 2;
    to.feature_base[k] = static_cast<T>(feature_base[k]);
    to.heads[k] = static_cast<T>(eta * half);
    base += half;
  }
  to.base = static_cast<T>(eta * base);
  for (std::size_t u = 0; u < to.units; ++u) {
    for (std::size_t k = 0; k < order.size(); ++k)
      to.largest[k] = std::max(to.largest[k], std::abs(to.weights[u * Folded::row + k]));
  }
  to.variables = from.traces;
  perceptron_scratch_.resize(eager_chunk + to.units);
}

template <class T>
void EagerRule<T>::rebase() {
  for (std::size_t k = 0; k < variables_.size(); ++k) {
    if (variables_[k].growth <= rebase_above) continue;
    const T factor = static_cast<T>(lowest_growth / variables_[k].growth);
    for (T& each : memory_[k]) each *= factor;
    variables_[k].growth = lowest_growth;
  }
}

template <class T>
std::size_t EagerRule<T>::bytes() const {
  std::size_t numbers = scratch_.size() + events_[0].registers.size() + events_[1].registers.size();
  for (const auto& each : memory_) numbers += each.size();
  numbers += perceptron_scratch_.size() + events_[0].weights.size() + events_[1].weights.size();
  return numbers * sizeof(T);
}

template class EagerRule<float>;
template class EagerRule<double>;

}  // namespace carve::network
