// carve bench: how fast the engine is here, as shares of this machine's peak and ratios of times of the same run.
#include <cstdio>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "carve/app/bench/benchmarks.hpp"
#include "carve/app/commands.hpp"
#include "carve/base/isa.hpp"
#include "carve/base/version.hpp"

namespace carve::app {
namespace {

std::string machine() {
  const base::Version version = base::version();
  return fmt::format("{}, {} kernels, {}, {}", base::cpu_name(), base::name_of(base::isa()), version.compiler,
                     version.build);
}

nlohmann::ordered_json to_json(const Benchmark& benchmark, const Figure& figure) {
  nlohmann::ordered_json json{{"name", benchmark.name},
                              {"value", figure.value.median},
                              {"min", figure.value.least},
                              {"max", figure.value.most},
                              {"unit", figure.unit}};
  const auto put = [&](const std::string& name, const std::string& prefix, const std::optional<Spread>& spread) {
    if (!spread) {
      json[name] = nullptr;
      return;
    }
    json[name] = spread->median;
    json[prefix + "_min"] = spread->least;
    json[prefix + "_max"] = spread->most;
  };
  put("share_of_peak", "share", figure.share_of_peak);
  put("ratio", "ratio", figure.ratio);
  json["to"] = figure.to.empty() ? nlohmann::ordered_json() : nlohmann::ordered_json(figure.to);
  json["error"] = figure.error ? nlohmann::ordered_json(*figure.error) : nlohmann::ordered_json();
  return json;
}

/// "9.3 G" of 9.3e9.
std::string with_prefix(double value) {
  if (value >= 1e9) return fmt::format("{:.2f} G", value * 1e-9);
  if (value >= 1e6) return fmt::format("{:.1f} M", value * 1e-6);
  return fmt::format("{:.3g} ", value);
}

std::string share_text(const Spread& share) {
  return fmt::format("{:.1f} % of peak [{:.1f} to {:.1f}]", 100 * share.median, 100 * share.least, 100 * share.most);
}

std::string ratio_text(const Spread& ratio) {
  return fmt::format("x {:.3g} [{:.3g} to {:.3g}]", ratio.median, ratio.least, ratio.most);
}

void print(const Benchmark& benchmark, const Figure& figure) {
  std::string line = fmt::format("{:<24}{:>9}{:<10}", benchmark.name, with_prefix(figure.value.median), figure.unit);
  if (figure.share_of_peak) line += "  " + share_text(*figure.share_of_peak);
  if (figure.ratio) line += fmt::format("  {} to {}", ratio_text(*figure.ratio), figure.to);
  if (figure.error) line += fmt::format("  error {:.1e} ({})", *figure.error, figure.error_of);
  fmt::print("{}\n", line);
  std::fflush(stdout);
}

}  // namespace

int bench(const BenchArguments& arguments) {
  std::vector<Benchmark> chosen;
  std::string names;
  for (const Benchmark& each : benchmarks()) {
    names += fmt::format("\n  {:<24}{}", each.name, each.brief);
    if (each.name.find(arguments.only) != std::string::npos) chosen.push_back(each);
  }
  if (chosen.empty()) {
    fmt::print(stderr, "error: no benchmark's name contains '{}'; there are{}\n", arguments.only, names);
    return user_error;
  }
  nlohmann::ordered_json json{{"machine", machine()}, {"benchmarks", nlohmann::ordered_json::array()}};
  if (!arguments.json) fmt::print("{}\n", machine());
  for (const Benchmark& benchmark : chosen) {
    if (benchmark.possible && !benchmark.possible()) {
      fmt::print(stderr, "{}: not on this machine\n", benchmark.name);
      continue;
    }
    const Figure figure = benchmark.run();
    if (arguments.json) json["benchmarks"].push_back(to_json(benchmark, figure));
    else print(benchmark, figure);
  }
  if (arguments.json) fmt::print("{}\n", json.dump(2));
  return fine;
}

}  // namespace carve::app
