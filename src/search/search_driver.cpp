// Runs CMA-ES on standard test functions for acceptance/cma_es: counts evaluations, or times the search by itself.
#include <chrono>
#include <cmath>
#include <cstdio>
#include <iostream>
#include <limits>
#include <numbers>
#include <sstream>
#include <string>

#include <fmt/format.h>

#include "carve/search/cma_es.hpp"

namespace {

using carve::search::CmaOptions;

double power(double base, double exponent) { return std::exp(exponent * std::log(base)); }

/// The functions of Hansen & Ostermeier 2001 and Rastrigin's; minimum 0.
double value(const std::string& name, std::span<const double> x) {
  const std::size_t n = x.size();
  double sum = 0;
  for (std::size_t i = 0; i < n; ++i) {
    const double at = static_cast<double>(i) / static_cast<double>(n - 1);
    if (name == "sphere") sum += x[i] * x[i];
    if (name == "ellipsoid") sum += power(1e6, at) * x[i] * x[i];
    if (name == "cigar") sum += (i == 0 ? 1 : 1e6) * x[i] * x[i];
    if (name == "rosenbrock" && i + 1 < n) {
      const double bend = x[i] * x[i] - x[i + 1];
      sum += 100 * bend * bend + (x[i] - 1) * (x[i] - 1);
    }
    if (name == "rastrigin") sum += 10 + x[i] * x[i] - 10 * std::cos(2 * std::numbers::pi * x[i]);
  }
  return sum;
}

/// search_driver NAME SIGMA RESTARTS BUDGET POPULATION < lines of "seed x_1 ... x_n": for each line, prints the
/// evaluations at which a candidate first had a loss of at most 1e-8 (or -1), and the best loss.
int count(const std::string& name, CmaOptions options, std::uint64_t budget) {
  for (std::string line; std::getline(std::cin, line);) {
    std::istringstream numbers(line);
    carve::search::Problem problem;
    numbers >> problem.seed;
    for (double x = 0; numbers >> x;) problem.coordinates.push_back({.initial = x});
    const auto search = carve::search::make_cma_es(options, problem);
    double best = std::numeric_limits<double>::infinity();
    std::uint64_t evaluations = 0;
    while (best > 1e-8 && evaluations < budget && search->progress().stopped.empty()) {
      const auto candidates = search->ask();
      std::vector<double> losses;
      for (std::size_t k = 0; k < candidates.count(); ++k) {
        losses.push_back(value(name, candidates[k]));
        if (best > 1e-8) ++evaluations;
        best = std::min(best, losses.back());
      }
      search->tell(losses);
    }
    fmt::print("{} {:.3g} {}\n", best <= 1e-8 ? static_cast<std::int64_t>(evaluations) : -1, best,
               search->progress().stopped);
  }
  return 0;
}

/// search_driver time DIMENSION POPULATION [diagonal]: microseconds per ask and tell, median and least of 20 batches.
int time(std::size_t dimension, CmaOptions options) {
  using clock = std::chrono::steady_clock;
  carve::search::Problem problem;
  problem.coordinates.assign(dimension, {.initial = 1});
  std::vector<double> batches;
  std::size_t population = 0;
  for (int batch = 0; batch < 20; ++batch) {
    const auto search = carve::search::make_cma_es(options, problem);
    clock::duration spent{};
    constexpr int generations = 200;
    for (int generation = 0; generation < generations; ++generation) {
      auto begin = clock::now();
      const auto candidates = search->ask();
      spent += clock::now() - begin;
      population = candidates.count();
      std::vector<double> losses;
      for (std::size_t k = 0; k < population; ++k) losses.push_back(value("ellipsoid", candidates[k]));
      begin = clock::now();
      search->tell(losses);
      spent += clock::now() - begin;
    }
    batches.push_back(std::chrono::duration<double, std::micro>(spent).count() / generations);
  }
  std::sort(batches.begin(), batches.end());
  fmt::print("dimension {} population {}: median {:.1f} us, least {:.1f} us per generation\n", dimension, population,
             batches[10], batches[0]);
  return 0;
}

}  // namespace

int main(int argc, char** argv) {
  const std::vector<std::string> words(argv + 1, argv + argc);
  CmaOptions options{.max_restarts = 16};
  if (words.size() >= 3 && words.size() <= 4 && words[0] == "time") {
    if (words.size() == 4 && words[3] == "diagonal") options.covariance = carve::search::Covariance::diagonal;
    options.population = std::stoll(words[2]);
    return time(std::stoul(words[1]), options);
  }
  if (words.size() != 5) {
    fmt::print(
        stderr,
        "search_driver NAME SIGMA none|ipop|bipop BUDGET POPULATION, or search_driver time N POPULATION [diagonal]\n");
    return 2;
  }
  options.sigma = std::stod(words[1]);
  options.restarts = words[2] == "ipop"    ? carve::search::Restarts::ipop
                     : words[2] == "bipop" ? carve::search::Restarts::bipop
                                           : carve::search::Restarts::none;
  options.population = std::stoll(words[4]);
  return count(words[0], options, std::stoull(words[3]));
}
