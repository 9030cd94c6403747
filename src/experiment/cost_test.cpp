// What `carve check` measures: the right number of pieces of each kind of experiment, times that can be added up.
#include "carve/experiment/cost.hpp"

#include <algorithm>

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include "carve/experiment/documents/scaling_text.hpp"
#include "carve/experiment/test_support.hpp"

namespace carve::experiment {
namespace {

TEST(Cost, counts_blocks_of_candidates_and_trials) {
  struct Case {
    std::vector<Override> changes;
    std::size_t blocks, trials;
  };
  for (const auto& [changes, blocks, trials] :
       {Case{{}, 1, 4}, Case{{"search.population=130"}, 3, 4}, Case{{"trials.count=40"}, 1, 40}}) {
    const auto experiment = read(small, changes);
    const Cost cost = measure_cost(*experiment, 0.2);
    EXPECT_EQ(cost.work.blocks, blocks);
    EXPECT_EQ(cost.work.trials, trials);
    EXPECT_EQ(cost.simulations, 8.0 * static_cast<double>(cost.population * trials));
    EXPECT_EQ(cost.work.sample.seconds.size(), cost.work.sample.blocks * cost.work.sample.trials);
    EXPECT_TRUE(std::ranges::all_of(cost.work.sample.seconds, [](double each) { return each > 0; }));
    EXPECT_GT(cost.work.making, 0);
    EXPECT_GT(cost.work.serial, 0);
    EXPECT_NEAR(cost.work.result_bytes, 9.0 * static_cast<double>(cost.population) / static_cast<double>(blocks), 1e-9);
  }
}

TEST(Cost, of_a_search_along_gradients_is_that_of_its_gradients) {
  std::string text = small;
  text.replace(text.find("method = \"cma-es\"\npopulation = 6"), 32, "method = \"gradient\"");
  const auto experiment = read(text);
  const Cost cost = measure_cost(*experiment, 0.1);
  EXPECT_EQ(cost.work.blocks, 1U);
  const auto dimension = static_cast<double>(rule::search_coordinates(experiment->rules).initial.size());
  EXPECT_NEAR(cost.work.result_bytes, 8 * (2 + dimension) * static_cast<double>(cost.population), 1e-9);
}

TEST(ScalingText, has_a_row_for_each_prediction_and_is_json_where_asked) {
  const evaluate::Workload work{.sample = {1, 2, {1, 3}}, .blocks = 3, .trials = 5, .generations = 7};
  const std::vector<evaluate::Prediction> found{evaluate::predict_time(work, {}, 1, 2),
                                                evaluate::predict_time(work, {}, 7, 2)};
  const std::string table = scaling_table(found);
  EXPECT_EQ(std::ranges::count(table, '\n'), 3);
  EXPECT_NE(table.find("7 x 2"), std::string::npos);
  const auto json = nlohmann::json::parse("{\"a\": 1" + scaling_json(work, {}, found, "nowhere") + "}");
  EXPECT_EQ(json["ranks"].size(), 2U);
  EXPECT_EQ(json["pieces"]["timed"], (std::vector<double>{1, 3}));
  EXPECT_EQ(json["ranks"][1]["efficiency"], found[1].efficiency);
  EXPECT_EQ(json["breaks"], "nowhere");
}

TEST(Duration, is_told_in_units_that_people_use) {
  EXPECT_EQ(duration_text(0.00025), "250 us");
  EXPECT_EQ(duration_text(0.25), "250 ms");
  EXPECT_EQ(duration_text(90), "90 s");
  EXPECT_EQ(duration_text(600), "10 min");
  EXPECT_EQ(duration_text(36000), "10 h");
  EXPECT_EQ(duration_text(864000), "10 days");
}

}  // namespace
}  // namespace carve::experiment
