// What acceptance/speed drives: writes one generation, and what carve's networks learn in it, for others to compute.
#include <cstdlib>
#include <fstream>

#include <fmt/format.h>

#include "carve/app/bench/generation.hpp"

namespace {

void write(const std::string& path, const std::vector<float>& numbers) {
  std::ofstream(path, std::ios::binary)
      .write(reinterpret_cast<const char*>(numbers.data()),
             static_cast<std::streamsize>(numbers.size() * sizeof(float)));
}

}  // namespace

int main(int argc, char** argv) {
  if (argc != 3) {
    fmt::print(stderr, "generation_driver FOLDER TRIALS\n");
    return 2;
  }
  const std::string folder = argv[1];
  const carve::app::Generation generation(static_cast<std::size_t>(std::atoi(argv[2])));
  std::vector<float> theta, inputs, weights, learned;
  for (const auto& each : generation.theta) theta.insert(theta.end(), each.begin(), each.end());
  for (std::size_t i = 0; i < generation.trials.size(); ++i) {
    const carve::task::Trial& trial = generation.trials[i];
    inputs.insert(inputs.end(), trial.samples.values.begin(), trial.samples.values.end());
    weights.insert(weights.end(), trial.initial_weights.begin(), trial.initial_weights.end());
    const std::vector<float> here = generation.learned(i);
    learned.insert(learned.end(), here.begin(), here.end());
  }
  write(folder + "/theta.f32", theta);      // [candidate][a][b][c]
  write(folder + "/inputs.f32", inputs);    // [trial][step][synapse]
  write(folder + "/weights.f32", weights);  // [trial][synapse]
  write(folder + "/learned.f32", learned);  // [trial][candidate][synapse]
  fmt::print("{} {} {} {}\n", generation.candidates.size(), generation.trials.size(), generation.steps(),
             generation.synapses());
  return 0;
}
