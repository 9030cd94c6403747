// The list of families: one line each.
#include "carve/rule/family.hpp"

namespace carve::rule {

const std::vector<const Family*>& families() {
  static const std::vector<const Family*> list{
      &polynomial_family,
      &text_family,
  };
  return list;
}

}  // namespace carve::rule
