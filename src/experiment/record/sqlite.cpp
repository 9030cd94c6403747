#include "carve/experiment/record/sqlite.hpp"

#include <cmath>
#include <cstring>
#include <limits>

#include <fmt/format.h>
#include <sqlite3.h>

#include "carve/base/error.hpp"

namespace carve::experiment {

void Statement::Finalize::operator()(sqlite3_stmt* statement) const { sqlite3_finalize(statement); }
void Database::Close::operator()(sqlite3* database) const { sqlite3_close(database); }

Database::Database(const std::string& path, Mode mode) : path_(path) {
  // Reading too may have to write: a run that was killed while it wrote leaves a journal to be rolled back first.
  // Where the file is read-only, SQLite opens it so by itself.
  const int flags = mode == Mode::watch    ? SQLITE_OPEN_READONLY
                    : mode == Mode::create ? SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE
                                           : SQLITE_OPEN_READWRITE;
  sqlite3* database = nullptr;
  const int code = sqlite3_open_v2(path.c_str(), &database, flags, nullptr);
  database_.reset(database);
  if (code != SQLITE_OK) fail(code);
  sqlite3_extended_result_codes(database, 1);
  sqlite3_busy_timeout(database, 5000);
  // A rollback journal needs no shared memory, so it is safe on network disks; the journal is kept and overwritten.
  execute(mode == Mode::read || mode == Mode::watch ? "PRAGMA query_only = 1"
                                                    : "PRAGMA journal_mode = PERSIST; PRAGMA synchronous = NORMAL");
}

void Database::execute(const std::string& sql) {
  const int code = sqlite3_exec(database_.get(), sql.c_str(), nullptr, nullptr, nullptr);
  if (code != SQLITE_OK) fail(code);
}

namespace {

constexpr const char* no_way_back =
    "nothing can be read from it; 'carve run' with experiment.toml beside it starts anew";

}  // namespace

void Database::damaged() const {
  throw base::EnvironmentError(fmt::format("'{}' is damaged (its contents make no sense)", path_), no_way_back);
}

void Database::fail(int code) const {
  const int kind = code & 0xFF;
  const std::string why = database_ ? sqlite3_errmsg(database_.get()) : sqlite3_errstr(code);
  switch (kind) {
    case SQLITE_FULL:
      throw base::EnvironmentError(fmt::format("the disk is full: cannot write '{}'", path_),
                                   "make room, then 'carve resume' goes on where the run was");
    case SQLITE_CORRUPT:
    case SQLITE_NOTADB: throw base::EnvironmentError(fmt::format("'{}' is damaged ({})", path_, why), no_way_back);
    case SQLITE_CANTOPEN:
      throw base::EnvironmentError(fmt::format("cannot open '{}'", path_),
                                   "is this a run folder, and may you read it?");
    case SQLITE_READONLY:
      if (code == SQLITE_READONLY_ROLLBACK || code == SQLITE_READONLY_RECOVERY)
        throw HalfWritten(fmt::format("'{}' is half-written", path_), "'carve resume' mends it and goes on");
      [[fallthrough]];
    case SQLITE_PERM:
      throw base::EnvironmentError(fmt::format("'{}' cannot be written", path_), "check the permissions of the folder");
    case SQLITE_BUSY:
    case SQLITE_LOCKED:
      throw base::EnvironmentError(fmt::format("'{}' is in use", path_), "another carve is running in this folder");
    case SQLITE_IOERR:
      throw base::EnvironmentError(
          fmt::format("cannot read or write '{}': {}", path_, why),
          "is the disk full or failing? Once it is well, 'carve resume' goes on where the run was");
    default: throw base::EnvironmentError(fmt::format("cannot use '{}': {}", path_, why));
  }
}

Statement::Statement(Database& database, std::string_view sql) : database_(&database) {
  sqlite3_stmt* statement = nullptr;
  check(sqlite3_prepare_v2(database.database_.get(), sql.data(), static_cast<int>(sql.size()), &statement, nullptr));
  statement_.reset(statement);
}

void Statement::check(int code) const {
  if (code != SQLITE_OK) database_->fail(code);
}

Statement& Statement::bind(int index, std::int64_t value) {
  check(sqlite3_bind_int64(statement_.get(), index, value));
  return *this;
}
Statement& Statement::bind(int index, double value) {
  check(sqlite3_bind_double(statement_.get(), index, value));
  return *this;
}
Statement& Statement::bind(int index, std::string_view text) {
  check(sqlite3_bind_text64(statement_.get(), index, text.data(), text.size(), SQLITE_TRANSIENT, SQLITE_UTF8));
  return *this;
}
Statement& Statement::bind_bytes(int index, std::string_view bytes) {
  check(sqlite3_bind_blob64(statement_.get(), index, bytes.data(), bytes.size(), SQLITE_TRANSIENT));
  return *this;
}
Statement& Statement::bind_numbers(int index, std::span<const double> numbers) {
  return bind_bytes(index, {reinterpret_cast<const char*>(numbers.data()), numbers.size_bytes()});
}

bool Statement::step() {
  const int code = sqlite3_step(statement_.get());
  if (code == SQLITE_ROW) return true;
  if (code != SQLITE_DONE) {
    sqlite3_reset(statement_.get());
    database_->fail(code);
  }
  return false;
}

void Statement::run() {
  while (step()) {}
  reset();
}

void Statement::reset() { sqlite3_reset(statement_.get()); }

std::int64_t Statement::integer(int column) const { return sqlite3_column_int64(statement_.get(), column); }

double Statement::number(int column) const {
  if (sqlite3_column_type(statement_.get(), column) == SQLITE_NULL) return std::numeric_limits<double>::quiet_NaN();
  return sqlite3_column_double(statement_.get(), column);
}

std::string Statement::text(int column) const {
  const void* bytes = sqlite3_column_blob(statement_.get(), column);
  const auto size = static_cast<std::size_t>(sqlite3_column_bytes(statement_.get(), column));
  return bytes ? std::string(static_cast<const char*>(bytes), size) : std::string();
}

std::vector<double> Statement::numbers(int column) const {
  const std::string bytes = text(column);
  std::vector<double> result(bytes.size() / sizeof(double));
  if (!result.empty()) std::memcpy(result.data(), bytes.data(), result.size() * sizeof(double));
  return result;
}

Transaction::~Transaction() {
  if (!open_) return;
  try {
    database_.execute("ROLLBACK");
  } catch (const base::EnvironmentError&) {
    // SQLite has already rolled back, as it does on a full disk.
  }
}

void Transaction::commit() {
  database_.execute("COMMIT");
  open_ = false;
}

}  // namespace carve::experiment
