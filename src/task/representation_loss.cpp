// What a network's outputs are good for: how often a linear readout of them gets the class of an input wrong.
#include <fmt/format.h>

#include "carve/task/activity.hpp"
#include "carve/task/loss.hpp"
#include "carve/task/trial.hpp"

namespace carve::task {
namespace {

struct Options {
  std::int64_t train = 500;
  std::int64_t test = 500;
  double ridge = 1e-3;
};

class RepresentationLoss final : public Loss {
 public:
  RepresentationLoss(const LossContext& context, const ReadoutPlan& plan)
      : Loss(context.points), network_(context.network), plan_(plan) {}

  [[nodiscard]] std::vector<double> truth(const Trial&) const override { return {}; }
  [[nodiscard]] double score(const Learned& learned) const override {
    const Samples& samples = learned.trial.samples;
    return readout_error(plan_, activity(network_, learned.weights, samples.labelled), samples.labels);
  }
  [[nodiscard]] double worst() const override { return 1; }
  [[nodiscard]] std::optional<ReadoutPlan> readout() const override { return plan_; }

 private:
  network::RateNetwork network_;
  ReadoutPlan plan_;
};

std::unique_ptr<Loss> make(const Options& options, const LossContext& context, const base::Span& place,
                           base::Diagnostics& diagnostics) {
  const LabelInfo labels = context.inputs ? context.inputs->labels() : LabelInfo{};
  const ReadoutPlan plan{.train = static_cast<std::size_t>(options.train),
                         .test = static_cast<std::size_t>(options.test),
                         .classes = labels.classes,
                         .ridge = options.ridge};
  if (labels.samples == 0) {
    diagnostics.error(place, "these inputs have no labels, which a readout needs",
                      "image_patches of whole images have them, and a table with 'label'");
    return nullptr;
  }
  if (plan.train + plan.test > labels.samples) {
    diagnostics.error(
        place,
        fmt::format("{} labelled samples to train with and {} to test with are more than the {} there are", plan.train,
                    plan.test, labels.samples),
        "set a smaller 'train' and 'test'");
    return nullptr;
  }
  return std::make_unique<RepresentationLoss>(context, plan);
}

}  // namespace

const LossComponent representation_loss = base::component<Loss, LossContext>(
    "representation",
    "Share of labelled samples whose class a linear readout of the outputs gets wrong; the inputs need labels.",
    "alain2016", "kind = \"representation\"", "kind",
    base::Schema<Options>{
        {base::field(&Options::train, "train", "labelled samples that the readout is fitted to",
                     base::between(2, 100000)),
         base::field(&Options::test, "test", "other labelled samples that it is judged on, fresh ones in each trial",
                     base::between(1, 100000)),
         base::field(&Options::ridge, "ridge",
                     "penalty on the readout's squared weights, relative to the outputs' variance", base::positive)}},
    make);

}  // namespace carve::task
