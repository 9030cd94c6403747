#include <gtest/gtest.h>

#include "carve/search/optimiser.hpp"

namespace carve::search {
namespace {

using base::Table;

/// Makes the search that a table with these keys names; the messages go to `diagnostics`.
std::unique_ptr<Optimiser> make(std::vector<std::pair<std::string, base::Value>> keys, const Problem& problem,
                                base::Diagnostics& diagnostics, Table* resolved = nullptr) {
  Table table, unused;
  table.set("method", base::write_value(std::string("cma-es")));
  for (auto& [key, value] : keys) table.set(key, value);
  const Search* search = base::find_component(searches(), table, {}, "method", "search", diagnostics);
  return search ? search->make(table, {}, problem, resolved ? *resolved : unused, diagnostics) : nullptr;
}

const Problem two{.coordinates = {{}, {}}, .seed = 1};

TEST(Searches, are_made_from_a_table_and_write_their_defaults) {
  base::Diagnostics diagnostics;
  Table resolved;
  const auto search = make({{"population", base::write_value(std::int64_t{8})}}, two, diagnostics, &resolved);
  ASSERT_TRUE(search) << diagnostics.render();
  EXPECT_EQ(search->ask().count(), 8u);
  EXPECT_EQ(search->ask().dimension, 2u);
  for (const char* key : {"method", "population", "sigma", "active", "covariance", "restarts", "max_restarts",
                          "tolerance_loss", "tolerance_step", "noise_handling", "max_effort"}) {
    EXPECT_TRUE(resolved.find(key)) << key;
  }
}

TEST(Searches, refuse_nonsense_at_its_place) {
  const std::vector<std::pair<std::string, base::Value>> nonsense = {
      {"population", base::write_value(std::int64_t{1})},
      {"population", base::write_value(std::int64_t{-4})},
      {"population", base::write_value(2.5)},
      {"sigma", base::write_value(0.0)},
      {"sigma", base::write_value(-1.0)},
      {"sigma", base::write_value(std::string("wide"))},
      {"active", base::write_value(std::int64_t{1})},
      {"covariance", base::write_value(std::string("fulll"))},
      {"restarts", base::write_value(std::string("sometimes"))},
      {"max_restarts", base::write_value(std::int64_t{-1})},
      {"tolerance_loss", base::write_value(-1e-9)},
      {"tolerance_step", base::write_value(-1e-9)},
      {"noise_handling", base::write_value(std::string("yes"))},
      {"max_effort", base::write_value(0.5)},
      {"method", base::write_value(std::string("cma_es"))},
      {"lambda", base::write_value(std::int64_t{8})},
  };
  for (const auto& each : nonsense) {
    base::Diagnostics diagnostics;
    EXPECT_FALSE(make({each}, two, diagnostics)) << each.first;
    EXPECT_EQ(diagnostics.size(), 1u) << each.first << diagnostics.render();
  }
}

TEST(Searches, refuse_a_problem_they_cannot_search) {
  const double nan = std::numeric_limits<double>::quiet_NaN();
  for (const Problem& bad :
       {Problem{}, Problem{.coordinates = {{.initial = nan}}}, Problem{.coordinates = {{.lower = 1, .upper = 0}}},
        Problem{.coordinates = {{.scale = 0}}}, Problem{.coordinates = {{.lower = nan}}}}) {
    base::Diagnostics diagnostics;
    EXPECT_FALSE(make({}, bad, diagnostics));
    EXPECT_EQ(diagnostics.size(), 1u);
  }
}

}  // namespace
}  // namespace carve::search
