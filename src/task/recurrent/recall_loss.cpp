// Recall: a cue, part of a pattern, makes those neurons respond that the rest of the pattern would have driven.
#include <cmath>
#include <numeric>

#include "carve/task/recurrent/pattern_loss.hpp"

namespace carve::task {
namespace {

struct Recall {
  std::string phase = "test";
};

double correlation(std::span<const double> a, std::span<const std::uint16_t> b) {
  const auto count = static_cast<double>(a.size());
  const double mean_a = std::accumulate(a.begin(), a.end(), 0.0) / count;
  const double mean_b = std::accumulate(b.begin(), b.end(), 0.0) / count;
  double ab = 0, aa = 0, bb = 0;
  for (std::size_t i = 0; i < a.size(); ++i) {
    ab += (a[i] - mean_a) * (b[i] - mean_b);
    aa += (a[i] - mean_a) * (a[i] - mean_a);
    bb += (b[i] - mean_b) * (b[i] - mean_b);
  }
  return aa > 0 && bb > 0 ? ab / std::sqrt(aa * bb) : 0;
}

/// How strongly the inputs of a pattern that a cue leaves out reach each excitatory neuron.
std::vector<double> missing_drive(const RecurrentView& view, const Presentation& shown) {
  const std::size_t excitatory = view.task.excitatory();
  std::vector<double> drive(view.task.network.populations[excitatory].size, 0.0);
  const std::vector<std::uint16_t>& pattern = view.trial.patterns[shown.pattern];
  const auto cued =
      static_cast<std::size_t>(std::llround(view.task.phases[shown.phase].cue * static_cast<double>(pattern.size())));
  for (std::size_t c = 0; c < view.task.network.projections.size(); ++c) {
    const network::Projection& projection = view.task.network.projections[c];
    if (projection.from != view.task.shown_to || projection.to != excitatory) continue;
    const network::Synapses& synapses = view.trial.given.synapses[c];
    for (std::size_t k = cued; k < pattern.size(); ++k) {
      for (std::size_t s = synapses.first[pattern[k]]; s < synapses.first[pattern[k]] + synapses.counts[pattern[k]];
           ++s)
        drive[synapses.targets[s]] += synapses.weight_at(s);
    }
  }
  return drive;
}

class RecallLoss final : public RecurrentLoss {
 public:
  explicit RecallLoss(std::size_t phase) : phase_(phase) {}

  [[nodiscard]] double score(const RecurrentView& view) const override {
    if (view.lived.ending != network::Ending::finished)
      return early_end_score(static_cast<double>(view.lived.end), static_cast<double>(view.task.stretches()));
    return 1 - (overlap(view, true) - overlap(view, false));
  }
  [[nodiscard]] Observation needs() const override { return {.responses = true}; }

  [[nodiscard]] std::vector<Figure> figures(const RecurrentView& view) const override {
    return {{"overlap_familiar", "correlation of responses to cues with what the rest of a familiar pattern drives",
             overlap(view, true), 1},
            {"overlap_novel", "the same for novel patterns", overlap(view, false), 0}};
  }

 private:
  [[nodiscard]] double overlap(const RecurrentView& view, bool familiar) const {
    return mean_over_presentations(view, phase_, familiar, [&](const Presentation& shown, const Response& response) {
      return correlation(missing_drive(view, shown), response);
    });
  }

  std::size_t phase_;
};

std::unique_ptr<RecurrentLoss> make(const Recall& wanted, const RecurrentLossContext& context, const base::Span& place,
                                    base::Diagnostics& diagnostics) {
  const auto phase = find_test_phase(wanted.phase, context, place, diagnostics);
  if (!phase) return nullptr;
  if (context.task && !(context.task->phases[*phase].cue < 1)) {
    diagnostics.error(place, "the phase '" + wanted.phase + "' shows whole patterns: there is nothing to complete",
                      "give it a cue, for example cue = 0.5");
    return nullptr;
  }
  return std::make_unique<RecallLoss>(*phase);
}

}  // namespace

const RecurrentLossComponent recall_loss = base::component<RecurrentLoss, RecurrentLossContext>(
    "recall",
    "1 - (overlap after cues of familiar patterns - overlap after cues of novel ones); overlap: correlation of "
    "responses "
    "with what the rest of the pattern drives.",
    "confavreux2025", "kind = \"recall\"", "kind",
    base::Schema<Recall>{
        {base::field(&Recall::phase, "phase", "the phase in which responses count; it shows cues of both kinds")}},
    make);

}  // namespace carve::task
