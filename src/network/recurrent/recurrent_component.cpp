// Recurrent networks as a file names them: a preset, populations and connections that change it or stand alone.
#include <algorithm>
#include <cmath>
#include <numeric>

#include <fmt/format.h>

#include "carve/network/network.hpp"
#include "carve/network/recurrent/recurrent_fields.hpp"

namespace carve::network {
namespace {

using base::Diagnostics;
using base::Span;
using base::Table;
using base::Value;
using declared::as_options;
using declared::connection_schema;
using declared::ConnectionOptions;
using declared::Kind;
using declared::network_schema;
using declared::NetworkOptions;
using declared::population_schema;
using declared::PopulationOptions;
using declared::Preset;

constexpr double most_synapses = 2e9;  // of one connection: places are 32-bit numbers

/// Builds a network from a table, and says what is wrong with it.
class Builder {
 public:
  Builder(const Table& table, const Span& place, Diagnostics& diagnostics)
      : table_(table), place_(place), diagnostics_(diagnostics) {}

  std::unique_ptr<Network> build(Table& resolved) {
    const std::size_t before = diagnostics_.size();
    const NetworkOptions options = network_schema().read(table_, place_, "kind = \"recurrent\"", diagnostics_,
                                                         {"kind", "populations", "connections"});
    const double per_ms = 1e-3 / options.dt.value;
    if (std::abs(per_ms - std::round(per_ms)) > 1e-9 * per_ms) {
      const Value* dt = table_.find("dt");
      diagnostics_.error(dt ? dt->span : place_, "1 ms is not a whole number of steps", "for example dt = \"0.1 ms\"");
    }
    if (diagnostics_.size() != before) return nullptr;
    start_from(options);
    if (options.preset == Preset::none) refuse_sizes(options);
    each_table("populations", "[network.populations.NAME]", [&](auto&&... all) { read_population(all...); });
    std::sort(network_.populations.begin(), network_.populations.end(),
              [](const Population& a, const Population& b) { return a.name < b.name; });
    if (diagnostics_.size() != before) return nullptr;
    connect_preset();
    each_table("connections", "[network.connections.\"FROM->TO\"]", [&](auto&&... all) { read_connection(all...); });
    if (diagnostics_.size() != before) return nullptr;
    // The order of declarations must not matter: it decides who draws which random numbers.
    std::sort(network_.projections.begin(), network_.projections.end(), [](const Projection& a, const Projection& b) {
      return std::pair(a.from, a.to) < std::pair(b.from, b.to);
    });
    check_whole();
    if (diagnostics_.size() != before) return nullptr;
    write(resolved);
    return std::make_unique<Network>(std::move(network_));
  }

 private:
  void start_from(const NetworkOptions& options) {
    network_.dt = options.dt;
    if (options.preset == Preset::none) return;
    const auto size = [](std::int64_t asked, std::size_t usual) {
      return asked > 0 ? static_cast<std::size_t>(asked) : usual;
    };
    preset_ =
        options.preset == Preset::tif
            ? tif_network({size(options.excitatory, 8000), size(options.inhibitory, 2000), size(options.inputs, 5000)})
            : adaptive_network(
                  {size(options.excitatory, 4096), size(options.inhibitory, 1024), size(options.inputs, 5000)});
    network_.populations = preset_.populations;
  }

  void refuse_sizes(const NetworkOptions& options) {
    for (const auto& [name, size] :
         {std::pair{"excitatory", options.excitatory}, std::pair{"inhibitory", options.inhibitory},
          std::pair{"inputs", options.inputs}}) {
      if (size == 0) continue;
      diagnostics_.error(table_.find(name)->span, fmt::format("'{}' is the size of a preset's population", name),
                         "add preset = \"tif\", or give [network.populations.NAME] a size");
    }
  }

  /// Calls read(name, place of the name, table, its place) for every table in the table `key`.
  template <class Read>
  void each_table(const char* key, const char* what, Read read) {
    const Value* value = table_.find(key);
    if (!value) return;
    const auto* all = value->as<Table>();
    if (!all) {
      diagnostics_.error(value->span, fmt::format("'{}' must be a table, but this is {}", key, value->type_name()),
                         fmt::format("write {}", what));
      return;
    }
    for (const base::Entry& entry : all->entries) {
      if (const auto* own = entry.value.as<Table>()) {
        read(entry.key, entry.key_span, *own, entry.value.span);
        continue;
      }
      diagnostics_.error(entry.value.span, fmt::format("'{}' must be a table", entry.key),
                         fmt::format("write {}", what));
    }
  }

  void read_population(const std::string& name, const Span& name_place, const Table& table, const Span& place) {
    const auto known = std::find_if(network_.populations.begin(), network_.populations.end(),
                                    [&](const Population& each) { return each.name == name; });
    if (name.empty() || name.find_first_of("-> \t\".") != std::string::npos) {
      diagnostics_.error(name_place, fmt::format("'{}' cannot name a population", name), "use letters, digits and _");
      return;
    }
    const bool is_new = known == network_.populations.end();
    Table given = table;
    if (!is_new && !given.find("size")) given.set("size", base::write_value(static_cast<std::int64_t>(known->size)));
    const std::size_t before = diagnostics_.size();
    const PopulationOptions options =
        population_schema().read(given, place, fmt::format("[network.populations.{}]", name), diagnostics_, {},
                                 is_new ? PopulationOptions{} : as_options(*known));
    if (diagnostics_.size() != before) return;
    Population made{name, static_cast<std::size_t>(options.size),
                    options.kind == Kind::inhibitory ? Transmitter::inhibitory : Transmitter::excitatory, std::nullopt};
    if (options.kind != Kind::inputs) {
      made.neuron = options;
      check_neuron(options, place);
    }
    if (is_new) network_.populations.push_back(std::move(made));
    else *known = std::move(made);
  }

  void check_neuron(const NeuronModel& neuron, const Span& place) {
    if (neuron.reset >= neuron.threshold || neuron.rest >= neuron.threshold) {
      diagnostics_.error(place, "the threshold is not above the resting voltage and the reset",
                         "the neurons would spike without any input");
    }
    if (neuron.excitation_reversal <= neuron.threshold) {
      diagnostics_.error(place, "excitation_reversal is not above the threshold",
                         "excitation could never make a neuron spike");
    }
  }

  [[nodiscard]] std::optional<std::size_t> population_named(const std::string& name) const {
    for (std::size_t p = 0; p < network_.populations.size(); ++p) {
      if (network_.populations[p].name == name) return p;
    }
    return std::nullopt;
  }

  /// The preset's connections, between the same names.
  void connect_preset() {
    for (Projection each : preset_.projections) {
      each.from = *population_named(preset_.populations[each.from].name);
      each.to = *population_named(preset_.populations[each.to].name);
      network_.projections.push_back(each);
    }
  }

  void read_connection(const std::string& name, const Span& name_place, const Table& table, const Span& place) {
    const std::size_t arrow = name.find("->");
    const auto from = population_named(name.substr(0, arrow));
    const auto to = arrow == std::string::npos ? std::nullopt : population_named(name.substr(arrow + 2));
    if (!from || !to) {
      std::vector<std::string> names;
      for (const Population& each : network_.populations) names.push_back(each.name);
      diagnostics_.error(
          name_place, fmt::format("'{}' does not name a connection", name),
          names.empty() ? "no population is declared" : "FROM->TO, each one of " + base::join_choices(names));
      return;
    }
    if (!network_.populations[*to].neuron) {
      diagnostics_.error(name_place,
                         fmt::format("{} are inputs: nothing reaches them", network_.populations[*to].name));
      return;
    }
    const auto known = std::find_if(network_.projections.begin(), network_.projections.end(),
                                    [&](const Projection& each) { return each.from == *from && each.to == *to; });
    const bool is_new = known == network_.projections.end();
    const std::size_t before = diagnostics_.size();
    const ConnectionOptions options =
        connection_schema().read(table, place, fmt::format("[network.connections.\"{}\"]", name), diagnostics_, {},
                                 is_new ? ConnectionOptions{} : as_options(*known));
    if (diagnostics_.size() != before) return;
    const Projection made{*from,
                          *to,
                          options.probability,
                          options.weight.front(),
                          options.weight.back(),
                          options.delay,
                          options.receptive_field};
    if (is_new) network_.projections.push_back(made);
    else *known = made;
  }

  void check_whole() {
    const bool neurons = std::any_of(network_.populations.begin(), network_.populations.end(),
                                     [](const Population& each) { return each.neuron.has_value(); });
    if (!neurons) {
      diagnostics_.error(place_, "the network has no neurons",
                         "preset = \"tif\" is a whole network; else declare [network.populations.NAME]");
    }
    std::size_t inputs = 0;
    for (const Population& each : network_.populations) inputs += each.neuron ? 0 : each.size;
    if (inputs > largest_population)
      diagnostics_.error(place_, fmt::format("{} inputs in all", inputs),
                         fmt::format("at most {}", largest_population));
    for (const Projection& each : network_.projections) {
      if (!network_.populations[each.to].neuron)
        diagnostics_.error(place_, fmt::format("{} ends at inputs, which nothing reaches", network_.name_of(each)),
                           "the preset connects its populations E and I as neurons");
      const double synapses = each.probability * each.receptive_field *
                              static_cast<double>(network_.populations[each.from].size) *
                              static_cast<double>(network_.populations[each.to].size);
      if (synapses > most_synapses)
        diagnostics_.error(place_, fmt::format("{} would have {:.2g} synapses", network_.name_of(each), synapses),
                           fmt::format("at most {:.2g}", most_synapses));
    }
  }

  /// The whole network as declared, without a preset.
  void write(Table& resolved) const {
    resolved.set("kind", base::write_value(recurrent.name));
    resolved.set("dt", base::write_value(network_.dt));
    Table populations, connections;
    for (const Population& each : network_.populations) {
      Table own;
      population_schema().write(as_options(each), own);
      populations.set(each.name, {std::move(own), {}});
    }
    for (const Projection& each : network_.projections) {
      Table own;
      connection_schema().write(as_options(each), own);
      connections.set(network_.name_of(each), {std::move(own), {}});
    }
    resolved.set("populations", {std::move(populations), {}});
    resolved.set("connections", {std::move(connections), {}});
  }

  const Table& table_;
  const Span& place_;
  Diagnostics& diagnostics_;
  RecurrentNetwork preset_, network_;
};

std::vector<base::FieldInfo> fields() {
  std::vector<base::FieldInfo> infos = network_schema().describe();
  infos.push_back({.name = "populations",
                   .brief = "tables by name: changes to the preset's populations, and further ones",
                   .type = "table of tables",
                   .fallback = "{}"});
  infos.push_back({.name = "connections",
                   .brief = "tables by \"FROM->TO\": changes to the preset's connections, and further ones",
                   .type = "table of tables",
                   .fallback = "{}"});
  return infos;
}

}  // namespace

std::vector<base::FieldInfo> population_fields() { return population_schema().describe(); }
std::vector<base::FieldInfo> connection_fields() { return connection_schema().describe(); }

const NetworkComponent recurrent{
    .name = "recurrent",
    .brief = "Populations of spiking neurons and inputs, and the connections between them; a rule for any of these.",
    .cite = "confavreux2025",
    .sample = "kind = \"recurrent\"\npreset = \"tif\"",
    .fields = fields(),
    .make = [](const Table& table, const Span& place, const NetworkContext&, Table& resolved,
               Diagnostics& diagnostics) { return Builder(table, place, diagnostics).build(resolved); }};

}  // namespace carve::network
