// Fitting where the loss is smooth: Newton's steps, several damped ones tried at once since lanes are cheap.
#pragma once

#include <optional>
#include <vector>

#include "carve/experiment/simplify/curvature.hpp"

namespace carve::experiment {

struct NewtonFit {
  std::vector<double> values;  // of all parameters
  double loss = 0;             // mean over the trials
  Symmetric hessian;           // of `free` in the units that they had at the start; empty where nothing could be fitted
};

/// The minimum of the mean loss over `free` near `values`, all other parameters as they are. A few parameters get a
/// Hessian of their own in every step; many share one, `hessian` where given, corrected by what the slopes say
/// (Broyden, Fletcher, Goldfarb & Shanno; Nocedal & Wright 2006, Eq. 6.19). Damping as Levenberg and Marquardt have it;
/// of all dampings the best counts, so the loss never rises.
[[nodiscard]] NewtonFit newton_fit(const FitContext& context, const std::vector<double>& values,
                                   const std::vector<std::size_t>& free, std::optional<Symmetric> hessian = {});

}  // namespace carve::experiment
