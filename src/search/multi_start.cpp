#include "carve/search/multi_start.hpp"

#include <algorithm>
#include <cmath>
#include <limits>
#include <stdexcept>
#include <utility>

#include <fmt/format.h>

#include "carve/base/bytes.hpp"
#include "carve/base/random.hpp"
#include "carve/search/bounds.hpp"
#include "carve/search/problem.hpp"

namespace carve::search {
namespace {

/// Name and version of the bytes.
constexpr std::string_view format_name = "carve multi-start 1";
constexpr std::size_t remembered = 10;  // losses per start

struct One {
  std::unique_ptr<Optimiser> search;
  std::vector<double> recent;  ///< its progress' losses after the last generations
  bool stopped = false;        ///< as its progress says; asked once per generation

  [[nodiscard]] double typical_loss() const {
    if (recent.empty()) return std::numeric_limits<double>::infinity();
    std::vector<double> sorted = recent;
    std::sort(sorted.begin(), sorted.end());
    return sorted[sorted.size() / 2];
  }
};

class MultiStart final : public Optimiser {
 public:
  MultiStart(std::vector<One> ones, const Problem& problem, double spread)
      : ones_(std::move(ones)), dimension_(problem.coordinates.size()) {
    base::ByteWriter writer;
    writer.put(std::uint64_t{ones_.size()}).put(spread);
    put_problem(writer, problem);
    owner_ = base::checksum(std::move(writer).sealed());
  }

  [[nodiscard]] Candidates ask() override {
    Candidates all{dimension_, {}};
    counts_.assign(ones_.size(), 0);
    for (std::size_t i = 0; i < ones_.size(); ++i) {
      if (!asks(ones_[i])) continue;
      const Candidates own = ones_[i].search->ask();
      counts_[i] = own.count();
      all.values.insert(all.values.end(), own.values.begin(), own.values.end());
    }
    return all;
  }

  void tell(std::span<const double> losses, std::span<const double> repeated,
            std::span<const double> gradients) override {
    if (counts_.empty()) (void)ask();
    std::size_t candidates = 0;
    for (const std::size_t count : counts_) candidates += count;
    expect_losses("multi-start", candidates, losses, repeated);
    if (wants_gradients() ? gradients.size() != candidates * dimension_
                          : !gradients.empty() && gradients.size() != candidates * dimension_) {
      throw std::invalid_argument(
          fmt::format("multi-start was told {} slopes of {} candidates", gradients.size(), candidates));
    }
    std::size_t begin = 0;
    for (std::size_t i = 0; i < ones_.size(); ++i) {
      const std::size_t count = counts_[i];
      if (count == 0) continue;
      const auto part = [&](std::span<const double> all, std::size_t width) {
        return all.empty() ? all : all.subspan(begin * width, count * width);
      };
      One& one = ones_[i];
      one.search->tell(part(losses, 1), part(repeated, 1), part(gradients, dimension_));
      if (one.recent.size() == remembered) one.recent.erase(one.recent.begin());
      const Progress progress = one.search->progress();
      one.recent.push_back(progress.loss);
      one.stopped = !progress.stopped.empty();
      begin += count;
    }
    counts_.clear();
    ++generations_;
  }

  [[nodiscard]] std::vector<double> best_guess() const override { return best().search->best_guess(); }

  [[nodiscard]] double effort() const override {
    double most = 1;
    for (const One& one : ones_) {
      if (asks(one)) most = std::max(most, one.search->effort());
    }
    return most;
  }

  [[nodiscard]] bool wants_repeat() const override {
    return std::any_of(ones_.begin(), ones_.end(),
                       [&](const One& one) { return asks(one) && one.search->wants_repeat(); });
  }

  [[nodiscard]] bool wants_gradients() const override { return ones_.front().search->wants_gradients(); }

  /// Step size, axis ratio and reason to stop are the best start's.
  [[nodiscard]] Progress progress() const override {
    Progress made = best().search->progress();
    made.generation = generations_;
    made.evaluations = made.restarts = 0;
    for (const One& one : ones_) {
      const Progress own = one.search->progress();
      made.evaluations += own.evaluations;
      made.restarts += own.restarts;
    }
    if (!all_stopped()) made.stopped.clear();
    return made;
  }

  [[nodiscard]] std::vector<Start> starts() const override {
    std::vector<Start> made;
    for (const One& one : ones_)
      made.push_back({one.search->best_guess(), one.search->progress(), one.search->covariance()});
    return made;
  }

  [[nodiscard]] std::string save() const override {
    base::ByteWriter writer;
    writer.put(format_name).put(owner_).put(generations_);
    for (const One& one : ones_) writer.put(one.recent).put(one.search->save());
    return std::move(writer).sealed();
  }

  /// All starts are loaded, or none.
  [[nodiscard]] bool load(std::string_view bytes) override {
    base::ByteReader reader(bytes);
    std::string name;
    std::uint64_t owner = 0, generations = 0;
    if (!reader.get(name) || name != format_name || !reader.get(owner) || owner != owner_) return false;
    reader.get(generations);
    std::vector<std::vector<double>> recent(ones_.size());
    std::vector<std::string> states(ones_.size()), before;
    for (std::size_t i = 0; i < ones_.size(); ++i) {
      reader.get(recent[i]), reader.get(states[i]);
      if (recent[i].size() > remembered) return false;
      if (std::any_of(recent[i].begin(), recent[i].end(), [](double loss) { return std::isnan(loss); })) return false;
    }
    if (!reader.finished()) return false;
    for (std::size_t i = 0; i < ones_.size(); ++i) {
      before.push_back(ones_[i].search->save());
      if (ones_[i].search->load(states[i])) continue;
      for (std::size_t k = 0; k < i; ++k) (void)ones_[k].search->load(before[k]);
      return false;
    }
    for (std::size_t i = 0; i < ones_.size(); ++i) {
      ones_[i].recent = std::move(recent[i]);
      ones_[i].stopped = !ones_[i].search->progress().stopped.empty();
    }
    generations_ = generations;
    counts_.clear();
    return true;
  }

 private:
  [[nodiscard]] bool all_stopped() const {
    return std::all_of(ones_.begin(), ones_.end(), [](const One& one) { return one.stopped; });
  }
  /// When all have stopped, all ask again: whoever goes on regardless gets candidates.
  [[nodiscard]] bool asks(const One& one) const { return !one.stopped || all_stopped(); }

  /// Ties go to the earlier start.
  [[nodiscard]] const One& best() const {
    return *std::min_element(ones_.begin(), ones_.end(),
                             [](const One& a, const One& b) { return a.typical_loss() < b.typical_loss(); });
  }

  std::vector<One> ones_;
  std::size_t dimension_;
  std::uint64_t owner_ = 0;
  std::uint64_t generations_ = 0;
  std::vector<std::size_t> counts_;  ///< candidates of each start since ask; empty before
};

}  // namespace

Problem start_problem(const Problem& problem, std::size_t start, double spread) {
  Problem made = problem;
  if (start == 0) return made;
  const auto stream = [&](std::uint32_t step) {
    return base::StreamKey{problem.seed, base::Purpose::starts, static_cast<std::uint32_t>(start), step};
  };
  std::uint32_t bits[2];
  base::fill_bits(stream(0), std::span(bits));
  made.seed = std::uint64_t{bits[1]} << 32 | bits[0];
  std::vector<double> normal(made.coordinates.size());
  base::fill_normal(stream(1), std::span(normal));
  for (std::size_t i = 0; i < normal.size(); ++i) {
    Coordinate& each = made.coordinates[i];
    const double inside = std::clamp(each.initial, each.lower, each.upper);
    each.initial = reflect(inside + spread * each.scale * normal[i], each.lower, each.upper);
  }
  return made;
}

std::unique_ptr<Optimiser> make_multi_start(const MakeSearch& make, const Problem& problem, std::size_t starts,
                                            double spread) {
  if (starts == 1) return make(problem);
  std::vector<One> ones;
  for (std::size_t start = 0; start < starts; ++start) {
    ones.push_back({.search = make(start_problem(problem, start, spread))});
    if (!ones.back().search) return nullptr;
  }
  return std::make_unique<MultiStart>(std::move(ones), problem, spread);
}

}  // namespace carve::search
