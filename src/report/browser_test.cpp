// The page in a real browser: opened in headless Chromium, it must draw every chart without an error.
#include <gmock/gmock.h>
#include <unistd.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <nlohmann/json.hpp>
#include <regex>

#include "carve/report/page.hpp"

namespace carve::report {
namespace {

using nlohmann::json;
using testing::HasSubstr;
using testing::Not;

json document(const std::string& name) {
  std::ifstream file(std::string(CARVE_SOURCE_DIR) + "/src/report/testdata/" + name);
  return json::parse(file);
}

json example() { return document("run.json"); }

std::string browser() {
  for (const char* name : {"chromium", "chromium-browser", "google-chrome"}) {
    if (std::system(("command -v " + std::string(name) + " > /dev/null 2>&1").c_str()) == 0) {
      return name;
    }
  }
  return "";
}

class Browser : public testing::Test {
 protected:
  void SetUp() override {
    if (browser().empty()) {
      GTEST_SKIP() << "no Chromium is installed: the page was not opened in a browser (apt install chromium)";
    }
    folder_ = std::filesystem::temp_directory_path() / ("carve-report-" + std::to_string(getpid()));
    std::filesystem::create_directories(folder_);
  }
  void TearDown() override {
    std::error_code ignored;
    std::filesystem::remove_all(folder_, ignored);
  }

  std::string opened(const json& run) const { return elements(page(run.dump())); }

  /// The page's elements after its scripts have run, without the scripts.
  std::string elements(const std::string& html) const {
    std::ofstream(folder_ / "page.html") << html;
    const std::string flags =
        "--headless --no-sandbox --disable-gpu --disable-quic --no-first-run --disable-background-networking"
        " --disable-component-update --disable-sync --virtual-time-budget=20000 --dump-dom";
    const auto path = [this](const char* name) { return (folder_ / name).string(); };
    const std::string command = browser() + " " + flags + " --user-data-dir=" + path("profile") + " file://" +
                                path("page.html") + " > " + path("dom.html") + " 2> " + path("messages.txt");
    EXPECT_EQ(std::system(command.c_str()), 0);
    std::ifstream file(folder_ / "dom.html");
    std::string dom{std::istreambuf_iterator<char>(file), {}};
    dom.erase(std::min(dom.find("<script type=\"application/json\""), dom.size()));
    return dom;
  }

 private:
  std::filesystem::path folder_;
};

std::string attribute(const std::string& dom, const std::string& name) {
  std::smatch match;
  return std::regex_search(dom, match, std::regex(name + "=\"([^\"]*)\"")) ? match[1].str() : "(missing)";
}

std::ptrdiff_t count(const std::string& dom, const std::string& pattern) {
  const std::regex expression(pattern);
  return std::distance(std::sregex_iterator(dom.begin(), dom.end(), expression), std::sregex_iterator());
}

void expect_drawn(const std::string& dom, int charts) {
  EXPECT_EQ(attribute(dom, "data-ready"), "true");
  EXPECT_EQ(attribute(dom, "data-errors"), "");
  EXPECT_EQ(attribute(dom, "data-charts"), std::to_string(charts));
  EXPECT_EQ(count(dom, "<svg[^>]*class=\"marks\""), charts);
  EXPECT_EQ(count(dom, "NaN|undefined|\\[object"), 0);
}

/// Whether a whole section of the page is hidden.
bool hidden(const std::string& dom, const std::string& section) {
  return dom.find("<section id=\"" + section + "\" hidden") != std::string::npos;
}

TEST_F(Browser, draws_every_chart_of_a_finished_run) {
  const std::string dom = opened(example());
  expect_drawn(dom, 5);  // comparisons, lifetimes, losses, coefficients, failures
  EXPECT_EQ(count(dom, "<canvas"), 12);
  EXPECT_EQ(count(dom, "<th scope=\"row\" class=\"term\""), 27);
  EXPECT_THAT(dom, HasSubstr("the found rule does better than Oja"));
  EXPECT_THAT(dom, HasSubstr("One line per trial"));
  EXPECT_THAT(dom, HasSubstr("<msup><mi>y</mi><mn>2</mn></msup>"));
  for (const char* section : {"spiking", "windows", "settled"}) EXPECT_TRUE(hidden(dom, section)) << section;
}

TEST_F(Browser, says_what_a_term_left_out_would_gain) {
  json run = example();
  const auto entry = [](const char* term, double mean) {
    return json{{"term", term}, {"relative", -0.1}, {"gain", {{"mean", mean}, {"error", 0.001}, {"trials", 200}}}};
  };
  run["rules"]["feedforward"]["terms"][1]["removal"]["mean"] = 7.4;
  run["further"] = {entry("x*y^3", 0.002), entry("w^3", -0.001)};
  const std::string idle = opened(run);
  expect_drawn(idle, 5);
  EXPECT_THAT(idle, HasSubstr("No further term helps"));
  EXPECT_EQ(count(idle, "<table class=\"further\""), 0);
  run["further"][0]["gain"]["mean"] = 0.02;
  const std::string helpful = opened(run);
  expect_drawn(helpful, 5);
  EXPECT_THAT(helpful, HasSubstr("would help"));
  EXPECT_EQ(count(helpful, "<table class=\"further\""), 1);
}

TEST_F(Browser, says_what_is_missing_from_an_interrupted_run) {
  json run = example();
  run["status"] = "interrupted";
  run["loss"] = {{"search", 0.2}};
  run.erase("lifetimes");
  run["rules"]["feedforward"].erase("mathml");
  for (auto& entry : run["rules"]["feedforward"]["terms"]) entry.erase("removal");
  const std::string dom = opened(run);
  expect_drawn(dom, 3);
  EXPECT_THAT(dom, HasSubstr("The search was interrupted"));
  EXPECT_THAT(dom, HasSubstr("carve resume"));
  EXPECT_THAT(dom, HasSubstr("What each removal costs was not measured"));
}

TEST_F(Browser, stands_an_empty_record) { expect_drawn(opened(json::object()), 0); }

TEST_F(Browser, stands_numbers_that_are_not_finite_and_several_rules) {
  json run = example();
  run["rules"]["lateral"] = run["rules"]["feedforward"];
  run["rules"]["lateral"]["terms"][3]["coefficient"] = nullptr;
  run["rules"]["lateral"]["terms"][2]["removal"] = {{"mean", nullptr}, {"error", nullptr}};
  run["rules"]["lateral"]["terms"][0]["removal"] = {{"mean", 73.7}, {"error", 0.1}};  // decades above 1
  run["loss"]["comparisons"][0]["mean"] = nullptr;
  run["loss"]["comparisons"][0]["difference"] = {{"mean", nullptr}, {"error", nullptr}};
  for (auto& entry : run["history"]) {
    entry["coefficients"]["lateral"] = entry["coefficients"]["feedforward"];
    if (entry["generation"] < 40) entry["best"] = entry["median"] = nullptr;
  }
  run["history"][50]["coefficients"]["lateral"]["w"] = nullptr;
  run["lifetimes"][1]["weights"][0][7] = nullptr;
  run["lifetimes"][2]["path"]["norm"][3] = nullptr;
  for (auto& life : run["lifetimes"]) life.erase("image");
  const std::string dom = opened(run);
  expect_drawn(dom, 7);  // one more for the coefficients, and a scatter plot instead of the images
  EXPECT_EQ(count(dom, "<canvas"), 0);
}

/// The example as if it were of a network with several outputs and two rules, searched from several starts.
json network_example(std::size_t outputs) {
  json run = example();
  run["rules"]["lateral"] = {{"formula", "dw = -0.11 x y"},
                             {"terms", {{{"term", "x*y"}, {"coefficient", -5.5}, {"relative", 1}}}}};
  run["further"] = {{{"rule", "lateral"},
                     {"term", "x*y"},
                     {"relative", -0.1},
                     {"gain", {{"mean", 0.02}, {"error", 0.001}, {"trials", 200}}}}};
  for (auto& life : run["lifetimes"]) {
    for (std::size_t output = 1; output < outputs; ++output) {
      for (const char* key : {"weights", "components"}) life[key].push_back(life[key][0]);
      for (const char* key : {"alignment", "norm"}) life["path"][key].push_back(life["path"][key][0]);
    }
    life["path"]["lateral"] = life["path"]["norm"][0];
  }
  const auto finalist = [&](const json& start, double loss) {
    return json{{"start", start},
                {"chosen", start == 2},
                {"rules", run["rules"]},
                {"loss", {{"mean", loss}, {"error", 0.001}, {"trials", 128}}},
                {"difference", {{"mean", loss - 0.1}, {"error", 0.001}, {"trials", 128}}}};
  };
  run["finalists"] = {finalist(1, 0.2), finalist(2, 0.1), finalist(3, 0.1004), finalist(nullptr, 0.15)};
  return run;
}

TEST_F(Browser, shows_every_output_rule_and_start_of_a_network) {
  const std::string few = opened(network_example(2));
  expect_drawn(few, 6);                  // one more for the starts
  EXPECT_EQ(count(few, "<canvas"), 24);  // two outputs in six trials
  EXPECT_EQ(count(few, "class=\"formula-box\""), 2);
  EXPECT_THAT(few, HasSubstr("2 of 3 starts end as well as the chosen one"));
  EXPECT_THAT(few, HasSubstr(" of lateral"));
  EXPECT_EQ(count(few, "<table class=\"grid\""), 2);
  const std::string many = opened(network_example(12));
  expect_drawn(many, 6);
  EXPECT_EQ(count(many, "<canvas"), 48);  // all outputs in two trials
  json space = network_example(2);
  for (auto& life : space["lifetimes"]) life["measure"] = "subspace";
  expect_drawn(opened(space), 6);
}

TEST_F(Browser, shows_what_a_rule_does_to_a_spiking_neuron) {
  const std::string dom = opened(document("spiking.json"));
  // comparisons, rates, raster, tuning, weights, one pair, losses, parameters, starts, settled rates, failures
  expect_drawn(dom, 11);
  EXPECT_THAT(dom, HasSubstr("The neuron settles at 5.01&nbsp;±&nbsp;0.02 Hz; target 5 Hz"));
  EXPECT_THAT(dom, HasSubstr("Only its inhibitory synapses learn."));
  EXPECT_THAT(dom, HasSubstr("5 of 7 rules settle within"));
  EXPECT_THAT(dom, HasSubstr("Time constants have a"));
  EXPECT_EQ(count(dom, "class=\"swatch\""), 7);
  EXPECT_EQ(count(dom, "<table class=\"grid"), 0) << "the settled rates' table has the parameters";
  EXPECT_TRUE(hidden(dom, "learned")) << "principal components";
  for (const char* shown : {"evidence", "spiking", "windows", "terms", "search", "coefficients", "starts", "settled"}) {
    EXPECT_FALSE(hidden(dom, shown)) << shown;
  }
}

TEST_F(Browser, has_no_empty_section_for_what_a_spiking_run_lacks) {
  json run = document("spiking.json");
  for (auto& trial : run["spiking"]["trials"]) {
    trial.erase("tuning");  // independent inputs have no groups
    trial["rate"].erase("known");
    auto& before = trial["rate"]["before"];
    before.erase(before.begin() + 7, before.end());  // stopped early
  }
  for (const char* key : {"windows", "settled"}) run["spiking"].erase(key);
  run["loss"].erase("reference");
  run.erase("known");
  const std::string some = opened(run);
  expect_drawn(some, 7);
  EXPECT_THAT(some, HasSubstr("The neuron settles at"));
  EXPECT_THAT(some, HasSubstr("Without plasticity it does not last"));
  for (const char* section : {"learned", "windows", "settled"}) EXPECT_TRUE(hidden(some, section)) << section;
  run["spiking"].erase("trials");
  const std::string bare = opened(run);
  expect_drawn(bare, 4);
  EXPECT_TRUE(hidden(bare, "spiking"));
}

TEST_F(Browser, shows_what_a_rule_does_to_a_recurrent_network) {
  const std::string dom = opened(document("recurrent.json"));
  // comparisons, rates, raster, weights, responses, one pair, losses, parameters, failures
  expect_drawn(dom, 9);
  EXPECT_THAT(dom, HasSubstr("Familiar patterns make the network fire at"));
  EXPECT_THAT(dom, HasSubstr("With the found rule it blew up in 1 of 4 fresh trials."));
  EXPECT_THAT(dom, HasSubstr("Phases: rest 4 s, train 12 s (patterns shown)"));
  EXPECT_EQ(count(dom, "<table class=\"metrics\""), 1);
  EXPECT_EQ(count(dom, "<div class=\"outside\">outside</div>"), 1);
  EXPECT_EQ(count(dom, "<div class=\"outside\">worst trial outside</div>"), 1);
  EXPECT_THAT(dom, HasSubstr("at least 0.7"));
  for (const char* section : {"learned", "spiking", "settled"}) EXPECT_TRUE(hidden(dom, section)) << section;
  for (const char* shown : {"evidence", "network", "windows"}) EXPECT_FALSE(hidden(dom, shown)) << shown;
}

TEST_F(Browser, has_no_empty_section_for_what_a_recurrent_run_lacks) {
  json run = document("recurrent.json");
  run["recurrent"].erase("windows");
  run["recurrent"].erase("phases");
  for (auto& trial : run["recurrent"]["trials"]) {
    for (const char* key : {"raster", "weights", "responses"}) trial.erase(key);
  }
  const std::string some = opened(run);
  expect_drawn(some, 5);
  EXPECT_EQ(count(some, "Phases:|Line: median|Dots are presentations"), 0);
  EXPECT_TRUE(hidden(some, "windows"));
  run["recurrent"].erase("trials");
  run.erase("metrics");
  const std::string bare = opened(run);
  expect_drawn(bare, 4);
  EXPECT_TRUE(hidden(bare, "network"));
}

TEST_F(Browser, draws_a_comparison) {
  json comparison = document("comparison.json");
  const std::string dom = elements(compare_page(comparison.dump()));
  expect_drawn(dom, 3);  // success, evaluations, seconds
  EXPECT_THAT(dom, HasSubstr("Least loss on fresh data: cma-es"));
  EXPECT_THAT(dom, HasSubstr("runs/random-1 was stopped before the end"));
  EXPECT_EQ(count(dom, "<table class=\"grid\""), 2);
  EXPECT_EQ(count(dom, "class=\"folder\""), 8);  // seven runs and the head
  const std::string attack = "</script><img src=x onerror=\"document.documentElement.dataset.errors='attacked'\">";
  comparison["experiments"][0]["label"] = comparison["runs"][0]["folder"] = attack;
  comparison["runs"][1]["rules"][attack] = comparison["runs"][1]["rules"]["lateral"];
  comparison["runs"][2]["loss"]["validation"]["mean"] = nullptr;
  comparison["runs"][2]["course"]["best"][3] = nullptr;
  comparison["runs"][3].erase("course");
  const std::string odd = elements(compare_page(comparison.dump()));
  EXPECT_EQ(attribute(odd, "data-errors"), "");
  EXPECT_EQ(count(odd, "<img"), 0);
  expect_drawn(elements(compare_page("{}")), 0);
}

TEST_F(Browser, draws_a_sweep) {
  json sweep = json::parse(R"({"name": "oja", "status": {"finished": 4, "failed": 0},
    "axes": [{"key": "rule.feedforward.eta", "label": "eta", "values": [0.01, 0.1]},
             {"key": "trials.inputs.kind", "label": "kind", "values": ["gaussian", "table"]}],
    "settings": [], "runs": []})");
  for (int k = 0; k < 4; ++k) {
    const json settings{{"rule.feedforward.eta", k < 2 ? 0.01 : 0.1},
                        {"trials.inputs.kind", k % 2 ? "table" : "gaussian"}};
    sweep["runs"].push_back({{"name", "run" + std::to_string(k)},
                             {"settings", settings},
                             {"status", "finished"},
                             {"rules", json::object()},
                             {"loss", {{"validation", {{"mean", 0.1 + k}, {"error", 0.01}}}}}});
    sweep["settings"].push_back({{"settings", settings},
                                 {"runs", {k}},
                                 {"finished", 1},
                                 {"loss", {{"mean", 0.1 + k}, {"error", nullptr}, {"runs", 1}}}});
  }
  const std::string dom = elements(sweep_page(sweep.dump()));
  expect_drawn(dom, 2);
  EXPECT_THAT(dom, HasSubstr("Least loss on fresh data: eta = 0.01, kind = gaussian"));
  EXPECT_EQ(count(dom, "class=\"folder\""), 5);  // four runs and the head
  const std::string attack = "</script><img src=x onerror=\"document.documentElement.dataset.errors='attacked'\">";
  sweep["runs"][0] = {{"name", attack}, {"status", "failed"}, {"problem", attack}};
  sweep["axes"][1]["label"] = attack;
  sweep["runs"][1]["loss"]["validation"]["mean"] = nullptr;
  const std::string odd = elements(sweep_page(sweep.dump()));
  EXPECT_EQ(attribute(odd, "data-errors"), "");
  EXPECT_EQ(count(odd, "<img"), 0);
  expect_drawn(elements(sweep_page("{}")), 0);
}

TEST_F(Browser, runs_no_script_and_no_markup_from_the_record) {
  const std::string attack = "</script><img src=x onerror=\"document.documentElement.dataset.errors='attacked'\">";
  json run = example();
  run["experiment"]["name"] = attack;
  run["experiment"]["text"] = attack;
  run["loss"]["reference"]["name"] = attack;
  run["provenance"]["cpu"] = attack;
  auto& rule = run["rules"]["feedforward"];
  rule["terms"][0]["term"] = attack;
  rule["mathml"] = "<math><mi onclick='alert(1)'>w</mi><script>document.title='attacked'</script>" + attack +
                   "<mtext><img src=x></mtext></math>";
  run["rules"][attack] = rule;
  run["spiking"] = document("spiking.json")["spiking"];
  run["spiking"]["connections"] = {attack};
  run["spiking"]["windows"][attack] = run["spiking"]["windows"]["inhibition"];
  run["spiking"]["trials"][0]["weights"][attack] = run["spiking"]["trials"][0]["weights"]["inhibition"];
  run["spiking"]["settled"][1]["start"] = attack;
  run["spiking"]["settled"][1]["parameters"] = {{attack, 1}, {"a." + attack, 1}};
  run["recurrent"] = document("recurrent.json")["recurrent"];
  auto& network = run["recurrent"];
  network["connections"] = {attack};
  network["populations"][0]["name"] = network["phases"][1]["name"] = attack;
  network["trials"][0]["rate"]["found"][attack] = network["trials"][0]["rate"]["found"]["E"];
  network["trials"][0]["weights"][attack] = network["trials"][0]["weights"]["E->E"];
  network["trials"][0]["responses"][1]["phase"] = attack;
  network["endings"][attack] = 1;
  run["metrics"][attack] = {{"mean", 1}, {"brief", attack}, {"lowest", 2}};
  const std::string dom = opened(run);
  EXPECT_EQ(attribute(dom, "data-errors"), "");
  EXPECT_EQ(dom.find("<title>attacked"), std::string::npos);
  EXPECT_EQ(count(dom, "<img|onclick|<script"), 0);
}

}  // namespace
}  // namespace carve::report
