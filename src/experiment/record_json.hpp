// What documents about runs are made with: numbers, status, and what to say of a record that makes no sense.
#pragma once

#include <cmath>
#include <filesystem>
#include <string>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "carve/base/error.hpp"
#include "carve/experiment/files.hpp"
#include "carve/experiment/records.hpp"

namespace carve::experiment {

using Json = nlohmann::ordered_json;  // terms keep their order

/// null where the value is not finite.
inline Json number(double value) { return std::isfinite(value) ? Json(value) : Json(); }

inline std::string record_path(const std::string& folder) {
  return (std::filesystem::path(folder) / "run.sqlite").string();
}

/// "running", "interrupted" or "finished". A run that was killed had no time to say so, but nobody holds its folder.
inline std::string status_of(const std::string& folder, Records& records) {
  const std::string status = records.get("status").value_or("running");
  return status == "running" && FolderLock(folder).taken() ? "interrupted" : status;
}

/// The document as text. A file's name may hold bytes that are no text.
inline std::string text_of(const Json& json, int indent = -1) {
  return json.dump(indent, ' ', false, Json::error_handler_t::replace);
}

/// Calls `make`; a record that holds something else than what carve writes is damaged.
template <class Make>
auto from_record(const std::string& folder, Make make) {
  try {
    return make();
  } catch (const Json::exception&) {
    throw base::EnvironmentError(fmt::format("the record in '{}' is damaged", folder),
                                 "'carve run' with experiment.toml in there starts anew");
  }
}

}  // namespace carve::experiment
