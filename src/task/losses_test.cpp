// Losses by hand, and trials as functions of (seed, split, index).
#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include "carve/base/random.hpp"
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

TEST(PrincipalComponentsLoss, any_order_takes_the_best_one) {
  for (const char* measure : {"alignment", "squared_distance"}) {
    const auto any = make<Loss>(principal_components_loss, two_outputs,
                                {{"measure", std::string(measure)}, {"match", std::string("any_order")}});
    const auto ordered = make<Loss>(principal_components_loss, two_outputs, {{"measure", std::string(measure)}});
    const std::vector<double> truth{1, 0, 0, 1}, swapped{0, 1, 1, 0};
    EXPECT_EQ(score(*any, truth, {0, -1, 1, 0}), 0);
    EXPECT_EQ(score(*any, truth, {1, 0, 0, -1}), 0);
    EXPECT_GT(score(*ordered, truth, {0, -1, 1, 0}), 0.9);
    const std::vector<double> weights{0.3, -0.2, 1.1, 0.4};
    EXPECT_EQ(score(*any, truth, weights),
              std::min(score(*ordered, truth, weights), score(*ordered, swapped, weights)));
    Trial trial;
    trial.truth = truth;
    expect_gradient(*any, trial, weights);
  }
}

TEST(PrincipalComponentsLoss, more_outputs_than_components_are_refused) {
  std::string problems;
  EXPECT_FALSE(
      make<Loss>(principal_components_loss, LossContext{.network = {.inputs = 2, .outputs = 3}}, {}, &problems));
  EXPECT_NE(problems.find("2 inputs have only 2 principal components"), std::string::npos) << problems;
}

const LossContext two_of_three{.network = {.inputs = 3, .outputs = 2}};

TEST(SubspaceLoss, is_what_its_formula_says) {
  const auto loss = make<Loss>(subspace_loss, two_of_three, {});
  const std::vector<double> floor{1, 0, 0, 0, 1, 0};
  EXPECT_NEAR(score(*loss, floor, {0.6, 0.8, 0, 0.8, -0.6, 0}), 0, 1e-15);
  EXPECT_NEAR(score(*loss, floor, {0.6, 0.8, 0, 1, 0, 0}), 0, 1e-15);  // not orthogonal: the span counts
  EXPECT_NEAR(score(*loss, floor, {1, 0, 0, 0, 0.6, 0.8}), 1 - 1.36 / 2, 1e-15);
  EXPECT_NEAR(score(*loss, floor, {1, 0, 0, 0, 2, 0}), 0.5 * 0.05 * std::pow(std::log(4.0), 2), 1e-14);
  EXPECT_NEAR(score(*loss, floor, {1, 0, 0, -1, 0, 0}), 0.5, 1e-15);  // one direction of two
  EXPECT_NEAR(score(*loss, floor, {1, 0, 0, 0, 0, 0}), 0.5 + 2.5, 1e-15);
  EXPECT_EQ(score(*loss, floor, std::vector<double>(6, 0.0)), loss->worst());
}

TEST(SubspaceLoss, counts_all_paths) {
  const LossContext symmetric{.network = {.inputs = 3, .outputs = 2, .lateral = network::Lateral::symmetric}};
  const auto loss = make<Loss>(subspace_loss, symmetric, {});
  const std::vector<double> floor{1, 0, 0, 0, 1, 0};
  // u_01 = 0, u_10 = -0.5: the second response is (1, 0.5, 0) - 0.5 (0, 1, 0).
  EXPECT_NEAR(score(*loss, floor, {0, 1, 0, 1, 0.5, 0, 0, -0.5}), 0, 1e-15);
  // u_01 u_10 = 1: there is no steady state, and no response; the loss is a number all the same.
  const double none = score(*loss, floor, {0, 1, 0, 1, 0.5, 0, 1, 1});
  EXPECT_TRUE(none >= 0 && none <= loss->worst()) << none;
}

RC_GTEST_PROP(SubspaceLoss, ignores_signs_order_and_rotations_of_the_space_and_stays_within_its_bounds, ()) {
  const auto loss = make<Loss>(subspace_loss, two_of_three, {});
  const std::vector<double> floor{1, 0, 0, 0, 1, 0};
  const double size = std::pow(10.0, *rc::gen::inRange(-40, 41));
  std::vector<double> w(6);
  for (double& each : w) each = size * *rc::gen::inRange(-9, 10);
  const double value = score(*loss, floor, w);
  RC_ASSERT(value >= 0 && value <= loss->worst());
  RC_ASSERT(std::abs(score(*loss, floor, {w[3], w[4], w[5], -w[0], -w[1], -w[2]}) - value) < 1e-12);
  const auto quarter = [](const double* row) { return std::vector<double>{-row[1], row[0], row[2]}; };
  std::vector<double> rotated = quarter(w.data());
  for (const double each : quarter(w.data() + 3)) rotated.push_back(each);
  RC_ASSERT(std::abs(score(*loss, floor, rotated) - value) < 1e-12);
}

TEST(SubspaceLoss, is_of_linear_networks) {
  for (const LossComponent* component : {&subspace_loss, &explained_variance_loss}) {
    std::string problems;
    EXPECT_FALSE(make<Loss>(
        *component, LossContext{.network = {.inputs = 3, .outputs = 2, .activation = network::Activation::tanh}}, {},
        &problems));
    EXPECT_NE(problems.find("not linear"), std::string::npos) << problems;
  }
}

/// Four times the variance along the first axis, and a little along the third.
Trial axes() {
  Trial trial;
  trial.samples.components = {1, 0, 0, 0, 1, 0};
  trial.samples.values = {9, 9, 9, 2, 0, 0, 0, 1, 0, 0, 0, 0.5F, -2, 0, 0, 0, -1, 0, 0, 0, -0.5F};
  return trial;
}

double score_on(const Loss& loss, Trial trial, const std::vector<double>& weights) {
  trial.truth = loss.truth(trial);
  return loss.score({.trial = trial, .weights = weights});
}

TEST(ExplainedVarianceLoss, is_the_share_of_the_components_variance_that_is_not_captured) {
  const auto loss = make<Loss>(explained_variance_loss, two_of_three, {{"samples", std::int64_t{6}}});
  EXPECT_NEAR(score_on(*loss, axes(), {1, 1, 0, 1, -1, 0}), 0, 1e-15);
  EXPECT_NEAR(score_on(*loss, axes(), {0.6, 0.8, 0, 0, 0, 7}), 1 - (1.44 + 0.64 + 0.25) / 5, 1e-15);
  EXPECT_NEAR(score_on(*loss, axes(), {0, 0, 3, 0, 0, 3}), 1 - 0.25 / 5, 1e-15);
  EXPECT_EQ(score_on(*loss, axes(), std::vector<double>(6, 0.0)), loss->worst());
  Trial silent = axes();
  for (float& each : silent.samples.values) each = 0;
  EXPECT_EQ(score_on(*loss, silent, {1, 0, 0, 0, 1, 0}), 0);
  // All seven samples: more than the components capture is no gain.
  const auto all = make<Loss>(explained_variance_loss, two_of_three, {});
  EXPECT_EQ(score_on(*all, axes(), {1, 1, 1, 1, 0, 0}), 0);
}

TEST(DecorrelationLoss, is_the_mean_squared_correlation_of_the_last_samples) {
  const auto loss = make<Loss>(decorrelation_loss, two_of_three, {{"samples", std::int64_t{6}}});
  EXPECT_NEAR(score_on(*loss, axes(), {1, 0, 0, 0, 1, 0}), 0, 1e-15);
  EXPECT_NEAR(score_on(*loss, axes(), {1, 1, 0, 1, -1, 0}), 0.36, 1e-15);
  EXPECT_EQ(score_on(*loss, axes(), {1, 1, 0, 0, 0, 0}), loss->worst());
  std::string problems;
  EXPECT_FALSE(make<Loss>(decorrelation_loss, two_inputs, {}, &problems));
  EXPECT_NE(problems.find("nothing to be correlated with"), std::string::npos) << problems;
}

/// Inputs of which only the labels are known.
class Labelled final : public Inputs {
 public:
  [[nodiscard]] Samples sample(const SampleRequest&) const override { return {}; }
  [[nodiscard]] LabelInfo labels() const override { return {.samples = 12, .classes = 2}; }
};

TEST(RepresentationLoss, is_the_error_of_a_readout_of_the_outputs) {
  const Labelled inputs;
  LossContext context = two_of_three;
  context.inputs = &inputs;
  const auto loss = make<Loss>(representation_loss, context, {{"train", std::int64_t{8}}, {"test", std::int64_t{4}}});
  ASSERT_TRUE(loss->readout());
  EXPECT_EQ(loss->readout()->train + loss->readout()->test, 12U);
  Trial trial;  // the sign of the third input is the class, but for one of the test samples
  for (int t = 0; t < 12; ++t) {
    const float sign = t % 2 == 0 ? 1.0F : -1.0F;
    trial.samples.labelled.insert(trial.samples.labelled.end(), {static_cast<float>(t % 4 / 2), 0.5F, sign});
    trial.samples.labels.push_back(static_cast<std::uint8_t>(t == 9 ? 0 : t % 2));
  }
  EXPECT_EQ(score_on(*loss, trial, {0, 0, 0.01, 1, 0, 0}), 0.25);
  EXPECT_EQ(score_on(*loss, trial, {0, 0, -30, 0, 0, 0}), 0.25);
  EXPECT_EQ(score_on(*loss, trial, {1, 0, 0, 0, 1, 0}), 0.25);  // nothing known: class 0, as 3 of the 4
}

TEST(RepresentationLoss, needs_labels_and_enough_of_them) {
  std::string problems;
  EXPECT_FALSE(make<Loss>(representation_loss, two_of_three, {}, &problems));
  EXPECT_NE(problems.find("have no labels"), std::string::npos) << problems;
  const Labelled inputs;
  LossContext context = two_of_three;
  context.inputs = &inputs;
  EXPECT_FALSE(make<Loss>(representation_loss, context, {{"test", std::int64_t{4}}}, &problems));
  EXPECT_NE(problems.find("are more than the 12 there are"), std::string::npos) << problems;
}

/// An entry of `parts`.
base::Value part(const test::Fields& fields) { return {test::table_of(fields), {}}; }

TEST(SumLoss, is_the_weighted_sum_of_its_parts) {
  const test::Fields teacher{{"kind", std::string("teacher")}, {"dw", std::string("0.02*x*y")}, {"weight", 0.25}};
  const base::Array parts{part({{"kind", std::string("principal_components")}}),
                          part({{"kind", std::string("decorrelation")}, {"weight", std::int64_t{3}}}), part(teacher)};
  Task task = task_of(sum_loss, {{"parts", parts}}, 1, 2, 3);
  const Trial trial = make_trial(task.source, Split::search, 0);
  const std::vector<double> weights{0.3, -0.2, 1.1, 0.4, 0.5, 0.1, 0.2, 0.7, -0.3, 0.6, 0.9, -0.8};
  const LossContext context{task.source.network, 3};
  for (std::size_t point = 0; point < 3; ++point) {
    double sum = 0, worst = 0;
    for (const auto& [component, fields, weight] :
         {std::tuple{&principal_components_loss, test::Fields{}, 1.0},
          {&decorrelation_loss, test::Fields{}, 3.0},
          {&teacher_loss, test::Fields{{"dw", std::string("0.02*x*y")}}, 0.25}}) {
      const auto alone = make<Loss>(*component, context, fields);
      Trial own = trial;
      own.truth = alone->truth(own);
      sum += weight * alone->score({.trial = own, .weights = weights, .point = point});
      worst += weight * alone->worst();
    }
    EXPECT_NEAR(task.loss->score({.trial = trial, .weights = weights, .point = point}), sum, 1e-14 * sum);
    EXPECT_EQ(task.loss->worst(), worst);
  }
  expect_gradient(*task.loss, trial, weights, 1);
  // A part without a gradient leaves the sum without one.
  const network::RateNetwork curved{.inputs = 6, .outputs = 2, .activation = network::Activation::tanh};
  EXPECT_FALSE(make<Loss>(sum_loss, LossContext{curved}, {{"parts", base::Array{parts[0], parts[1]}}})->has_gradient());
}

TEST(LossesOfTheResponse, gradients_are_their_slopes) {
  using network::Lateral;
  for (const Lateral lateral : {Lateral::none, Lateral::hierarchical, Lateral::symmetric}) {
    const network::RateNetwork network{.inputs = 6, .outputs = 3, .lateral = lateral};
    for (const LossComponent* component : {&subspace_loss, &explained_variance_loss, &decorrelation_loss}) {
      SCOPED_TRACE(component->name);
      Task task = task_of(*component, {}, 3, 3);
      task.loss = make<Loss>(*component, LossContext{network, 1}, {});
      task.source.loss = task.loss.get();
      task.source.network = network;
      const Trial trial = make_trial(task.source, Split::search, 0);
      std::vector<double> weights(network.weight_count());
      for (const std::uint32_t seed : {1U, 2U, 3U}) {
        base::fill_normal({seed, base::Purpose::inputs, 0, 0}, std::span<double>(weights));
        for (double& each : weights) each *= 0.3;
        expect_gradient(*task.loss, trial, weights);
      }
      // Two outputs that say the same: no slope is right there, and none is infinite.
      std::vector<double> twice(network.weight_count(), 0.0);
      for (std::size_t i = 0; i < network.feedforward_count(); ++i) twice[i] = 0.1 * static_cast<double>(i % 6 + 1);
      for (const double each : task.loss->gradient({.trial = trial, .weights = twice}))
        EXPECT_TRUE(std::isfinite(each));
    }
  }
}

TEST(SumLoss, says_what_is_wrong_with_a_part) {
  const auto refused = [](const base::Value& value) {
    std::string problems;
    EXPECT_FALSE(make<Loss>(sum_loss, two_outputs, {{"parts", base::Array{value}}}, &problems));
    return problems;
  };
  EXPECT_NE(refused(part({{"kind", std::string("subspce")}})).find("did you mean 'subspace'"), std::string::npos);
  EXPECT_NE(refused(part({{"kind", std::string("sum")}})).find("unknown part of a sum \"sum\""), std::string::npos);
  EXPECT_NE(refused(part({{"weight", 1.0}})).find("which part of a sum"), std::string::npos);
  EXPECT_NE(refused(part({{"kind", std::string("subspace")}, {"weight", 0.0}})).find("> 0"), std::string::npos);
  EXPECT_NE(refused(part({{"kind", std::string("subspace")}, {"weigth", 1.0}})).find("'weigth'"), std::string::npos);
  EXPECT_NE(refused(part({{"kind", std::string("teacher")}})).find("missing 'dw'"), std::string::npos);
  EXPECT_NE(refused({3.0, {}}).find("expected a table"), std::string::npos);
  std::string problems;
  EXPECT_FALSE(make<Loss>(sum_loss, two_outputs, {{"parts", base::Array{}}}, &problems));
  EXPECT_FALSE(make<Loss>(sum_loss, two_outputs, {}, &problems));
  EXPECT_NE(problems.find("missing 'parts'"), std::string::npos) << problems;
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

TEST(TeacherLoss, measured_with_noise_the_teacher_scores_the_noise) {
  const test::Fields fields{{"dw", std::string("0.02*(x*y - y^2*w)")}};
  test::Fields noisy = fields;
  noisy.emplace_back("noise", 0.3);
  const Task exact = task_of(teacher_loss, fields, 1, 2, 5), task = task_of(teacher_loss, noisy, 1, 2, 5);
  constexpr std::uint32_t trials = 400;
  double mean = 0;
  for (std::uint32_t t = 0; t < trials; ++t) {
    const Trial trial = make_trial(task.source, Split::search, t);
    const Trial clean = make_trial(exact.source, Split::search, t);
    ASSERT_EQ(trial.truth.size(), 5U * 12U + 5U);
    for (std::size_t point = 0; point < 5; ++point) {
      const std::vector<double> own(clean.truth.begin() + static_cast<std::ptrdiff_t>(12 * point),
                                    clean.truth.begin() + static_cast<std::ptrdiff_t>(12 * point + 12));
      mean += score(*task.loss, trial.truth, own, point) / (5 * trials);
    }
  }
  EXPECT_NEAR(mean, 0.09, 4 * 0.09 * std::sqrt(2.0 / (12 * 5 * trials)));  // noise^2; chi^2 has this spread
  const Trial again = make_trial(task.source, Split::search, 7), other = make_trial(task.source, Split::validation, 7);
  EXPECT_EQ(again.truth, make_trial(task.source, Split::search, 7).truth);
  EXPECT_NE(again.truth, other.truth);
  expect_gradient(*task.loss, again, {0.3, -0.2, 1.1, 0.4, 0.5, 0.1, 0.2, 0.7, -0.3, 0.6, 0.9, -0.8}, 3);
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
