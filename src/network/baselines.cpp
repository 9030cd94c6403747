// Sanger's rule and similarity matching, and the list of baselines: to add one, a component and a line in the list.
// Candidates lie side by side in the innermost loops, which compilers turn into vector code.
#include "carve/network/baseline.hpp"

#include <cstddef>

#include "carve/network/eliminate.hpp"

namespace carve::network {
namespace {

/// [row][candidate]
using Rows = std::vector<double>;

/// What both algorithms share: the sizes, the initial weights, and the walk through the samples.
class Layer : public Baseline {
 public:
  explicit Layer(const RateNetwork& network)
      : inputs_(static_cast<std::size_t>(network.inputs)),
        outputs_(static_cast<std::size_t>(network.outputs)),
        weights_(network.weight_count()) {}

 protected:
  [[nodiscard]] Rows initial(const BaselineLife& life) const {
    Rows rows;
    for (std::size_t i = 0; i < outputs_ * inputs_; ++i)
      rows.insert(rows.end(), life.rates.size(), static_cast<double>(life.initial_weights[i]));
    return rows;
  }

  /// sum_j w_ij x_j
  void add_up(const Rows& w, const float* x, Rows& y, std::size_t lanes) const {
    for (std::size_t i = 0; i < outputs_; ++i) {
      double* const sum = y.data() + i * lanes;
      for (std::size_t lane = 0; lane < lanes; ++lane) sum[lane] = 0;
      for (std::size_t j = 0; j < inputs_; ++j) {
        const double* const row = w.data() + (i * inputs_ + j) * lanes;
        const double x_j = static_cast<double>(x[j]);
        for (std::size_t lane = 0; lane < lanes; ++lane) sum[lane] += row[lane] * x_j;
      }
    }
  }

  /// Calls step(x) for every sample, and look() at each end.
  template <class Step, class Look>
  void walk(const BaselineLife& life, std::span<const std::size_t> ends, Step step, Look look) const {
    std::size_t done = 0;
    for (const std::size_t end : ends) {
      for (; done < end; ++done) step(life.inputs.data() + done * inputs_);
      look();
    }
  }

  /// One candidate's weights, lateral ones 0.
  [[nodiscard]] std::vector<double> weights_of(const Rows& w, std::size_t lane, std::size_t lanes) const {
    std::vector<double> own(weights_, 0.0);
    for (std::size_t i = 0; i < outputs_ * inputs_; ++i) own[i] = w[i * lanes + lane];
    return own;
  }

  std::size_t inputs_, outputs_, weights_;
};

/// dw_ij = eta y_i (x_j - sum_{k<=i} y_k w_kj) (Sanger 1989, eq. 6).
class Sanger final : public Layer {
 public:
  using Layer::Layer;

  [[nodiscard]] std::vector<std::vector<std::vector<double>>> learn(const BaselineLife& life,
                                                                    std::span<const std::size_t> ends) const override {
    const std::size_t lanes = life.rates.size();
    Rows w = initial(life);
    Rows y(outputs_ * lanes), rest(inputs_ * lanes);
    std::vector<std::vector<std::vector<double>>> path;
    const auto step = [&](const float* x) {
      add_up(w, x, y, lanes);
      for (std::size_t j = 0; j < inputs_; ++j) {
        for (std::size_t lane = 0; lane < lanes; ++lane) rest[j * lanes + lane] = static_cast<double>(x[j]);
      }
      for (std::size_t i = 0; i < outputs_; ++i) {
        for (std::size_t j = 0; j < inputs_; ++j) {
          double* const row = w.data() + (i * inputs_ + j) * lanes;
          double* const left = rest.data() + j * lanes;
          for (std::size_t lane = 0; lane < lanes; ++lane) {
            left[lane] -= y[i * lanes + lane] * row[lane];
            row[lane] += life.rates[lane] * y[i * lanes + lane] * left[lane];
          }
        }
      }
    };
    walk(life, ends, step, [&] {
      path.emplace_back();
      for (std::size_t lane = 0; lane < lanes; ++lane) path.back().push_back(weights_of(w, lane, lanes));
    });
    return path;
  }
};

struct SimilarityOptions {
  double tau = 0.5;
};

/// y = M^-1 W x; W += 2 eta (y x' - W); M += (eta / tau) (y y' - M) (Pehlevan & Chklovskii 2019, algorithm 1).
class SimilarityMatching final : public Layer {
 public:
  SimilarityMatching(const SimilarityOptions& options, const RateNetwork& network)
      : Layer(network), tau_(options.tau) {}

  [[nodiscard]] std::vector<std::vector<std::vector<double>>> learn(const BaselineLife& life,
                                                                    std::span<const std::size_t> ends) const override {
    const std::size_t lanes = life.rates.size();
    Rows w = initial(life);
    Rows m(outputs_ * outputs_ * lanes, 0.0), y(outputs_ * lanes);
    for (std::size_t i = 0; i < outputs_; ++i)
      for (std::size_t lane = 0; lane < lanes; ++lane) m[(i * outputs_ + i) * lanes + lane] = 1;
    std::vector<std::vector<std::vector<double>>> path;
    const auto step = [&](const float* x) {
      add_up(w, x, y, lanes);
      for (std::size_t lane = 0; lane < lanes; ++lane) solve(m, y, 1, lane, lanes);
      for (std::size_t i = 0; i < outputs_; ++i) {
        for (std::size_t j = 0; j < inputs_; ++j) {
          double* const row = w.data() + (i * inputs_ + j) * lanes;
          const double x_j = static_cast<double>(x[j]);
          for (std::size_t lane = 0; lane < lanes; ++lane)
            row[lane] += 2 * life.rates[lane] * (y[i * lanes + lane] * x_j - row[lane]);
        }
        for (std::size_t k = 0; k < outputs_; ++k) {
          double* const row = m.data() + (i * outputs_ + k) * lanes;
          for (std::size_t lane = 0; lane < lanes; ++lane)
            row[lane] += life.rates[lane] / tau_ * (y[i * lanes + lane] * y[k * lanes + lane] - row[lane]);
        }
      }
    };
    walk(life, ends, step, [&] {
      Rows response = w;  // M^-1 W
      path.emplace_back();
      for (std::size_t lane = 0; lane < lanes; ++lane) {
        solve(m, response, inputs_, lane, lanes);
        path.back().push_back(weights_of(response, lane, lanes));
      }
    });
    return path;
  }

 private:
  /// sums <- M^-1 sums for one candidate, sums: [output][column][candidate]. M is symmetric and positive, so no pivot
  /// is needed.
  void solve(const Rows& m, Rows& sums, std::size_t columns, std::size_t lane, std::size_t lanes) const {
    std::vector<double> matrix(outputs_ * outputs_), own(outputs_ * columns);
    for (std::size_t i = 0; i < matrix.size(); ++i) matrix[i] = m[i * lanes + lane];
    for (std::size_t i = 0; i < own.size(); ++i) own[i] = sums[i * lanes + lane];
    eliminate(std::move(matrix), own, columns);
    for (std::size_t i = 0; i < own.size(); ++i) sums[i * lanes + lane] = own[i];
  }

  double tau_;
};

struct NoOptions {};

}  // namespace

const BaselineComponent sanger = base::component<Baseline, BaselineContext>(
    "sanger", "Sanger's rule: dw_ij = eta y_i (x_j - sum_{k<=i} y_k w_kj); the components in their order.",
    "sanger1989", "kind = \"sanger\"", "kind", base::Schema<NoOptions>{{}},
    [](const NoOptions&, const BaselineContext& context, const base::Span&, base::Diagnostics&) {
      return std::unique_ptr<Baseline>(std::make_unique<Sanger>(context.network));
    });

const BaselineComponent similarity_matching = base::component<Baseline, BaselineContext>(
    "similarity_matching",
    "Similarity matching: y = M^-1 W x, W += 2 eta (y x' - W), M += (eta / tau) (y y' - M); the subspace.",
    "pehlevan2019", "kind = \"similarity_matching\"", "kind",
    base::Schema<SimilarityOptions>{
        {base::field(&SimilarityOptions::tau, "tau", "how much slower lateral weights learn than feedforward ones",
                     base::positive)}},
    [](const SimilarityOptions& options, const BaselineContext& context, const base::Span&, base::Diagnostics&) {
      return std::unique_ptr<Baseline>(std::make_unique<SimilarityMatching>(options, context.network));
    });

const std::vector<const BaselineComponent*>& baselines() {
  static const std::vector<const BaselineComponent*> list{&sanger, &similarity_matching};
  return list;
}

}  // namespace carve::network
