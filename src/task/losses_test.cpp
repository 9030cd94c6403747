// Losses by hand, and trials as functions of (seed, split, index).
#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include "carve/task/test_support.hpp"

namespace carve::task {
namespace {

using test::make;

double score(const Loss& loss, const std::vector<double>& truth, const std::vector<double>& weights,
             std::size_t point = 0) {
  Trial trial;
  trial.truth = truth;
  return loss.score({.trial = trial, .weights = weights, .point = point});
}

const LossContext two_inputs{.network = {.inputs = 2}};
const LossContext two_outputs{.network = {.inputs = 2, .outputs = 2}};

TEST(PrincipalComponentsLoss, alignment_is_what_its_formula_says) {  // 1 - cos^2 + 0.05 log^2 |w|^2
  const auto loss = make<Loss>(principal_components_loss, two_inputs, {});
  const std::vector<double> p{0.6, 0.8};
  EXPECT_NEAR(score(*loss, p, {0.6, 0.8}), 0, 1e-15);
  EXPECT_NEAR(score(*loss, p, {-0.6, -0.8}), 0, 1e-15);
  EXPECT_NEAR(score(*loss, p, {0.8, -0.6}), 1, 1e-15);
  EXPECT_NEAR(score(*loss, p, {1, 0}), 1 - 0.36, 1e-15);
  EXPECT_NEAR(score(*loss, p, {1.2, 1.6}), 0.05 * std::pow(std::log(4.0), 2), 1e-14);
  EXPECT_NEAR(score(*loss, p, {0.6e-9, 0.8e-9}), 0.05 * 100, 1e-12);  // bounded
  EXPECT_EQ(score(*loss, p, {0, 0}), loss->worst());
  const auto both = make<Loss>(principal_components_loss, two_outputs, {});
  EXPECT_NEAR(score(*both, {1, 0, 0, 1}, {1, 0, 1, 0}), 0.5, 1e-15);  // the mean over two outputs
}

TEST(PrincipalComponentsLoss, squared_distance_is_what_its_formula_says) {
  const auto loss = make<Loss>(principal_components_loss, two_inputs, {{"measure", std::string("squared_distance")}});
  const std::vector<double> p{0.6, 0.8};
  EXPECT_EQ(score(*loss, p, {0, 0}), 1);
  EXPECT_NEAR(score(*loss, p, {-0.6, -0.8}), 0, 1e-15);
  EXPECT_NEAR(score(*loss, p, {0.8, -0.6}), 2, 1e-15);
  EXPECT_NEAR(score(*loss, p, {1, 0}), 0.16 + 0.64, 1e-15);
  EXPECT_EQ(score(*loss, p, {1e9, 0}), loss->worst());
}

RC_GTEST_PROP(PrincipalComponentsLoss, ignores_signs_and_stays_within_its_bounds, ()) {
  const auto measure = *rc::gen::element<std::string>("alignment", "squared_distance");
  const auto loss = make<Loss>(principal_components_loss, two_inputs, {{"measure", measure}});
  const auto angle = *rc::gen::inRange(0, 1000);
  const std::vector<double> p{std::cos(angle * 0.1), std::sin(angle * 0.1)};
  const double size = std::pow(10.0, *rc::gen::inRange(-40, 41));
  const std::vector<double> w{size * *rc::gen::inRange(-9, 10), size * *rc::gen::inRange(-9, 10)};
  const double value = score(*loss, p, w);
  RC_ASSERT(value >= 0 && value <= loss->worst());
  RC_ASSERT(value == score(*loss, p, {-w[0], -w[1]}));
  RC_ASSERT(value == score(*loss, {-p[0], -p[1]}, w));
}

/// The loss's gradient against central differences, at `weights`.
void expect_gradient(const Loss& loss, const Trial& trial, std::vector<double> weights, std::size_t point = 0) {
  ASSERT_TRUE(loss.has_gradient());
  const std::vector<double> found = loss.gradient({.trial = trial, .weights = weights, .point = point});
  ASSERT_EQ(found.size(), weights.size());
  for (std::size_t i = 0; i < weights.size(); ++i) {
    const double at = weights[i];
    constexpr double step = 1e-5;
    const auto score_at = [&](double w) {
      weights[i] = w;
      return loss.score({.trial = trial, .weights = weights, .point = point});
    };
    const double above = score_at(at + step);
    const double slope = (above - score_at(at - step)) / (2 * step);
    weights[i] = at;
    EXPECT_NEAR(found[i], slope, 1e-8 * std::max(1.0, std::abs(slope))) << i;
  }
}

TEST(PrincipalComponentsLoss, gradient_is_its_slope) {
  Trial trial;
  trial.truth = {0.6, 0.8, 0.8, -0.6};
  for (const char* measure : {"alignment", "squared_distance"}) {
    const auto loss = make<Loss>(principal_components_loss, two_outputs, {{"measure", std::string(measure)}});
    expect_gradient(*loss, trial, {0.3, -0.2, 1.1, 0.4});
    expect_gradient(*loss, trial, {-0.6, -0.9, 0.1, 0.05});
    EXPECT_EQ(loss->gradient({.trial = trial, .weights = std::vector<double>(4, 0.0)}), std::vector<double>(4, 0.0));
  }
  // At its bounds a loss is flat, in the length that is.
  const auto distance =
      make<Loss>(principal_components_loss, two_inputs, {{"measure", std::string("squared_distance")}});
  EXPECT_EQ(distance->gradient({.trial = trial, .weights = std::vector<double>{1e5, 0}}), std::vector<double>(2, 0.0));
  const auto alignment = make<Loss>(principal_components_loss, two_inputs, {});
  const std::vector<double> far{6e3, 8e3};
  for (const double each : alignment->gradient({.trial = trial, .weights = far})) EXPECT_NEAR(each, 0, 1e-18);
}

/// A task whose inputs and loss live as long as it does.
struct Task {
  std::unique_ptr<Inputs> inputs;
  std::unique_ptr<Loss> loss;
  TrialSource source;
};

Task task_of(const LossComponent& component, const test::Fields& loss, std::uint64_t seed = 1, std::size_t outputs = 1,
             std::size_t points = 1) {
  Task task;
  const network::RateNetwork network{.inputs = 6, .outputs = static_cast<std::int64_t>(outputs)};
  task.inputs = make<Inputs>(gaussian_inputs, InputsContext{6, ""}, {});
  task.loss = make<Loss>(component, LossContext{network, points}, loss);
  task.source = {
      .inputs = task.inputs.get(), .loss = task.loss.get(), .network = network, .seed = seed, .plan = {.steps = 120}};
  return task;
}

TEST(TeacherLoss, gradient_is_its_slope_at_every_point) {
  const Task task = task_of(teacher_loss, {{"dw", std::string("0.02*(x*y - y^2*w)")}}, 1, 2, 3);
  const Trial trial = make_trial(task.source, Split::search, 0);
  for (std::size_t point = 0; point < 3; ++point) {
    expect_gradient(*task.loss, trial, {0.3, -0.2, 1.1, 0.4, 0.5, 0.1, 0.2, 0.7, -0.3, 0.6, 0.9, -0.8}, point);
  }
  const std::vector<double> far(12, 1e6);
  EXPECT_EQ(task.loss->gradient({.trial = trial, .weights = far}), std::vector<double>(12, 0.0));
}

TEST(TeacherLoss, is_zero_for_the_teacher_itself_at_every_point) {
  for (const char* dw : {"0.02*(x*y - y^2*w)", "0.02*tanh(x*y) - 0.01*w"}) {
    const Task task = task_of(teacher_loss, {{"dw", std::string(dw)}}, 1, 2, 5);
    const Trial trial = make_trial(task.source, Split::search, 0);
    ASSERT_EQ(trial.truth.size(), 5U * 12U);
    for (std::size_t point = 0; point < 5; ++point) {
      const std::vector<double> own(trial.truth.begin() + static_cast<std::ptrdiff_t>(12 * point),
                                    trial.truth.begin() + static_cast<std::ptrdiff_t>(12 * point + 12));
      EXPECT_EQ(score(*task.loss, trial.truth, own, point), 0);
    }
  }
}

TEST(TeacherLoss, is_the_relative_squared_distance_at_its_point) {
  const auto loss = make<Loss>(teacher_loss, LossContext{{.inputs = 2}, 2}, {{"dw", std::string("x")}});
  EXPECT_NEAR(score(*loss, {3, 4, 0, 2}, {3, 4}, 0), 0, 1e-15);
  EXPECT_NEAR(score(*loss, {3, 4, 0, 2}, {0, 1}, 1), 0.25, 1e-15);
  EXPECT_NEAR(score(*loss, {3, 4, 0, 2}, {6, 8}, 0), 1, 1e-15);
  EXPECT_NEAR(score(*loss, {0, 0, 0, 2}, {0, 3}, 0), 9, 1e-15);  // a teacher at rest: the distance itself
  EXPECT_EQ(score(*loss, {1, 0, 1, 0}, {1e30, 0}, 1), loss->worst());
}

TEST(TeacherLoss, lateral_connections_have_a_teacher_of_their_own) {
  const LossContext ordered{{.inputs = 6, .outputs = 3, .lateral = network::Lateral::hierarchical}};
  std::string problems;
  EXPECT_FALSE(make<Loss>(teacher_loss, ordered, {{"dw", std::string("x*y")}}, &problems));
  EXPECT_NE(problems.find("need a teacher too"), std::string::npos) << problems;
  EXPECT_FALSE(
      make<Loss>(teacher_loss, two_inputs, {{"dw", std::string("x")}, {"lateral", std::string("x")}}, &problems));
  EXPECT_NE(problems.find("no lateral connections"), std::string::npos) << problems;
  EXPECT_TRUE(make<Loss>(teacher_loss, ordered, {{"dw", std::string("x*y")}, {"lateral", std::string("-x*y")}}));
}

TEST(TeacherLoss, a_teacher_must_be_all_numbers) {
  std::string problems;
  EXPECT_FALSE(make<Loss>(teacher_loss, two_inputs, {{"dw", std::string("A*x")}}, &problems));
  EXPECT_NE(problems.find("unknown: 'A'"), std::string::npos) << problems;
}

TEST(Trials, are_functions_of_seed_split_and_index) {
  const Task task = task_of(principal_components_loss, {});
  const auto equal = [](const Trial& a, const Trial& b) {
    return a.samples.values == b.samples.values && a.initial_weights == b.initial_weights && a.scale == b.scale &&
           a.truth == b.truth;
  };
  const Trial first = make_trial(task.source, Split::search, 3);
  test::on_each_isa([&] { EXPECT_TRUE(equal(make_trial(task.source, Split::search, 3), first)); });
  const auto all_differ = [&](const Trial& other) {
    EXPECT_NE(other.samples.values, first.samples.values);
    EXPECT_NE(other.initial_weights, first.initial_weights);
    EXPECT_NE(other.scale, first.scale);
    EXPECT_NE(other.truth, first.truth);
  };
  all_differ(make_trial(task.source, Split::search, 4));
  all_differ(make_trial(task.source, Split::validation, 3));
  all_differ(make_trial(task_of(principal_components_loss, {}, 2).source, Split::search, 3));
}

TEST(Trials, scales_are_log_uniform_and_weights_normal) {
  Task task = task_of(principal_components_loss, {});
  task.source.plan = {.steps = 1, .smallest_scale = 0.25, .largest_scale = 4, .initial_weight = 0.3};
  constexpr int count = 2000;
  double sum = 0, square = 0, weights = 0;
  for (std::uint32_t i = 0; i < count; ++i) {
    const Trial trial = make_trial(task.source, Split::search, i);
    EXPECT_GE(trial.scale, 0.25 * (1 - 1e-6));
    EXPECT_LE(trial.scale, 4 * (1 + 1e-6));
    const double position = std::log2(trial.scale) / 2;  // uniform in -1 .. 1
    sum += position;
    square += position * position;
    for (const float w : trial.initial_weights) weights += static_cast<double>(w) * static_cast<double>(w);
  }
  EXPECT_NEAR(sum / count, 0, 0.06);
  EXPECT_NEAR(square / count, 1.0 / 3, 0.03);
  EXPECT_NEAR(std::sqrt(weights / (count * 6)), 0.3, 0.01);
}

}  // namespace
}  // namespace carve::task
