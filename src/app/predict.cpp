// carve predict: what a physiologist would measure of a synapse that follows a rule.
#include <filesystem>
#include <sstream>

#include <fmt/format.h>

#include "carve/app/commands.hpp"
#include "carve/app/load.hpp"
#include "carve/base/error.hpp"
#include "carve/base/units.hpp"
#include "carve/experiment/record/files.hpp"
#include "carve/experiment/record/starts.hpp"
#include "carve/experiment/rules/rule_file.hpp"
#include "carve/predictions/prediction.hpp"
#include "carve/report/page.hpp"

namespace carve::app {
namespace {

namespace fs = std::filesystem;

/// The rules of one candidate under its label, apart from each other where there are several.
void add(std::vector<predictions::Labelled>& all, const std::string& label, std::vector<rule::Rule> rules) {
  const bool several = rules.size() > 1;
  for (rule::Rule& each : rules) {
    std::string own = several ? (label.empty() ? "" : label + " ") + each.space.name : label;
    all.push_back({std::move(own), std::move(each)});
  }
}

std::optional<std::vector<predictions::Labelled>> rules_of(const PredictArguments& arguments,
                                                           base::Diagnostics& diagnostics) {
  std::vector<predictions::Labelled> all;
  const auto chosen = [&](std::vector<rule::Rule> rules) {
    if (!arguments.connection.empty())
      std::erase_if(rules, [&](const rule::Rule& each) { return each.space.name != arguments.connection; });
    if (rules.empty()) diagnostics.error({}, fmt::format("no rule is called '{}'", arguments.connection));
    return rules;
  };
  for (const std::string& each : arguments.rules) {
    if (!arguments.starts) {
      auto rules = experiment::read_rule_file(each, diagnostics);
      if (rules) add(all, each, chosen(std::move(*rules)));
      continue;
    }
    if (!require_run(each)) return std::nullopt;
    auto starts = experiment::read_starts(each, diagnostics);
    if (!starts) continue;
    for (experiment::Start& start : *starts)
      add(all, arguments.rules.size() > 1 ? each + " " + start.label : start.label, chosen(std::move(start.rules)));
  }
  if (!diagnostics.empty()) return std::nullopt;
  return all;
}

/// The words of a sentence on lines of a readable length.
std::string lines_of(const std::string& sentence) {
  constexpr std::size_t width = 110;
  std::string text, line = "  ";
  std::istringstream words(sentence);
  for (std::string word; words >> word;) {
    if (line.size() + 1 + word.size() > width) {
      text += line + "\n";
      line = "    " + word;
    } else {
      line += (line.find_first_not_of(' ') == std::string::npos ? "" : " ") + word;
    }
  }
  return text + line + "\n";
}

std::string text_of(const predictions::Predictions& found) {
  std::string text;
  for (const predictions::Labelled& each : found.rules)
    text += fmt::format("{}: {}\n", each.label, rule::formula_text(each.rule));
  text +=
      fmt::format("of a synapse whose weight is {:g}, in units of the weight, which has no bounds here", found.weight);
  for (const predictions::Held& each : found.held)
    text += fmt::format("; {} held at {}", each.state, base::format_quantity(base::Dimension::voltage, each.volts));
  text += "\n";
  for (const predictions::Predicted& each : found.protocols) {
    text += fmt::format("\n{}\n", each.protocol->title);
    for (std::size_t i = 0; i < each.figures.size(); ++i) {
      const std::string whose = each.figures.size() > 1 ? found.rules[i].label + ": " : "";
      text += lines_of(whose + each.figures[i].words);
    }
  }
  if (found.rules.size() > 1) text += "\nWhich experiment tells them apart\n";
  if (found.rules.size() > 1 && found.distinctions.empty()) text += "  none of these\n";
  for (const predictions::Distinction& each : found.distinctions)
    text += lines_of(fmt::format("separation {:.3g}: {}", each.separation, each.words));
  return text;
}

}  // namespace

int predict(const PredictArguments& arguments) {
  base::Diagnostics diagnostics;
  auto rules = rules_of(arguments, diagnostics);
  std::vector<predictions::Held> held;
  for (const std::string& each : arguments.held) {
    if (auto read = predictions::read_held(each, diagnostics)) held.push_back(std::move(*read));
  }
  const auto found = rules && diagnostics.empty()
                         ? predictions::predict(std::move(*rules), arguments.weight, std::move(held), diagnostics)
                         : std::nullopt;
  if (!found) {
    print(diagnostics);
    return user_error;
  }
  const std::string json = predictions::json_text(*found);
  const std::string folder = arguments.out.empty() && !arguments.json ? "predictions" : arguments.out;
  if (!folder.empty()) {
    std::error_code code;
    fs::create_directories(folder, code);
    if (code) throw base::EnvironmentError(fmt::format("cannot make the folder '{}': {}", folder, code.message()));
    for (const predictions::Predicted& each : found->protocols)
      experiment::write_file((fs::path(folder) / (each.protocol->name + ".csv")).string(),
                             predictions::csv_text(each, found->rules));
    experiment::write_file((fs::path(folder) / "predictions.html").string(), report::predictions_page(json));
  }
  if (arguments.json) fmt::print("{}\n", json);
  else fmt::print("{}\npage: {}\n", text_of(*found), (fs::path(folder) / "predictions.html").string());
  return fine;
}

}  // namespace carve::app
