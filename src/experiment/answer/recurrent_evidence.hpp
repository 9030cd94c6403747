// What the answer of a search with a recurrent network shows beside its losses.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "carve/experiment/answer/measure.hpp"
#include "carve/experiment/answer/pair_window.hpp"
#include "carve/task/outcome.hpp"
#include "carve/task/recurrent/recurrent_life.hpp"

namespace carve::experiment {

/// Weights of a plastic connection over one lifetime of the answer.
struct WeightView {
  std::string connection;
  std::vector<task::WeightLook> looks;
  double highest = 0;                 // upper end of the histograms, which begin at 0
  std::vector<double> before, after;  // share of weights in bins of equal width
};

/// How the excitatory population answers to patterns in one phase.
struct ResponseView {
  std::string phase;
  std::vector<double> familiar, novel;  // Hz, of each presentation
};

/// One lifetime on a fresh trial. Rates are those of populations of neurons, [population][bin], in Hz.
struct RecurrentTrialView {
  std::uint32_t trial = 0;
  double input_rate = 0;                          // Hz
  std::vector<std::vector<double>> before;        // no weight changes
  std::vector<std::vector<double>> found, known;  // by the answer, by the reference
  std::vector<task::RasterSpike> raster;          // by the answer
  std::vector<WeightView> weights;
  std::vector<ResponseView> responses;
  std::string ending;  // of the answer: an outcome's name
};

/// A phase, in seconds of the lifetime.
struct PhaseView {
  std::string name;
  double begin = 0;
  double end = 0;
  task::Learning plastic = {};
  bool shows = false;
};

struct RecurrentEvidence {
  double lifetime = 0;                // s
  double bin = 0;                     // s, of rates
  double recorded = 0;                // s, of the metrics, at the end
  double raster_from = 0;             // s
  std::optional<base::Hertz> target;  // of populations[target_of], if the loss has one
  std::size_t target_of = 0;
  std::vector<std::pair<std::string, std::size_t>> populations;  // of neurons: name, size
  std::vector<std::size_t> shown;                                // neurons of each in the raster
  std::array<std::size_t, task::outcome_count> endings{};        // of the answer: fresh lifetimes by outcome
  std::vector<PhaseView> phases;
  std::vector<std::string> connections;  // those that are plastic
  std::vector<RecurrentTrialView> trials;
  std::vector<PairWindow> windows;
};

}  // namespace carve::experiment
