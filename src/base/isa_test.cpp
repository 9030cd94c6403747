// The choice of the instruction set, and what CARVE_ISA makes of it.
#include "carve/base/isa.hpp"

#include <cstdio>
#include <cstdlib>

#include <gtest/gtest.h>

#include "carve/base/error.hpp"

namespace carve::base {
namespace {

/// What a fresh process with this CARVE_ISA chooses: its exit code is 10 + the choice, or 3 after an EnvironmentError.
[[noreturn]] void choose_with(const char* wanted) {
  if (wanted) setenv("CARVE_ISA", wanted, 1);
  else unsetenv("CARVE_ISA");
  try {
    std::exit(10 + static_cast<int>(isa()));
  } catch (const EnvironmentError& error) {
    std::fprintf(stderr, "%s; %s", error.what(), error.hint().c_str());
    std::exit(3);
  }
}

class IsaDeathTest : public testing::Test {
 protected:
  // Starts the program anew, so that nothing has been decided yet.
  void SetUp() override { GTEST_FLAG_SET(death_test_style, "threadsafe"); }
};

TEST_F(IsaDeathTest, the_environment_overrides_the_choice) {
  EXPECT_EXIT(choose_with("scalar"), testing::ExitedWithCode(10), "");
  EXPECT_EXIT(choose_with("v3"), testing::ExitedWithCode(11), "");
  if (supported(Isa::v4)) {
    EXPECT_EXIT(choose_with("v4"), testing::ExitedWithCode(12), "");
  }
}

TEST_F(IsaDeathTest, the_best_is_chosen_otherwise) {
  const int best = 10 + static_cast<int>(supported(Isa::v4) ? Isa::v4 : Isa::v3);
  EXPECT_EXIT(choose_with(nullptr), testing::ExitedWithCode(best), "");
  EXPECT_EXIT(choose_with(""), testing::ExitedWithCode(best), "");
}

TEST_F(IsaDeathTest, an_unknown_name_is_an_error_of_the_environment) {
  EXPECT_EXIT(choose_with("avx9"), testing::ExitedWithCode(3), "CARVE_ISA is 'avx9'; use scalar, v3 or v4");
  EXPECT_EXIT(choose_with("V3"), testing::ExitedWithCode(3), "CARVE_ISA is 'V3'");
}

TEST(Isa, can_be_forced) {
  for (const Isa each : {Isa::scalar, Isa::v3, Isa::v4}) {
    if (!supported(each)) {
      EXPECT_THROW(force_isa(each), EnvironmentError);
      continue;
    }
    force_isa(each);
    EXPECT_EQ(isa(), each);
  }
}

TEST(Isa, one_function_for_each) {
  static constexpr auto scalar = [] { return 0; };
  static constexpr auto v3 = [] { return 1; };
  static constexpr auto v4 = [] { return 2; };
  constexpr PerIsa<int()> table{+scalar, +v3, +v4};
  for (const Isa each : {Isa::scalar, Isa::v3, Isa::v4}) {
    if (!supported(each)) continue;
    force_isa(each);
    EXPECT_EQ(table()(), static_cast<int>(each));
  }
}

TEST(Isa, the_cpu_has_a_name) {
  EXPECT_FALSE(cpu_name().empty());
  EXPECT_NE(cpu_name().front(), ' ');
  EXPECT_NE(cpu_name().back(), ' ');
}

}  // namespace
}  // namespace carve::base
