// Rules between spiking neurons in one line: they are those of a file, and mistakes are told at their place.
#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include "carve/experiment/rules/event_text.hpp"
#include "carve/experiment/rules/rule_file.hpp"
#include "carve/experiment/test_support.hpp"
#include "carve/network/test_spiking.hpp"
#include "carve/rule/event_formula.hpp"
#include "carve/rule/found_rule.hpp"

namespace carve::experiment {
namespace {

/// An experiment that searches rules for these synapses.
std::unique_ptr<Experiment> searching(const std::vector<std::string>& connections) {
  std::string text = "[network]\nkind = \"spiking_neuron\"\n";
  for (const std::string& each : connections)
    text += fmt::format("[rule.{}]\nfamily = \"six_parameter\"\neta = 0.01\n", each);
  return read(text +
              "[trials]\nlifetime = \"6 s\"\ninputs = { kind = \"grouped\" }\n[loss]\nkind = \"target_rate\"\ntarget = "
              "\"5 Hz\"\n"
              "[search]\nmethod = \"cma-es\"\n");
}

/// What is said about a text, or nothing.
std::string problems(const std::string& text, const std::vector<std::string>& connections = {"inhibition"}) {
  base::Diagnostics diagnostics;
  const bool found = read_rules(text, *searching(connections), diagnostics).has_value();
  EXPECT_EQ(found, diagnostics.empty());
  return diagnostics.render();
}

std::vector<rule::Rule> rules(const std::string& text, const std::vector<std::string>& connections) {
  base::Diagnostics diagnostics;
  auto found = read_rules(text, *searching(connections), diagnostics);
  EXPECT_TRUE(found) << diagnostics.render();
  return found ? std::move(*found) : std::vector<rule::Rule>{};
}

TEST(EventText, says_what_a_file_says) {
  const Folder folder;
  write_file(folder / "rule.toml",
             "[rule.inhibition]\non_pre = \"0.01*(x_post - 0.2)\"\non_post = \"0.01*x_pre\"\ntau_pre = \"20 ms\"\n"
             "tau_post = \"30 ms\"\nw_max = 50\n[rule.excitation]\non_post = \"-1e-3\"\nw_min = 0.1\n");
  const std::vector<std::string> both{"excitation", "inhibition"};
  const auto expected = rules(folder / "rule.toml", both);
  const std::string inhibition =
      "on_pre=0.01*(x_post - 0.2);on_post = \"0.01*x_pre\"; tau_pre = 20 ms; tau_post = \"30 ms\"; w_max = 50";
  const auto found = rules("inhibition: " + inhibition + "; excitation: on_post = -1e-3; w_min = 0.1", both);
  ASSERT_EQ(found.size(), 2U);
  for (std::size_t i = 0; i < 2; ++i) {
    EXPECT_EQ(found[i].space.name, both[i]);
    EXPECT_EQ(found[i].values, expected[i].values);
    EXPECT_EQ(rule::formula_text(found[i]), rule::formula_text(expected[i]));
  }
  for (const char* name : {"", "inhibition: ", " inhibition :"}) {
    const auto alone = rules(name + inhibition + ";", {"inhibition"});
    ASSERT_EQ(alone.size(), 1U);
    EXPECT_EQ(rule::formula_text(alone[0]), rule::formula_text(expected[1])) << name;
  }
}

/// rule.toml has every digit, and so has the line with its entries one after the other.
RC_GTEST_PROP(EventText, keeps_every_digit, ()) {
  const auto number = [] { return *rc::gen::inRange(-1000000, 1000000) * 1.234567890123e-6; };
  const network::test::SixParameters six{.eta = 0.01,
                                         .alpha = number(),
                                         .beta = number(),
                                         .gamma = number(),
                                         .kappa = number(),
                                         .tau_pre = 0.003 + std::abs(number()) / 10,
                                         .tau_post = 0.003 + std::abs(number()) / 10};
  const rule::Rule rule{network::test::six_parameters(0, 10), six.values()};
  std::string text;
  for (const base::Entry& each : rule::exact_event_table(rule).entries) {
    const auto* words = each.value.as<std::string>();
    text += each.key + " = " + (words ? *words : base::format_value(each.value)) + "; ";
  }
  const auto again = rules(text, {"inhibition"});
  RC_ASSERT(again.size() == 1U);
  RC_ASSERT(base::format_document(rule::exact_event_table(again[0])) ==
            base::format_document(rule::exact_event_table(rule)));
}

TEST(EventText, tells_mistakes_at_their_place) {
  const std::vector<std::string> both{"excitation", "inhibition"};
  for (const auto& [text, words] : std::vector<std::pair<std::string, std::string>>{
           {"on_pre = x_post -", "rule:1:18: error: the formula ends"},
           {"on_pre = ; on_post = 1", "rule:1:9: error: there is no value"},
           {"on_pre = 1; 0.5", "rule:1:13: error: expected KEY = VALUE"},
           {"= 1", "rule:1:1: error: expected KEY = VALUE"},
           {"on_pre = 1; on_pre = 2", "rule:1:13: error: 'on_pre' is set twice"},
           {"on_pre = x_post; tau_post = 20 mV", "rule:1:29: error"},
           {"on_pre = x_post", "needs its time constant 'tau_post'"},
           {"on_pre = a", "'a' has no fixed value"},
           {"on_pre = w", "carve cannot simulate this rule"},
           {"on_pre = 1; w_mxa = 3", "rule:1:13: error: 'w_mxa' is set but does not occur in the rule; did you mean"},
           {"excitation: on_pre = 1", "rule:1:1: error: the experiment searches no rule for 'excitation'"},
           {"traces = { slow = \"post\"; on_pre = slow", "rule:1:10: error"},
           {"family = six_parameter; eta = 1", "it is a space of rules"},
           {"runs/rate", "cannot read 'runs/rate'"}}) {
    EXPECT_NE(problems(text).find(words), std::string::npos) << text << "\n" << problems(text);
  }
  EXPECT_NE(problems("on_pre = 1; on_post = 2", both).find("rule:1:1: error: which synapses is this rule for?"),
            std::string::npos);
  EXPECT_NE(problems("inhibition: on_pre = 1", both).find("no rule for excitation"), std::string::npos);
  EXPECT_NE(problems("inhibition: on_pre = 1; inhibition: on_post = 1", both).find("a second rule for inhibition"),
            std::string::npos);
}

/// Whatever the text, it is a rule or there is something to say about it.
RC_GTEST_PROP(EventText, reads_anything, ()) {
  const auto pieces = *rc::gen::container<std::vector<std::string>>(
      rc::gen::element<std::string>("on_pre", "=", ";", ":", "inhibition", "excitation", "x_post", "1", " ", "\"", "{",
                                    "20 ms", "tau_post", "w", "-", "\n", "family", "[", "é"));
  std::string text;
  for (const std::string& each : pieces) text += each;
  const auto source = std::make_shared<const base::Source>(base::Source{"rule", text});
  base::Diagnostics diagnostics;
  const auto found = read_event_text(source, {"excitation", "inhibition"}, diagnostics);
  RC_ASSERT(found.has_value() == diagnostics.empty());
  RC_ASSERT(found || !diagnostics.render().empty());
}

}  // namespace
}  // namespace carve::experiment
