#include "carve/exports/exporter.hpp"

namespace carve::exports {

const std::vector<const Exporter*>& exporters() {
  static const std::vector<const Exporter*> list{&numpy_exporter,  &brian2_exporter, &latex_exporter, &sympy_exporter,
                                                 &nestml_exporter, &pygenn_exporter, &auryn_exporter};
  return list;
}

}  // namespace carve::exports
