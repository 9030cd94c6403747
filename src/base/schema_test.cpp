// Fields defined once: every kind of mistake is found at its place, and what is written reads back.
#include "carve/base/component.hpp"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

namespace carve::base {
namespace {

enum class Update { online, batch };

struct Options {
  bool fresh = true;
  std::int64_t count = 20;
  double eta = 0.02;
  std::string dataset = "fashion-mnist";
  std::vector<double> spectrum{3, 1};
  Seconds window{5};
  Update update = Update::online;

  friend bool operator==(const Options&, const Options&) = default;
};

Schema<Options> schema() {
  return {{field(&Options::fresh, "fresh", "new trials in each generation"),
           field(&Options::count, "count", "how many", between(1, 1000)),
           field(&Options::eta, "eta", "learning rate", positive),
           field(&Options::dataset, "dataset", "which images").required(),
           field(&Options::spectrum, "spectrum", "variances", not_negative),
           field(&Options::window, "window", "part that counts", positive),
           choice(&Options::update, "update", "when weights change",
                  Choices<Update>{{"online", Update::online}, {"batch", Update::batch}})}};
}

/// A table from keys and values, each with a span of a made-up source "key = ..." so that places can be checked.
Table table_of(std::initializer_list<std::pair<std::string, Value>> entries) {
  Table table;
  for (const auto& [key, value] : entries) {
    const auto text = std::make_shared<const Source>(Source{"file", key + " = " + format_value(value)});
    Value placed = value;
    placed.span = {text, key.size() + 3, text->text.size() - key.size() - 3};
    table.entries.push_back({key, {text, 0, key.size()}, placed});
  }
  return table;
}

Diagnostics mistakes(const Table& table, Options* read = nullptr) {
  Diagnostics diagnostics;
  const Options options = schema().read(table, {}, "[trials]", diagnostics);
  if (read) *read = options;
  return diagnostics;
}

/// The one mistake in `key = value`, and whether it points at the value and leaves the default.
std::string mistake(const std::string& key, const Value& value) {
  Table table = table_of({{key, value}});
  if (key != "dataset") table.set("dataset", write_value(std::string("x")));
  Options read;
  const Diagnostics found = mistakes(table, &read);
  Options expected;
  if (key != "dataset") expected.dataset = "x";
  EXPECT_EQ(read, expected) << key;
  if (found.size() != 1) return "found " + std::to_string(found.size());
  const Diagnostic& only = found.items()[0];
  EXPECT_EQ(only.span.text(), format_value(value));
  return only.message + (only.hint.empty() ? "" : " | " + only.hint);
}

const Value text = write_value(std::string("many"));

TEST(Schema, reads_every_field) {
  Options read;
  const Table table = table_of({{"fresh", write_value(false)},
                                {"count", write_value(std::int64_t{7})},
                                {"eta", write_value(std::int64_t{1})},
                                {"dataset", write_value(std::string("mine"))},
                                {"spectrum", write_value(std::vector<double>{2, 1, 0})},
                                {"window", write_value(std::string("20 ms"))},
                                {"update", write_value(std::string("batch"))}});
  EXPECT_EQ(mistakes(table, &read).render(), "");
  EXPECT_EQ(read, (Options{false, 7, 1.0, "mine", {2, 1, 0}, {0.02}, Update::batch}));
}

TEST(Schema, leaves_defaults_where_nothing_is_given) {
  Options read;
  EXPECT_TRUE(mistakes(table_of({{"dataset", write_value(std::string("x"))}}), &read).empty());
  Options expected;
  expected.dataset = "x";
  EXPECT_EQ(read, expected);
}

TEST(Schema, wrong_types) {
  EXPECT_EQ(mistake("fresh", text), "expected true or false, but this is text");
  EXPECT_EQ(mistake("count", text), "expected an integer, but this is text");
  EXPECT_EQ(mistake("count", write_value(2.5)), "expected an integer, but this is a number");
  EXPECT_EQ(mistake("eta", write_value(true)), "expected a number, but this is true or false");
  EXPECT_EQ(mistake("dataset", write_value(2.5)), "expected text, but this is a number");
  EXPECT_EQ(mistake("spectrum", write_value(2.5)), "expected a list of numbers, but this is a number");
  EXPECT_EQ(mistake("update", write_value(2.5)), "unknown choice 2.5 | one of \"online\", \"batch\"");
  EXPECT_EQ(mistake("eta", {Table{}, {}}), "expected a number, but this is a table");
}

TEST(Schema, numbers_in_quotes_and_units_that_do_not_belong) {
  EXPECT_EQ(mistake("count", write_value(std::string("20"))),
            "expected an integer, but this is text | write it without quotes");
  EXPECT_EQ(mistake("eta", write_value(std::string("20 ms"))),
            "expected a number, but this is text | it has no unit: write the number alone");
}

TEST(Schema, a_wrong_item_of_a_list_is_found_at_its_place) {
  const auto source = std::make_shared<const Source>(Source{"file", "spectrum = [1, \"b\"]"});
  Value second{std::string("b"), {source, 15, 3}};
  Table table;
  table.set("dataset", write_value(std::string("x")));
  table.set("spectrum", {Array{write_value(1.0), second}, {source, 11, 8}});
  const Diagnostics found = mistakes(table);
  ASSERT_EQ(found.size(), 1u);
  EXPECT_EQ(found.items()[0].span.text(), "\"b\"");
}

TEST(Schema, out_of_range) {
  EXPECT_EQ(mistake("count", write_value(std::int64_t{0})), "0 is out of range | must be >= 1 and <= 1000");
  EXPECT_EQ(mistake("count", write_value(std::int64_t{1001})), "1001 is out of range | must be >= 1 and <= 1000");
  EXPECT_EQ(mistake("eta", write_value(0.0)), "0.0 is out of range | must be > 0");
  EXPECT_EQ(mistake("eta", write_value(std::numeric_limits<double>::quiet_NaN())), "nan is out of range | must be > 0");
  EXPECT_EQ(mistake("eta", write_value(std::numeric_limits<double>::infinity())), "inf is out of range | must be > 0");
  EXPECT_EQ(mistake("window", write_value(std::string("-1 ms"))), "\"-1 ms\" is out of range | must be > 0");
}

TEST(Schema, units) {
  EXPECT_EQ(mistake("window", write_value(5.0)), "expected a time with its unit | write a time, for example \"20 ms\"");
  EXPECT_EQ(mistake("window", text), "expected a time with its unit | write a time, for example \"20 ms\"");
  EXPECT_EQ(mistake("window", write_value(std::string("5 Hz"))),
            "expected a time, but \"5 Hz\" is a rate | write a time, for example \"20 ms\"");
}

TEST(Schema, a_choice_near_a_known_one) {
  EXPECT_EQ(mistake("update", write_value(std::string("batsh"))),
            "unknown choice \"batsh\"; did you mean 'batch'? | one of \"online\", \"batch\"");
}

TEST(Schema, missing_and_unknown_keys_all_at_once) {
  const auto source = std::make_shared<const Source>(Source{"file", "[trials]"});
  Diagnostics diagnostics;
  (void)schema().read(table_of({{"cuont", write_value(1.0)}, {"kind", text}, {"colour", text}}), {source, 0, 8},
                      "[trials]", diagnostics, {"kind"});
  ASSERT_EQ(diagnostics.size(), 3u);
  EXPECT_EQ(diagnostics.items()[0].message, "missing 'dataset' in [trials]");
  EXPECT_EQ(diagnostics.items()[0].hint, "which images");
  EXPECT_EQ(diagnostics.items()[0].span.text(), "[trials]");
  EXPECT_EQ(diagnostics.items()[1].message, "unknown key 'cuont' in [trials]; did you mean 'count'?");
  EXPECT_EQ(diagnostics.items()[1].span.text(), "cuont");
  EXPECT_EQ(diagnostics.items()[2].message, "unknown key 'colour' in [trials]");
}

RC_GTEST_PROP(Schema, what_it_writes_reads_back, (bool fresh, bool batch, std::vector<int> spectrum)) {
  Options options{fresh, *rc::gen::inRange<std::int64_t>(1, 1001), *rc::gen::inRange(1, 1000) / 7.0,      "x",
                  {},    {*rc::gen::inRange(1, 100000) / 3e4},     batch ? Update::batch : Update::online};
  for (const int each : spectrum) options.spectrum.push_back(each < 0 ? -0.5 * each : each);
  Table table;
  schema().write(options, table);
  Options read;
  RC_ASSERT(mistakes(table, &read).render().empty());
  RC_ASSERT(read == options);
}

TEST(Schema, describes_its_fields) {
  const std::vector<FieldInfo> infos = schema().describe();
  ASSERT_EQ(infos.size(), 7u);
  EXPECT_EQ(infos[1].type, "integer");
  EXPECT_EQ(infos[1].range, ">= 1 and <= 1000");
  EXPECT_EQ(infos[1].fallback, "20");
  EXPECT_TRUE(infos[3].required);
  EXPECT_EQ(infos[3].fallback, "");
  EXPECT_EQ(infos[4].fallback, "[3.0, 1.0]");
  EXPECT_EQ(infos[5].type, "time");
  EXPECT_EQ(infos[5].fallback, "\"5 s\"");
  EXPECT_EQ(infos[6].type, "one of \"online\", \"batch\"");
}

TEST(Range, contains_its_closed_ends_only) {
  EXPECT_TRUE(between(1, 2).contains(1));
  EXPECT_TRUE(between(1, 2).contains(2));
  EXPECT_FALSE(positive.contains(0));
  EXPECT_TRUE(not_negative.contains(0));
  EXPECT_TRUE(at_least(3).contains(1e300));
  EXPECT_EQ(any_number.text(), "");
  EXPECT_EQ((Range{.upper = 1, .upper_open = true}).text(), "< 1");
}

// A component whose product is the number of its field times the context.
using Numbers = Component<int, int>;
struct Factor {
  std::int64_t factor = 2;
};
Numbers times() {
  return component<int, int>("times", "Multiplies.", "somebody1999", "factor = 3", "kind",
                             Schema<Factor>{{field(&Factor::factor, "factor", "by what", positive)}},
                             [](const Factor& options, int context, const Span&, Diagnostics&) {
                               return std::make_unique<int>(static_cast<int>(options.factor) * context);
                             });
}

TEST(Component, makes_its_product_and_writes_what_it_used) {
  Diagnostics diagnostics;
  Table resolved;
  const auto made =
      times().make(table_of({{"kind", write_value(std::string("times"))}}), {}, 21, resolved, diagnostics);
  ASSERT_TRUE(made);
  EXPECT_EQ(*made, 42);
  EXPECT_EQ(format_document(resolved), "kind = \"times\"\nfactor = 2\n");
}

TEST(Component, reports_and_makes_nothing_from_a_wrong_table) {
  Diagnostics diagnostics;
  Table resolved;
  EXPECT_FALSE(times().make(table_of({{"factor", text}, {"fcator", text}}), {}, 1, resolved, diagnostics));
  EXPECT_EQ(diagnostics.size(), 2u);
  EXPECT_EQ(diagnostics.items()[1].message, "unknown key 'fcator' in kind = \"times\"; did you mean 'factor'?");
}

TEST(Component, is_found_by_name) {
  const Numbers only = times();
  const std::vector<const Numbers*> list{&only};
  const auto found = [&](const Table& table, std::string& message) {
    Diagnostics diagnostics;
    const Numbers* component = find_component(list, table, {}, "kind", "operation", diagnostics);
    if (!diagnostics.empty()) message = diagnostics.items()[0].message;
    return component;
  };
  std::string message;
  EXPECT_EQ(found(table_of({{"kind", write_value(std::string("times"))}}), message), &only);
  EXPECT_EQ(found({}, message), nullptr);
  EXPECT_EQ(message, "missing 'kind': which operation?");
  EXPECT_EQ(found(table_of({{"kind", write_value(std::string("tmies"))}}), message), nullptr);
  EXPECT_EQ(message, "unknown operation \"tmies\"; did you mean 'times'?");
  EXPECT_EQ(found(table_of({{"kind", write_value(true)}}), message), nullptr);
  EXPECT_EQ(message, "expected text, but this is true or false");
}

}  // namespace
}  // namespace carve::base
