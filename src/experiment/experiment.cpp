#include "carve/experiment/experiment.hpp"

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <sstream>

#include <fmt/format.h>

#include "carve/experiment/reading/rate_sections.hpp"
#include "carve/experiment/reading/recurrent_sections.hpp"
#include "carve/experiment/reading/spiking_sections.hpp"
#include "carve/experiment/reading/toml_reader.hpp"
#include "carve/search/multi_start.hpp"

namespace carve::experiment {
namespace {

using base::Diagnostics;
using base::Span;
using base::Table;
using base::Value;

/// The fields of [search] that belong to the experiment, whatever the method.
struct SearchOptions {
  std::int64_t generations = 300;
  std::int64_t starts = 1;
  double start_spread = 0.1;
};
const base::Schema<SearchOptions> search_schema{
    {base::field(&SearchOptions::generations, "generations", "generations of the search", base::between(1, 1e9)),
     base::field(&SearchOptions::starts, "starts", "searches from different points, side by side in every generation",
                 base::between(1, 1000)),
     base::field(&SearchOptions::start_spread, "start_spread",
                 "standard deviation of the points that all starts but the first begin at, around the initial one",
                 base::not_negative)}};

constexpr std::int64_t default_seed = 1;
constexpr base::Range seeds = base::between(0, 9e15);

class Reader : public Sections {
 public:
  using Sections::Sections;

  std::unique_ptr<Experiment> read(const std::string& file, const std::string& beside) {
    auto made = std::make_unique<Experiment>();
    experiment_ = made.get();
    const std::filesystem::path path(file);
    experiment_->file = file;
    experiment_->name = path.stem().string();
    folder_ = std::filesystem::path(beside.empty() ? file : beside).parent_path().string();
    base::report_unknown_keys(document_, {"seed", "network", "rule", "trials", "loss", "search", "reference"},
                              "the file", diagnostics_);
    read_seed();
    network_known_ = read_network();
    know_context(network_known_);
    if (!kind_known_) {
      read_search();
    } else if (experiment_->spiking) {
      read_all_of(SpikingSections(*this, *experiment_));
    } else if (experiment_->recurrent) {
      if (network_known_) read_all_of(RecurrentSections(*this, *experiment_));
    } else {
      read_all_of(RateSections(*this, *experiment_, network_known_));
    }
    return diagnostics_.empty() ? std::move(made) : nullptr;
  }

 private:
  /// The sections that depend on the kind of network, and the search.
  template <class Kind>
  void read_all_of(Kind sections) {
    rule_known_ = sections.read_rules();
    sections.read_trials();
    sections.read_loss();
    read_search();
    sections.read_reference();
  }

  void read_seed() {
    std::int64_t seed = default_seed;
    if (const Value* value = document_.find("seed")) base::read_value(*value, seeds, seed, diagnostics_);
    experiment_->seed = static_cast<std::uint64_t>(seed);
    experiment_->resolved.set("seed", base::write_value(seed));
  }

  bool read_network() {
    const auto network = section("network", "for example: kind = \"rate\", inputs = 100");
    if (!network) return false;
    Table resolved;
    const auto made = make(network::networks(), network->table, network->place, "kind", "network",
                           network::NetworkContext{}, resolved);
    experiment_->resolved.set("network", {resolved, {}});
    const std::string kind = kind_of(network->table);
    const auto named = [&](const auto* each) { return each->name == kind; };
    kind_known_ = kind.empty() || std::any_of(network::networks().begin(), network::networks().end(), named);
    if (kind == network::spiking_neuron.name) experiment_->spiking = std::make_unique<task::SpikingTask>();
    if (kind == network::recurrent.name) experiment_->recurrent = std::make_unique<task::RecurrentTask>();
    if (!made) return false;
    if (experiment_->recurrent) experiment_->recurrent->network = std::get<network::RecurrentNetwork>(*made);
    else if (experiment_->spiking) experiment_->spiking->neuron = std::get<network::SpikingNeuron>(*made);
    else experiment_->network = std::get<network::RateNetwork>(*made);
    return true;
  }

  /// The kind of network that a section names, also where the network itself has a mistake.
  static std::string kind_of(const Table& network) {
    const Value* kind = network.find("kind");
    const auto* name = kind ? kind->as<std::string>() : nullptr;
    return name ? *name : "";
  }

  void read_search() {
    auto search = section("search", "for example: method = \"cma-es\", generations = 300");
    if (!search) return;
    rule::SearchCoordinates coordinates;
    if (rule_known_) coordinates = rule::search_coordinates(experiment_->rules);
    else
      coordinates = {.initial = {0}, .lower = {-1}, .upper = {1}};  // anything: only the section's own keys matter now
    if (coordinates.initial.empty()) {
      diagnostics_.error(search->place, "nothing to search: every parameter of the rule is fixed",
                         "free a parameter, or use 'carve evaluate' for a given rule");
      return;
    }
    Table own;
    const SearchOptions options = take(search_schema, *search, "[search]", own);
    experiment_->generations = options.generations;
    search::Problem problem{.seed = experiment_->seed, .l1 = experiment_->l1};
    for (std::size_t i = 0; i < coordinates.initial.size(); ++i) {
      problem.coordinates.push_back(
          {.initial = coordinates.initial[i],
           .lower = coordinates.lower[i],
           .upper = coordinates.upper[i],
           .penalised = rule_known_ && experiment_->rules.parameter(coordinates.parameters[i]).penalised});
    }
    Table resolved;
    const auto make_one = [&](const search::Problem& one) {
      resolved = {};
      return make(search::searches(), search->table, search->place, "method", "search", one, resolved,
                  names(search_schema));
    };
    experiment_->optimiser =
        search::make_multi_start(make_one, problem, static_cast<std::size_t>(options.starts), options.start_spread);
    if (experiment_->optimiser && experiment_->optimiser->wants_gradients() &&
        (experiment_->spikes() || (experiment_->loss && !experiment_->loss->has_gradient()))) {
      diagnostics_.error(place_of(*search, "method"), "this search needs a loss with exact gradients",
                         "method = \"finite_differences\" measures them; \"cma-es\" needs none");
    }
    for (const base::Entry& entry : own.entries) resolved.set(entry.key, entry.value);
    experiment_->resolved.set("search", {resolved, {}});
  }

  Experiment* experiment_ = nullptr;
  bool network_known_ = false;
  bool kind_known_ = true;  // else nobody knows what the other sections may say
  bool rule_known_ = false;
};

/// Applies "path=value" to the document.
void apply(const Override& change, Table& document, Diagnostics& diagnostics) {
  const auto source = std::make_shared<const base::Source>(base::Source{"--set", change});
  const Span whole{source, 0, change.size()};
  const std::size_t equals = change.find('=');
  if (equals == std::string::npos || equals == 0) {
    diagnostics.error(whole, "expected KEY=VALUE", "for example --set search.population=32");
    return;
  }
  const Span path = whole.sub(0, equals);
  if (std::count(path.text().begin(), path.text().end(), '.') >= static_cast<std::ptrdiff_t>(most_key_parts)) {
    diagnostics.error({}, fmt::format("--set: more than {} parts in one key", most_key_parts));
    return;
  }
  const std::size_t before = diagnostics.size();
  Value value = read_toml_value(whole.sub(equals + 1, change.size()), diagnostics);
  if (diagnostics.size() != before) return;
  if (!set_path(document, path, std::move(value))) {
    diagnostics.error(path, "this path leads through a key that is no table");
  }
}

}  // namespace

task::TrialSource Experiment::trial_source() const {
  return {.spiking = spiking.get(),
          .recurrent = recurrent.get(),
          .inputs = inputs.get(),
          .loss = loss.get(),
          .network = network,
          .seed = seed,
          .plan = trials};
}

std::unique_ptr<Experiment> read_experiment(const base::SourcePtr& source, const std::vector<Override>& overrides,
                                            Diagnostics& diagnostics, const std::string& beside) {
  std::optional<Value> document = read_toml(source, diagnostics);
  if (!document) return nullptr;
  Table& table = *document->as<Table>();
  for (const Override& change : overrides) apply(change, table, diagnostics);
  return Reader(table, document->span, diagnostics).read(source->name, beside);
}

std::vector<FileSection> file_sections() {
  const base::FieldInfo seed{.name = "seed",
                             .brief = "the only source of chance: same file and seed, same result",
                             .type = "integer",
                             .range = seeds.text(),
                             .fallback = std::to_string(default_seed)};
  return {{"seed", "top of the file", "Which of all possible runs this is.", {seed}},
          {"loss", "[loss]", "Beside the fields of its kind, every loss has these.", RateSections::loss_fields()},
          {"search", "[search]", "Beside the fields of its method, every search has these.", search_schema.describe()},
          {"reference", "[reference]", "A known rule that the report compares the answer with; may be left out.",
           RateSections::reference_fields()}};
}

base::SourcePtr read_source(const std::string& path, Diagnostics& diagnostics) {
  std::error_code ignored;
  std::ifstream file(path, std::ios::binary);
  if (!file || std::filesystem::is_directory(path, ignored)) {
    const int why = file ? EISDIR : errno;
    diagnostics.error({}, fmt::format("cannot read '{}': {}", path, std::strerror(why)));
    return nullptr;
  }
  std::ostringstream text;
  text << file.rdbuf();
  return std::make_shared<const base::Source>(base::Source{path, text.str()});
}

std::shared_ptr<network::Baseline> find_baseline(const std::string& name, const Experiment& experiment) {
  if (experiment.spikes()) return nullptr;
  for (const network::BaselineComponent* each : network::baselines()) {
    Table resolved;
    Diagnostics ignored;
    if (each->name == name) return each->make({}, {}, {experiment.network}, resolved, ignored);
  }
  return nullptr;
}

}  // namespace carve::experiment
