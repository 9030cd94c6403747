// Provenance names the release, the compiler and the build.
#include "carve/base/version.hpp"

#include <algorithm>
#include <string>

#include <gtest/gtest.h>

namespace carve::base {
namespace {

TEST(Version, is_filled_in) {
  EXPECT_EQ(version().release.find('@'), std::string_view::npos);
  EXPECT_GE(std::count(version().release.begin(), version().release.end(), '.'), 2);
#if defined(__clang__)
  EXPECT_TRUE(version().compiler.starts_with("Clang " + std::to_string(__clang_major__)));
#else
  EXPECT_TRUE(version().compiler.starts_with("GNU " + std::to_string(__GNUC__)));
#endif
  EXPECT_FALSE(version().build.empty());
}

}  // namespace
}  // namespace carve::base
