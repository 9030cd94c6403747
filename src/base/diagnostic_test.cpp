// Messages as people see them: place, line, caret, hint; and the nearest known name.
#include "carve/base/diagnostic.hpp"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

namespace carve::base {
namespace {

SourcePtr source(std::string text) { return std::make_shared<const Source>(Source{"oja.toml", std::move(text)}); }

/// The span of the first `part` in the source.
Span at(const SourcePtr& source, std::string_view part) { return {source, source->text.find(part), part.size()}; }

TEST(Position, counts_lines_and_characters_from_one) {
  const SourcePtr text = source("seed = 1\n# größe\nx = \"ä\" y\n");
  EXPECT_EQ(position(at(text, "seed")).line, 1u);
  EXPECT_EQ(position(at(text, "seed")).column, 1u);
  EXPECT_EQ(position(at(text, "e\nx")).column, 7u);
  EXPECT_EQ(position(at(text, "y")).line, 3u);
  EXPECT_EQ(position(at(text, "y")).column, 9u);
  EXPECT_EQ(position({text, text->text.size(), 0}).line, 4u);
  EXPECT_EQ(position({text, 100000, 5}).line, 4u);
  EXPECT_EQ(position({}).line, 1u);
}

RC_GTEST_PROP(Position, is_the_inverse_of_offset_of, ()) {
  const std::string text = *rc::gen::container<std::string>(rc::gen::element('a', ' ', '\n', '\r', '\t'));
  const auto offset = *rc::gen::inRange<std::size_t>(0, text.size() + 1);
  const Position place = position({source(text), offset, 1});
  RC_ASSERT(offset_of(text, place.line, place.column) == offset);
}

TEST(Span, sub_is_clipped) {
  const SourcePtr text = source("0123456789");
  const Span span{text, 2, 5};
  EXPECT_EQ(span.text(), "23456");
  EXPECT_EQ(span.sub(1, 2).text(), "34");
  EXPECT_EQ(span.sub(3, 100).text(), "56");
  EXPECT_EQ(span.sub(100, 1).text(), "");
  EXPECT_EQ((Span{text, 50, 5}).text(), "");
  EXPECT_EQ(Span{}.text(), "");
}

TEST(Render, shows_the_line_with_a_caret_and_the_hint) {
  const SourcePtr text = source("[rule]\ntau_pre = \"20 mV\"\n");
  EXPECT_EQ(render({at(text, "\"20 mV\""), "'tau_pre' is a time, but \"20 mV\" is a voltage", "write a time"}),
            "oja.toml:2:11: error: 'tau_pre' is a time, but \"20 mV\" is a voltage\n"
            "    2 | tau_pre = \"20 mV\"\n"
            "      |           ^~~~~~~ write a time\n");
}

TEST(Render, without_a_place) {
  EXPECT_EQ(render({{}, "no file given", "carve run FILE"}), "error: no file given\n  carve run FILE\n");
  EXPECT_EQ(render({{}, "no file given", ""}), "error: no file given\n");
}

TEST(Render, carets_stand_below_characters_not_bytes) {
  const SourcePtr text = source("größe = \"µ\" # nein");
  EXPECT_EQ(render({at(text, "\"µ\""), "m", ""}),
            "oja.toml:1:9: error: m\n"
            "    1 | größe = \"µ\" # nein\n"
            "      |         ^~~\n");
}

TEST(Render, tabs_and_control_characters_take_one_column) {
  const SourcePtr text = source("\tx\x1b[31m = 1\r\n");
  EXPECT_EQ(render({at(text, "1\r"), "bad\x1b[0m", "a\tb"}),
            "oja.toml:1:11: error: bad?[0m\n"
            "    1 |  x?[31m = 1\n"
            "      |           ^ a b\n");
}

TEST(Render, the_end_of_the_file) {
  EXPECT_EQ(render({{source("a = (1"), 6, 0}, "')' is missing", ""}),
            "oja.toml:1:7: error: ')' is missing\n    1 | a = (1\n      |       ^\n");
  EXPECT_EQ(render({{source("a\n"), 2, 0}, "m", ""}), "oja.toml:2:1: error: m\n    2 | \n      | ^\n");
  EXPECT_EQ(render({{source(""), 0, 0}, "m", ""}), "oja.toml:1:1: error: m\n    1 | \n      | ^\n");
}

TEST(Render, a_span_over_several_lines_is_marked_on_its_first) {
  const SourcePtr text = source("x = [1,\n2]\n");
  EXPECT_EQ(render({{text, 4, 6}, "m", ""}), "oja.toml:1:5: error: m\n    1 | x = [1,\n      |     ^~~\n");
}

TEST(Render, of_a_long_line_only_the_part_around_the_mistake) {
  const SourcePtr text = source("dw = \"" + std::string(200, 'x') + "MISTAKE" + std::string(200, 'y') + "\"");
  EXPECT_EQ(render({at(text, "MISTAKE"), "m", "hint"}),
            "oja.toml:1:207: error: m\n"
            "    1 | ..." +
                std::string(60, 'x') + "MISTAKE" + std::string(93, 'y') +
                "...\n"
                "      | " +
                std::string(63, ' ') + "^~~~~~~ hint\n");
}

TEST(Render, of_a_long_line_with_the_mistake_at_either_end) {
  const SourcePtr start = source("MISTAKE" + std::string(200, 'y'));
  EXPECT_EQ(render({at(start, "MISTAKE"), "m", ""}),
            "oja.toml:1:1: error: m\n    1 | MISTAKE" + std::string(153, 'y') + "...\n      | ^~~~~~~\n");
  const SourcePtr end = source(std::string(200, 'x'));
  EXPECT_EQ(render({{end, 200, 0}, "m", ""}), "oja.toml:1:201: error: m\n    1 | ..." + std::string(80, 'x') +
                                                  "\n      | " + std::string(83, ' ') + "^\n");
}

RC_GTEST_PROP(Render, never_fails_and_never_prints_control_characters, (std::string text, std::string message)) {
  const Span span{source(text), *rc::gen::inRange<std::size_t>(0, text.size() + 5),
                  *rc::gen::inRange<std::size_t>(0, 300)};
  for (const char c : render({span, message, message})) {
    RC_ASSERT(static_cast<unsigned char>(c) >= 0x20 || c == '\n');
    RC_ASSERT(c != 0x7F);
  }
}

TEST(Diagnostics, are_rendered_in_the_order_of_the_file) {
  const SourcePtr text = source("a\nb\nc\n");
  Diagnostics diagnostics;
  EXPECT_TRUE(diagnostics.empty());
  diagnostics.error(at(text, "c"), "third");
  diagnostics.error(at(text, "a"), "first");
  diagnostics.error({}, "nowhere");
  diagnostics.error(at(text, "a"), "second");
  EXPECT_EQ(diagnostics.size(), 4u);
  EXPECT_EQ(diagnostics.items()[0].message, "third");
  const std::string all = diagnostics.render();
  EXPECT_LT(all.find("nowhere"), all.find("first"));
  EXPECT_LT(all.find("first"), all.find("second"));
  EXPECT_LT(all.find("second"), all.find("third"));
  EXPECT_TRUE(all.ends_with("\n"));
}

TEST(DidYouMean, finds_the_nearest_name) {
  const std::vector<std::string> known{"generations", "population", "method", "seed", "steps"};
  EXPECT_EQ(did_you_mean("generatoins", known), "; did you mean 'generations'?");
  EXPECT_EQ(did_you_mean("step", known), "; did you mean 'steps'?");
  EXPECT_EQ(did_you_mean("sede", known), "; did you mean 'seed'?");  // two letters swapped count once
  EXPECT_EQ(did_you_mean("Method", known), "; did you mean 'method'?");
}

TEST(DidYouMean, does_not_guess) {
  EXPECT_EQ(did_you_mean("tau", {"generations", "eta_max"}), "");
  EXPECT_EQ(did_you_mean("", {"seed"}), "");
  EXPECT_EQ(did_you_mean("seed", {}), "");
}

}  // namespace
}  // namespace carve::base
