#include "carve/experiment/simplify/symmetric.hpp"

#include <algorithm>
#include <cmath>
#include <numeric>

namespace carve::experiment {
namespace {

/// Makes row and column p, q of A zero at their crossing, and turns the columns of V along.
void rotate(Symmetric& a, Symmetric& v, std::size_t p, std::size_t q) {
  if (a.at(p, q) == 0) return;
  const double theta = (a.at(q, q) - a.at(p, p)) / (2 * a.at(p, q));
  const double t = (theta >= 0 ? 1 : -1) / (std::abs(theta) + std::sqrt(theta * theta + 1));
  const double c = 1 / std::sqrt(t * t + 1);
  const double s = t * c;
  const auto turn = [&](double& x, double& y) {
    const double old = x;
    x = c * old - s * y;
    y = s * old + c * y;
  };
  for (std::size_t k = 0; k < a.size; ++k) turn(a.at(k, p), a.at(k, q));
  for (std::size_t k = 0; k < a.size; ++k) turn(a.at(p, k), a.at(q, k));
  for (std::size_t k = 0; k < a.size; ++k) turn(v.at(k, p), v.at(k, q));
  a.at(p, q) = a.at(q, p) = 0;
}

double usable(const Eigen& eigen, std::size_t k) {
  double largest = 0;
  for (const double each : eigen.values) largest = std::max(largest, std::abs(each));
  return std::max(std::abs(eigen.values[k]), largest > 0 ? 1e-12 * largest : 1.0);
}

}  // namespace

Symmetric Symmetric::part(std::span<const std::size_t> kept) const {
  Symmetric smaller(kept.size());
  for (std::size_t i = 0; i < kept.size(); ++i) {
    for (std::size_t j = 0; j < kept.size(); ++j) smaller.at(i, j) = at(kept[i], kept[j]);
  }
  return smaller;
}

Eigen eigen(Symmetric a) {
  constexpr int most_sweeps = 60;
  Symmetric v(a.size);
  for (std::size_t i = 0; i < a.size; ++i) v.at(i, i) = 1;
  for (int sweep = 0; sweep < most_sweeps; ++sweep) {
    double outside = 0, inside = 0;
    for (std::size_t i = 0; i < a.size; ++i) {
      inside += a.at(i, i) * a.at(i, i);
      for (std::size_t j = 0; j < i; ++j) outside += a.at(i, j) * a.at(i, j);
    }
    if (!(outside > 1e-30 * inside)) break;
    for (std::size_t p = 0; p < a.size; ++p) {
      for (std::size_t q = p + 1; q < a.size; ++q) rotate(a, v, p, q);
    }
  }
  std::vector<std::size_t> order(a.size);
  std::iota(order.begin(), order.end(), std::size_t{0});
  std::stable_sort(order.begin(), order.end(), [&](std::size_t i, std::size_t j) { return a.at(i, i) > a.at(j, j); });
  Eigen result;
  for (const std::size_t k : order) {
    result.values.push_back(a.at(k, k));
    std::vector<double> vector(a.size);
    for (std::size_t i = 0; i < a.size; ++i) vector[i] = v.at(i, k);
    const auto largest =
        std::max_element(vector.begin(), vector.end(), [](double x, double y) { return std::abs(x) < std::abs(y); });
    if (largest != vector.end() && *largest < 0) {
      for (double& each : vector) each = -each;
    }
    result.vectors.push_back(std::move(vector));
  }
  return result;
}

std::vector<double> solve_positive(const Eigen& eigen, std::span<const double> b, double damping) {
  std::vector<double> x(b.size(), 0.0);
  for (std::size_t k = 0; k < eigen.values.size(); ++k) {
    double along = 0;
    for (std::size_t i = 0; i < b.size(); ++i) along += eigen.vectors[k][i] * b[i];
    along /= usable(eigen, k) + damping;
    for (std::size_t i = 0; i < b.size(); ++i) x[i] += along * eigen.vectors[k][i];
  }
  return x;
}

Symmetric inverse_positive(const Eigen& eigen) {
  const std::size_t n = eigen.values.size();
  Symmetric inverse(n);
  for (std::size_t k = 0; k < n; ++k) {
    for (std::size_t i = 0; i < n; ++i) {
      for (std::size_t j = 0; j < n; ++j)
        inverse.at(i, j) += eigen.vectors[k][i] * eigen.vectors[k][j] / usable(eigen, k);
    }
  }
  return inverse;
}

}  // namespace carve::experiment
