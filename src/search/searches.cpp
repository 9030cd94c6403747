// The list of searches: one line for each.
#include "carve/search/cma_es.hpp"
#include "carve/search/finite_differences.hpp"
#include "carve/search/gradient_search.hpp"
#include "carve/search/optimiser.hpp"
#include "carve/search/policy_search.hpp"
#include "carve/search/random_search.hpp"

namespace carve::search {

const std::vector<const Search*>& searches() {
  static const std::vector<const Search*> list{
      &cma_es, &gradient_search, &finite_differences, &policy_search, &random_search,
  };
  return list;
}

}  // namespace carve::search
