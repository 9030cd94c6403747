// The losses of recurrent networks that a file may name: to add one, a component and a line in the list.
#include <numeric>

#include "carve/task/recurrent/recurrent_loss.hpp"

namespace carve::task {

const std::vector<const RecurrentLossComponent*>& recurrent_losses() {
  static const std::vector<const RecurrentLossComponent*> list{
      &stability_loss, &plausibility_loss, &familiarity_loss, &recall_loss, &recurrent_sum_loss,
  };
  return list;
}

double response_rate(const Presentation& shown, std::span<const std::uint16_t> response) {
  const auto spikes = std::accumulate(response.begin(), response.end(), std::uint64_t{0});
  const double seconds = static_cast<double>(shown.end - shown.begin) * stretch.value;
  return static_cast<double>(spikes) / (static_cast<double>(response.size()) * seconds);
}

}  // namespace carve::task
