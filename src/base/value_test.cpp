// Values written as TOML read back as the same values, in the eyes of toml++.
#include "carve/base/value.hpp"

#include <bit>
#include <cmath>
#include <limits>
#include <set>

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>
#include <toml++/toml.h>

namespace carve::base {
namespace {

Value make(std::variant<bool, std::int64_t, double, std::string, Array, Table> data) { return {std::move(data), {}}; }

/// What toml++ read, as our own tree.
Value from_toml(const toml::node& node) {
  if (const auto* flag = node.as_boolean()) return make(flag->get());
  if (const auto* integer = node.as_integer()) return make(std::int64_t{integer->get()});
  if (const auto* real = node.as_floating_point()) return make(real->get());
  if (const auto* text = node.as_string()) return make(text->get());
  if (const auto* array = node.as_array()) {
    Array items;
    for (const toml::node& item : *array) items.push_back(from_toml(item));
    return make(std::move(items));
  }
  Table table;
  for (const auto& [key, value] : *node.as_table()) table.set(key.str(), from_toml(value));
  return make(std::move(table));
}

/// The same types and values to the bit; the order of keys does not matter.
bool same(const Value& a, const Value& b) {
  if (a.data.index() != b.data.index()) return false;
  if (const auto* real = a.as<double>()) {
    return std::bit_cast<std::uint64_t>(*real) == std::bit_cast<std::uint64_t>(*b.as<double>());
  }
  if (const auto* items = a.as<Array>()) {
    return std::equal(items->begin(), items->end(), b.as<Array>()->begin(), b.as<Array>()->end(), same);
  }
  if (const auto* table = a.as<Table>()) {
    return table->entries.size() == b.as<Table>()->entries.size() &&
           std::all_of(table->entries.begin(), table->entries.end(), [&](const Entry& entry) {
             const Value* other = b.as<Table>()->find(entry.key);
             return other && same(entry.value, *other);
           });
  }
  if (const auto* flag = a.as<bool>()) return *flag == *b.as<bool>();
  if (const auto* integer = a.as<std::int64_t>()) return *integer == *b.as<std::int64_t>();
  return *a.as<std::string>() == *b.as<std::string>();
}

/// Text of any ASCII characters but NUL, and a few beyond.
rc::Gen<std::string> texts() {
  return rc::gen::map(
      rc::gen::container<std::vector<std::string>>(rc::gen::oneOf(
          rc::gen::map(rc::gen::inRange(1, 128), [](int c) { return std::string(1, static_cast<char>(c)); }),
          rc::gen::element<std::string>("\"", "\\", "\n", "µ", "→", "𝛿"))),
      [](const std::vector<std::string>& parts) {
        std::string text;
        for (const std::string& part : parts) text += part;
        return text;
      });
}

Value any_value(int depth);

Table any_table(int depth) {
  Table table;
  for (int left = *rc::gen::inRange(0, 4); left > 0; --left) table.set(*texts(), any_value(depth - 1));
  return table;
}

Value any_value(int depth) {
  switch (*rc::gen::inRange(0, depth > 0 ? 6 : 4)) {
    case 0: return make(*rc::gen::arbitrary<bool>());
    case 1: return make(*rc::gen::arbitrary<std::int64_t>());
    case 2: {
      const double real = std::bit_cast<double>(*rc::gen::arbitrary<std::uint64_t>());
      return make(std::isnan(real) ? 0.5 : real);
    }
    case 3: return make(*texts());
    case 4: {
      Array items;
      for (int left = *rc::gen::inRange(0, 4); left > 0; --left) items.push_back(any_value(depth - 1));
      return make(std::move(items));
    }
    default: return make(any_table(depth));
  }
}

RC_GTEST_PROP(FormatValue, is_toml_for_the_same_value, ()) {
  const Value value = any_value(3);
  const std::string text = "value = " + format_value(value);
  RC_LOG() << text;
  RC_ASSERT(same(from_toml(*toml::parse(text).get("value")), value));
}

RC_GTEST_PROP(FormatDocument, is_toml_for_the_same_table, ()) {
  const Table table = any_table(3);
  const std::string text = format_document(table);
  RC_LOG() << text;
  RC_ASSERT(same(from_toml(toml::parse(text)), make(table)));
}

TEST(FormatValue, keeps_the_type) {
  EXPECT_EQ(format_value(make(true)), "true");
  EXPECT_EQ(format_value(make(std::int64_t{-3})), "-3");
  EXPECT_EQ(format_value(make(3.0)), "3.0");
  EXPECT_EQ(format_value(make(-0.0)), "-0.0");
  EXPECT_EQ(format_value(make(1e22)), "1e+22");
  EXPECT_EQ(format_value(make(-std::numeric_limits<double>::infinity())), "-inf");
  EXPECT_EQ(format_value(make(std::numeric_limits<double>::quiet_NaN())), "nan");
  EXPECT_EQ(format_value(make(Array{})), "[]");
  EXPECT_EQ(format_value(make(Array{make(1.5), make(std::string("a"))})), "[1.5, \"a\"]");
  EXPECT_EQ(format_value(make(Table{})), "{}");
}

TEST(FormatValue, escapes_text) {
  EXPECT_EQ(format_value(make(std::string("a\"b\\c\nd\te\x01\x7F µ"))), R"("a\"b\\c\nd\te\u0001\u007F µ")");
}

TEST(FormatDocument, puts_plain_keys_first_and_tables_under_their_headers) {
  Table inner;
  inner.set("kind", make(std::string("rate")));
  Table outer;
  outer.set("network", make(inner));
  outer.set("seed", make(std::int64_t{1}));
  outer.set("two words", make(Table{{{"a", {}, make(inner)}}}));
  EXPECT_EQ(format_document(outer),
            "seed = 1\n\n[network]\nkind = \"rate\"\n\n[\"two words\"]\n\n[\"two words\".a]\nkind = \"rate\"\n");
}

TEST(Table, set_replaces_and_keeps_the_order) {
  Table table;
  table.set("b", make(std::int64_t{1}));
  table.set("a", make(std::int64_t{2}));
  table.set("b", make(std::int64_t{3}));
  ASSERT_EQ(table.entries.size(), 2u);
  EXPECT_EQ(table.entries[0].key, "b");
  EXPECT_EQ(table.find("b")->number(), 3);
  EXPECT_EQ(table.find("c"), nullptr);
}

TEST(Value, names_its_type) {
  EXPECT_EQ(make(false).type_name(), "true or false");
  EXPECT_EQ(make(std::int64_t{1}).type_name(), "an integer");
  EXPECT_EQ(make(1.0).type_name(), "a number");
  EXPECT_EQ(make(std::string()).type_name(), "text");
  EXPECT_EQ(make(Array{}).type_name(), "a list");
  EXPECT_EQ(make(Table{}).type_name(), "a table");
}

TEST(Value, integers_are_numbers_too) {
  EXPECT_TRUE(make(std::int64_t{2}).is_number());
  EXPECT_EQ(make(std::int64_t{2}).number(), 2.0);
  EXPECT_EQ(make(2.5).number(), 2.5);
  EXPECT_FALSE(make(std::string("2")).is_number());
  EXPECT_FALSE(make(true).is_number());
}

}  // namespace
}  // namespace carve::base
