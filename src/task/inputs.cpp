#include "carve/task/inputs.hpp"

namespace carve::task {

const std::vector<const InputsComponent*>& inputs() {
  static const std::vector<const InputsComponent*> list{
      &gaussian_inputs,
      &image_patches,
      &table_inputs,
  };
  return list;
}

}  // namespace carve::task
