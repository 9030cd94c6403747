// How far a recurrent network is from what it should do.
#pragma once

#include <limits>
#include <optional>
#include <string>
#include <vector>

#include "carve/base/component.hpp"
#include "carve/task/recurrent/recurrent_life.hpp"
#include "carve/task/target_rate.hpp"

namespace carve::task {

/// One lifetime, as a loss looks at it.
struct RecurrentView {
  const RecurrentTask& task;
  const StagedTrial& trial;
  const RecurrentLived& lived;
};

/// A figure that says what a network does, beside its loss.
struct Figure {
  std::string name;
  std::string brief;
  double value = 0;
  double ideal = 0;                                          // the farther from this, the worse
  double lowest = -std::numeric_limits<double>::infinity();  // what counts as fine
  double highest = std::numeric_limits<double>::infinity();

  [[nodiscard]] bool fine() const { return value >= lowest && value <= highest; }
};

/// Const: one object serves all threads. Smaller is better.
class RecurrentLoss {
 public:
  virtual ~RecurrentLoss() = default;
  /// Of a lifetime that ended early too: worse than any finished one, the more the sooner.
  [[nodiscard]] virtual double score(const RecurrentView& view) const = 0;
  /// What score looks at.
  [[nodiscard]] virtual Observation needs() const { return {}; }
  /// When lifetimes end early.
  [[nodiscard]] virtual network::RateLimits limits() const { return {}; }
  /// The rate that it asks of the excitatory population throughout, if it does.
  [[nodiscard]] virtual std::optional<base::Hertz> target() const { return {}; }
  /// What this loss is about, of a lifetime observed as it needs and finished.
  [[nodiscard]] virtual std::vector<Figure> figures(const RecurrentView&) const { return {}; }
};

/// The mean over the window of rate_miss, at the end of each stretch; the population's rate goes through the filter.
/// counts: of its spikes in each stretch.
[[nodiscard]] double rate_loss(const TargetRate& wanted, std::span<const std::uint32_t> counts, std::size_t neurons);

/// Whether a presentation is of a pattern that was to become familiar.
[[nodiscard]] inline bool is_familiar(const RecurrentTask& task, const Presentation& shown) {
  return task.stimuli && shown.pattern < static_cast<std::size_t>(task.stimuli->patterns);
}
/// The rate of the excitatory population during a presentation, in Hz.
[[nodiscard]] double response_rate(const Presentation& shown, std::span<const std::uint16_t> response);

/// What losses may need to know of the task they are part of; it has no loss yet.
struct RecurrentLossContext {
  const RecurrentTask* task = nullptr;  // nothing is known of it where it is null
};
using RecurrentLossComponent = base::Component<RecurrentLoss, RecurrentLossContext>;

/// All losses of recurrent networks that a file may name.
[[nodiscard]] const std::vector<const RecurrentLossComponent*>& recurrent_losses();

extern const RecurrentLossComponent stability_loss;
extern const RecurrentLossComponent plausibility_loss;
extern const RecurrentLossComponent familiarity_loss;
extern const RecurrentLossComponent recall_loss;
extern const RecurrentLossComponent recurrent_sum_loss;

}  // namespace carve::task
