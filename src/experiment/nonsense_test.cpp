// Every field of every component is given nonsense, and must say so at its own place.
#include <algorithm>
#include <memory>

#include <gtest/gtest.h>

#include <fmt/format.h>

#include "carve/experiment/reading/toml_reader.hpp"
#include "carve/experiment/test_support.hpp"
#include "carve/network/baseline.hpp"
#include "carve/network/network.hpp"
#include "carve/rule/event_family.hpp"
#include "carve/search/optimiser.hpp"
#include "carve/task/inputs.hpp"
#include "carve/task/loss.hpp"
#include "carve/task/recurrent/recurrent_loss.hpp"
#include "carve/task/trial.hpp"

namespace carve::experiment {
namespace {

using base::FieldInfo;

base::SourcePtr source_of(const std::string& text) {
  return std::make_shared<const base::Source>(base::Source{"nonsense.toml", text});
}

/// Values that this field cannot take, as TOML.
std::vector<std::string> nonsense(const FieldInfo& field) {
  const std::string& type = field.type;
  const auto has = [&](const char* word) { return type.find(word) != std::string::npos; };
  std::vector<std::string> values{"1979-05-27"};
  if (!has("text") && !has("one of")) values.emplace_back("\"nonsense\"");
  if (has("one of")) values.emplace_back("\"nonsense\"");
  if (!has("true or false")) values.emplace_back("true");
  if (!has("table")) values.emplace_back("{ nonsense = 1 }");
  if (!has("list")) values.emplace_back("[1, 2]");
  if (!has("number") && !has("integer")) values.emplace_back("3");
  if (has("list of numbers")) values.insert(values.end(), {"[true]", "[\"1\"]", "[nan]", "[inf]", "3"});
  if (type == "integer") values.insert(values.end(), {"1.5", "nan", "inf", "1e3"});
  if (type == "number") values.emplace_back("nan");
  // The ends of the range, stepped over: ">= 1 and <= 100", "> 0", "from 0 to 9".
  double lower = 0, upper = 0;
  if (std::sscanf(field.range.c_str(), ">= %lf", &lower) == 1)
    values.push_back(fmt::format("{}", static_cast<std::int64_t>(lower) - 1));
  else if (std::sscanf(field.range.c_str(), "> %lf", &lower) == 1)
    values.push_back(fmt::format("{}", static_cast<std::int64_t>(lower)));
  const std::size_t below = field.range.find("<= ");
  if (below != std::string::npos && std::sscanf(field.range.c_str() + below, "<= %lf", &upper) == 1)
    values.push_back(fmt::format("{}", static_cast<std::int64_t>(upper) + 1));
  if (std::sscanf(field.range.c_str(), "from %lf to %lf", &lower, &upper) == 2) {
    values.push_back(fmt::format("{}", static_cast<std::int64_t>(lower) - 1));
    values.push_back(fmt::format("{}", static_cast<std::int64_t>(upper) + 1));
  }
  if (!field.range.empty() && type == "number") values.insert(values.end(), {"inf", "-inf"});
  return values;
}

/// Reads a table body and expects a mistake exactly where `value` stands in it.
template <class Read>
void expect_told_at(const std::string& body, const std::string& line, std::size_t offset, std::size_t length,
                    Read read) {
  const std::string text = body + "\n" + line + "\n";
  const auto source = source_of(text);
  base::Diagnostics diagnostics;
  const auto document = read_toml(source, diagnostics);
  if (document) read(*document->template as<base::Table>(), base::Span{source, 0, 0}, diagnostics);
  const std::size_t begin = body.size() + 1 + offset;
  const auto at = [&](const base::Diagnostic& each) {
    return each.span.source == source && each.span.begin >= begin && each.span.begin < begin + length &&
           each.span.length > 0;
  };
  EXPECT_TRUE(std::any_of(diagnostics.items().begin(), diagnostics.items().end(), at))
      << text << "expected a mistake at '" << text.substr(begin, length) << "', got\n"
      << diagnostics.render();
}

/// The sample without the line that sets `key`.
std::string without(const std::string& sample, const std::string& key) {
  std::string result;
  for (std::size_t begin = 0; begin < sample.size();) {
    const std::size_t end = std::min(sample.find('\n', begin), sample.size());
    const std::string line = sample.substr(begin, end - begin);
    if (!line.starts_with(key + " ")) result += line + "\n";
    begin = end + 1;
  }
  return result;
}

template <class Read>
void every_field_refuses_nonsense(const std::string& sample, const std::vector<FieldInfo>& fields, Read read) {
  for (const FieldInfo& field : fields) {
    if (field.name == "NAME") continue;  // stands for any parameter of a text rule
    for (const std::string& value : nonsense(field)) {
      expect_told_at(without(sample, field.name), field.name + " = " + value, field.name.size() + 3, value.size(),
                     read);
    }
    if (field.name == "dw" && sample.find("kind") == std::string::npos) continue;  // any other key may be a parameter
    // The key misspelt: two letters swapped, or one more where that changes nothing.
    std::string wrong = field.name;
    if (wrong.size() > 3 && wrong[1] != wrong[2]) std::swap(wrong[1], wrong[2]);
    else wrong += "s";
    if (std::any_of(fields.begin(), fields.end(), [&](const FieldInfo& each) { return each.name == wrong; }))
      wrong += "s";
    expect_told_at(without(sample, field.name), wrong + " = 1", 0, wrong.size(), read);
  }
}

template <class Product, class Context>
void every_component_refuses_nonsense(const std::vector<const base::Component<Product, Context>*>& list,
                                      const Context& context) {
  for (const auto* component : list) {
    SCOPED_TRACE(component->name);
    every_field_refuses_nonsense(
        component->sample, component->fields,
        [&](const base::Table& table, const base::Span& place, base::Diagnostics& diagnostics) {
          base::Table resolved;
          EXPECT_FALSE(component->make(table, place, context, resolved, diagnostics));
        });
  }
}

/// Inputs that every loss accepts.
class Labelled final : public task::Inputs {
 public:
  [[nodiscard]] task::Samples sample(const task::SampleRequest&) const override { return {}; }
  [[nodiscard]] task::LabelInfo labels() const override { return {.samples = 200000, .classes = 2}; }
};
const Labelled labelled;
const task::LossContext loss_context{.network = {.inputs = 4, .outputs = 2}, .inputs = &labelled};

TEST(Nonsense, is_refused_by_every_field_of_every_network) {
  every_component_refuses_nonsense(network::networks(), network::NetworkContext{});
  every_component_refuses_nonsense(network::baselines(), network::BaselineContext{{.inputs = 4}});
}
TEST(Nonsense, is_refused_by_every_field_of_every_input) {
  every_component_refuses_nonsense(task::inputs(), task::InputsContext{100, ""});
  every_component_refuses_nonsense(task::spike_inputs(), task::SpikeInputsContext{});
}
TEST(Nonsense, is_refused_by_every_field_of_every_loss) {
  every_component_refuses_nonsense(task::losses(), loss_context);
  every_component_refuses_nonsense(task::spiking_losses(), task::SpikingLossContext{});
  every_component_refuses_nonsense(task::recurrent_losses(), task::RecurrentLossContext{});
}
TEST(Nonsense, is_refused_by_every_field_of_every_search) {
  every_component_refuses_nonsense(search::searches(), search::Problem{.coordinates = {{}, {}}});
}
TEST(Nonsense, is_refused_by_every_field_of_every_family) {
  every_component_refuses_nonsense(rule::families(), rule::FamilyContext{"feedforward"});
}

TEST(Nonsense, is_refused_by_every_field_of_the_trials) {
  const auto refuses = [](const std::string& sample, const auto& schema) {
    every_field_refuses_nonsense(sample, schema.describe(),
                                 [&](const auto& table, const auto& place, auto& diagnostics) {
                                   (void)schema.read(table, place, "[trials]", diagnostics);
                                 });
  };
  refuses("count = 3", task::trial_schema());
  refuses("count = 3", task::spiking_trial_schema());
  refuses("count = 3", task::recurrent_trial_schema());
  refuses("name = \"rest\"\nduration = \"1 s\"", task::phase_schema());
  refuses("rate = \"50 Hz\"", task::stimuli_schema());
  refuses("lowest_rate = \"1 Hz\"", task::network_inputs_schema());
}
TEST(Nonsense, is_refused_by_every_field_of_populations_and_connections) {
  const auto refuses = [](const std::string& table, const std::vector<FieldInfo>& fields) {
    every_field_refuses_nonsense("preset = \"tif\"\n" + table, fields,
                                 [](const auto& network, const auto& place, auto& diagnostics) {
                                   base::Table resolved;
                                   (void)network::recurrent.make(network, place, {}, resolved, diagnostics);
                                 });
  };
  refuses("[populations.E]", network::population_fields());
  refuses("[populations.new]\nsize = 10", network::population_fields());
  refuses("[connections.\"I->E\"]", network::connection_fields());
}

/// A number that is refused is not used either: no experiment of a million searches is made on the way to its mistake.
TEST(Nonsense, in_the_experiments_own_fields_is_not_used) {
  for (const char* key : {"search.starts", "search.generations", "loss.points", "trials.count", "network.inputs"}) {
    for (const char* value : {"0", "-1", "9000000000000000000"}) {
      std::string problems;
      EXPECT_FALSE(read(small, {fmt::format("{}={}", key, value)}, &problems)) << key << " = " << value;
      EXPECT_NE(problems.find(fmt::format("{} is out of range", value)), std::string::npos) << problems;
    }
  }
}

TEST(Samples, of_every_component_are_accepted_where_they_need_no_file) {
  const auto accepts = [](const auto& list, const auto& context) {
    for (const auto* component : list) {
      if (component->name == "table" || component->name == "image_patches") continue;
      base::Diagnostics diagnostics;
      const auto source = source_of(component->sample);
      const auto document = read_toml(source, diagnostics);
      ASSERT_TRUE(document) << diagnostics.render();
      base::Table resolved;
      EXPECT_TRUE(
          component->make(*document->template as<base::Table>(), {source, 0, 0}, context, resolved, diagnostics))
          << diagnostics.render();
    }
  };
  accepts(network::networks(), network::NetworkContext{});
  accepts(network::baselines(), network::BaselineContext{{.inputs = 4}});
  accepts(task::inputs(), task::InputsContext{100, ""});
  accepts(task::spike_inputs(), task::SpikeInputsContext{});
  accepts(task::losses(), loss_context);
  accepts(task::spiking_losses(), task::SpikingLossContext{});
  accepts(task::recurrent_losses(), task::RecurrentLossContext{});
  accepts(search::searches(), search::Problem{.coordinates = {{}, {}}});
  accepts(rule::families(), rule::FamilyContext{"feedforward"});
  accepts(rule::event_families(), rule::FamilyContext{"inhibition"});
}

}  // namespace
}  // namespace carve::experiment
