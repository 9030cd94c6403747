// What `carve show` prints for people.
#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "carve/experiment/documents/json.hpp"
#include "carve/experiment/documents/summary.hpp"

namespace carve::experiment {
namespace {

std::string text_for_people(const Json& run) {
  std::string text =
      fmt::format("{}: {}, seed {}, {} generations, {} evaluations, {:.3g} s\n",
                  run["experiment"]["name"].get<std::string>(), run["status"].get<std::string>(), run["seed"].dump(),
                  run["generations"].dump(), run["evaluations"].dump(), run["seconds"].get<double>());
  for (const auto& [name, rule] : run["rules"].items()) {
    text += fmt::format("{}: {}\n", name, rule["formula"].get<std::string>());
  }
  const auto line = [&](const std::string& name, const Json& loss) {
    text += fmt::format("  {:<34} {:.4g} +- {:.2g}", name, as_number(loss["mean"]), as_number(loss["error"]));
    if (loss.contains("difference")) {
      text += fmt::format("   found minus this: {:+.2g} +- {:.1g}", as_number(loss["difference"]["mean"]),
                          as_number(loss["difference"]["error"]));
    }
    text += '\n';
  };
  const Json& loss = run["loss"];
  if (!loss.contains("validation")) return text + "not confirmed on fresh trials yet\n";
  text += fmt::format("loss on {} fresh trials\n", loss["validation"]["trials"].dump());
  line("found", loss["validation"]);
  if (loss.contains("reference")) line(loss["reference"]["name"], loss["reference"]);
  for (const Json& each : loss["comparisons"]) line(each["name"], each);
  if (!run.contains("metrics")) return text;
  for (const auto& [name, metric] : run["metrics"].items()) {
    text += fmt::format("{:<36} {:.4g} +- {:.2g}, worst {:.4g}", name, as_number(metric["mean"]),
                        as_number(metric["error"]), as_number(metric["worst"]));
    if (metric.contains("reference")) {
      text += fmt::format("   {}: {:.4g}, worst {:.4g}", loss["reference"]["name"].get<std::string>(),
                          as_number(metric["reference"]["mean"]), as_number(metric["reference"]["worst"]));
    }
    text += '\n';
  }
  return text;
}

}  // namespace

std::string show_text(const std::string& folder) {
  return from_record(folder, [&] { return text_for_people(Json::parse(show_document(folder))); });
}

}  // namespace carve::experiment
