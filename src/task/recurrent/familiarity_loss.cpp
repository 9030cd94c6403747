// Familiarity: after a break, the network tells patterns that it was trained on from novel ones by how much it
// responds.
#include <cmath>

#include "carve/task/recurrent/pattern_loss.hpp"

namespace carve::task {
namespace {

struct Familiarity {
  std::string phase = "test";
  base::Hertz familiar{5};
  base::Hertz novel{10};
};

class FamiliarityLoss final : public RecurrentLoss {
 public:
  FamiliarityLoss(const Familiarity& wanted, std::size_t phase) : wanted_(wanted), phase_(phase) {}

  [[nodiscard]] double score(const RecurrentView& view) const override {
    if (view.lived.ending != network::Ending::finished)
      return early_end_score(static_cast<double>(view.lived.end), static_cast<double>(view.task.stretches()));
    return mean_over(view, true, [&](double rate) { return rate_miss(wanted_.familiar, rate); }) +
           mean_over(view, false, [&](double rate) { return rate_miss(wanted_.novel, rate); });
  }
  [[nodiscard]] Observation needs() const override { return {.responses = true}; }

  [[nodiscard]] std::vector<Figure> figures(const RecurrentView& view) const override {
    const auto same = [](double rate) { return rate; };
    const double familiar = mean_over(view, true, same), novel = mean_over(view, false, same);
    const double spread =
        std::sqrt(0.5 * (mean_over(view, true, [&](double rate) { return (rate - familiar) * (rate - familiar); }) +
                         mean_over(view, false, [&](double rate) { return (rate - novel) * (rate - novel); })));
    const double sign = wanted_.novel >= wanted_.familiar ? 1 : -1;
    // Without any spread there is nothing to measure a difference in.
    const double separation = spread > 0 ? sign * (novel - familiar) / spread : 0;
    return {{"rate_familiar", "rate during familiar patterns", familiar, wanted_.familiar.value},
            {"rate_novel", "rate during novel patterns", novel, wanted_.novel.value},
            {"separation", "difference of both rates over the spread within each, in the wanted direction", separation,
             100}};  // the more the better
  }

 private:
  template <class Of>
  [[nodiscard]] double mean_over(const RecurrentView& view, bool familiar, Of of) const {
    return mean_over_presentations(view, phase_, familiar, [&](const Presentation& shown, const Response& response) {
      return of(response_rate(shown, response));
    });
  }

  Familiarity wanted_;
  std::size_t phase_;
};

std::unique_ptr<RecurrentLoss> make(const Familiarity& wanted, const RecurrentLossContext& context,
                                    const base::Span& place, base::Diagnostics& diagnostics) {
  const auto phase = find_test_phase(wanted.phase, context, place, diagnostics);
  return phase ? std::make_unique<FamiliarityLoss>(wanted, *phase) : nullptr;
}

constexpr base::Range rates = base::between(0, 200);

}  // namespace

const RecurrentLossComponent familiarity_loss = base::component<RecurrentLoss, RecurrentLossContext>(
    "familiarity",
    "How far responses to familiar and to novel patterns are from a rate for each: sum of mean (r - target)^2 / (r + 2 "
    "Hz).",
    "confavreux2025", "kind = \"familiarity\"\nfamiliar = \"5 Hz\"\nnovel = \"10 Hz\"", "kind",
    base::Schema<Familiarity>{
        {base::field(&Familiarity::phase, "phase", "the phase in which responses count; it shows both kinds"),
         base::field(&Familiarity::familiar, "familiar",
                     "wanted rate of the excitatory population during a familiar one", rates),
         base::field(&Familiarity::novel, "novel", "the same during a novel one", rates)}},
    make);

}  // namespace carve::task
