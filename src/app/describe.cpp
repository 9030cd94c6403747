// carve describe: what an experiment file may say, straight from the components' own definitions.
#include <cstdio>

#include <fmt/format.h>

#include "carve/app/commands.hpp"
#include "carve/experiment/experiment.hpp"
#include "carve/experiment/rules/library.hpp"
#include "carve/network/baseline.hpp"
#include "carve/network/network.hpp"
#include "carve/rule/event_family.hpp"
#include "carve/search/optimiser.hpp"
#include "carve/task/inputs.hpp"
#include "carve/task/loss.hpp"
#include "carve/task/recurrent/recurrent_loss.hpp"
#include "carve/task/trial.hpp"

namespace carve::app {
namespace {

/// A component, whatever it makes.
struct Entry {
  std::string group;  // "network"
  std::string where;  // "[network], kind"
  std::string name, brief, cite, sample;
  std::vector<base::FieldInfo> fields;
};

template <class Component>
void add(std::vector<Entry>& entries, const std::string& group, const std::string& where,
         const std::vector<const Component*>& list) {
  for (const Component* each : list) {
    entries.push_back({group, where, each->name, each->brief, each->cite, each->sample, each->fields});
  }
}

std::vector<Entry> all_entries() {
  std::vector<Entry> entries;
  add(entries, "networks", "[network], kind", network::networks());
  add(entries, "rule families", "[rule.NAME], family", rule::families());
  add(entries, "rule families of spiking neurons", "[rule.NAME], family", rule::event_families());
  add(entries, "inputs", "[trials] inputs, kind", task::inputs());
  add(entries, "inputs of spiking neurons", "[trials] inputs, kind", task::spike_inputs());
  add(entries, "losses", "[loss], kind", task::losses());
  add(entries, "losses of spiking neurons", "[loss], kind", task::spiking_losses());
  add(entries, "losses of recurrent networks", "[loss], kind", task::recurrent_losses());
  add(entries, "searches", "[search], method", search::searches());
  add(entries, "baselines", "[reference] baseline, kind", network::baselines());
  for (const experiment::KnownRule& each : experiment::library()) {
    const char* const group =
        each.spikes() ? "known rules between spiking neurons" : "known rules between rate neurons";
    const std::string text = each.text.substr(each.text.find("[rule."));
    entries.push_back(
        {group, "RULE of a command", each.name, each.brief, each.cite, text.substr(0, text.size() - 1), {}});
  }
  const std::string rest = "the rest of the file";
  entries.push_back({rest, "[trials]", "trials", "How many trials a candidate is judged on, and how they vary.", "", "",
                     task::trial_schema().describe()});
  entries.push_back({rest, "[trials]", "spiking trials", "The same for spiking neurons.", "", "",
                     task::spiking_trial_schema().describe()});
  entries.push_back({rest, "[network.populations.NAME]", "populations",
                     "A population of a recurrent network; those of a preset keep what is left out.", "", "",
                     network::population_fields()});
  entries.push_back({rest, "[network.connections.\"FROM->TO\"]", "connections",
                     "The synapses from one population to another: each pair of neurons has one with a probability.",
                     "", "", network::connection_fields()});
  entries.push_back({rest, "[trials]", "recurrent trials", "The same for recurrent networks.", "", "",
                     task::recurrent_trial_schema().describe()});
  entries.push_back({rest, "[trials] phases", "phases", "A part of the lifetime of a recurrent network.", "", "",
                     task::phase_schema().describe()});
  entries.push_back({rest, "[trials] inputs", "network inputs",
                     "Independent Poisson inputs of a recurrent network, all at one rate.", "", "",
                     task::network_inputs_schema().describe()});
  entries.push_back({rest, "[trials] stimuli", "stimuli", "Patterns that phases show: subsets of inputs.", "", "",
                     task::stimuli_schema().describe()});
  for (const experiment::FileSection& each : experiment::file_sections()) {
    entries.push_back({rest, each.where, each.name, each.brief, "", "", each.fields});
  }
  return entries;
}

std::string fallback(const base::FieldInfo& field) { return field.required ? "required" : field.fallback; }

void print_text(const Entry& entry) {
  fmt::print("{} ({})\n  {}\n", entry.name, entry.where, entry.brief);
  if (!entry.cite.empty()) fmt::print("  source: {}\n", entry.cite);
  for (const base::FieldInfo& field : entry.fields) {
    fmt::print("\n  {} = {}\n      {}\n      {}{}{}\n", field.name, fallback(field), field.brief, field.type,
               field.range.empty() ? "" : ", ", field.range);
  }
  if (!entry.sample.empty()) fmt::print("\n  sample:\n");
  for (std::size_t at = 0; at < entry.sample.size();) {
    const std::size_t end = std::min(entry.sample.find('\n', at), entry.sample.size());
    fmt::print("      {}\n", entry.sample.substr(at, end - at));
    at = end + 1;
  }
}

void print_markdown(const Entry& entry) {
  fmt::print("### {}\n\n{} Named in {}.{}\n\n", entry.name, entry.brief, entry.where,
             entry.cite.empty() ? "" : fmt::format(" Source: {}.", entry.cite));
  if (!entry.fields.empty()) fmt::print("| field | default | type | meaning |\n|---|---|---|---|\n");
  for (const base::FieldInfo& field : entry.fields) {
    fmt::print("| `{}` | {} | {}{}{} | {} |\n", field.name, field.required ? "required" : "`" + field.fallback + "`",
               field.type, field.range.empty() ? "" : ", ", field.range, field.brief);
  }
  if (!entry.sample.empty()) fmt::print("{}```toml\n{}\n```\n", entry.fields.empty() ? "" : "\n", entry.sample);
  fmt::print("\n");
}

}  // namespace

int describe(const DescribeArguments& arguments) {
  const std::vector<Entry> entries = all_entries();
  std::string group;
  std::vector<std::string> names;
  bool found = false;
  if (arguments.markdown)
    fmt::print("# Components\n\nWritten by `carve describe --markdown` from the definitions in the code.\n\n");
  for (const Entry& entry : entries) {
    names.push_back(entry.name);
    if (!arguments.name.empty()) {
      if (entry.name != arguments.name) continue;
      found = true;
      if (arguments.markdown) print_markdown(entry);
      else print_text(entry);
      continue;
    }
    if (entry.group != group) {
      group = entry.group;
      if (arguments.markdown) fmt::print("## {}\n\n", group);
      else
        fmt::print("{}{}{}\n", names.size() > 1 ? "\n" : "", group,
                   group == "the rest of the file" ? "" : fmt::format(" ({})", entry.where));
    }
    if (arguments.markdown) print_markdown(entry);
    else fmt::print("  {:<22} {}\n", entry.name, entry.brief);
  }
  if (arguments.name.empty()) {
    if (!arguments.markdown) fmt::print("\n'carve describe NAME' lists the fields of one.\n");
    return fine;
  }
  if (found) return fine;
  fmt::print(stderr, "error: there is no component '{}'{}\n  'carve describe' lists them all\n", arguments.name,
             base::did_you_mean(arguments.name, names));
  return user_error;
}

}  // namespace carve::app
