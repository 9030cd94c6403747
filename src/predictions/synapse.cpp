#include "carve/predictions/synapse.hpp"

#include <cassert>

#include "carve/base/scalar_math.hpp"
#include "carve/rule/substitute.hpp"

namespace carve::predictions {
namespace {

std::size_t place(rule::Side side) { return side == rule::Side::pre ? 0 : 1; }

}  // namespace

Synapse::Synapse(const rule::Rule& rule, double w) {
  assert(rule.space.events && !rule.space.events->state());
  const rule::EventRule& events = *rule.space.events;
  std::map<std::string, rule::Expression, std::less<>> numbers;
  for (std::size_t i = 0; i < rule.values.size(); ++i)
    numbers.emplace(rule.space.parameters[i].name, rule::Expression::number(rule.values[i]));
  std::vector<rule::Input> inputs{{"w", rule::Level::synapse}};
  for (const rule::Trace& each : events.traces) {
    inputs.push_back({each.name, rule::Level::synapse});
    traces_.push_back({each.side, rule.values[each.time_constant]});
  }
  programs_[0] = rule::compile<double>(substitute(events.on_pre, numbers), inputs);
  programs_[1] = rule::compile<double>(substitute(events.on_post, numbers), inputs);
  values_.assign(inputs.size(), 0.0);
  set_weight(w);
}

void Synapse::go_to(double time) {
  for (std::size_t i = 0; i < traces_.size(); ++i) values_[i + 1] *= base::exp((now_ - time) / traces_[i].tau);
  now_ = time;
}

double Synapse::change(rule::Side side) {
  double result = 0;
  rule::run<double>(programs_[place(side)], values_, registers_[place(side)], std::span(&result, 1));
  return result;
}

void Synapse::jump(rule::Side side) {
  for (std::size_t i = 0; i < traces_.size(); ++i) {
    if (traces_[i].side == side) values_[i + 1] += 1;
  }
}

}  // namespace carve::predictions
