// Trials that are made where and when they are needed, each once.
#pragma once

#include <memory>
#include <mutex>
#include <span>
#include <vector>

#include "carve/evaluate/workers.hpp"
#include "carve/task/trial.hpp"

namespace carve::evaluate {

/// A row of trials. Copies share them. Any thread may look at any trial.
class Trials {
 public:
  Trials() = default;
  /// Trials that are there already, and outlive this.
  Trials(std::span<const task::Trial> made) : made_(made), count_(made.size()) {}  // NOLINT: it is what it says
  Trials(const std::vector<task::Trial>& made) : Trials(std::span(made)) {}        // NOLINT
  /// Trials first .. first + count - 1 of a split. What `source` points to must outlive this.
  Trials(const task::TrialSource& source, task::Split split, std::uint32_t first, std::size_t count);

  [[nodiscard]] std::size_t size() const { return count_; }
  [[nodiscard]] bool empty() const { return count_ == 0; }
  [[nodiscard]] const task::Trial& operator[](std::size_t i) const { return later_ ? made(i) : made_[i]; }
  /// The first `count` of them.
  [[nodiscard]] Trials first(std::size_t count) const;

 private:
  struct Later;
  [[nodiscard]] const task::Trial& made(std::size_t i) const;

  std::span<const task::Trial> made_;
  std::shared_ptr<Later> later_;  // where they are made on demand
  std::size_t count_ = 0;
};

/// Trials first .. first + count - 1 of a split, made in parallel; where several ranks share the work, each makes only
/// those that it comes to live through.
[[nodiscard]] Trials make_trials(const task::TrialSource& source, task::Split split, std::uint32_t first,
                                 std::size_t count, const Workers& workers);

}  // namespace carve::evaluate
