// Fills the template: the run as inert JSON, the scripts that draw it, the libraries they draw with.
#include "carve/report/page.hpp"

#include <array>
#include <nlohmann/json.hpp>
#include <utility>

#include "carve/base/error.hpp"
#include "carve/report/assets.hpp"

namespace carve::report {
namespace {

using Json = nlohmann::ordered_json;  // terms keep their order

Json parse(std::string_view text) {
  Json run = Json::parse(text, nullptr, /*allow_exceptions=*/false);
  if (!run.is_object()) {
    throw base::EnvironmentError("the record of the run is damaged: it is not a JSON object");
  }
  return run;
}

/// Text for an element's content or an attribute in double quotes.
std::string escape_html(std::string_view text) {
  std::string result;
  result.reserve(text.size());
  for (const char character : text) {
    switch (character) {
      case '&': result += "&amp;"; break;
      case '<': result += "&lt;"; break;
      case '>': result += "&gt;"; break;
      case '"': result += "&quot;"; break;
      default: result += character;
    }
  }
  return result;
}

/// JSON that cannot end the script element it stands in: these characters occur in strings only, where \u003c is <.
std::string escape_json(std::string_view json) {
  std::string result;
  result.reserve(json.size());
  for (const char character : json) {
    switch (character) {
      case '&': result += "\\u0026"; break;
      case '<': result += "\\u003c"; break;
      case '>': result += "\\u003e"; break;
      default: result += character;
    }
  }
  return result;
}

/// A bundle without its last line, which would send a browser's developer tools looking for a file that is not there.
std::string_view without_source_map(std::string_view script) {
  return script.substr(0, script.rfind("//# sourceMappingURL="));
}

std::string title_of(const Json& run) {
  const auto experiment = run.find("experiment");
  if (experiment == run.end() || !experiment->is_object()) {
    return "carve report";
  }
  const auto name = experiment->find("name");
  return name != experiment->end() && name->is_string() ? name->get<std::string>() + " - carve report" : "carve report";
}

template <std::size_t count>
std::string fill(std::string_view html, const std::array<std::pair<std::string_view, std::string_view>, count>& slots) {
  std::string result;
  while (true) {
    const auto open = html.find("{{");
    const auto close = html.find("}}", open);
    result += html.substr(0, open);
    if (open == std::string_view::npos) {
      return result;
    }
    const auto name = html.substr(open + 2, close - open - 2);
    for (const auto& [slot, content] : slots) {
      if (slot == name) {
        result += content;
      }
    }
    html.remove_prefix(close + 2);
  }
}

}  // namespace

std::string page(std::string_view run_json) {
  const Json run = parse(run_json);
  const Assets part = assets();
  const std::string title = escape_html(title_of(run));
  const std::string data = escape_json(run.dump());
  const std::string licences = escape_html(part.licences);
  return fill<8>(part.html, {{{"title", title},
                              {"style", part.css},
                              {"run", data},
                              {"licences", licences},
                              {"vega", without_source_map(part.vega)},
                              {"vega-lite", without_source_map(part.vega_lite)},
                              {"vega-embed", without_source_map(part.vega_embed)},
                              {"scripts", part.scripts}}});
}

}  // namespace carve::report
