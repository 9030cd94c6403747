// JSON as the records, the documents and `--json` have it.
#pragma once

#include <string>

#include <nlohmann/json_fwd.hpp>

#include "carve/experiment/answer/measure.hpp"

namespace carve::experiment {

using Json = nlohmann::ordered_json;  // terms keep their order

/// What is not finite is null.
[[nodiscard]] Json number(double value);
/// The other way round: NaN for what is no number.
[[nodiscard]] double as_number(const Json& json);
[[nodiscard]] Json json_of(const Measured& measured);

/// The document as text. A file's name may hold bytes that are no text.
[[nodiscard]] std::string text_of(const Json& json, int indent = -1);

/// Within a handler: throws what is being handled again, as a damaged record where it is a mistake in JSON.
[[noreturn]] void rethrow_as_damaged(const std::string& folder);

/// Calls `make`; a record in `folder` that holds something else than what carve writes is damaged.
template <class Make>
auto from_record(const std::string& folder, Make make) {
  try {
    return make();
  } catch (...) {
    rethrow_as_damaged(folder);
  }
}

}  // namespace carve::experiment
