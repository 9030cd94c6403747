// Descent along exact gradients, where the evaluation can give them.
#pragma once

#include <memory>

#include "carve/search/descent.hpp"

namespace carve::search {

/// Asks one candidate per generation and wants its gradient.
[[nodiscard]] std::unique_ptr<Optimiser> make_gradient(const DescentOptions& options, const Problem& problem);

/// `method = "gradient"`.
extern const Search gradient_search;

}  // namespace carve::search
