// Fills the templates: the record as inert JSON, the scripts that draw it, the libraries they draw with.
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
  Json record = Json::parse(text, nullptr, /*allow_exceptions=*/false);
  if (!record.is_object()) {
    throw base::EnvironmentError("the record of the run is damaged: it is not a JSON object");
  }
  return record;
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

/// The text at `key` of the object at `part`; empty where there is none.
std::string text_at(const Json& json, const char* part, const char* key) {
  const auto object = json.find(part);
  if (object == json.end() || !object->is_object()) return "";
  const auto text = object->find(key);
  return text != object->end() && text->is_string() ? text->get<std::string>() : "";
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

/// The frame that all pages share, with a body and its scripts.
std::string framed(const Json& record, const std::string& title, std::string_view body, std::string_view scripts) {
  const Assets part = assets();
  const std::string data = escape_json(record.dump());
  const std::string licences = escape_html(part.licences);
  const std::string safe_title = escape_html(title);
  return fill<9>(part.frame, {{{"title", safe_title},
                               {"style", part.css},
                               {"body", body},
                               {"record", data},
                               {"licences", licences},
                               {"vega", without_source_map(part.vega)},
                               {"vega-lite", without_source_map(part.vega_lite)},
                               {"vega-embed", without_source_map(part.vega_embed)},
                               {"scripts", scripts}}});
}

}  // namespace

std::string page(std::string_view run_json, std::string_view use_json) {
  Json run = parse(run_json);
  if (!use_json.empty()) run["use"] = parse(use_json);
  const std::string name = text_at(run, "experiment", "name");
  return framed(run, name.empty() ? "carve report" : name + " - carve report", assets().report_html,
                assets().report_scripts);
}

std::string compare_page(std::string_view comparison_json) {
  return framed(parse(comparison_json), "carve comparison", assets().compare_html, assets().compare_scripts);
}

std::string sweep_page(std::string_view sweep_json) {
  const Json sweep = parse(sweep_json);
  const auto name = sweep.find("name");
  return framed(sweep,
                (name != sweep.end() && name->is_string() ? name->get<std::string>() + " - " : "") + "carve sweep",
                assets().sweep_html, assets().sweep_scripts);
}

std::string predictions_page(std::string_view predictions_json) {
  return framed(parse(predictions_json), "carve predictions", assets().predictions_html, assets().predictions_scripts);
}

}  // namespace carve::report
