// The list of benchmarks: one line for each.
#include "carve/app/bench/benchmarks.hpp"

#include <thread>

#include "carve/base/isa.hpp"

namespace carve::app {
namespace {

bool has_avx2() { return base::supported(base::Isa::v3); }
bool has_two_cores() { return std::thread::hardware_concurrency() >= 2; }

}  // namespace

const std::vector<Benchmark>& benchmarks() {
  static const std::vector<Benchmark> list{
      {"oja n=3", "27-term rule, 3 synapses, float", oja_3},
      {"oja n=10", "27-term rule, 10 synapses, float", oja_10},
      {"oja n=100", "27-term rule, 100 synapses, float", oja_100},
      {"oja n=1000", "27-term rule, 1000 synapses, float", oja_1000},
      {"oja n=100 double", "27-term rule, 100 synapses, double", oja_100_double},
      {"oja n=100 avx2", "27-term rule, 100 synapses, float, AVX2 against its own peak", oja_100_avx2, has_avx2},
      {"pca 50/5", "two 27-term rules, 50 inputs, 5 outputs in a hierarchy, float", pca_50},
      {"pca 50/5 f64", "the same in double", pca_50_double},
      {"pca 784/10", "two 27-term rules, 784 inputs, 10 outputs in a hierarchy, float", pca_784},
      {"two terms n=100", "A*x*y + B*y^2*w from text, 100 synapses, float", two_terms},
      {"interpreted n=100", "a rule with tanh, 100 synapses, float", interpreted},
      {"gradient n=100", "all 27 derivatives, 100 synapses, 1000 steps, float", gradient_100},
      {"gradient n=100 double", "the same in double", gradient_100_double},
      {"gradient pca 50/5", "all 54 derivatives of two rules, 50 inputs, 5 outputs in a hierarchy, float",
       gradient_pca},
      {"gradient interpreted", "derivatives of a rule with tanh, 100 synapses, float", gradient_interpreted},
      {"normals", "normally distributed floats", normals},
      {"trial inputs", "one trial of oja.toml, its 1000 gaussian samples", trial_inputs},
      {"optimiser n=27", "CMA-ES, ask and tell, default population", optimiser_default},
      {"optimiser n=27 of 64", "CMA-ES, ask and tell, population 64", optimiser_64},
      {"generation one thread", "64 candidates x 16 trials of oja.toml, losses included", generation},
      {"generation two threads", "64 x 64 on two threads", two_threads, has_two_cores},
      {"generation plain c++", "one candidate at a time, nested loops, -O2", plain_loops},
      {"generation best c++", "one candidate at a time, factored, -O3 -march -ffast-math", best_loops},
      {"recurrent two threads", "27 lifetimes of 1000 spiking neurons on two threads, a third of which explode",
       recurrent_two_threads, has_two_cores},
      {"recurrent explosion", "one lifetime that explodes", recurrent_explosion},
  };
  return list;
}

}  // namespace carve::app
