// The outer loop, generation by generation: the same bits on every rank; it knows no disk.
#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "carve/evaluate/evaluator.hpp"
#include "carve/evaluate/gradients.hpp"
#include "carve/experiment/experiment.hpp"
#include "carve/experiment/record/records.hpp"

namespace carve::experiment {

class OuterLoop {
 public:
  /// Goes on from generation `generation`, before which so many candidates had been judged. All must outlive the loop.
  OuterLoop(Experiment& experiment, const evaluate::Workers& workers, std::uint64_t generation,
            std::uint64_t evaluations);

  /// What came of one generation.
  struct Generation {
    GenerationRecord record;
    std::vector<CandidateRecord> candidates;
    double simulations = 0;
  };

  [[nodiscard]] bool over() const;
  /// The search asks, its candidates live, it is told.
  Generation next();

  /// How many are over, of how many.
  [[nodiscard]] std::uint64_t generation() const { return generation_; }
  [[nodiscard]] std::uint64_t generations() const;

 private:
  [[nodiscard]] const evaluate::Trials& trials(std::size_t count);

  Experiment& experiment_;
  const evaluate::Workers& workers_;
  evaluate::Evaluator evaluator_;
  std::optional<evaluate::GradientEvaluator> with_gradients_;
  std::uint64_t generation_, evaluations_;
  evaluate::Trials trials_;  // of the running generation, made anew only where they change
  std::uint64_t set_ = 0;
};

}  // namespace carve::experiment
