// What is wrong with the user's input, where, and what to do about it; collected, never thrown.
#pragma once

#include <string>
#include <vector>

#include "carve/base/span.hpp"

namespace carve::base {

/// One mistake: the place, what is wrong there, and a short hint printed beside the caret.
struct Diagnostic {
  Span span;
  std::string message;
  std::string hint;
};

/// The mistakes found so far, in the order in which they were found.
class Diagnostics {
 public:
  void error(Span span, std::string message, std::string hint = {});

  [[nodiscard]] bool empty() const { return items_.empty(); }
  [[nodiscard]] std::size_t size() const { return items_.size(); }
  [[nodiscard]] const std::vector<Diagnostic>& items() const { return items_; }

  /// All messages with file:line:column, the line and a caret, sorted by place; ends with a newline.
  [[nodiscard]] std::string render() const;

 private:
  std::vector<Diagnostic> items_;
};

[[nodiscard]] std::string render(const Diagnostic& diagnostic);

/// "; did you mean 'x'?" for the known name nearest to `name`, or nothing where none is near.
[[nodiscard]] std::string did_you_mean(std::string_view name, const std::vector<std::string>& known);

}  // namespace carve::base
