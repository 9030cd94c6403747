#include "carve/base/isa.hpp"

#include <array>
#include <atomic>
#include <cstdlib>
#include <cstring>

#include <cpuid.h>
#include <fmt/format.h>

#include "carve/base/error.hpp"

namespace carve::base {
namespace {

constexpr int undecided = -1;
std::atomic<int> current{undecided};

void require(Isa isa) {
  if (supported(isa)) return;
  throw EnvironmentError(fmt::format("this CPU ({}) cannot run the '{}' kernels", cpu_name(), name_of(isa)),
                         "carve needs AVX2 and FMA (Intel since 2013, AMD since 2015)");
}

Isa choose() {
  if (const char* wanted = std::getenv("CARVE_ISA"); wanted && *wanted) {
    for (const Isa isa : {Isa::scalar, Isa::v3, Isa::v4}) {
      if (name_of(isa) != wanted) continue;
      require(isa);
      return isa;
    }
    throw EnvironmentError(fmt::format("CARVE_ISA is '{}'", wanted), "use scalar, v3 or v4, or leave it unset");
  }
  if (supported(Isa::v4)) return Isa::v4;
  require(Isa::v3);
  return Isa::v3;
}

}  // namespace

std::string_view name_of(Isa isa) {
  switch (isa) {
    case Isa::scalar: return "scalar";
    case Isa::v3: return "v3";
    case Isa::v4: return "v4";
  }
  return "";
}

Isa isa() {
  int decided = current.load(std::memory_order_relaxed);
  if (decided == undecided) {
    decided = static_cast<int>(choose());
    current.store(decided, std::memory_order_relaxed);
  }
  return static_cast<Isa>(decided);
}

void force_isa(Isa forced) {
  require(forced);
  current.store(static_cast<int>(forced), std::memory_order_relaxed);
}

bool supported(Isa isa) noexcept {
  __builtin_cpu_init();
  const bool v3 = __builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma") && __builtin_cpu_supports("bmi2");
  if (isa != Isa::v4) return v3;  // the scalar kernels use scalar FMA instructions
  return v3 && __builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512bw") &&
         __builtin_cpu_supports("avx512dq") && __builtin_cpu_supports("avx512vl") && __builtin_cpu_supports("avx512cd");
}

std::string cpu_name() {
  std::array<unsigned, 12> words{};
  unsigned highest = __get_cpuid_max(0x80000000U, nullptr);
  if (highest < 0x80000004U) return "unknown CPU";
  for (unsigned leaf = 0; leaf < 3; ++leaf) {
    unsigned* part = words.data() + 4 * leaf;
    __get_cpuid(0x80000002U + leaf, part, part + 1, part + 2, part + 3);
  }
  std::array<char, sizeof(words) + 1> text{};
  std::memcpy(text.data(), words.data(), sizeof(words));
  std::string name(text.data());
  while (!name.empty() && name.back() == ' ') name.pop_back();
  return name.substr(std::min(name.find_first_not_of(' '), name.size()));
}

}  // namespace carve::base
