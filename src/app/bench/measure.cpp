#include "carve/app/bench/measure.hpp"

#include <algorithm>
#include <ctime>

#include "carve/app/bench/kernels/peak_kernels.hpp"
#include "carve/base/isa.hpp"

namespace carve::app {
namespace {

constexpr base::PerIsa<FloatPeak> single_peak{scalar::multiply_adds, v3::multiply_adds, v4::multiply_adds};
constexpr base::PerIsa<DoublePeak> double_peak{scalar::multiply_adds, v3::multiply_adds, v4::multiply_adds};

double seconds(clockid_t clock, const std::function<void()>& work) {
  timespec before{}, after{};
  clock_gettime(clock, &before);
  work();
  clock_gettime(clock, &after);
  return static_cast<double>(after.tv_sec - before.tv_sec) + 1e-9 * static_cast<double>(after.tv_nsec - before.tv_nsec);
}

}  // namespace

Spread spread(std::vector<double> values) {
  std::sort(values.begin(), values.end());
  return {values[values.size() / 2], values.front(), values.back()};
}

Spread rate_of(double amount, const Spread& seconds) {
  return {amount / seconds.median, amount / seconds.most, amount / seconds.least};
}

double thread_seconds(const std::function<void()>& work) { return seconds(CLOCK_THREAD_CPUTIME_ID, work); }
double wall_seconds(const std::function<void()>& work) { return seconds(CLOCK_MONOTONIC, work); }

double peak(Precision precision) {
  constexpr std::size_t rounds = 300'000;
  std::size_t done = 0;
  volatile double kept = 0;
  const double time = thread_seconds([&] {
    if (precision == Precision::single) {
      float result = 0;
      done = single_peak()(rounds, &result);
      kept = static_cast<double>(result);
    } else {
      double result = 0;
      done = double_peak()(rounds, &result);
      kept = result;
    }
  });
  return static_cast<double>(done) / time;
}

Timing time_against_peak(const std::function<void()>& work, double amount, double multiply_adds, Precision precision,
                         int repetitions) {
  work();
  std::vector<double> rates, shares, times, peak_works;
  for (int i = 0; i < repetitions; ++i) {
    const double before = peak(precision);
    const double time = thread_seconds(work);
    const double meanwhile = 0.5 * (before + peak(precision));
    rates.push_back(amount / time);
    shares.push_back(amount * multiply_adds / time / meanwhile);
    times.push_back(time);
    peak_works.push_back(time * meanwhile);
  }
  return {spread(rates), spread(shares), spread(times), spread(peak_works)};
}

Comparison compare(const std::function<void()>& first, const std::function<void()>& second, int repetitions,
                   Clock* clock) {
  first();
  second();
  std::vector<double> firsts, seconds, ratios;
  for (int i = 0; i < repetitions; ++i) {
    firsts.push_back(clock(first));
    seconds.push_back(clock(second));
    ratios.push_back(seconds.back() / firsts.back());
  }
  return {spread(firsts), spread(seconds), spread(ratios)};
}

}  // namespace carve::app
