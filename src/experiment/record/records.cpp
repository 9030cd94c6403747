#include "carve/experiment/record/records.hpp"

#include <algorithm>
#include <cmath>
#include <filesystem>

#include <fmt/format.h>

#include "carve/base/error.hpp"
#include "carve/experiment/record/files.hpp"

namespace carve::experiment {
namespace {

// "carv" in ASCII, so that `file` and SQLite's own tools know the file; and the version of the tables below.
constexpr std::int64_t application = 0x63617276;
constexpr std::int64_t format_version = 2;  // 1 had no timed_out

constexpr const char* tables = R"(
  CREATE TABLE facts (name TEXT PRIMARY KEY, text TEXT NOT NULL) WITHOUT ROWID;
  CREATE TABLE generations (
    generation INTEGER PRIMARY KEY, evaluations INTEGER, best REAL, median REAL, sigma REAL, axis_ratio REAL,
    restarts INTEGER, trials INTEGER, finished INTEGER, silent INTEGER, blown_up INTEGER, not_finite INTEGER,
    guess BLOB, timed_out INTEGER NOT NULL DEFAULT 0);
  CREATE TABLE candidates (
    generation INTEGER, candidate INTEGER, loss REAL, outcome INTEGER, parameters BLOB,
    PRIMARY KEY (generation, candidate)) WITHOUT ROWID;
  CREATE TABLE times (generation INTEGER PRIMARY KEY, seconds REAL);
  CREATE TABLE state (id INTEGER PRIMARY KEY CHECK (id = 0), generation INTEGER, search BLOB);
)";

// Columns of `generations`: outcomes follow each other but for the one that came later.
constexpr int first_outcome_column = 8, guess_column = 12;
constexpr int outcome_column(std::size_t outcome) {
  const int column = first_outcome_column + static_cast<int>(outcome);
  return column < guess_column ? column : column + 1;
}

Database open(const std::string& path, Records::Mode mode) {
  if (mode != Records::Mode::create && !std::filesystem::exists(path)) {
    throw base::EnvironmentError(
        fmt::format("there is no run in '{}'", std::filesystem::path(path).parent_path().string()),
        "a run folder holds run.sqlite; 'carve run FILE --out DIR' makes one");
  }
  return Database(path, mode == Records::Mode::create  ? Database::Mode::create
                        : mode == Records::Mode::write ? Database::Mode::write
                                                       : Database::Mode::read);
}

std::int64_t pragma(Database& database, const char* name) {
  Statement statement(database, fmt::format("PRAGMA {}", name));
  return statement.step() ? statement.integer(0) : 0;
}

}  // namespace

Records::Records(const std::string& path, Mode mode) : database_(open(path, mode)) {
  if (mode == Mode::create) {
    Transaction transaction(database_);
    database_.execute(
        fmt::format("PRAGMA application_id = {}; PRAGMA user_version = {};{}", application, format_version, tables));
    transaction.commit();
    return;
  }
  const std::int64_t id = pragma(database_, "application_id");
  const std::int64_t version = pragma(database_, "user_version");
  if (id != application) {
    throw base::EnvironmentError(fmt::format("'{}' is not a record of carve", path),
                                 "another program wrote it, or it was cut short");
  }
  if (version > format_version) {
    throw base::EnvironmentError(
        fmt::format("'{}' was written by a newer carve (format {}, this one knows {})", path, version, format_version),
        "use that carve, or a newer one");
  }
  if (version == format_version) return;
  if (mode == Mode::read) {
    counts_time_outs_ = false;
    return;
  }
  Transaction transaction(database_);
  database_.execute(
      fmt::format("ALTER TABLE generations ADD COLUMN timed_out INTEGER NOT NULL DEFAULT 0; PRAGMA user_version = {};",
                  format_version));
  transaction.commit();
}

void Records::put(std::string_view name, std::string_view text) {
  Statement(database_, "INSERT OR REPLACE INTO facts VALUES (?, ?)").bind(1, name).bind(2, text).run();
}

std::optional<std::string> Records::get(std::string_view name) {
  Statement statement(database_, "SELECT text FROM facts WHERE name = ?");
  return statement.bind(1, name).step() ? std::optional(statement.text(0)) : std::nullopt;
}

void Records::commit(const GenerationRecord& record, const std::vector<CandidateRecord>& candidates,
                     std::string_view search_state) {
  const auto number = static_cast<std::int64_t>(record.generation);
  Transaction transaction(database_);
  Statement generation(database_, "INSERT INTO generations VALUES (?,?,?,?,?,?,?,?,?,?,?,?,?,?)");
  generation.bind(1, number)
      .bind(2, static_cast<std::int64_t>(record.evaluations))
      .bind(3, record.best)
      .bind(4, record.median)
      .bind(5, record.sigma)
      .bind(6, record.axis_ratio)
      .bind(7, static_cast<std::int64_t>(record.restarts))
      .bind(8, static_cast<std::int64_t>(record.trials));
  for (std::size_t i = 0; i < task::outcome_count; ++i)
    generation.bind(outcome_column(i) + 1, static_cast<std::int64_t>(record.outcomes[i]));
  generation.bind_numbers(guess_column + 1, record.guess).run();
  Statement candidate(database_, "INSERT INTO candidates VALUES (?,?,?,?,?)");
  for (const CandidateRecord& each : candidates) {
    candidate.bind(1, number)
        .bind(2, static_cast<std::int64_t>(each.index))
        .bind(3, each.loss)
        .bind(4, static_cast<std::int64_t>(each.outcome))
        .bind_numbers(5, each.values)
        .run();
  }
  Statement(database_, "INSERT INTO times VALUES (?,?)").bind(1, number).bind(2, record.seconds).run();
  Statement(database_, "INSERT OR REPLACE INTO state VALUES (0,?,?)")
      .bind(1, number + 1)
      .bind_bytes(2, search_state)
      .run();
  put("committed", now_text());
  transaction.commit();
}

std::optional<SavedState> Records::state() {
  Statement statement(database_, "SELECT generation, search FROM state");
  if (!statement.step()) return std::nullopt;
  return SavedState{static_cast<std::uint64_t>(statement.integer(0)), statement.text(1)};
}

void Records::check(std::size_t parameters) {
  Statement whole(database_, "PRAGMA quick_check(1)");
  if (!whole.step() || whole.text(0) != "ok") database_.damaged();
  const auto bytes = static_cast<std::int64_t>(parameters * sizeof(double));
  Statement points(
      database_,
      "SELECT 1 FROM generations WHERE length(guess) IS NOT ?1 UNION ALL "
      "SELECT 1 FROM candidates WHERE length(parameters) IS NOT ?1 OR outcome NOT BETWEEN 0 AND ?2 LIMIT 1");
  if (points.bind(1, bytes).bind(2, static_cast<std::int64_t>(task::outcome_count) - 1).step()) database_.damaged();
  Statement counts(database_,
                   "SELECT (SELECT count(*) FROM generations), (SELECT max(generation) FROM generations), "
                   "(SELECT generation FROM state)");
  if (!counts.step()) return;
  const std::int64_t count = counts.integer(0);  // numbered from 0 without a gap, as far as the state is
  if (counts.integer(2) != count || (count > 0 && counts.integer(1) != count - 1)) database_.damaged();
  for (const GenerationRecord& each : generations()) {
    if (!std::all_of(each.guess.begin(), each.guess.end(), [](double value) { return std::isfinite(value); }))
      database_.damaged();
  }
}

std::vector<GenerationRecord> Records::generations() {
  Statement statement(database_,
                      fmt::format("SELECT generation, evaluations, best, median, sigma, axis_ratio, restarts, trials, "
                                  "finished, silent, blown_up, not_finite, guess, {}, seconds "
                                  "FROM generations LEFT JOIN times USING (generation) ORDER BY 1",
                                  counts_time_outs_ ? "timed_out" : "0"));
  std::vector<GenerationRecord> records;
  while (statement.step()) {
    GenerationRecord record{.generation = static_cast<std::uint64_t>(statement.integer(0)),
                            .evaluations = static_cast<std::uint64_t>(statement.integer(1)),
                            .best = statement.number(2),
                            .median = statement.number(3),
                            .sigma = statement.number(4),
                            .axis_ratio = statement.number(5),
                            .restarts = static_cast<std::uint64_t>(statement.integer(6)),
                            .trials = static_cast<std::uint64_t>(statement.integer(7))};
    for (std::size_t i = 0; i < task::outcome_count; ++i)
      record.outcomes[i] = static_cast<std::uint64_t>(statement.integer(outcome_column(i)));
    record.guess = statement.numbers(guess_column);
    record.seconds = statement.number(guess_column + 2);
    records.push_back(std::move(record));
  }
  return records;
}

namespace {

CandidateRecord candidate_of(const Statement& row) {
  return {static_cast<std::uint64_t>(row.integer(0)), static_cast<std::size_t>(row.integer(1)), row.number(2),
          static_cast<task::Outcome>(row.integer(3)), row.numbers(4)};
}

}  // namespace

void Records::each_candidate(const std::function<void(const CandidateRecord&)>& row) {
  Statement statement(database_, "SELECT * FROM candidates ORDER BY generation, candidate");
  while (statement.step()) {
    const CandidateRecord candidate = candidate_of(statement);
    if (static_cast<std::size_t>(candidate.outcome) >= task::outcome_count) database_.damaged();
    row(candidate);
  }
}

std::optional<CandidateRecord> Records::best_candidate(std::uint64_t from) {
  Statement statement(database_,
                      "SELECT * FROM candidates WHERE generation >= ? AND loss IS NOT NULL "
                      "ORDER BY loss, generation, candidate LIMIT 1");
  statement.bind(1, static_cast<std::int64_t>(from));
  return statement.step() ? std::optional(candidate_of(statement)) : std::nullopt;
}

}  // namespace carve::experiment
