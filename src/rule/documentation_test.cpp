// The examples in docs/explanation/rules.md are valid.
#include <fstream>
#include <sstream>

#include <gtest/gtest.h>

#include "carve/rule/event_family.hpp"
#include "carve/rule/rule_space.hpp"
#include "carve/rule/test_support.hpp"

namespace carve::rule {
namespace {

TEST(Documentation, every_example_is_read_without_a_mistake) {
  std::ifstream file(std::string(CARVE_SOURCE_DIR) + "/docs/explanation/rules.md");
  std::stringstream page;
  page << file.rdbuf();
  const std::string text = page.str();
  const std::string open = "```toml\n";
  int examples = 0;
  for (std::size_t begin = text.find(open); begin != std::string::npos; begin = text.find(open, begin)) {
    begin += open.size();
    const base::Table document = test::read_toml(text.substr(begin, text.find("```", begin) - begin), "rules.md");
    for (const base::Entry& rule : document.find("rule")->as<base::Table>()->entries) {
      base::Diagnostics diagnostics;
      const base::Table& table = *rule.value.as<base::Table>();
      const auto read = table.find("on_pre") ? read_event_rule : read_rule_space;
      EXPECT_TRUE(read(rule.key, table, rule.value.span, diagnostics)) << diagnostics.render();
      ++examples;
    }
  }
  EXPECT_EQ(examples, 5);
}

}  // namespace
}  // namespace carve::rule
