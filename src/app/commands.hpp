// The subcommands: what each takes, one function and one file each. They return the exit code.
#pragma once

#include <string>
#include <vector>

namespace carve::app {

// Exit codes: what scripts may rely on (docs/reference/command-line.md).
inline constexpr int fine = 0;
inline constexpr int user_error = 2;         // the input is wrong; the message says where
inline constexpr int environment_error = 3;  // the machine refused: disk, file, CPU
inline constexpr int our_bug = 70;
inline constexpr int interrupted = 130;  // stopped by Ctrl-C; resumable

struct RunArguments {
  std::string file;
  std::string out;
  std::vector<std::string> changes;  // --set
  std::string seed;
  int threads = 0;
  bool quiet = false;
};
struct ResumeArguments {
  std::string folder;
  int threads = 0;
  bool quiet = false;
};
struct CheckArguments {
  std::string file;
  std::vector<std::string> changes;
  bool json = false;
};
struct ShowArguments {
  std::string folder;
  bool json = false;
};
struct EvaluateArguments {
  std::string rule;
  std::string file;
  std::vector<std::string> changes;
  std::string seed;
  int trials = 0;
  int threads = 0;
  bool json = false;
};
struct TableArguments {
  std::string folder;
};
struct ReportArguments {
  std::string folder;
};
struct CompareArguments {
  std::vector<std::string> folders;
  std::string out;
  bool json = false;
};
struct ExportArguments {
  std::string rule, target, connection, out;
};
struct DescribeArguments {
  std::string name;
  bool markdown = false;
};
struct BenchArguments {
  std::string only;
  bool json = false;
};

int run(const RunArguments& arguments);
int resume(const ResumeArguments& arguments);
int check(const CheckArguments& arguments);
int show(const ShowArguments& arguments);
int evaluate(const EvaluateArguments& arguments);
int table(const TableArguments& arguments);
int report(const ReportArguments& arguments);
int compare(const CompareArguments& arguments);
int export_rule(const ExportArguments& arguments);
int describe(const DescribeArguments& arguments);
int bench(const BenchArguments& arguments);

}  // namespace carve::app
