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
inline constexpr int stopped = 75;  // by a signal, before the end: 'carve resume' goes on (sysexits: EX_TEMPFAIL)

struct RunArguments {
  std::string file;
  std::string out;
  std::vector<std::string> changes;  // --set
  std::string seed;
  int threads = 0;
  double rank_timeout = 60;
  bool quiet = false;
};
struct ResumeArguments {
  std::string folder;
  int threads = 0;
  double rank_timeout = 60;
  bool quiet = false;
};
struct SweepArguments {
  std::string file;  // or the folder of a sweep
  std::string seeds;
  std::vector<std::string> changes;
  std::string out;
  int threads = 0;
  bool quiet = false, summary = false, prepare = false, retry = false;
};
struct StatusArguments {
  std::string folder;
  bool json = false;
};
struct SlurmArguments {
  std::string file;
  std::string time, partition, account, out, seed, seeds;
  std::vector<std::string> changes;
  int nodes = 1, tasks = 1, cpus = 1;
  int workers = 0;    // tasks of an array that work through a sweep; 0: one run
  int warning = 120;  // seconds
};
struct CheckArguments {
  std::string file;
  std::vector<std::string> changes;
  std::vector<int> ranks;             // to predict for
  int threads = 0;                    // of each
  double latency = 0, bandwidth = 0;  // us, MB/s; 0: measured, or assumed
  bool json = false;
};
struct ShowArguments {
  std::string folder;
  bool json = false;
};
struct EvaluateArguments {
  std::string rule;
  std::vector<std::string> files;
  std::string beside;  // names with , between them, or "all"
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
struct PredictArguments {
  std::vector<std::string> rules;
  bool starts = false;  // all that a run ended at
  std::string connection, out;
  std::vector<std::string> held;  // "V=-65mV"
  double weight = 1;
  bool json = false;
};
struct SimplifyArguments {
  std::string folder;
  std::vector<std::string> changes;
  int terms = -1;
  double share = 0.05;
  int trials = 0;
  int refits = -1;
  int threads = 0;
  bool json = false;
  bool quiet = false;
};
struct EquivalentArguments {
  std::string first, second;
  std::string file;
  std::vector<std::string> changes;
  std::string seed;
  double margin = 0.05;
  int trials = 0;
  int threads = 0;
  bool json = false;
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
int sweep(const SweepArguments& arguments);
int status(const StatusArguments& arguments);
int slurm(const SlurmArguments& arguments);
int check(const CheckArguments& arguments);
int show(const ShowArguments& arguments);
int evaluate(const EvaluateArguments& arguments);
int table(const TableArguments& arguments);
int report(const ReportArguments& arguments);
int compare(const CompareArguments& arguments);
int export_rule(const ExportArguments& arguments);
int predict(const PredictArguments& arguments);
int simplify(const SimplifyArguments& arguments);
int equivalent(const EquivalentArguments& arguments);
int describe(const DescribeArguments& arguments);
int bench(const BenchArguments& arguments);

// What other commands do where the folder is that of a sweep.
int show_sweep(const std::string& folder, bool json);
/// Writes sweep.csv and sweep.html; the path of the page.
std::string write_sweep_summary(const std::string& folder);

}  // namespace carve::app
