#include "carve/task/loss.hpp"

#include "carve/task/trial.hpp"

namespace carve::task {

std::span<const double> Learned::truth() const {
  return truth_of_part.empty() ? std::span<const double>(trial.truth) : truth_of_part;
}

const std::vector<const LossComponent*>& losses() {
  static const std::vector<const LossComponent*> list{
      &principal_components_loss,
      &subspace_loss,
      &explained_variance_loss,
      &decorrelation_loss,
      &representation_loss,
      &teacher_loss,
      &sum_loss,
  };
  return list;
}

}  // namespace carve::task
