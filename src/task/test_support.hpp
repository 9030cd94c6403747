// What the tests of this room share: components from a few words of their file, folders that vanish, second moments.
#pragma once

#include <cmath>
#include <memory>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include <gtest/gtest.h>

#include "carve/base/isa.hpp"
#include "carve/base/test_folder.hpp"
#include "carve/task/inputs.hpp"
#include "carve/task/loss.hpp"
#include "carve/task/trial.hpp"

namespace carve::task::test {

using Fields = std::vector<std::pair<std::string, decltype(base::Value::data)>>;

/// A component's table with these fields.
inline base::Table table_of(const Fields& fields) {
  base::Table table;
  for (const auto& [key, data] : fields) table.set(key, {data, {}});
  return table;
}

/// What the component makes of these fields, or nullptr with the messages in `problems`.
template <class Product, class Context>
std::unique_ptr<Product> make(const base::Component<Product, Context>& component, const Context& context,
                              const Fields& fields, std::string* problems = nullptr) {
  base::Table resolved;
  base::Diagnostics diagnostics;
  base::Table table = table_of(fields);
  table.set("kind", {component.name, {}});
  auto made = component.make(table, {}, context, resolved, diagnostics);
  if (problems) *problems = diagnostics.render();
  else EXPECT_TRUE(made) << diagnostics.render();
  return made;
}

using base::test::Folder;

/// sum_t x_ti x_tj / samples, plainly.
inline std::vector<double> second_moments(std::span<const float> values, std::size_t inputs) {
  std::vector<double> matrix(inputs * inputs, 0.0);
  const std::size_t samples = values.size() / inputs;
  for (std::size_t t = 0; t < samples; ++t) {
    for (std::size_t i = 0; i < inputs; ++i) {
      for (std::size_t j = 0; j < inputs; ++j) {
        matrix[i * inputs + j] +=
            static_cast<double>(values[t * inputs + i]) * static_cast<double>(values[t * inputs + j]);
      }
    }
  }
  for (double& each : matrix) each /= static_cast<double>(samples);
  return matrix;
}

/// v' M v and |M v - (v' M v) v| for a unit vector: an eigenvalue, and how far v is from an eigenvector.
struct Rayleigh {
  double value = 0;
  double residual = 0;
};
inline Rayleigh rayleigh(const std::vector<double>& matrix, const double* vector, std::size_t size) {
  std::vector<double> image(size, 0.0);
  Rayleigh result;
  for (std::size_t i = 0; i < size; ++i) {
    for (std::size_t j = 0; j < size; ++j) image[i] += matrix[i * size + j] * vector[j];
    result.value += vector[i] * image[i];
  }
  double square = 0;
  for (std::size_t i = 0; i < size; ++i) {
    const double difference = image[i] - result.value * vector[i];
    square += difference * difference;
  }
  result.residual = std::sqrt(square);
  return result;
}

inline double dot(const double* a, const double* b, std::size_t size) {
  double sum = 0;
  for (std::size_t i = 0; i < size; ++i) sum += a[i] * b[i];
  return sum;
}

/// Calls `check` on each instruction set that this CPU has.
template <class Check>
void on_each_isa(Check check) {
  const base::Isa before = base::isa();
  for (const base::Isa each : {base::Isa::scalar, base::Isa::v3, base::Isa::v4}) {
    if (!base::supported(each)) continue;
    base::force_isa(each);
    check();
  }
  base::force_isa(before);
}

}  // namespace carve::task::test
