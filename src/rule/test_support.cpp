#include "carve/rule/test_support.hpp"

#include <cmath>
#include <cstdlib>
#include <fstream>
#include <ostream>
#include <sstream>

#include <fmt/format.h>
#include <gtest/gtest.h>

#define TOML_EXCEPTIONS 0
#include <toml++/toml.h>

#include "carve/base/units.hpp"
#include "carve/rule/event_family.hpp"
#include "carve/rule/parse.hpp"
#include "carve/rule/print.hpp"

namespace carve::rule {

void showValue(const Expression& expression, std::ostream& out) { out << print(expression); }
void PrintTo(const Expression& expression, std::ostream* out) { *out << print(expression); }

namespace test {
namespace {

// Ranges grow with the size of a case, which would keep the first ones trivial.
int pick(int count) { return *rc::gen::resize(rc::kNominalSize, rc::gen::inRange(0, count)); }

const std::vector<Operation>& operations() {
  static const std::vector<Operation> list = [] {
    std::vector<Operation> all;
    for (int i = 0; i <= static_cast<int>(Operation::not_equal); ++i) {
      if (arity(static_cast<Operation>(i)) > 0) all.push_back(static_cast<Operation>(i));
    }
    return all;
  }();
  return list;
}

base::Value convert(const toml::node& node, const base::SourcePtr& source);

base::Span span(const toml::source_region& region, const base::SourcePtr& source) {
  const std::size_t begin = base::offset_of(source->text, region.begin.line, region.begin.column);
  const std::size_t end = base::offset_of(source->text, region.end.line, region.end.column);
  return {source, begin, end - begin};
}

base::Table convert_table(const toml::table& table, const base::SourcePtr& source) {
  base::Table result;
  for (const auto& [key, value] : table) {
    result.entries.push_back({std::string(key.str()), span(key.source(), source), convert(value, source)});
  }
  return result;
}

base::Value convert(const toml::node& node, const base::SourcePtr& source) {
  const base::Span place = span(node.source(), source);
  if (const auto* table = node.as_table()) return {convert_table(*table, source), place};
  if (const auto* text = node.as_string()) return {text->get(), place};
  if (const auto* integer = node.as_integer()) return {integer->get(), place};
  if (const auto* real = node.as_floating_point()) return {real->get(), place};
  if (const auto* flag = node.as_boolean()) return {flag->get(), place};
  base::Array items;
  if (const auto* array = node.as_array()) {
    for (const auto& item : *array) items.push_back(convert(item, source));
  }
  return {std::move(items), place};
}

}  // namespace

double random_number() {
  if (pick(2) == 0) return pick(5);
  if (pick(2) == 0) return pick(1000) / 64.0;
  if (pick(2) == 0) {
    const int digits = pick(100000);  // one after the other: the order of a call's arguments is the compiler's
    return base::parse_number(fmt::format("{}e{}", digits, pick(30) - 15)).value();
  }
  const double high = pick(1 << 30) * 0x1p-30;
  const double mantissa = high + pick(1 << 22) * 0x1p-52;
  return std::ldexp(mantissa, pick(2000) - 1040);  // some of them too small: an expression takes them for 0
}

Expression random_expression(int depth, const std::vector<std::string>& names) {
  if (depth <= 1 || pick(5) == 0) {
    return pick(3) == 0 ? Expression::number(random_number())
                        : Expression::name(names[static_cast<std::size_t>(pick(static_cast<int>(names.size())))]);
  }
  const Operation operation = operations()[static_cast<std::size_t>(pick(static_cast<int>(operations().size())))];
  const Expression a = random_expression(depth - 1, names);
  if (arity(operation) == 1) return Expression::make(operation, {a});
  const bool whole = operation == Operation::power && pick(4) != 0;
  const Expression b = whole ? Expression::number(pick(12) - 4) : random_expression(depth - 1, names);
  return Expression::make(operation, {a, b});
}

Expression random_polynomial(int depth) {
  if (depth <= 1 || pick(6) == 0) {
    const std::vector<std::string> names{"x", "y", "w", "A", "B"};
    return pick(4) == 0 ? Expression::number(pick(9) / 4.0)
                        : Expression::name(names[static_cast<std::size_t>(pick(5))]);
  }
  const auto inner = [&] { return random_polynomial(depth - 1); };
  switch (pick(7)) {
    case 0: return -inner();
    case 1: {
      const Expression base = random_polynomial(std::min(depth - 1, 2));
      return power(base, Expression::number(pick(4)));
    }
    case 2: {
      const Expression above = inner();
      return above / (Expression::name("A") * Expression::name("A") + Expression::number(1));
    }
    case 3: {
      const Expression left = inner();
      return left - inner();
    }
    case 4: {
      const Expression left = inner();
      return left + inner();
    }
    default: {
      const Expression left = inner();
      return left * inner();
    }
  }
}

Expression formula(std::string_view text) {
  const auto source = std::make_shared<base::Source>(base::Source{"test", std::string(text)});
  base::Diagnostics diagnostics;
  const auto expression = parse(text, {source, 0, text.size()}, diagnostics);
  EXPECT_TRUE(expression) << diagnostics.render();
  return expression ? *expression : Expression();
}

base::Table read_toml(const std::string& text, const std::string& name) {
  const auto source = std::make_shared<base::Source>(base::Source{name, text});
  const toml::parse_result result = toml::parse(text);
  if (!result) {
    ADD_FAILURE() << result.error().description() << "\n" << text;
    return {};
  }
  return convert_table(result.table(), source);
}

RuleSpace read_events(const std::string& body) {
  base::Diagnostics diagnostics;
  auto space = read_event_rule("inhibition", read_toml(body), {}, diagnostics);
  EXPECT_TRUE(space) << diagnostics.render() << body;
  return space ? std::move(*space) : RuleSpace{};
}

Rule event_rule(const std::string& body, const std::map<std::string, double>& numbers) {
  Rule rule{read_events(body), {}};
  for (const Parameter& each : rule.space.parameters) {
    const auto found = numbers.find(each.name);
    rule.values.push_back(found != numbers.end() ? found->second : each.fixed.value_or(each.initial));
  }
  return rule;
}

void expect_families_refuse_nonsense(const std::vector<const Family*>& families, decltype(read_rule_space) read) {
  for (const Family* family : families) {
    base::Diagnostics fine;
    EXPECT_TRUE(read("test", read_toml(family->sample + "\n"), {}, fine)) << fine.render();
    EXPECT_FALSE(family->brief.empty());
    for (const base::FieldInfo& field : family->fields) {
      if (field.name == "NAME") continue;
      for (const char* nonsense : {"[[]]", "true", "nan", "\"\\u0000?\"", "1979-05-27"}) {
        base::Table table = read_toml(family->sample + "\n");
        const base::Table value = read_toml(fmt::format("{} = {}\n", field.name, nonsense));
        table.set(field.name, value.entries.at(0).value);
        base::Diagnostics diagnostics;
        EXPECT_FALSE(read("test", table, {}, diagnostics)) << family->name << ": " << field.name << nonsense;
        EXPECT_FALSE(diagnostics.empty());
      }
    }
  }
}

void expect_golden(const std::string& name, const std::string& text) {
  const std::string path = std::string(CARVE_SOURCE_DIR) + "/src/rule/golden/" + name;
  if (std::getenv("CARVE_UPDATE_GOLDEN")) {
    std::ofstream(path) << text;
    return;
  }
  std::ifstream file(path);
  std::stringstream wanted;
  wanted << file.rdbuf();
  EXPECT_EQ(text, wanted.str()) << "where the change is meant: CARVE_UPDATE_GOLDEN=1 ctest -R rule";
}

}  // namespace test
}  // namespace carve::rule
