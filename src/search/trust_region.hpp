// What bounds a step of policy search by relative entropies (Abdolmaleki et al. 2018, arXiv 1812.02256, sections 4 and
// 5): how far the weighted samples, the mean and the covariance may be from what they were.
#pragma once

#include <span>
#include <vector>

#include "carve/search/triangle.hpp"

namespace carve::search {

/// Samples weighted by w_i ~ exp(-loss_i / temperature), summing to 1.
struct Reweighting {
  std::vector<double> weights;
  double temperature = 0;       ///< +inf where the weights are equal
  double relative_entropy = 0;  ///< sum w_i ln(w_i count), over the samples with finite losses
};

/// The weights that minimise the mean loss while their relative entropy to equal ones is at most `bound`: the
/// temperature is where the dual g(t) = t bound + t ln mean exp(-loss / t) is least, which is where the relative
/// entropy equals the bound (it falls as t grows); found by bisection of ln t. Where all the weight on the best
/// samples stays within the bound, it goes there. Losses that are not finite have weight 0 and count for nothing.
[[nodiscard]] Reweighting reweigh(std::span<const double> losses, double bound);

/// How far to go from a gaussian's mean towards another, at the distance |z| (of the whitened difference), with a
/// relative entropy |s z|^2 / 2 of at most `bound`: s in (0, 1].
[[nodiscard]] double mean_step(std::span<const double> z, double bound);

/// KL(N(0, I) || N(0, C)) with C = (1 - t) I + t M, and the Cholesky factor of C; +inf where C is not positive
/// definite.
double covariance_divergence(const Triangle& moments, double t, Triangle& factor);

/// The largest t in [0, 1] with a divergence of at most `bound` (to within a thousandth of it, from below), and the
/// factor that belongs to it. `moments` is the samples' weighted second moment around the old mean, whitened; the
/// mixture is what maximises their weighted likelihood under the bound (t = 1 / (1 + multiplier)).
double covariance_step(const Triangle& moments, double bound, Triangle& factor);

}  // namespace carve::search
