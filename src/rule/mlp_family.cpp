// Rules that are a small multilayer perceptron with fixed random layers and trained heads (Confavreux et al. 2025).
#include <algorithm>
#include <cmath>

#include <fmt/format.h>

#include "carve/base/random.hpp"
#include "carve/base/schema.hpp"
#include "carve/rule/event_family.hpp"
#include "carve/rule/formula_family.hpp"
#include "carve/rule/parse.hpp"
#include "carve/rule/perceptron.hpp"

namespace carve::rule {
namespace {

constexpr std::array<const char*, Perceptron::inputs> pre_inputs{"slow_pre", "x_post", "w", "V", "C_E", "C_I"};
constexpr std::array<const char*, Perceptron::inputs> post_inputs{"x_pre", "slow_post", "w", "V", "C_E", "C_I"};

/// eta*(PRE_0 + PRE_1*h_1 + ...)
std::string head(const std::string& event) {
  std::string text = "eta*(" + event + "_0";
  for (std::size_t k = 1; k <= Perceptron::features; ++k) text += fmt::format(" + {0}_{1}*h_{1}", event, k);
  return text + ")";
}

/// A formula in all names that the event reads, whose place the perceptron takes once they are known.
std::string stand_in(const std::string& event, const std::array<const char*, Perceptron::inputs>& inputs) {
  std::string text = "eta*(" + event + "_0";
  for (std::size_t k = 1; k <= Perceptron::features; ++k) text += fmt::format(" + {}_{}", event, k);
  for (const char* each : inputs) text += std::string(" + ") + each;
  return text + ")";
}

const FormulaFamily& formulas() {
  static const FormulaFamily family =
      state_family("mlp", stand_in("pre", pre_inputs), stand_in("post", post_inputs), "10 ms");
  return family;
}

Expression sigmoid(const Expression& z) {
  const Expression one = Expression::number(1);
  return one / (one + Expression::make(Operation::exp, {-z}));
}

/// Sum of weights[i] * terms[i].
Expression weighted(const double* weights, const std::vector<Expression>& terms) {
  std::optional<Expression> sum;
  for (std::size_t i = 0; i < terms.size(); ++i) {
    const Expression term = Expression::number(weights[i]) * terms[i];
    sum = sum ? *sum + term : term;
  }
  return *sum;
}

/// The whole formula of an event: features in place of h_1, h_2, ...
Expression formula(const Perceptron& perceptron, const std::string& event,
                   const std::array<const char*, Perceptron::inputs>& inputs) {
  std::vector<Expression> scaled, units;
  for (std::size_t k = 0; k < inputs.size(); ++k)
    scaled.push_back(Expression::number(Perceptron::scales[k]) * Expression::name(inputs[k]));
  for (std::size_t u = 0; u < perceptron.units; ++u)
    units.push_back(sigmoid(weighted(&perceptron.hidden[u * inputs.size()], scaled)));
  Expression sum = Expression::name(event + "_0");
  for (std::size_t k = 0; k < Perceptron::features; ++k)
    sum = sum + Expression::name(fmt::format("{}_{}", event, k + 1)) *
                    sigmoid(weighted(&perceptron.output[k * perceptron.units], units));
  return Expression::name("eta") * sum;
}

template <class List>
std::size_t index_of(const List& list, const std::string& name) {
  const auto found = std::find_if(list.begin(), list.end(), [&](const auto& each) { return each.name == name; });
  return static_cast<std::size_t>(found - list.begin());
}

Perceptron::Event event_of(const RuleSpace& space, const std::string& event,
                           const std::array<const char*, Perceptron::inputs>& inputs) {
  Perceptron::Event result;
  std::size_t next = 0;
  for (const char* each : inputs) {
    if (std::string_view(each) != "w") result.traces[next++] = index_of(space.events->traces, each);
  }
  for (std::size_t k = 0; k < result.heads.size(); ++k)
    result.heads[k] = index_of(space.parameters, fmt::format("{}_{}", event, k));
  base::Diagnostics none;
  result.sum = parse(head(event), {}, none).value_or(Expression());
  return result;
}

/// Takes a whole number out of the table.
bool take(base::Table& table, const std::string& key, const base::Range& range, std::int64_t& number,
          base::Diagnostics& diagnostics) {
  const base::Value* value = table.find(key);
  if (!value) return true;
  const bool read = base::read_value(*value, range, number, diagnostics);
  std::erase_if(table.entries, [&](const base::Entry& each) { return each.key == key; });
  return read;
}

constexpr std::int64_t most_units = 200;
constexpr std::int64_t usual_units = 50;

std::unique_ptr<RuleSpace> make(const base::Table& table, const base::Span& place, const FamilyContext& context,
                                base::Table& resolved, base::Diagnostics& diagnostics) {
  base::Table others = table;
  std::int64_t units = usual_units, seed = 1;
  const bool known = take(others, "units", base::between(1, most_units), units, diagnostics);
  if (!take(others, "seed", base::at_least(0), seed, diagnostics) || !known) return nullptr;
  auto space = read_formula_family(formulas(), others, place, context, resolved, diagnostics);
  if (!space) return nullptr;
  resolved.set("units", base::write_value(units));
  resolved.set("seed", base::write_value(seed));
  auto perceptron =
      std::make_shared<Perceptron>(Perceptron::draw(static_cast<std::size_t>(units), static_cast<std::uint64_t>(seed)));
  perceptron->seed = static_cast<std::uint64_t>(seed);
  perceptron->eta = *space->eta_parameter;
  perceptron->on_pre = event_of(*space, "pre", pre_inputs);
  perceptron->on_post = event_of(*space, "post", post_inputs);
  EventRule& events = *space->events;
  events.on_pre = formula(*perceptron, "pre", pre_inputs);
  events.on_post = formula(*perceptron, "post", post_inputs);
  events.perceptron = std::move(perceptron);
  events.pre_polynomial.reset();
  events.post_polynomial.reset();
  space->coefficient_program = {};
  return space;
}

std::vector<base::FieldInfo> fields() {
  std::vector<base::FieldInfo> list;
  for (const char* event : {"pre", "post"}) {
    for (std::size_t k = 0; k <= Perceptron::features; ++k)
      list.push_back(searched_number(
          fmt::format("{}_{}", event, k),
          fmt::format("at a {}synaptic spike: {}", event, k == 0 ? "the constant" : fmt::format("of feature {}", k))));
  }
  list.push_back({.name = "units",
                  .brief = "sigmoids of the hidden layer",
                  .type = "integer",
                  .range = base::between(1, most_units).text(),
                  .fallback = fmt::to_string(usual_units)});
  list.push_back({.name = "seed",
                  .brief = "draws the fixed layers; rules with the same seed share them",
                  .type = "integer",
                  .range = base::at_least(0).text(),
                  .fallback = "1"});
  list.push_back(time_constant("tau_pre", "of the presynaptic trace at postsynaptic spikes", "\"10 ms\""));
  list.push_back(time_constant("tau_post", "of the postsynaptic trace at presynaptic spikes", "\"10 ms\""));
  list.push_back(time_constant("tau_slow_pre", "of the presynaptic trace at presynaptic spikes", "\"100 ms\""));
  list.push_back(time_constant("tau_slow_post", "of the postsynaptic trace at postsynaptic spikes", "\"100 ms\""));
  for (base::FieldInfo& each : state_time_constants()) list.push_back(std::move(each));
  return with_usual_fields(std::move(list));
}

/// Uniform within +-1/sqrt(inputs).
std::vector<double> layer(std::uint64_t seed, std::uint32_t which, std::size_t outputs, std::size_t inputs) {
  std::vector<double> weights(outputs * inputs);
  base::fill_uniform({seed, base::Purpose::fixed_layers, 0, which}, std::span<double>(weights));
  const double range = 1 / std::sqrt(static_cast<double>(inputs));
  for (double& each : weights) each = range * (2 * each - 1);
  return weights;
}

}  // namespace

Perceptron Perceptron::draw(std::size_t units, std::uint64_t seed) {
  Perceptron result;
  result.units = units;
  result.hidden = layer(seed, 0, units, inputs);
  result.output = layer(seed, 1, features, units);
  return result;
}

const Family mlp_family{
    .name = "mlp",
    .brief =
        "At each spike a trained sum of four fixed random features of w, V, C_E, C_I and two traces, the outputs of "
        "a two-layer perceptron; in networks only.",
    .cite = "confavreux2025",
    .sample = "family = \"mlp\"\neta = 0.01\npre_1 = { init = 0, lower = -1, upper = 1 }\nw_max = 20",
    .fields = fields(),
    .make = make};

}  // namespace carve::rule
