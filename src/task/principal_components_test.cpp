// Lanczos' principal components against Jacobi's rotations.
#include <algorithm>
#include <numeric>

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include "carve/base/random.hpp"
#include "carve/task/principal_components.hpp"
#include "carve/task/test_support.hpp"

namespace carve::task {
namespace {

/// All eigenvalues, largest first, by cyclic Jacobi rotations (Golub & Van Loan, 8.5): slow, short, and sure.
std::vector<double> jacobi_eigenvalues(std::vector<double> a, std::size_t n) {
  for (int sweep = 0; sweep < 30; ++sweep) {
    for (std::size_t p = 0; p < n; ++p) {
      for (std::size_t q = p + 1; q < n; ++q) {
        if (a[p * n + q] == 0) continue;
        const double tau = (a[q * n + q] - a[p * n + p]) / (2 * a[p * n + q]);
        const double t = (tau >= 0 ? 1 : -1) / (std::abs(tau) + std::sqrt(1 + tau * tau));
        const double c = 1 / std::sqrt(1 + t * t), s = t * c;
        for (std::size_t k = 0; k < n; ++k) {
          const double kp = a[k * n + p], kq = a[k * n + q];
          a[k * n + p] = c * kp - s * kq;
          a[k * n + q] = s * kp + c * kq;
        }
        for (std::size_t k = 0; k < n; ++k) {
          const double pk = a[p * n + k], qk = a[q * n + k];
          a[p * n + k] = c * pk - s * qk;
          a[q * n + k] = s * pk + c * qk;
        }
      }
    }
  }
  std::vector<double> values;
  for (std::size_t i = 0; i < n; ++i) values.push_back(a[i * n + i]);
  std::sort(values.rbegin(), values.rend());
  return values;
}

std::vector<float> samples(std::size_t count, std::size_t inputs, std::uint32_t seed, double decay) {
  std::vector<float> values(count * inputs);
  base::fill_normal({11, base::Purpose::inputs, seed, 0}, std::span<float>(values));
  for (std::size_t i = 0; i < values.size(); ++i)
    values[i] *= static_cast<float>(std::pow(decay, static_cast<double>(i % inputs)));
  // A neighbour's share in each coordinate, so that no axis is an eigenvector.
  for (std::size_t t = 0; t < count; ++t) {
    for (std::size_t i = 0; i + 1 < inputs; ++i) values[t * inputs + i] += 0.5F * values[t * inputs + i + 1];
  }
  return values;
}

RC_GTEST_PROP(PrincipalComponents, agree_with_jacobi_rotations, ()) {
  const auto inputs = *rc::gen::inRange<std::size_t>(1, 33);
  const auto count = *rc::gen::inRange<std::size_t>(1, inputs + 1);
  const auto rows = *rc::gen::inRange<std::size_t>(1, 80);  // fewer than inputs: the rest of the space is empty
  const auto values =
      samples(rows, inputs, *rc::gen::inRange<std::uint32_t>(0, 1000), *rc::gen::element(1.0, 0.9, 0.5));
  const auto matrix = test::second_moments(values, inputs);
  const auto expected = jacobi_eigenvalues(matrix, inputs);
  const PrincipalComponents found = principal_components(values, inputs, count);
  RC_ASSERT(found.eigenvalues.size() == count);
  RC_ASSERT(found.vectors.size() == count * inputs);
  for (std::size_t k = 0; k < count; ++k) {
    const double* const vector = found.vectors.data() + k * inputs;
    RC_ASSERT(std::abs(found.eigenvalues[k] - expected[k]) <= 1e-8 * expected[0]);
    RC_ASSERT(test::rayleigh(matrix, vector, inputs).residual <= 1e-8 * expected[0]);
    for (std::size_t l = 0; l <= k; ++l) {
      RC_ASSERT(std::abs(test::dot(vector, found.vectors.data() + l * inputs, inputs) - (l == k ? 1 : 0)) <= 1e-9);
    }
  }
}

TEST(PrincipalComponents, have_the_same_bits_on_every_instruction_set) {
  const auto values = samples(200, 37, 1, 0.9);
  const PrincipalComponents first = principal_components(values, 37, 4);
  test::on_each_isa([&] { EXPECT_EQ(principal_components(values, 37, 4).vectors, first.vectors); });
}

TEST(PrincipalComponents, of_nothing_are_still_unit_vectors) {
  const std::vector<float> zeros(5 * 6, 0.0F);
  const PrincipalComponents found = principal_components(zeros, 6, 3);
  EXPECT_EQ(found.eigenvalues, (std::vector<double>{0, 0, 0}));
  for (std::size_t k = 0; k < 3; ++k)
    EXPECT_NEAR(test::dot(found.vectors.data() + 6 * k, found.vectors.data() + 6 * k, 6), 1, 1e-12);
}

}  // namespace
}  // namespace carve::task
