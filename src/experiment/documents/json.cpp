#include "carve/experiment/documents/json.hpp"

#include <cmath>

#include <nlohmann/json.hpp>

#include "carve/experiment/record/recorded_run.hpp"

namespace carve::experiment {

Json number(double value) { return std::isfinite(value) ? Json(value) : Json(); }

double as_number(const Json& json) { return json.is_number() ? json.get<double>() : std::nan(""); }

Json json_of(const Measured& measured) {
  return {{"mean", number(measured.mean)}, {"error", number(measured.error)}, {"trials", measured.trials}};
}

std::string text_of(const Json& json, int indent) {
  return json.dump(indent, ' ', false, Json::error_handler_t::replace);
}

void rethrow_as_damaged(const std::string& folder) {
  try {
    throw;
  } catch (const Json::exception&) {
    throw damaged_record(folder);
  }
}

}  // namespace carve::experiment
