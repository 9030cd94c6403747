// The inhibition task as one would write it by hand: one candidate after the other, float, input spikes and static
// excitation made beforehand, traces looked up where an event needs them. acceptance/inhibition_speed compiles and times it.
// usage: plain_neuron FOLDER. Reads there: rules.f64, [candidate][1, alpha, kappa, beta, gamma, tau_pre, tau_post];
// excitation.f32, the static conductance at the start of each step; inhibition.first.u32 and inhibition.sources.u16,
// the plastic inputs' spikes. Prints JSON: the seconds of this thread, and each candidate's spikes.
#include <algorithm>
#include <cmath>
#include <cstdint>
#include <cstdio>
#include <ctime>
#include <fstream>
#include <string>
#include <vector>

template <class T>
std::vector<T> read(const std::string& path) {
  std::ifstream file(path, std::ios::binary | std::ios::ate);
  std::vector<T> values(static_cast<std::size_t>(file.tellg()) / sizeof(T));
  file.seekg(0);
  file.read(reinterpret_cast<char*>(values.data()), static_cast<std::streamsize>(values.size() * sizeof(T)));
  return values;
}

struct Inputs {
  std::vector<float> excitation;
  std::vector<std::uint32_t> first;
  std::vector<std::uint16_t> sources;
};

long spikes_under(const double* rule, const Inputs& inputs) {
  constexpr int synapses = 200, refractory = 50, remembered = 10000;
  constexpr float dt = 1e-4F, tau_membrane = 0.02F, threshold = 10, e_excitation = 60, e_inhibition = -20;  // from rest
  constexpr float jump = 0.035F, w_max = 10;
  const float alpha = rule[1], kappa = rule[2], beta = rule[3], gamma = rule[4];
  const float decay_i = std::exp(-dt / 0.01F);
  const float decay_post = std::exp(-dt / rule[6]);
  std::vector<float> decay_pre(remembered);  // over so many steps
  for (int n = 0; n < remembered; ++n) decay_pre[n] = std::exp(-dt * n / rule[5]);
  float w[synapses], x_pre[synapses] = {}, x_post = 0, g = 0, v = 0;
  int last[synapses] = {};  // the step that x_pre is of
  std::fill_n(w, synapses, 0.1F);
  int resumes = 0;
  long count = 0;
  const auto trace = [&](int j, int t) { return x_pre[j] * decay_pre[std::min(t - last[j], remembered - 1)]; };
  const int steps = static_cast<int>(inputs.excitation.size());
  for (int t = 0; t < steps; ++t) {
    const float g_e = inputs.excitation[t];
    const float total = 1 + g_e + g;
    const float target = (g_e * e_excitation + g * e_inhibition) / total;
    if (t >= resumes) v = target + (v - target) * std::exp(-dt / tau_membrane * total);
    g *= decay_i;
    x_post *= decay_post;
    const std::uint32_t begin = inputs.first[t], end = inputs.first[t + 1];
    for (std::uint32_t i = begin; i < end; ++i) {
      const int j = inputs.sources[i];
      g += jump * w[j];
      w[j] = std::clamp(w[j] + alpha + kappa * x_post, 0.0F, w_max);
    }
    const bool spike = v > threshold;
    if (spike)
      for (int j = 0; j < synapses; ++j) w[j] = std::clamp(w[j] + beta + gamma * trace(j, t), 0.0F, w_max);
    for (std::uint32_t i = begin; i < end; ++i) {
      const int j = inputs.sources[i];
      x_pre[j] = trace(j, t) + 1;
      last[j] = t;
    }
    if (!spike) continue;
    x_post += 1;
    v = 0;
    resumes = t + refractory;
    ++count;
  }
  return count;
}

int main(int, char** argv) {
  const std::string folder = std::string(argv[1]) + "/";
  const auto rules = read<double>(folder + "rules.f64");
  const Inputs inputs{read<float>(folder + "excitation.f32"), read<std::uint32_t>(folder + "inhibition.first.u32"),
                      read<std::uint16_t>(folder + "inhibition.sources.u16")};
  timespec before{}, after{};
  clock_gettime(CLOCK_THREAD_CPUTIME_ID, &before);
  std::vector<long> counts;
  for (std::size_t i = 0; i < rules.size(); i += 7) counts.push_back(spikes_under(&rules[i], inputs));
  clock_gettime(CLOCK_THREAD_CPUTIME_ID, &after);
  std::printf("{\"seconds\": %.9f, \"spikes\": [", static_cast<double>(after.tv_sec - before.tv_sec) +
                                                       1e-9 * static_cast<double>(after.tv_nsec - before.tv_nsec));
  for (std::size_t i = 0; i < counts.size(); ++i) std::printf("%s%ld", i == 0 ? "" : ", ", counts[i]);
  std::printf("]}\n");
}
