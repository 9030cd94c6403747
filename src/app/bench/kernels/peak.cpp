// The most multiply-adds per second that this core can do: independent chains of them, all in registers.
#include "carve/app/bench/kernels/peak_kernels.hpp"
#include "carve/base/lanes.hpp"

namespace carve::app::CARVE_ISA_NAME {
namespace {

using namespace base::CARVE_ISA_NAME;

/// Two units with a latency of four or five cycles need ten chains; with factor and summand fourteen registers.
constexpr std::size_t chains = 12;

template <class T>
std::size_t run(std::size_t rounds, T* result) noexcept {
  Lanes<T> chain[chains];
  for (std::size_t i = 0; i < chains; ++i) chain[i] = broadcast(T(1) + static_cast<T>(i) * T(1e-3));
  const Lanes<T> factor = broadcast(T(0.999));
  const Lanes<T> summand = broadcast(T(0.001));
  for (std::size_t round = 0; round < rounds; ++round) {
#pragma GCC unroll 12
    for (std::size_t i = 0; i < chains; ++i) chain[i] = fma(chain[i], factor, summand);
  }
  Lanes<T> sum = chain[0];
  for (std::size_t i = 1; i < chains; ++i) sum += chain[i];
  alignas(64) T values[width<T>];
  store<T>(values, sum);
  *result = values[0];  // somebody looks, so nothing is left out
  return rounds * chains * width<T>;
}

}  // namespace

std::size_t multiply_adds(std::size_t rounds, float* result) noexcept { return run(rounds, result); }
std::size_t multiply_adds(std::size_t rounds, double* result) noexcept { return run(rounds, result); }

}  // namespace carve::app::CARVE_ISA_NAME
