// Shorter rules: matrices and intervals against closed forms, curvature against exact gradients, planted rules that
// come back term for term from noisy weights.
#include <atomic>
#include <cmath>
#include <filesystem>
#include <map>
#include <numeric>

#include <gtest/gtest.h>

#include "carve/base/random.hpp"
#include "carve/evaluate/gradients.hpp"
#include "carve/experiment/record/recorded_run.hpp"
#include "carve/experiment/rules/rule_file.hpp"
#include "carve/experiment/run.hpp"
#include "carve/experiment/simplify/newton.hpp"
#include "carve/experiment/simplify/simplify.hpp"
#include "carve/experiment/test_support.hpp"

namespace carve::experiment {
namespace {

namespace fs = std::filesystem;
using Values = std::vector<double>;

Values normals(std::uint32_t stream, std::size_t count) {
  Values drawn(count);
  base::fill_normal({7, base::Purpose::planted_rules, stream, 2}, std::span(drawn));
  return drawn;
}

/// B'B of a random B: positive definite.
Symmetric random_positive(std::uint32_t stream, std::size_t n) {
  const Values b = normals(stream, n * n);
  Symmetric a(n);
  for (std::size_t i = 0; i < n; ++i) {
    for (std::size_t j = 0; j < n; ++j) {
      for (std::size_t k = 0; k < n; ++k) a.at(i, j) += b[k * n + i] * b[k * n + j];
    }
  }
  return a;
}

TEST(Symmetric, eigenvectors_make_the_matrix_again_and_stand_at_right_angles) {
  for (std::uint32_t round = 0; round < 20; ++round) {
    const std::size_t n = 1 + round;
    const Symmetric a = random_positive(round, n);
    const Eigen axes = eigen(a);
    for (std::size_t i = 0; i < n; ++i) {
      for (std::size_t j = 0; j < n; ++j) {
        double again = 0;
        for (std::size_t k = 0; k < n; ++k) again += axes.values[k] * axes.vectors[k][i] * axes.vectors[k][j];
        EXPECT_NEAR(again, a.at(i, j), 1e-12 * axes.values.front());
        const double product =
            std::inner_product(axes.vectors[i].begin(), axes.vectors[i].end(), axes.vectors[j].begin(), 0.0);
        EXPECT_NEAR(product, i == j ? 1 : 0, 1e-13);
      }
    }
    EXPECT_TRUE(std::is_sorted(axes.values.rbegin(), axes.values.rend()));
  }
}

TEST(Symmetric, inverse_undoes_it) {
  const Symmetric a = random_positive(3, 6);
  const Symmetric inverse = inverse_positive(eigen(a));
  const Values b = normals(4, 6);
  const Values solved = solve_positive(eigen(a), b);
  for (std::size_t i = 0; i < 6; ++i) {
    double back = 0, here = 0;
    for (std::size_t j = 0; j < 6; ++j) {
      back += a.at(i, j) * solved[j];
      here += inverse.at(i, j) * b[j];
    }
    EXPECT_NEAR(back, b[i], 1e-9);
    EXPECT_NEAR(here, solved[i], 1e-9 * (1 + std::abs(here)));
  }
}

TEST(Intervals, student_is_as_in_tables) {
  for (const auto& [freedom, wanted] :
       {std::pair{3.0, 3.1824}, {5.0, 2.5706}, {10.0, 2.2281}, {30.0, 2.0423}, {120.0, 1.9799}})
    EXPECT_NEAR(student_95(freedom), wanted, 0.01 * wanted) << freedom;
}

/// Losses (z - x_t)^2 / 2 have their minimum at the mean of x, whose standard error everybody knows.
TEST(Intervals, sandwich_of_a_mean_is_its_standard_error) {
  const Values x = normals(11, 50);
  const Measured known = measure(x);
  Curvature around{.losses = Values(50)};
  for (const double each : x) around.slopes.push_back(known.mean - each);
  around.gradient = {0};
  around.hessian = Symmetric(1, {1});
  EXPECT_NEAR(std::sqrt(sandwich(around).at(0, 0)), known.error, 1e-12);
}

/// Least squares with errors of unequal size: the textbook's HC1 for two columns, written out.
TEST(Intervals, sandwich_of_least_squares_is_hc1) {
  constexpr std::size_t n = 40;
  const Values u = normals(12, n), v = normals(13, n), e = normals(14, n);
  double uu = 0, uv = 0, vv = 0;
  Curvature around{.losses = Values(n), .slopes = Values(2 * n), .gradient = {0, 0}, .hessian = Symmetric(2)};
  for (std::size_t t = 0; t < n; ++t) uu += u[t] * u[t] / n, uv += u[t] * v[t] / n, vv += v[t] * v[t] / n;
  for (std::size_t t = 0; t < n; ++t) {
    around.slopes[t] = -u[t] * e[t] * u[t];
    around.slopes[n + t] = -v[t] * e[t] * u[t];
    around.gradient[0] += around.slopes[t] / n;
    around.gradient[1] += around.slopes[n + t] / n;
  }
  around.hessian.values = {uu, uv, uv, vv};
  double middle = 0;  // of the first number: (H^-1 (g - mean g))_1^2
  const double determinant = uu * vv - uv * uv;
  for (std::size_t t = 0; t < n; ++t) {
    const double a = around.slopes[t] - around.gradient[0], b = around.slopes[n + t] - around.gradient[1];
    middle += std::pow((vv * a - uv * b) / determinant, 2);
  }
  EXPECT_NEAR(sandwich(around).at(0, 0), middle / (n * (n - 2.0)), 1e-12);
}

TEST(L1Path, of_independent_terms_takes_them_by_what_they_are_worth) {
  Symmetric hessian(3);
  hessian.values = {1, 0, 0, 0, 9, 0, 0, 0, 1};
  const auto sets = l1_path(hessian, {2, 1, -0.5});  // worth 4, 9 and 0.25
  ASSERT_EQ(sets.size(), 3U);
  EXPECT_EQ(sets[0], (std::vector<std::size_t>{1}));
  EXPECT_EQ(sets[1], (std::vector<std::size_t>{0, 1}));
  EXPECT_EQ(sets[2], (std::vector<std::size_t>{0, 1, 2}));
}

TEST(Knee, is_the_shortest_within_two_errors_or_the_share) {
  std::vector<FrontPoint> points(4);
  const std::vector<Values> losses{{9, 9.2, 8.9}, {1.20, 1.25, 1.21}, {1.05, 1.06, 1.07}, {1.0, 1.1, 1.05}};
  EXPECT_EQ(knee(points, losses, 0), 2U);    // 0.01 +- 0.03 above
  EXPECT_EQ(knee(points, losses, 0.2), 1U);  // 16 % above
  EXPECT_NEAR(points[1].excess.mean, 0.17, 1e-9);
  EXPECT_EQ(points[3].excess.mean, 0);
}

TEST(Directions, are_written_with_the_largest_first) {
  EXPECT_EQ(combination({0.6, -0.8, 0.01}, {"alpha", "kappa", "beta"}), "-0.80 kappa + 0.60 alpha");
  EXPECT_NEAR(angle({1, 0}, {-1, -1}), 45, 1e-12);
}

TEST(Directions, of_a_valley_are_its_slopes_and_its_floor) {
  Symmetric hessian(2);
  hessian.values = {1.001, 0.999, 0.999, 1.001};  // (a + b)^2 and a hint of (a - b)^2
  const auto found = directions(hessian);
  EXPECT_NEAR(angle(found[0].weights, {1, 1}), 0, 1e-6);
  EXPECT_FALSE(found[0].free);
  EXPECT_TRUE(found[1].free);
  EXPECT_NEAR(found[1].stiffness, 0.001, 1e-9);
}

constexpr const char* planted = R"toml(seed = 5
[network]
kind = "rate"
inputs = 5
double_precision = true
[rule.feedforward]
family = "polynomial"
degree = 2
eta = 0.05
[trials]
count = 16
steps = 60
validation = 60
smallest_scale = 0.7
largest_scale = 1.5
initial_weight = 0.5
inputs = { kind = "gaussian", ratio = 0.6 }
[loss]
kind = "teacher"
dw = "0.05*(0.8*x*y - 0.6*y^2*w + 0.3*x)"
points = 5
noise = 0.1
l1 = 1e-4
[search]
method = "cma-es"
population = 32
generations = 150
)toml";

/// The planted rule's parameters, all 27, and which of them are its terms.
struct Truth {
  Values values;
  std::vector<std::size_t> terms;
};

Truth truth_of(const Experiment& experiment) {
  const std::map<std::string, double> wanted{{"x*y", 0.8}, {"y^2*w", -0.6}, {"x", 0.3}};
  Truth truth{.values = Values(experiment.rules.parameter_count(), 0.0)};
  for (std::size_t i = 0; i < truth.values.size(); ++i) {
    if (experiment.rules.parameter(i).fixed) truth.values[i] = *experiment.rules.parameter(i).fixed;
    if (!experiment.rules.parameter(i).penalised) continue;
    const auto found = wanted.find(term_label(experiment.rules, i));
    if (found == wanted.end()) continue;
    truth.values[i] = found->second;
    truth.terms.push_back(i);
  }
  EXPECT_EQ(truth.terms.size(), wanted.size());
  return truth;
}

TEST(Curvature, slopes_are_the_exact_gradients) {
  const auto experiment = read(planted);
  const Truth truth = truth_of(*experiment);
  Values values = truth.values;
  for (std::size_t i = 0; i < values.size(); ++i) {
    if (experiment->rules.parameter(i).penalised) values[i] += 0.02 * normals(20, values.size())[i];
  }
  const evaluate::Workers workers(2);
  const auto trials = evaluate::make_trials(experiment->trial_source(), task::Split::search, 0, 8, workers);
  const evaluate::Evaluator evaluator = evaluator_of(*experiment);
  const FitContext context{evaluator, experiment->rules, trials, workers};
  const FitCoordinates coordinates = fit_coordinates(experiment->rules, values, removable(experiment->rules, values));
  const Curvature around =
      curvature(context, coordinates, values, difference_steps(context, coordinates, values, true), false);
  const evaluate::GradientEvaluator exact(experiment->network, experiment->rules, *experiment->loss);
  const evaluate::Gradients known = exact.evaluate(std::span(&values, 1), trials, workers);
  ASSERT_EQ(known.dimension, coordinates.size());
  double largest = 0;
  for (std::size_t i = 0; i < coordinates.size(); ++i)
    largest = std::max(largest, std::abs(coordinates.units[i] * known.slopes[i]));
  for (std::size_t i = 0; i < coordinates.size(); ++i)
    EXPECT_NEAR(around.gradient[i], coordinates.units[i] * known.slopes[i], 1e-4 * largest) << i;
}

TEST(Curvature, does_not_end_at_a_bound_of_the_search) {
  const auto experiment = read(planted);
  const auto bounded = read(planted, {"rule.feedforward.terms={\"x*y\"={init=0, upper=0.8}}"});
  const Truth truth = truth_of(*experiment);
  const evaluate::Workers workers(1);
  const auto trials = evaluate::make_trials(experiment->trial_source(), task::Split::search, 0, 4, workers);
  const auto around = [&](const Experiment& of) {
    const evaluate::Evaluator evaluator = evaluator_of(of);
    const FitContext context{evaluator, of.rules, trials, workers};
    const FitCoordinates coordinates = fit_coordinates(of.rules, truth.values, truth.terms);
    return curvature(context, coordinates, truth.values, difference_steps(context, coordinates, truth.values, true),
                     true);
  };
  EXPECT_EQ(around(*experiment).hessian.values, around(*bounded).hessian.values);
}

TEST(NewtonFit, finds_the_planted_numbers_from_weights_without_noise) {
  const auto experiment = read(planted, {"loss.noise=0"});
  const Truth truth = truth_of(*experiment);
  Values start = truth.values;
  start[truth.terms[0]] *= 1.3;
  start[truth.terms[1]] *= 0.6;
  start[truth.terms[2]] *= 1.2;
  const evaluate::Workers workers(2);
  const auto trials = evaluate::make_trials(experiment->trial_source(), task::Split::search, 0, 8, workers);
  const evaluate::Evaluator evaluator = evaluator_of(*experiment);
  const NewtonFit fit = newton_fit({evaluator, experiment->rules, trials, workers}, start, truth.terms);
  for (const std::size_t i : truth.terms) EXPECT_NEAR(fit.values[i], truth.values[i], 1e-6) << i;
  EXPECT_LT(fit.loss, 1e-12);
}

/// How often 95 % intervals hold the planted numbers: by chance at least 50 of 60, and all but never less.
TEST(Intervals, hold_planted_numbers_as_often_as_they_say) {
  const evaluate::Workers workers(2);
  int held = 0, numbers = 0;
  for (std::uint32_t seed = 1; seed <= 20; ++seed) {
    const auto experiment = read(planted, {fmt::format("seed={}", seed)});
    const Truth truth = truth_of(*experiment);
    const auto trials = evaluate::make_trials(experiment->trial_source(), task::Split::search, 0, 40, workers);
    const evaluate::Evaluator evaluator = evaluator_of(*experiment);
    const FitContext context{evaluator, experiment->rules, trials, workers};
    const Values fitted = newton_fit(context, truth.values, truth.terms).values;
    const FitCoordinates coordinates = fit_coordinates(experiment->rules, fitted, truth.terms);
    const auto intervals = curvature_intervals(
        coordinates, fitted,
        curvature(context, coordinates, fitted, difference_steps(context, coordinates, fitted, true), true));
    for (std::size_t k = 0; k < truth.terms.size(); ++k, ++numbers) {
      const double wanted = truth.values[truth.terms[k]];
      held += intervals[k].low <= wanted && wanted <= intervals[k].high ? 1 : 0;
      EXPECT_LT(intervals[k].high - intervals[k].low, 0.5);  // an interval that says something
    }
  }
  EXPECT_EQ(numbers, 60);
  EXPECT_GE(held, 51);
  EXPECT_LE(held, 60);
}

TEST(Simplify, a_planted_rule_comes_back_term_for_term) {
  const Folder folder;
  const std::string run = folder / "run";
  Run::create(read(planted), run).go({});
  base::Diagnostics diagnostics;
  SimplifyOptions options{.share = 0, .refits = 4, .threads = 1};
  const auto found = simplify(run, options, diagnostics);
  ASSERT_TRUE(found) << diagnostics.render();
  const auto experiment = read(planted);
  const Truth truth = truth_of(*experiment);
  EXPECT_EQ(found->front[found->knee].kept, truth.terms);
  ASSERT_EQ(found->coefficients.size(), 3U);
  for (const Coefficient& each : found->coefficients) {
    ASSERT_TRUE(each.by_curvature && each.by_refits);
    EXPECT_LT(each.by_curvature->low, each.estimate);
    EXPECT_GT(each.by_refits->high, each.estimate);
  }
  EXPECT_GT(found->front.front().loss.mean, found->front[3].loss.mean);

  // The file is a rule with just these numbers.
  const auto rules = read_rules(found->file, *experiment, diagnostics);
  ASSERT_TRUE(rules) << diagnostics.render();
  EXPECT_EQ(rules->front().values, found->values);

  // Once more, on other threads: the same front from the record; made anew, the same to the bit.
  options.threads = 3;
  EXPECT_EQ(simplified_json(*simplify(run, options, diagnostics)), simplified_json(*found));
  { Records(record_path(run), Records::Mode::write).put("simplified", "{}"); }
  EXPECT_EQ(simplified_json(*simplify(run, options, diagnostics)), simplified_json(*found));

  // Another number of terms from the same front.
  options.terms = 2;
  const auto two = simplify(run, options, diagnostics);
  EXPECT_EQ(two->chosen, 2U);
  EXPECT_EQ(two->knee, 3U);
  EXPECT_GT(two->loss.mean, found->loss.mean + 2 * two->loss.error);
  EXPECT_TRUE(fs::exists(fs::path(run) / "rule-2.toml"));
}

TEST(Simplify, refuses_what_it_cannot_do) {
  const Folder folder;
  const std::string run = folder / "run";
  std::atomic<int> stop{1};
  Run::create(read(small), run).go({.threads = 1, .stop = &stop});
  base::Diagnostics diagnostics;
  EXPECT_FALSE(simplify(run, {}, diagnostics));
  EXPECT_NE(diagnostics.render().find("is not finished"), std::string::npos) << diagnostics.render();
  base::Diagnostics ignored;
  Run::open(run, ignored)->go({.threads = 1});
  base::Diagnostics wrong;
  EXPECT_FALSE(simplify(run, {.changes = {"trials.cuont=3"}}, wrong));
  EXPECT_NE(wrong.render().find("did you mean 'count'"), std::string::npos) << wrong.render();
  base::Diagnostics other;
  EXPECT_FALSE(simplify(run, {.changes = {"rule.feedforward.degree=2"}}, other));
  EXPECT_NE(other.render().find("another space of rules"), std::string::npos) << other.render();
  base::Diagnostics none;  // more terms than there are means all of them; fewer trials than numbers, no intervals
  const auto all = simplify(run, {.terms = 100, .trials = 4, .refits = 0, .threads = 1}, none);
  ASSERT_TRUE(all) << none.render();
  EXPECT_EQ(all->chosen + 1, all->front.size());
  EXPECT_EQ(all->default_method, "");
}

}  // namespace
}  // namespace carve::experiment
