// SQLite with C++ lifetimes and one kind of exception; nothing more.
#pragma once

#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "carve/base/error.hpp"

struct sqlite3;
struct sqlite3_stmt;

namespace carve::experiment {

class Database;

/// Thrown to one who watches where the file must be mended first: its writer was killed.
class HalfWritten : public base::EnvironmentError {
 public:
  using EnvironmentError::EnvironmentError;
};

/// A prepared statement. Parameters count from 1, columns from 0. Throws base::EnvironmentError.
class Statement {
 public:
  Statement(Database& database, std::string_view sql);

  Statement& bind(int index, std::int64_t value);
  Statement& bind(int index, double value);  // NaN becomes NULL
  Statement& bind(int index, std::string_view text);
  Statement& bind_bytes(int index, std::string_view bytes);
  Statement& bind_numbers(int index, std::span<const double> numbers);

  /// Goes to the next row; false after the last one.
  [[nodiscard]] bool step();
  /// Runs to the end and makes the statement ready for other values.
  void run();
  void reset();

  [[nodiscard]] std::int64_t integer(int column) const;
  [[nodiscard]] double number(int column) const;  // NULL reads as NaN
  [[nodiscard]] std::string text(int column) const;
  [[nodiscard]] std::vector<double> numbers(int column) const;

 private:
  void check(int code) const;

  struct Finalize {
    void operator()(sqlite3_stmt* statement) const;
  };
  Database* database_;
  std::unique_ptr<sqlite3_stmt, Finalize> statement_;
};

class Database {
 public:
  /// watch: nothing is ever written, not even to mend what a killed writer left half-written.
  enum class Mode { create, write, read, watch };
  /// Throws base::EnvironmentError where the file is missing, no database, or not writable.
  Database(const std::string& path, Mode mode);

  void execute(const std::string& sql);
  [[nodiscard]] const std::string& path() const { return path_; }
  /// Throws what SQLite's code means for the user.
  [[noreturn]] void fail(int code) const;
  /// Throws: the file is a database, but its contents make no sense.
  [[noreturn]] void damaged() const;

 private:
  friend class Statement;
  struct Close {
    void operator()(sqlite3* database) const;
  };
  std::string path_;
  std::unique_ptr<sqlite3, Close> database_;
};

/// All or nothing: rolled back unless committed.
class Transaction {
 public:
  explicit Transaction(Database& database) : database_(database) { database_.execute("BEGIN IMMEDIATE"); }
  ~Transaction();
  Transaction(const Transaction&) = delete;
  Transaction& operator=(const Transaction&) = delete;
  void commit();

 private:
  Database& database_;
  bool open_ = true;
};

}  // namespace carve::experiment
