// Which instruction set the kernels run on: the best one this CPU has, or the one CARVE_ISA names.
#pragma once

#include <string>
#include <string_view>

namespace carve::base {

/// x86-64-v4 (AVX-512), x86-64-v3 (AVX2 + FMA), or one lane at a time with FMA. All give the same bits.
enum class Isa { scalar, v3, v4 };

[[nodiscard]] std::string_view name_of(Isa isa);

/// The instruction set in use, decided at the first call. `CARVE_ISA=scalar|v3|v4` overrides the choice.
/// Throws EnvironmentError where the CPU has no FMA, or lacks what CARVE_ISA asks for.
[[nodiscard]] Isa isa();

/// Makes `isa()` answer `forced` from now on, for tests and benchmarks that compare. Call it while no kernel runs.
/// Throws EnvironmentError where the CPU lacks it.
void force_isa(Isa forced);

/// True where the CPU can run it.
[[nodiscard]] bool supported(Isa isa) noexcept;

/// The CPU's name, for provenance.
[[nodiscard]] std::string cpu_name();

/// One function per instruction set; `table()` is the one to call.
template <class Function>
struct PerIsa {
  Function* scalar;
  Function* v3;
  Function* v4;

  [[nodiscard]] Function* operator()() const {
    switch (isa()) {
      case Isa::v4: return v4;
      case Isa::v3: return v3;
      case Isa::scalar: break;
    }
    return scalar;
  }
};

}  // namespace carve::base
