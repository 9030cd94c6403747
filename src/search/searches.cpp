// The list of searches: one line for each.
#include "carve/search/cma_es.hpp"
#include "carve/search/optimiser.hpp"

namespace carve::search {

const std::vector<const Search*>& searches() {
  static const std::vector<const Search*> list{
      &cma_es,
  };
  return list;
}

}  // namespace carve::search
