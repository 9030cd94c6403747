// What a benchmark is, and all of them.
#pragma once

#include <string>
#include <vector>

#include "carve/app/bench/measure.hpp"

namespace carve::app {

struct Benchmark {
  std::string name;
  std::string brief;
  Figure (*run)();
  bool (*possible)() = nullptr;  // on this machine; always where nothing is given
};

/// All of them, in the order in which they run.
[[nodiscard]] const std::vector<Benchmark>& benchmarks();

// networks.cpp: networks under a rule, on the kernels alone
Figure oja_3();
Figure oja_10();
Figure oja_100();
Figure oja_1000();
Figure oja_100_double();
Figure oja_100_avx2();
Figure pca_50();
Figure pca_50_double();
Figure pca_784();
Figure two_terms();
Figure interpreted();

// gradients.cpp: exact gradients of the kernels alone
Figure gradient_100();
Figure gradient_100_double();
Figure gradient_pca();
Figure gradient_interpreted();

// random_numbers.cpp
Figure normals();

// whole_generation.cpp: 64 candidates on the trials of experiments/oja.toml
Figure generation();
Figure two_threads();
Figure trial_inputs();
Figure optimiser_default();
Figure optimiser_64();
Figure plain_loops();
Figure best_loops();

// recurrent_generation.cpp: 1000 neurons with plastic inhibition
Figure recurrent_two_threads();
Figure recurrent_explosion();

}  // namespace carve::app
