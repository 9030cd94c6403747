// The one exception for what the environment refuses: a missing file, a full disk, a damaged record.
#pragma once

#include <stdexcept>
#include <string>

namespace carve::base {

/// Thrown where the machine, not the user's text, is at fault. The run stays resumable. Caught in app only.
class EnvironmentError : public std::runtime_error {
 public:
  explicit EnvironmentError(const std::string& message, std::string hint = {})
      : std::runtime_error(message), hint_(std::move(hint)) {}
  [[nodiscard]] const std::string& hint() const { return hint_; }

 private:
  std::string hint_;
};

}  // namespace carve::base
