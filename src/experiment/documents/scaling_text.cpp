#include "carve/experiment/documents/scaling_text.hpp"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

namespace carve::experiment {

std::string duration_text(double seconds) {
  struct Unit {
    double limit, scale;
    const char* name;
  };
  constexpr double minute = 60, hour = 3600, day = 86400;
  for (const Unit& each : {Unit{1e-3, 1e6, "us"}, Unit{1, 1e3, "ms"}, Unit{2 * minute, 1, "s"},
                           Unit{2 * hour, 1 / minute, "min"}, Unit{2 * day, 1 / hour, "h"}}) {
    if (seconds < each.limit) return fmt::format("{:.3g} {}", seconds * each.scale, each.name);
  }
  return fmt::format("{:.3g} days", seconds / day);
}

std::string lifetimes_text(const evaluate::Workload& work) {
  const evaluate::PieceSample& sample = work.sample;
  return fmt::format(
      "{} pieces of work a generation ({} blocks of candidates x {} trials); {} of them timed:\n"
      "  {} on average, {} at most; spread {:.0f} % (between blocks {:.0f} %, between trials {:.0f} %)\n"
      "  making a trial takes {}, the search {} a generation\n",
      work.blocks * work.trials, work.blocks, work.trials, sample.seconds.size(), duration_text(sample.mean()),
      duration_text(sample.longest()), 100 * sample.spread(), 100 * sample.spread_of_blocks(),
      100 * sample.spread_of_trials(), duration_text(work.making), duration_text(work.serial));
}

std::string scaling_table(std::span<const evaluate::Prediction> predictions) {
  std::string text = fmt::format("{:>17}  {:>12}  {:>12}  {:>10}  {:>10}  {:>10}\n", "ranks x threads", "a generation",
                                 "the search", "its answer", "core hours", "efficiency");
  for (const evaluate::Prediction& each : predictions) {
    text += fmt::format("{:>17}  {:>12}  {:>12}  {:>10}  {:>10.3g}  {:>8.0f} %\n",
                        fmt::format("{} x {}", each.ranks, each.threads), duration_text(each.generation),
                        duration_text(each.search), duration_text(each.answer), each.core_hours, 100 * each.efficiency);
  }
  return text;
}

std::string scaling_json(const evaluate::Workload& work, const evaluate::Interconnect& network,
                         std::span<const evaluate::Prediction> predictions, const std::string& breaks) {
  nlohmann::ordered_json json;
  json["pieces"] = {{"blocks", work.blocks},
                    {"trials", work.trials},
                    {"timed", work.sample.seconds},
                    {"mean", work.sample.mean()},
                    {"longest", work.sample.longest()},
                    {"spread", work.sample.spread()},
                    {"spread_of_blocks", work.sample.spread_of_blocks()},
                    {"spread_of_trials", work.sample.spread_of_trials()},
                    {"making_a_trial", work.making},
                    {"search", work.serial}};
  json["messages"] = {{"latency", network.latency}, {"bandwidth", network.bandwidth}};
  json["ranks"] = nlohmann::json::array();
  for (const evaluate::Prediction& each : predictions) {
    json["ranks"].push_back({{"ranks", each.ranks},
                             {"threads", each.threads},
                             {"generation", each.generation},
                             {"search", each.search},
                             {"answer", each.answer},
                             {"core_hours", each.core_hours},
                             {"efficiency", each.efficiency},
                             {"parts",
                              {{"even", each.even},
                               {"uneven", each.uneven},
                               {"search", each.serial},
                               {"messages", each.messages},
                               {"making_trials", each.making}}}});
  }
  json["breaks"] = breaks;
  const std::string text = json.dump();
  return ", " + text.substr(1, text.size() - 2);
}

}  // namespace carve::experiment
