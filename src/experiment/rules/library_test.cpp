// The library of known rules: each is readable, sourced, and usable by its name wherever a rule is.
#include <gtest/gtest.h>

#include <set>

#include "carve/experiment/rules/library.hpp"
#include "carve/experiment/rules/rule_file.hpp"
#include "carve/experiment/test_support.hpp"

namespace carve::experiment {
namespace {

TEST(Library, every_rule_says_what_it_is) {
  std::set<std::string> names;
  for (const KnownRule& each : library()) {
    EXPECT_TRUE(names.insert(each.name).second) << each.name;
    EXPECT_TRUE(each.brief.ends_with(".")) << each.name;
    EXPECT_FALSE(each.cite.empty()) << each.name;
    EXPECT_EQ(find_known_rule(each.name), &each);
  }
  EXPECT_EQ(find_known_rule("no such rule"), nullptr);
}

TEST(Library, formulas_are_those_of_the_papers) {
  const auto formula = [](const char* name) { return rule::formula_text(find_known_rule(name)->rule); };
  EXPECT_EQ(formula("oja"), "dw = 0.02 (x y - y^2 w)");
  EXPECT_EQ(formula("hebb_decay"), "dw = 0.02 (x y - w)");
  EXPECT_EQ(formula("anti_hebbian"), "dw = -0.02 x y");
  EXPECT_EQ(formula("bcm"), "dw = -0.02 (x y - x y^2)");
  EXPECT_EQ(formula("vogels"),
            "on pre: w += 0.01 (x_post - 0.2); on post: w += 0.01 x_pre; tau_pre = 20 ms, tau_post = 20 ms; w >= 0");
}

TEST(Library, a_name_is_a_rule) {
  base::Diagnostics diagnostics;
  const auto experiment = read(small);
  const auto named = read_rules("oja", *experiment, diagnostics);
  ASSERT_TRUE(named) << diagnostics.render();
  EXPECT_EQ(named->front().space.name, "feedforward");
  const auto alone = read_rule_file("oja", diagnostics);
  ASSERT_TRUE(alone) << diagnostics.render();
  EXPECT_EQ(rule::formula_text(alone->front()), rule::formula_text(named->front()));
  const auto two = read_rule_file("oja; anti_hebbian", diagnostics);
  ASSERT_TRUE(two) << diagnostics.render();
  EXPECT_EQ(two->back().space.name, "anti_hebbian");
}

TEST(Library, a_text_is_a_rule_without_an_experiment) {
  base::Diagnostics diagnostics;
  const auto rate = read_rule_file("0.02*x*y", diagnostics);
  ASSERT_TRUE(rate) << diagnostics.render();
  EXPECT_EQ(rule::formula_text(rate->front()), "dw = 0.02 x y");
  const auto spikes = read_rule_file("on_post = 0.01*x_pre; tau_pre = 20 ms", diagnostics);
  ASSERT_TRUE(spikes) << diagnostics.render();
  EXPECT_TRUE(spikes->front().space.events);
  EXPECT_FALSE(read_rule_file("0.02*x*q", diagnostics));
}

TEST(Library, a_rule_of_another_kind_is_refused) {
  base::Diagnostics diagnostics;
  const auto experiment = read(small);
  EXPECT_FALSE(read_rules("vogels", *experiment, diagnostics));
  EXPECT_FALSE(read_rules("oja; oja", *experiment, diagnostics));
  EXPECT_NE(diagnostics.render().find("vogels is a rule between spiking neurons"), std::string::npos);
  EXPECT_NE(diagnostics.render().find("2 known rules for 1 connections"), std::string::npos);
}

TEST(Library, weights_stay_within_the_bounds_of_the_file) {
  const auto experiment = read(
      "[network]\nkind = \"spiking_neuron\"\n[rule.inhibition]\nfamily = \"six_parameter\"\neta = 0.01\nw_max = 7\n"
      "[trials]\nlifetime = \"6 s\"\ninputs = { kind = \"grouped\" }\n[loss]\nkind = \"target_rate\"\n"
      "target = \"5 Hz\"\n[search]\nmethod = \"cma-es\"\n");
  base::Diagnostics diagnostics;
  const auto found = read_rules("vogels", *experiment, diagnostics);
  ASSERT_TRUE(found) << diagnostics.render();
  EXPECT_EQ(found->front().space.events->w_max, 7);
  EXPECT_FALSE(read_rules("triplet_visual_cortex", *experiment, diagnostics));  // a kernel for it is not there
  EXPECT_NE(diagnostics.render().find("triplet_visual_cortex for inhibition: "), std::string::npos);
}

}  // namespace
}  // namespace carve::experiment
