#include "carve/experiment/sweep/sweep.hpp"

#include <algorithm>
#include <filesystem>
#include <set>

#include <fmt/format.h>

#include "carve/base/error.hpp"
#include "carve/base/version.hpp"
#include "carve/experiment/reading/toml_reader.hpp"
#include "carve/experiment/record/files.hpp"

namespace carve::experiment {
namespace {

namespace fs = std::filesystem;
using base::Diagnostics;
using base::Span;

/// A value longer than that is called by its number.
constexpr std::size_t longest_word = 40;

/// The parts of `text` between commas, with their places; those within quotes and brackets do not count.
std::vector<Span> split(const Span& text) {
  std::vector<Span> parts;
  const std::string_view all = text.text();
  std::size_t begin = 0;
  int depth = 0;
  char quote = 0;
  for (std::size_t i = 0; i <= all.size(); ++i) {
    const char c = i < all.size() ? all[i] : ',';
    if (i < all.size() && quote != 0) {
      if (c == '\\' && quote == '"') ++i;
      else if (c == quote) quote = 0;
      continue;
    }
    if (c == '"' || c == '\'') quote = c;
    else if (c == '[' || c == '{') ++depth;
    else if (c == ']' || c == '}') --depth;
    else if (c == ',' && (depth <= 0 || i == all.size())) {
      parts.push_back(text.sub(begin, i - begin));
      begin = i + 1;
    }
  }
  return parts;
}

void reject_twice(const SweepAxis& axis, const std::vector<Span>& places, Diagnostics& diagnostics) {
  std::set<std::string_view> seen;
  for (const Span& each : places) {
    if (!seen.insert(each.text()).second)
      diagnostics.error(each, fmt::format("{} = {} stands here twice", axis.key, each.text()));
  }
}

bool whole_number(std::string_view text) {
  return !text.empty() && text.size() <= 15 && text.find_first_not_of("0123456789") == std::string_view::npos;
}

/// A value as a part of a folder's name.
std::string word_of(const SweepAxis& axis, std::size_t number) {
  std::string word;
  for (const char c : axis.values[number]) {
    const bool plain = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
                       std::string_view("+-._").find(c) != std::string_view::npos;
    if (plain) word += c;
    else if (c != '"' && c != '\'' && !word.empty() && word.back() != '-') word += '-';
  }
  return word.empty() || word.size() > longest_word ? fmt::format("value{}", number + 1) : word;
}

std::string joined(const std::vector<std::string>& values) {
  base::Array list;
  for (const std::string& each : values) list.push_back({each, {}});
  return base::format_value({list, {}});
}

std::string document(const Sweep& sweep) {
  base::Table file;
  file.set("file", {sweep.file, {}});
  std::string text = fmt::format(
      "# Written by carve {}: one run of experiment.toml for each combination of these values, in runs/.\n"
      "# 'carve sweep' with this folder works through them.\n{}\n[set]\n",
      base::version().release, base::format_document(file));
  for (const SweepAxis& axis : sweep.axes)
    text += fmt::format("{} = {}\n", base::format_value({axis.key, {}}), joined(axis.values));
  return text;
}

std::string in(const std::string& folder, const char* name) { return (fs::path(folder) / name).string(); }

}  // namespace

std::vector<SweepAxis> Sweep::swept() const {
  std::vector<SweepAxis> several;
  for (const SweepAxis& each : axes) {
    if (each.values.size() > 1) several.push_back(each);
  }
  return several.empty() ? axes : several;
}

std::string Sweep::label(const SweepAxis& axis) const {
  for (std::size_t dot = axis.key.rfind('.'); dot != std::string::npos && dot > 0; dot = axis.key.rfind('.', dot - 1)) {
    const std::string end = axis.key.substr(dot);
    const auto same = [&](const SweepAxis& other) { return ("." + other.key).ends_with(end); };
    if (std::count_if(axes.begin(), axes.end(), same) == 1) return end.substr(1);
  }
  return axis.key;
}

std::vector<SweepPoint> Sweep::points() const {
  std::vector<SweepPoint> all{{}};
  const std::vector<SweepAxis> named = swept();
  for (const SweepAxis& axis : axes) {
    const bool in_name =
        std::any_of(named.begin(), named.end(), [&](const SweepAxis& each) { return each.key == axis.key; });
    std::vector<SweepPoint> longer;
    for (const SweepPoint& point : all) {
      for (std::size_t i = 0; i < axis.values.size(); ++i) {
        longer.push_back(point);
        longer.back().changes.push_back(axis.key + "=" + axis.values[i]);
        if (in_name)
          longer.back().name += fmt::format("{}{}={}", point.name.empty() ? "" : ",", label(axis), word_of(axis, i));
      }
    }
    all = std::move(longer);
  }
  std::set<std::string> taken;
  for (SweepPoint& point : all) {  // values that differ in what a name cannot hold
    std::string name = point.name;
    for (int next = 2; !taken.insert(name).second; ++next) name = fmt::format("{},{}", point.name, next);
    point.name = name;
  }
  return all;
}

SweepAxis read_seeds(const std::string& text, Diagnostics& diagnostics) {
  const Span whole{std::make_shared<const base::Source>(base::Source{"--seeds", text}), 0, text.size()};
  SweepAxis axis{"seed", {}};
  const std::size_t before = diagnostics.size();
  std::set<std::string> seen;
  for (const Span& part : split(whole)) {
    const std::string words(part.text());
    const std::size_t dots = words.find("..");
    const std::string first = words.substr(0, dots), last = dots == std::string::npos ? first : words.substr(dots + 2);
    if (!whole_number(first) || !whole_number(last)) {
      diagnostics.error(part, fmt::format("'{}' is no seed, nor a range of them", words),
                        "for example 1..100, or 1,2,7..9");
      continue;
    }
    const std::uint64_t begin = std::stoull(first), end = std::stoull(last);
    if (end < begin || end - begin >= most_points) {
      diagnostics.error(part, end < begin ? fmt::format("the range '{}' is empty", words)
                                          : fmt::format("'{}' are more than {} seeds", words, most_points));
      continue;
    }
    for (std::uint64_t seed = begin; seed <= end; ++seed) {
      axis.values.push_back(std::to_string(seed));
      if (!seen.insert(axis.values.back()).second)
        diagnostics.error(part, fmt::format("seed {} stands here twice", seed));
    }
  }
  if (diagnostics.size() != before) axis.values.clear();
  return axis;
}

SweepAxis read_axis(const std::string& text, Diagnostics& diagnostics) {
  const Span whole{std::make_shared<const base::Source>(base::Source{"--set", text}), 0, text.size()};
  const std::size_t equals = text.find('=');
  if (equals == std::string::npos || equals == 0) {
    diagnostics.error(whole, "expected KEY=VALUE or KEY=VALUE,VALUE", "for example --set search.population=32,64");
    return {};
  }
  SweepAxis axis{text.substr(0, equals), {}};
  const std::size_t before = diagnostics.size();
  const std::vector<Span> parts = split(whole.sub(equals + 1, text.size()));
  for (const Span& part : parts) {
    if (part.text().find_first_not_of(' ') == std::string_view::npos)
      diagnostics.error(whole, fmt::format("a value of '{}' is missing", axis.key), "values stand between commas");
    axis.values.emplace_back(part.text());
  }
  reject_twice(axis, parts, diagnostics);
  if (diagnostics.size() != before) axis.values.clear();
  return axis;
}

Sweep plan_sweep(const base::SourcePtr& source, std::vector<SweepAxis> axes, Diagnostics& diagnostics) {
  Sweep sweep{fs::absolute(source->name).lexically_normal().string(), source->text, std::move(axes)};
  std::size_t count = 1;
  std::set<std::string> keys;
  for (const SweepAxis& axis : sweep.axes) {
    if (!keys.insert(axis.key).second) diagnostics.error({}, fmt::format("'{}' is given twice", axis.key));
    count = std::min(count * axis.values.size(), most_points + 1);
  }
  if (sweep.axes.empty()) diagnostics.error({}, "nothing to sweep", "--seeds 1..10, or --set KEY=VALUE,VALUE");
  if (count > most_points) diagnostics.error({}, fmt::format("more than {} runs", most_points));
  if (!diagnostics.empty()) return sweep;
  // Whatever a file says, it says it for any seed: one will do.
  Sweep settings = sweep;
  for (SweepAxis& axis : settings.axes) {
    if (axis.key == "seed" && std::all_of(axis.values.begin(), axis.values.end(), whole_number)) axis.values.resize(1);
  }
  std::set<std::string> told;
  for (const SweepPoint& point : settings.points()) {
    Diagnostics found;
    (void)read_experiment(source, point.changes, found);
    for (const base::Diagnostic& each : found.items()) {
      if (told.insert(base::render(each)).second) diagnostics.error(each.span, each.message, each.hint);
    }
  }
  return sweep;
}

std::unique_ptr<Experiment> experiment_at(const Sweep& sweep, const SweepPoint& point, Diagnostics& diagnostics) {
  const auto source = std::make_shared<const base::Source>(base::Source{sweep.file, sweep.text});
  return read_experiment(source, point.changes, diagnostics);
}

bool holds_sweep(const std::string& folder) {
  std::error_code ignored;
  return fs::exists(fs::path(folder) / "sweep.toml", ignored);
}

bool write_sweep(const Sweep& sweep, const std::string& folder) {
  std::error_code code;
  fs::create_directories(fs::path(folder) / "runs", code);
  if (code) throw base::EnvironmentError(fmt::format("cannot make the folder '{}': {}", folder, code.message()));
  // Array tasks may all begin with the same command: one of them writes, the others join.
  constexpr double patience = 60;
  const FolderLock lock(folder, patience);
  if (!lock.taken()) throw base::EnvironmentError(fmt::format("the folder '{}' is in use", folder));
  if (!holds_sweep(folder)) {
    write_file(in(folder, "experiment.toml"), sweep.text);
    write_file(in(folder, "sweep.toml"), document(sweep));
    return true;
  }
  const Sweep there = read_sweep(folder);
  const auto same_axis = [](const SweepAxis& a, const SweepAxis& b) { return a.key == b.key && a.values == b.values; };
  return there.text == sweep.text && there.file == sweep.file &&
         std::equal(there.axes.begin(), there.axes.end(), sweep.axes.begin(), sweep.axes.end(), same_axis);
}

Sweep read_sweep(const std::string& folder) {
  const auto source =
      std::make_shared<const base::Source>(base::Source{in(folder, "sweep.toml"), read_file(in(folder, "sweep.toml"))});
  Diagnostics problems;
  Sweep sweep{.text = read_file(in(folder, "experiment.toml"))};
  const auto file = read_toml(source, problems);
  const base::Table* table = file ? file->as<base::Table>() : nullptr;
  const auto find = [&](const char* key) { return table ? table->find(key) : nullptr; };
  const auto* name = find("file") ? find("file")->as<std::string>() : nullptr;
  const auto* axes = find("set") ? find("set")->as<base::Table>() : nullptr;
  bool sound = name && axes && !axes->entries.empty();
  for (std::size_t i = 0; sound && i < axes->entries.size(); ++i) {
    const auto* list = axes->entries[i].value.as<base::Array>();
    sweep.axes.push_back({axes->entries[i].key, {}});
    for (std::size_t k = 0; list && k < list->size(); ++k) {
      if (const auto* value = (*list)[k].as<std::string>()) sweep.axes.back().values.push_back(*value);
    }
    sound = list && !list->empty() && sweep.axes.back().values.size() == list->size();
  }
  if (!sound || !problems.empty())
    throw base::EnvironmentError(fmt::format("'{}' is damaged", source->name), "make the sweep anew in another folder");
  sweep.file = *name;
  return sweep;
}

std::string run_folder(const std::string& folder, const SweepPoint& point) {
  return (fs::path(folder) / "runs" / point.name).string();
}

}  // namespace carve::experiment
