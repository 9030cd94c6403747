// Policy search with trust regions: a gaussian that moves and narrows by bounded relative entropies.
#pragma once

#include <cstdint>
#include <memory>

#include "carve/search/optimiser.hpp"

namespace carve::search {

struct PolicyOptions {
  std::int64_t population = 0;  ///< 0: 10 + n
  double sigma = 0.1;           ///< standard deviation of the first candidates
  double sample_bound = 1;      ///< relative entropy of the weighted samples to equal weights
  double mean_bound = 2;        ///< between successive gaussians that differ in the mean alone
  double covariance_bound = 0.02;
  double tolerance_loss = 1e-12;
  double tolerance_step = 1e-12;
};

/// Relative-entropy regularised policy iteration with one state (Abdolmaleki et al. 2018, arXiv 1812.02256): no
/// actions but the candidates. In each generation candidates x = mean + A z are drawn, C = A A'; weighted by
/// w ~ exp(-loss / temperature) (reweigh); then mean and covariance maximise the weighted likelihood of the
/// candidates, one with the other's old value, each within a relative entropy of its own (section 4.3 and appendix):
///   mean <- mean + s A (sum w z),   C <- A ((1 - t) I + t sum w z z') A',   s and t in (0, 1] as large as they may be.
[[nodiscard]] std::unique_ptr<Optimiser> make_policy_search(const PolicyOptions& options, const Problem& problem);

/// `method = "policy_search"`.
extern const Search policy_search;

}  // namespace carve::search
