#include "carve/task/loss.hpp"

namespace carve::task {

const std::vector<const LossComponent*>& losses() {
  static const std::vector<const LossComponent*> list{
      &principal_components_loss,
      &teacher_loss,
  };
  return list;
}

}  // namespace carve::task
