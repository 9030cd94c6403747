// The linear readout against numpy and by its properties.
#include <cmath>
#include <limits>

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include "carve/task/readout.hpp"

namespace carve::task {
namespace {

/// 80 samples of three outputs in three classes.
struct Data {
  std::vector<double> outputs;
  std::vector<std::uint8_t> labels;

  Data() {
    std::int64_t x = 12345;
    for (int i = 0; i < 240; ++i) {
      x = (1103515245 * x + 12345) % (std::int64_t{1} << 31);
      outputs.push_back(static_cast<double>((x >> 16) % 1000) / 100 - 5);
    }
    for (std::size_t t = 0; t < 80; ++t) {
      const double* const y = outputs.data() + 3 * t;
      labels.push_back(static_cast<std::uint8_t>((y[0] + 0.5 * y[1] * y[1] > 2 ? 1 : 0) + (y[2] > 2.5 ? 1 : 0)));
    }
  }
};

constexpr ReadoutPlan plan{.train = 50, .test = 30, .classes = 3, .ridge = 0.1};

TEST(Readout, is_wrong_as_often_as_numpy_says) {
  // Y, L: the data above; m = Y[:50].mean(0); C = (Y[:50] - m).T @ (Y[:50] - m) / 50; T = eye(3)[L[:50]]
  // W = solve(C + 0.1 * trace(C) / 3 * eye(3), (Y[:50] - m).T @ (T - T.mean(0)) / 50)
  // (((Y[50:] - m) @ W + T.mean(0)).argmax(1) != L[50:]).sum() == 14; the closest call is by 0.007
  const Data data;
  EXPECT_DOUBLE_EQ(readout_error(plan, data.outputs, data.labels), 14.0 / 30);
}

RC_GTEST_PROP(Readout, does_not_change_with_the_scale_of_the_outputs_or_a_shift, ()) {
  const Data data;
  const double factor = std::ldexp(1.0, *rc::gen::inRange(-60, 60));
  const double shift = *rc::gen::inRange(-3, 4);
  Data other;
  for (double& each : other.outputs) each = factor * (each + shift);
  RC_ASSERT(readout_error(plan, other.outputs, data.labels) == readout_error(plan, data.outputs, data.labels));
}

TEST(Readout, separable_classes_are_all_right) {
  std::vector<double> outputs;
  std::vector<std::uint8_t> labels;
  for (int t = 0; t < 40; ++t) {
    const int c = t % 3;
    labels.push_back(static_cast<std::uint8_t>(c));
    outputs.insert(outputs.end(), {c == 0 ? 1.0 : 0.0, c == 1 ? 7.0 : 0.0});
  }
  EXPECT_EQ(readout_error({.train = 20, .test = 20, .classes = 3}, outputs, labels), 0);
}

TEST(Readout, of_outputs_that_say_nothing_is_the_most_frequent_class) {
  const std::vector<std::uint8_t> labels{1, 2, 2, 0, 2, 1, 2, 0};
  const ReadoutPlan few{.train = 4, .test = 4, .classes = 3};
  EXPECT_EQ(readout_error(few, std::vector<double>(16, 0.0), labels), 0.5);  // of 2, 1, 2, 0
  EXPECT_EQ(readout_error(few, std::vector<double>(16, 3.5), labels), 0.5);
}

TEST(Readout, of_outputs_that_repeat_each_other_or_are_not_finite_is_a_number) {
  Data data;
  ReadoutPlan hardly = plan;
  hardly.ridge = 1e-300;
  for (std::size_t t = 0; t < 80; ++t) data.outputs[3 * t + 1] = data.outputs[3 * t];
  const double error = readout_error(hardly, data.outputs, data.labels);
  EXPECT_TRUE(error >= 0 && error <= 1);
  for (const double odd : {std::numeric_limits<double>::infinity(), std::nan(""), 1e300}) {
    for (const std::size_t place : {std::size_t{0}, std::size_t{239}}) {
      Data broken;
      broken.outputs[place] = odd;
      const double value = readout_error(plan, broken.outputs, broken.labels);
      EXPECT_TRUE(value >= 0 && value <= 1) << odd << " at " << place;
    }
  }
}

}  // namespace
}  // namespace carve::task
