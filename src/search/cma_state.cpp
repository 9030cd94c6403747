#include "carve/search/cma_state.hpp"

#include <algorithm>
#include <cmath>

#include "carve/base/bytes.hpp"

namespace carve::search {
namespace {

/// Name and version of the bytes.
constexpr std::string_view format_name = "carve cma-es 1";

/// The fields in the order of the bytes; `State` is const when written.
template <class State, class Visit>
void for_each_field(State& state, const Visit& visit) {
  auto& [generations, evaluations, run_evaluations, effort, restarts, plan, distribution, history, earlier_mean,
         earlier_loss, stopped] = state;
  visit(generations), visit(evaluations), visit(run_evaluations), visit(effort);
  visit(restarts.restarts), visit(restarts.doublings), visit(restarts.large_evaluations);
  visit(restarts.small_evaluations), visit(restarts.last_large), visit(restarts.in_small_run);
  visit(plan.population), visit(plan.sigma_factor), visit(plan.most_evaluations);
  visit(distribution.generation), visit(distribution.sigma), visit(distribution.forgotten), visit(distribution.mean);
  visit(distribution.p_sigma), visit(distribution.p_c), visit(distribution.covariance.values);
  visit(distribution.variances), visit(history.best), visit(history.median);
  visit(earlier_mean), visit(earlier_loss);
}

bool are_finite(const std::vector<double>& values) {
  return std::all_of(values.begin(), values.end(), [](double value) { return std::isfinite(value); });
}

bool is_sound(const CmaState& state, std::size_t dimension, Covariance covariance, std::uint64_t first_population) {
  const CmaDistribution& distribution = state.distribution;
  const bool full = covariance == Covariance::full;
  const std::size_t earlier = state.earlier_mean.size();
  return distribution.mean.size() == dimension && distribution.p_sigma.size() == dimension &&
         distribution.p_c.size() == dimension &&
         distribution.covariance.values.size() == (full ? dimension * (dimension + 1) / 2 : 0) &&
         distribution.variances.size() == (full ? 0 : dimension) && is_finite(distribution) &&
         (earlier == 0 || earlier == dimension) && are_finite(state.earlier_mean) &&
         state.history.best.size() == state.history.median.size() && std::isfinite(state.effort) && state.effort >= 1 &&
         state.restarts.doublings <= most_doublings && state.plan.population >= 2 &&
         state.plan.population <= first_population << state.restarts.doublings && state.stopped <= Stop::budget;
}

}  // namespace

bool is_finite(const CmaDistribution& distribution) {
  return std::isfinite(distribution.sigma) && distribution.sigma > 0 && are_finite(distribution.mean) &&
         are_finite(distribution.p_sigma) && are_finite(distribution.p_c) &&
         are_finite(distribution.covariance.values) && are_finite(distribution.variances);
}

std::string write_state(const CmaState& state, std::uint64_t owner) {
  base::ByteWriter writer;
  writer.put(format_name).put(owner);
  for_each_field(state, [&](const auto& field) { writer.put(field); });
  writer.put(static_cast<std::uint64_t>(state.stopped));
  return std::move(writer).sealed();
}

std::optional<CmaState> read_state(std::string_view bytes, std::uint64_t owner, std::size_t dimension,
                                   Covariance covariance, std::uint64_t first_population) {
  base::ByteReader reader(bytes);
  std::string name;
  std::uint64_t of = 0, stopped = 0;
  if (!reader.get(name) || name != format_name || !reader.get(of) || of != owner) return std::nullopt;
  CmaState state;
  for_each_field(state, [&](auto& field) { reader.get(field); });
  reader.get(stopped);
  if (!reader.finished()) return std::nullopt;
  state.stopped = static_cast<Stop>(stopped);
  state.distribution.covariance.size = covariance == Covariance::full ? dimension : 0;
  if (!is_sound(state, dimension, covariance, first_population)) return std::nullopt;
  return state;
}

}  // namespace carve::search
