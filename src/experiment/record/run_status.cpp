#include "carve/experiment/record/run_status.hpp"

#include <array>
#include <cmath>
#include <filesystem>
#include <limits>
#include <map>
#include <vector>

#include <fmt/format.h>
#include <unistd.h>
#include <nlohmann/json.hpp>

#include "carve/base/error.hpp"
#include "carve/experiment/documents/json.hpp"
#include "carve/experiment/reading/toml_reader.hpp"
#include "carve/experiment/record/files.hpp"
#include "carve/experiment/record/sqlite.hpp"

namespace carve::experiment {
namespace {

namespace fs = std::filesystem;
constexpr double unknown = std::numeric_limits<double>::quiet_NaN();

/// One statement, and so one moment.
constexpr const char* question = R"(
  SELECT (SELECT text FROM facts WHERE name = 'status'), (SELECT text FROM facts WHERE name = 'name'),
         (SELECT text FROM facts WHERE name = 'experiment'), (SELECT text FROM facts WHERE name = 'committed'),
         (SELECT text IS NOT NULL FROM facts WHERE name = 'stopped'), (SELECT generation FROM state),
         (SELECT best FROM generations ORDER BY generation DESC LIMIT 1), (SELECT min(best) FROM generations),
         (SELECT evaluations FROM generations ORDER BY generation DESC LIMIT 1), (SELECT total(seconds) FROM times),
         (SELECT avg(seconds) FROM (SELECT seconds FROM times ORDER BY generation DESC LIMIT 10)),
         (SELECT json_extract(text, '$.validation.mean') FROM facts WHERE name = 'answer'),
         (SELECT json_extract(text, '$.validation.error') FROM facts WHERE name = 'answer'),
         (SELECT json_extract(text, '$.validation.trials') FROM facts WHERE name = 'answer'))";

std::uint64_t generations_of(const std::string& experiment) {
  base::Diagnostics ignored;
  const auto file =
      read_toml(std::make_shared<const base::Source>(base::Source{"experiment.toml", experiment}), ignored);
  const auto* table = file ? file->as<base::Table>() : nullptr;
  const base::Value* search = table ? table->find("search") : nullptr;
  const base::Value* count =
      search && search->as<base::Table>() ? search->as<base::Table>()->find("generations") : nullptr;
  return count && count->is_number() ? static_cast<std::uint64_t>(count->number()) : 0;
}

void read_record(const std::string& path, RunStatus& status) {
  Database database(path, Database::Mode::watch);
  Statement row(database, question);
  if (!row.step()) return;
  status.state = row.text(0);
  status.name = row.text(1);
  status.generations = generations_of(row.text(2));
  status.committed = row.text(3);
  status.generation = static_cast<std::uint64_t>(row.integer(5));
  status.last = row.number(6);
  status.best = row.number(7);
  status.evaluations = static_cast<std::uint64_t>(row.integer(8));
  status.seconds = row.number(9);
  status.seconds_per_generation = row.number(10);
  status.validation = {row.number(11), row.number(12), static_cast<std::size_t>(row.integer(13))};
  status.confirming = row.integer(4) != 0 || status.generation >= status.generations;
}

/// A record that its killed writer left half-written can be read only once it is mended: in a copy.
void read_copy(const std::string& folder, RunStatus& status) {
  std::string place = (fs::temp_directory_path() / "carve-status-XXXXXX").string();
  if (!mkdtemp(place.data())) throw base::EnvironmentError(fmt::format("cannot make a folder in '{}'", place));
  std::error_code code;
  for (const char* name : {"run.sqlite", "run.sqlite-journal"})
    fs::copy_file(fs::path(folder) / name, fs::path(place) / name, code);
  try {
    const std::string path = (fs::path(place) / "run.sqlite").string();
    Database(path, Database::Mode::write).execute("BEGIN IMMEDIATE; COMMIT");  // mends it
    read_record(path, status);
  } catch (const base::EnvironmentError& error) {
    status.readable = false;
    status.problem = error.what();
  }
  fs::remove_all(place, code);
}

Json text_or_null(const std::string& text) { return text.empty() ? Json() : Json(text); }

std::string duration(double seconds) {
  if (!(seconds >= 0)) return "unknown";
  if (seconds < 100) return fmt::format("{:.3g} s", seconds);
  if (seconds < 6000) return fmt::format("{:.0f} min", seconds / 60);
  if (seconds < 360000) return fmt::format("{:.1f} h", seconds / 3600);
  return fmt::format("{:.1f} days", seconds / 86400);
}

/// "generation 17/300, loss 0.031 (least 0.029), 2.1 s each, 10 min left"
std::string progress(const RunStatus& status) {
  if (status.generations == 0) return status.readable ? "no generation yet" : "record cannot be read now";
  std::string text = fmt::format("generation {}/{}", status.generation, status.generations);
  if (status.generation > 0) {
    text += fmt::format(", loss {:.4g} (least {:.4g}), {} each", status.last, status.best,
                        duration(status.seconds_per_generation));
  }
  if (status.state == "running")
    text += status.confirming ? ", confirming on fresh trials" : ", " + duration(status.seconds_left) + " left";
  return text;
}

Json json_of(const RunStatus& status) {
  return {{"folder", status.folder},
          {"name", text_or_null(status.name)},
          {"status", status.state},
          {"confirming", status.confirming},
          {"generation", status.generation},
          {"generations", status.generations},
          {"evaluations", status.evaluations},
          {"loss", {{"last", number(status.last)}, {"least", number(status.best)}}},
          {"validation", {{"mean", number(status.validation.mean)}, {"error", number(status.validation.error)}}},
          {"seconds", number(status.seconds)},
          {"seconds_per_generation", number(status.seconds_per_generation)},
          {"seconds_left", number(status.seconds_left)},
          {"committed", text_or_null(status.committed)},
          {"begun", text_or_null(status.where)},
          {"problem", text_or_null(status.problem)}};
}

struct SweepStatus {
  std::map<std::string, std::size_t> counts;
  std::vector<RunStatus> on_their_way;  // and those that failed
  std::size_t runs = 0;
  double seconds_per_run = unknown;  // of those that finished
};

constexpr std::array states{"finished", "running", "interrupted", "waiting", "failed"};

SweepStatus survey(const std::string& folder) {
  SweepStatus sweep;
  for (const char* state : states) sweep.counts[state] = 0;
  double seconds = 0;
  for (const SweepPoint& point : read_sweep(folder).points()) {
    RunStatus run = read_status(run_folder(folder, point));
    run.name = point.name;
    ++sweep.runs;
    ++sweep.counts[run.state];
    if (run.state == "finished" && std::isfinite(run.seconds)) seconds += run.seconds;
    if (run.state != "finished" && run.state != "waiting") sweep.on_their_way.push_back(std::move(run));
  }
  if (const std::size_t finished = sweep.counts["finished"]) seconds /= static_cast<double>(finished);
  else seconds = unknown;
  sweep.seconds_per_run = seconds;
  return sweep;
}

}  // namespace

RunStatus read_status(const std::string& folder) {
  RunStatus status{.folder = folder, .state = "waiting", .last = unknown, .best = unknown};
  status.seconds_per_generation = status.seconds_left = status.validation.mean = status.validation.error = unknown;
  const FolderUse use = folder_use(folder);
  status.where = use.last;
  const std::string path = (fs::path(folder) / "run.sqlite").string();
  if (fs::exists(path)) {
    try {
      read_record(path, status);
    } catch (const HalfWritten&) {
      read_copy(folder, status);
    } catch (const base::EnvironmentError& error) {  // damaged, or being written this very moment
      status.readable = false;
      status.problem = error.what();
    }
  }
  if (status.state != "finished") {
    const std::string note = (fs::path(folder) / failure_note).string();
    const bool begun = fs::exists(path);
    status.state = use.held ? "running" : begun ? "interrupted" : "waiting";
    if (!use.held && fs::exists(note)) {
      status.state = "failed";
      status.problem = read_file(note);
      status.problem.erase(status.problem.find_last_not_of('\n') + 1);
    }
  }
  if (status.state != "running") status.confirming = false;
  const double left = static_cast<double>(status.generations) - static_cast<double>(status.generation);
  if (status.state == "finished") status.seconds_left = 0;
  else if (status.generation > 0) status.seconds_left = status.confirming ? 0 : left * status.seconds_per_generation;
  return status;
}

std::string status_json(const RunStatus& status) { return text_of(json_of(status), 2); }

std::string status_text(const RunStatus& status) {
  std::string text =
      fmt::format("{}: {}, {}\n", status.name.empty() ? status.folder : status.name, status.state, progress(status));
  if (std::isfinite(status.validation.mean))
    text += fmt::format("loss on fresh trials {:.4g} +- {:.2g}\n", status.validation.mean, status.validation.error);
  if (!status.committed.empty()) text += fmt::format("last saved {}\n", status.committed);
  if (!status.where.empty()) text += fmt::format("last begun {}\n", status.where);
  if (!status.problem.empty()) text += fmt::format("{}\n", status.problem);
  if (status.state == "interrupted") text += fmt::format("'carve resume {}' goes on\n", status.folder);
  return text;
}

std::string sweep_status_json(const std::string& folder) {
  const SweepStatus sweep = survey(folder);
  Json json{{"folder", folder}, {"runs", sweep.runs}};
  for (const char* state : states) json[state] = sweep.counts.at(state);
  json["seconds_per_run"] = number(sweep.seconds_per_run);
  json["on_their_way"] = Json::array();
  for (const RunStatus& run : sweep.on_their_way) json["on_their_way"].push_back(json_of(run));
  return text_of(json, 2);
}

std::string sweep_status_text(const std::string& folder) {
  const SweepStatus sweep = survey(folder);
  std::string text = fmt::format("{}: {} runs", folder, sweep.runs);
  for (const char* state : states) {
    if (sweep.counts.at(state) > 0) text += fmt::format(", {} {}", sweep.counts.at(state), state);
  }
  if (std::isfinite(sweep.seconds_per_run)) text += fmt::format("; {} each", duration(sweep.seconds_per_run));
  text += '\n';
  for (const RunStatus& run : sweep.on_their_way) {
    text += fmt::format("  {}: {}, {}", run.name, run.state, progress(run));
    if (!run.where.empty()) text += fmt::format(" ({})", run.where);
    if (!run.problem.empty()) text += fmt::format("; {}", run.problem.substr(0, run.problem.find('\n')));
    text += '\n';
  }
  return text;
}

}  // namespace carve::experiment
