// carve check: is the file right, and what would it cost, here and on many ranks?
#include <algorithm>

#include <fmt/format.h>

#include "carve/app/commands.hpp"
#include "carve/app/load.hpp"
#include "carve/app/ranks.hpp"
#include "carve/evaluate/interconnect.hpp"
#include "carve/experiment/cost.hpp"
#include "carve/experiment/documents/scaling_text.hpp"

namespace carve::app {
namespace {

constexpr double quick = 5, thorough = 15;  // s, of timing lifetimes

/// What messages take: as measured between these ranks, or as the command line says.
evaluate::Interconnect interconnect(const CheckArguments& arguments, evaluate::Ranks* ranks) {
  evaluate::Interconnect network;
  if (ranks) network = evaluate::measure_interconnect(*ranks);
  if (arguments.latency > 0) network.latency = 1e-6 * arguments.latency;
  if (arguments.bandwidth > 0) network.bandwidth = 1e6 * arguments.bandwidth;
  return network;
}

std::string network_text(const CheckArguments& arguments, const evaluate::Interconnect& network, bool measured) {
  const bool given = arguments.latency > 0 || arguments.bandwidth > 0;
  return fmt::format("messages: {:.3g} us, {:.3g} MB/s ({})\n", 1e6 * network.latency, 1e-6 * network.bandwidth,
                     given      ? "as given"
                     : measured ? "measured between these ranks"
                                : "assumed: --latency, --bandwidth, or mpirun -n 2 carve check");
}

int check_on(const CheckArguments& arguments, evaluate::Ranks* ranks) {
  const evaluate::Interconnect network = interconnect(arguments, ranks);
  if (ranks && !ranks->leads()) return fine;
  const auto experiment = load_experiment(arguments.file, arguments.changes);
  if (!experiment) return user_error;
  const std::size_t searched = rule::search_coordinates(experiment->rules).initial.size();
  const experiment::Cost cost = experiment::measure_cost(*experiment, arguments.ranks.empty() ? quick : thorough);
  const auto here = static_cast<std::size_t>(evaluate::Workers().threads());
  const auto threads = arguments.threads > 0 ? static_cast<std::size_t>(arguments.threads) : here;
  const double seconds = evaluate::predict_time(cost.work, network, 1, here).search;
  std::vector<evaluate::Prediction> predictions;
  for (const int each : arguments.ranks)
    predictions.push_back(evaluate::predict_time(cost.work, network, static_cast<std::size_t>(each), threads));
  const std::string breaks = predictions.empty() ? "" : evaluate::where_it_breaks(cost.work, network, threads);
  if (arguments.json) {
    fmt::print(
        "{{\"searched\": {}, \"population\": {}, \"generations\": {}, \"simulations\": {:.0f}, \"seconds\": {:.3g}, "
        "\"megabytes\": {:.3g}{}}}\n",
        searched, cost.population, experiment->generations, cost.simulations, seconds, cost.megabytes,
        predictions.empty() ? "" : experiment::scaling_json(cost.work, network, predictions, breaks));
    return fine;
  }
  fmt::print("{}: fine\n", arguments.file);
  fmt::print("{} parameters searched; {} generations of {} candidates x {} trials x {} steps\n", searched,
             experiment->generations, cost.population, experiment->trials.count, experiment->trials.steps);
  fmt::print("about {:.3g} simulations, {:.2g} s on this machine, {:.2g} MB of trials in memory\n", cost.simulations,
             seconds, cost.megabytes);
  if (predictions.empty()) return fine;
  fmt::print("\n{}{}\n{}\n{}\n", experiment::lifetimes_text(cost.work),
             network_text(arguments, network, ranks != nullptr), experiment::scaling_table(predictions), breaks);
  return fine;
}

}  // namespace

int check(const CheckArguments& arguments) {
  return with_ranks({}, [&](evaluate::Ranks* ranks) { return check_on(arguments, ranks); });
}

}  // namespace carve::app
