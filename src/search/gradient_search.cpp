#include "carve/search/gradient_search.hpp"

#include <stdexcept>

#include <fmt/format.h>

#include "carve/search/problem.hpp"
#include "carve/search/ranking.hpp"

namespace carve::search {
namespace {

base::Schema<DescentOptions> schema() { return {descent_fields<DescentOptions>()}; }

class Gradient final : public Descent {
 public:
  Gradient(const DescentOptions& options, const Problem& problem)
      : Descent(options, problem, owner_of("gradient", schema(), options, problem)) {}

  [[nodiscard]] Candidates ask() override { return {position().size(), position()}; }
  [[nodiscard]] bool wants_gradients() const override { return true; }

  void tell(std::span<const double> losses, std::span<const double> repeated,
            std::span<const double> gradients) override {
    expect_losses("gradient", 1, losses, repeated);
    if (gradients.size() != position().size()) {
      throw std::invalid_argument(
          fmt::format("gradient was told {} slopes of {} coordinates", gradients.size(), position().size()));
    }
    move(combine(losses, repeated).front(), gradients, losses.size() + repeated.size());
  }
};

}  // namespace

std::unique_ptr<Optimiser> make_gradient(const DescentOptions& options, const Problem& problem) {
  return std::make_unique<Gradient>(options, problem);
}

const Search gradient_search = base::component<Optimiser, Problem>(
    "gradient", "Exact gradients through the whole lifetime, with Adam or plain descent: one candidate per generation.",
    "kingma2015", "method = \"gradient\"\noptimiser = \"adam\"\nlearning_rate = 0.01", "method", schema(),
    [](const DescentOptions& options, const Problem& problem, const base::Span& place, base::Diagnostics& diagnostics) {
      return check_problem(problem, place, diagnostics) ? make_gradient(options, problem) : nullptr;
    });

}  // namespace carve::search
