#include "carve/task/principal_components.hpp"

#include <algorithm>
#include <cmath>

#include <Eigen/Eigenvalues>

#include "carve/base/isa.hpp"
#include "carve/base/random.hpp"
#include "carve/task/kernels/sample_kernels.hpp"

namespace carve::task {
namespace {

constexpr base::PerIsa<CovarianceKernel> covariance{scalar::covariance, v3::covariance, v4::covariance};

double dot(const double* a, const double* b, std::size_t size) {
  double sum = 0;
  for (std::size_t i = 0; i < size; ++i) sum += a[i] * b[i];
  return sum;
}

void add_scaled(double factor, const double* from, double* to, std::size_t size) {
  for (std::size_t i = 0; i < size; ++i) to[i] += factor * from[i];
}

/// The full symmetric matrix of second moments.
std::vector<double> second_moments(std::span<const float> values, std::size_t inputs) {
  const std::size_t samples = values.size() / inputs;
  std::vector<double> matrix(inputs * inputs, 0.0);
  covariance()(values.data(), samples, inputs, matrix.data());
  for (std::size_t i = 0; i < inputs; ++i) {
    for (std::size_t j = i; j < inputs; ++j) {
      matrix[i * inputs + j] /= static_cast<double>(samples);
      matrix[j * inputs + i] = matrix[i * inputs + j];
    }
  }
  return matrix;
}

/// The Krylov basis so far and the tridiagonal matrix in it.
struct Lanczos {
  std::size_t size;
  std::vector<double> basis;  // [step][input]
  std::vector<double> diagonal, off_diagonal;

  [[nodiscard]] const double* vector(std::size_t k) const { return basis.data() + k * size; }

  /// Takes away from `v` what lies in the basis, twice, which is enough (Parlett 1980).
  void orthogonalise(std::vector<double>& v) const {
    for (int pass = 0; pass < 2; ++pass) {
      for (std::size_t k = 0; k < basis.size() / size; ++k)
        add_scaled(-dot(vector(k), v.data(), size), vector(k), v.data(), size);
    }
  }

  /// Appends `v` as a unit vector; false where nothing is left of it.
  bool append(std::vector<double>& v, double smallest) {
    const double length = std::sqrt(dot(v.data(), v.data(), size));
    if (!(length > smallest)) return false;
    for (double& each : v) each /= length;
    basis.insert(basis.end(), v.begin(), v.end());
    return true;
  }
};

}  // namespace

PrincipalComponents principal_components(std::span<const float> values, std::size_t inputs, std::size_t count) {
  const std::vector<double> matrix = second_moments(values, inputs);
  Lanczos lanczos{.size = inputs};
  std::vector<double> v(inputs);
  // A fixed random start: no eigenvector of real data is orthogonal to it.
  base::fill_normal({0, base::Purpose::search, 0, 0}, std::span<double>(v));
  lanczos.append(v, 0);
  Eigen::SelfAdjointEigenSolver<Eigen::MatrixXd> solver;
  constexpr double tolerance = 1e-9;
  double beta = 0;
  for (std::size_t step = 0; step < inputs; ++step) {
    std::fill(v.begin(), v.end(), 0.0);
    const double* const last = lanczos.vector(step);
    for (std::size_t i = 0; i < inputs; ++i) add_scaled(last[i], matrix.data() + i * inputs, v.data(), inputs);
    lanczos.diagonal.push_back(dot(last, v.data(), inputs));
    lanczos.orthogonalise(v);
    beta = std::sqrt(dot(v.data(), v.data(), inputs));
    const bool last_step = step + 1 == inputs;
    const bool look = last_step || (step + 1 >= std::max<std::size_t>(2 * count, 10) && step % 5 == 0);
    if (look || beta == 0) {
      const auto length = static_cast<Eigen::Index>(step + 1);
      const Eigen::VectorXd diagonal = Eigen::Map<const Eigen::VectorXd>(lanczos.diagonal.data(), length);
      const Eigen::VectorXd off = Eigen::Map<const Eigen::VectorXd>(lanczos.off_diagonal.data(), length - 1);
      solver.computeFromTridiagonal(diagonal, off);
      double residual = 0;  // of the wanted eigenvectors: beta times their last entries in the basis
      for (Eigen::Index k = 0; k < std::min<Eigen::Index>(length, static_cast<Eigen::Index>(count)); ++k) {
        residual = std::max(residual, beta * std::abs(solver.eigenvectors()(length - 1, length - 1 - k)));
      }
      const bool enough = step + 1 >= count && residual <= tolerance * solver.eigenvalues()(length - 1);
      if (enough || last_step) break;
    }
    const double floor = 1e-13 * std::abs(lanczos.diagonal.front());
    if (!lanczos.append(v, floor)) {
      // The samples span fewer dimensions: go on in a fresh direction.
      base::fill_normal({0, base::Purpose::search, 0, static_cast<std::uint32_t>(step + 1)}, std::span<double>(v));
      lanczos.orthogonalise(v);
      lanczos.append(v, 0);
      beta = 0;
    }
    lanczos.off_diagonal.push_back(beta);
  }
  PrincipalComponents result;
  const Eigen::Index length = solver.eigenvalues().size();
  for (std::size_t k = 0; k < std::min(count, inputs); ++k) {
    const Eigen::Index column = length - 1 - static_cast<Eigen::Index>(k);
    result.eigenvalues.push_back(std::max(0.0, solver.eigenvalues()(column)));
    std::fill(v.begin(), v.end(), 0.0);
    for (Eigen::Index i = 0; i < length; ++i) {
      add_scaled(solver.eigenvectors()(i, column), lanczos.vector(static_cast<std::size_t>(i)), v.data(), inputs);
    }
    const double norm = std::sqrt(dot(v.data(), v.data(), inputs));
    for (const double each : v) result.vectors.push_back(each / norm);
  }
  return result;
}

}  // namespace carve::task
