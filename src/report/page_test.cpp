// The page as text: its skeleton, the data in it, and what hostile or damaged records do to it.
#include "carve/report/page.hpp"

#include <gmock/gmock.h>

#include <fstream>
#include <nlohmann/json.hpp>
#include <regex>
#include <sstream>

#include "carve/base/error.hpp"

namespace carve::report {
namespace {

using testing::HasSubstr;
using testing::Not;

std::string read(const std::string& name) {
  std::ifstream file(std::string(CARVE_SOURCE_DIR) + "/src/report/" + name, std::ios::binary);
  EXPECT_TRUE(file.good()) << name;
  return {std::istreambuf_iterator<char>(file), {}};
}

std::string between(const std::string& text, const std::string& open, const std::string& close) {
  const auto begin = text.find(open) + open.size();
  return text.substr(begin, text.find(close, begin) - begin);
}

/// What the browser's JSON.parse gets to see.
nlohmann::json data_in(const std::string& html) {
  return nlohmann::json::parse(between(html, R"(<script type="application/json" id="record">)", "</script>"));
}

/// The page with styles, scripts, data and licences cut out.
std::string skeleton(std::string html) {
  for (const std::string tag : {"style", "script", "pre"}) {
    std::string cut;
    while (true) {
      const auto open = html.find("<" + tag);
      if (open == std::string::npos) break;
      const auto content = html.find('>', open) + 1;
      const auto close = html.find("</" + tag + ">", content);
      cut += html.substr(0, content) + "...";
      html.erase(0, close);
      const auto after = html.find('>') + 1;
      cut += html.substr(0, after);
      html.erase(0, after);
    }
    html = cut + html;
  }
  return html;
}

TEST(Page, has_the_skeleton_of_the_golden_file) {
  const std::string found = skeleton(page(read("testdata/run.json")));
  const std::string path = "testdata/skeleton.html";
  if (std::getenv("CARVE_UPDATE_GOLDEN")) {
    std::ofstream(std::string(CARVE_SOURCE_DIR) + "/src/report/" + path) << found;
  }
  EXPECT_EQ(found, read(path)) << "run again with CARVE_UPDATE_GOLDEN=1 if the change is wanted";
}

TEST(Page, holds_the_whole_document_unchanged) {
  const std::string run = read("testdata/run.json");
  EXPECT_EQ(data_in(page(run)), nlohmann::json::parse(run));
}

TEST(Page, is_one_small_file_that_asks_for_nothing) {
  const std::string html = page(read("testdata/run.json"));
  EXPECT_LT(html.size(), 2'000'000u);
  EXPECT_THAT(html, HasSubstr("default-src 'none'"));
  EXPECT_THAT(html, Not(HasSubstr("sourceMappingURL")));
  EXPECT_THAT(html, Not(HasSubstr("{{record}}")));
  const std::regex fetches(R"re(<link\b|<img\b|<script[^>]*\bsrc=|<iframe\b|@import|url\()re");
  EXPECT_FALSE(std::regex_search(skeleton(html), fetches));
  EXPECT_FALSE(std::regex_search(between(html, "<style>", "</style>"), fetches));
}

TEST(Page, keeps_the_notices_of_everything_it_bundles) {
  const std::string html = page("{}");
  const std::string notices = between(html, "<pre>", "</pre>");
  for (const char* needed : {"vega-lite", "vega-embed", "University of Washington Interactive Data Lab", "Mike Bostock",
                             "fast-json-patch", "topojson-client", "tslib", "semver", "THE SOFTWARE IS PROVIDED"}) {
    EXPECT_THAT(notices, HasSubstr(needed));
  }
}

TEST(Page, cannot_be_broken_out_of_by_any_string_in_the_record) {
  const std::string attack = "</script></title></style><!--<script>alert(1)</script>{{record}}&amp;\"'\xE2\x80\xA8";
  nlohmann::json run = nlohmann::json::parse(read("testdata/run.json"));
  const auto scripts = [](const std::string& html) {
    const std::regex opening("<script");
    return std::distance(std::sregex_iterator(html.begin(), html.end(), opening), std::sregex_iterator());
  };
  const auto without = scripts(page(run.dump()));
  run["experiment"]["name"] = attack;
  run["experiment"]["text"] = attack;
  run["rules"][attack] = run["rules"]["feedforward"];
  run["rules"][attack]["terms"][0]["term"] = attack;
  run["provenance"]["cpu"] = attack;
  const std::string html = page(run.dump());
  EXPECT_EQ(scripts(html), without);
  EXPECT_THAT(html, Not(HasSubstr("alert(1)</script>")));
  EXPECT_EQ(data_in(html), run);
  EXPECT_THAT(html, HasSubstr("<title>&lt;/script&gt;&lt;/title&gt;"));
  EXPECT_THAT(html, HasSubstr("{{record}}&amp;amp;&quot;"));  // a slot's name in the data is not filled
}

TEST(Page, is_there_for_a_record_of_nothing) {
  const std::string html = page("{}");
  EXPECT_THAT(html, HasSubstr("<title>carve report</title>"));
  EXPECT_EQ(data_in(html), nlohmann::json::object());
}

TEST(ComparePage, holds_its_document_in_the_frame_of_all_pages) {
  const std::string comparison = read("testdata/comparison.json");
  const std::string html = compare_page(comparison);
  EXPECT_EQ(data_in(html), nlohmann::json::parse(comparison));
  EXPECT_THAT(html, HasSubstr("<title>carve comparison</title>"));
  EXPECT_THAT(html, HasSubstr("default-src 'none'"));
  EXPECT_THAT(html, HasSubstr("The rules, side by side"));
  EXPECT_THAT(html, Not(HasSubstr("{{")));
  EXPECT_LT(html.size(), 2'000'000u);
  for (const char* text : {"", "null", "[1, 2]", "{\"a\": "}) {
    EXPECT_THROW((void)compare_page(text), base::EnvironmentError) << text;
  }
}

TEST(SweepPage, holds_its_document_in_the_frame_of_all_pages) {
  const std::string sweep = R"({"name": "oja</script>", "axes": [], "settings": [], "runs": [], "status": {}})";
  const std::string html = sweep_page(sweep);
  EXPECT_EQ(data_in(html), nlohmann::json::parse(sweep));
  EXPECT_THAT(html, HasSubstr("<title>oja&lt;/script&gt; - carve sweep</title>"));
  EXPECT_THAT(html, HasSubstr("default-src 'none'"));
  EXPECT_THAT(html, Not(HasSubstr("{{")));
  EXPECT_THROW((void)sweep_page("[]"), base::EnvironmentError);
}

TEST(Page, refuses_what_is_no_record) {
  for (const char* text : {"", "null", "[1, 2]", "{\"a\": ", "{\"a\": NaN}", "{\"a\": \"\xFF\"}", "{} {}"}) {
    EXPECT_THROW((void)page(text), base::EnvironmentError) << text;
  }
}

}  // namespace
}  // namespace carve::report
