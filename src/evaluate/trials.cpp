#include "carve/evaluate/trials.hpp"

namespace carve::evaluate {

struct Trials::Later {
  Later(const task::TrialSource& its_source, task::Split its_split, std::uint32_t its_first, std::size_t count)
      : source(its_source), split(its_split), first(its_first), trials(count), once(count) {}
  task::TrialSource source;
  task::Split split;
  std::uint32_t first;
  std::vector<task::Trial> trials;
  std::vector<std::once_flag> once;
};

Trials::Trials(const task::TrialSource& source, task::Split split, std::uint32_t first, std::size_t count)
    : later_(std::make_shared<Later>(source, split, first, count)), count_(count) {}

const task::Trial& Trials::made(std::size_t i) const {
  std::call_once(later_->once[i], [&] {
    later_->trials[i] = task::make_trial(later_->source, later_->split, later_->first + static_cast<std::uint32_t>(i));
  });
  return later_->trials[i];
}

Trials Trials::first(std::size_t count) const {
  Trials some = *this;
  some.count_ = count;
  return some;
}

Trials make_trials(const task::TrialSource& source, task::Split split, std::uint32_t first, std::size_t count,
                   const Workers& workers) {
  Trials trials(source, split, first, count);
  if (workers.ranks() == nullptr) workers.each(count, [&](std::size_t i) { (void)trials[i]; });
  return trials;
}

}  // namespace carve::evaluate
