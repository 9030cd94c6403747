#include "carve/task/fourier.hpp"

#include <numbers>

namespace carve::task {
namespace {

using Complex = std::complex<double>;

// std::complex's product looks for infinities, which nobody has here.
Complex product(Complex a, Complex b) {
  return {a.real() * b.real() - a.imag() * b.imag(), a.real() * b.imag() + a.imag() * b.real()};
}

/// e^(i angle) by its series, for |angle| <= pi: not by the C library, whose last bits depend on the machine.
Complex turned_by(double angle) {
  constexpr int halvings = 6, terms = 12;
  const double small = angle / (1 << halvings);
  Complex less_one = 0;  // e^(i small) - 1, so that no digits are lost beside 1
  for (int k = terms; k > 0; --k) less_one = product({0, small / k}, less_one + 1.0);
  for (int i = 0; i < halvings; ++i) less_one = product(less_one, less_one + 2.0);
  return less_one + 1.0;
}

/// e^(-2 pi i k / n) for all k, each on its own, so that errors do not add up.
std::vector<Complex> roots_of_unity(std::size_t n) {
  std::vector<Complex> roots(n);
  for (std::size_t k = 0; k < n; ++k) {
    const double turns = static_cast<double>(k) / static_cast<double>(n);
    roots[k] = turned_by(-2 * std::numbers::pi * (turns > 0.5 ? turns - 1 : turns));
  }
  return roots;
}

std::size_t smallest_factor(std::size_t n) {
  for (std::size_t f = 2; f * f <= n; ++f) {
    if (n % f == 0) return f;
  }
  return n;
}

/// out[k] = sum_t in[t stride] root^(k t stride) for k < n: n's smallest factor splits it (Cooley & Tukey 1965).
void transform(const double* in, std::size_t stride, std::size_t n, std::span<const Complex> roots, Complex* out) {
  if (n == 1) {
    out[0] = *in;
    return;
  }
  const std::size_t parts = smallest_factor(n), size = n / parts;
  for (std::size_t p = 0; p < parts; ++p) transform(in + p * stride, parts * stride, size, roots, out + p * size);
  std::vector<Complex> piece(parts);
  for (std::size_t k = 0; k < size; ++k) {
    for (std::size_t p = 0; p < parts; ++p) piece[p] = out[p * size + k];
    for (std::size_t q = 0; q < parts; ++q) {
      Complex sum = piece[0];
      for (std::size_t p = 1; p < parts; ++p) sum += product(piece[p], roots[p * (k + q * size) % n * stride]);
      out[q * size + k] = sum;
    }
  }
}

}  // namespace

std::vector<Complex> fourier(std::span<const double> values) {
  std::vector<Complex> result(values.size());
  if (!values.empty()) transform(values.data(), 1, values.size(), roots_of_unity(values.size()), result.data());
  return result;
}

}  // namespace carve::task
