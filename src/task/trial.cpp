#include "carve/task/trial.hpp"

#include "carve/base/random.hpp"
#include "carve/base/scalar_math.hpp"

namespace carve::task {
namespace {

/// Streams of validation trials start here, so that they share no number with the search.
constexpr std::uint32_t first_validation_stream = 0x80000000U;

constexpr const char* redraw_brief = "generations between fresh trials; 0: the same trials throughout";
constexpr const char* validation_brief = "fresh trials that confirm the answer";
constexpr const char* block_limit_brief =
    "the time on the clock after which a lifetime is ended and counts as timed out; 0 s: none. Candidates that are "
    "simulated side by side, up to 64, share it. Clocks differ: the same bits come back only where no lifetime meets "
    "it";
constexpr const char* limit_brief =
    "the time on the clock after which a lifetime is ended and counts as timed out; 0 s: none. Clocks differ: the same "
    "bits come back only where no lifetime meets it";
constexpr double longest_limit = 1e7;  // s

}  // namespace

const base::Schema<TrialPlan>& trial_schema() {
  using base::between;
  using base::field;
  static const base::Schema<TrialPlan> schema{
      {field(&TrialPlan::count, "count", "trials (data sets and initial weights) per candidate", between(1, 100000)),
       field(&TrialPlan::steps, "steps", "samples per lifetime", between(1, 1e9)),
       field(&TrialPlan::redraw, "redraw", redraw_brief, between(0, 1e6)),
       field(&TrialPlan::validation, "validation", validation_brief, between(2, 100000)),
       field(&TrialPlan::smallest_scale, "smallest_scale", "smallest scale of the inputs; each trial has its own",
             base::positive),
       field(&TrialPlan::largest_scale, "largest_scale", "largest scale of the inputs", base::positive),
       field(&TrialPlan::initial_weight, "initial_weight", "standard deviation of the initial weights",
             base::not_negative),
       field(&TrialPlan::initial_lateral_weight, "initial_lateral_weight",
             "the same for lateral connections, where the network has them", base::not_negative),
       field(&TrialPlan::wall_limit, "wall_limit", block_limit_brief, between(0, longest_limit))}};
  return schema;
}

const base::Schema<SpikingTrialPlan>& spiking_trial_schema() {
  using base::between;
  using base::field;
  static const base::Schema<SpikingTrialPlan> schema{
      {field(&SpikingTrialPlan::count, "count", "trials (input spikes and initial weights) per candidate",
             between(1, 1000)),
       field(&SpikingTrialPlan::lifetime, "lifetime", "how long the neuron lives in a trial", between(0.1, 1e5)),
       field(&SpikingTrialPlan::redraw, "redraw", redraw_brief, between(0, 1e6)),
       field(&SpikingTrialPlan::validation, "validation", validation_brief, between(2, 1000)),
       field(&SpikingTrialPlan::wall_limit, "wall_limit", block_limit_brief, between(0, longest_limit))}};
  return schema;
}

const base::Schema<RecurrentTrialPlan>& recurrent_trial_schema() {
  using base::between;
  using base::field;
  static const base::Schema<RecurrentTrialPlan> schema{
      {field(&RecurrentTrialPlan::count, "count", "trials (synapses and input spikes) per candidate", between(1, 1000)),
       field(&RecurrentTrialPlan::lifetime, "lifetime",
             "how long the network lives in a trial, in steps of 10 ms; not where there are phases", between(1, 1e5)),
       field(&RecurrentTrialPlan::redraw, "redraw", redraw_brief, between(0, 1e6)),
       field(&RecurrentTrialPlan::validation, "validation", validation_brief, between(2, 1000)),
       field(&RecurrentTrialPlan::recorded, "recorded", "the end of the lifetime over which metrics are taken",
             between(1, 1e5)),
       field(&RecurrentTrialPlan::wall_limit, "wall_limit", limit_brief, between(0, longest_limit))}};
  return schema;
}

std::size_t memory_of(const Trial& trial) {
  if (trial.staged) return memory_of(*trial.staged);
  std::size_t bytes = sizeof(float) * (trial.samples.values.size() + trial.samples.labelled.size());
  if (!trial.heard) return bytes;
  bytes += sizeof(float) * trial.heard->drive.size();
  for (const network::SpikingInput* each : {&trial.heard->spikes.excitation, &trial.heard->spikes.inhibition})
    bytes += sizeof(std::uint32_t) * each->spikes.first.size() + sizeof(std::uint16_t) * each->spikes.sources.size();
  return bytes;
}

Trial make_trial(const TrialSource& source, Split split, std::uint32_t index) {
  const std::uint32_t stream = split == Split::validation ? first_validation_stream + index : index;
  Trial trial{.index = index, .seed = source.seed, .stream = stream, .wall_limit = source.plan.wall_limit};
  if (source.recurrent) {
    trial.staged = std::make_shared<const StagedTrial>(stage(*source.recurrent, source.seed, stream));
    return trial;
  }
  if (source.spiking) {
    trial.heard = std::make_shared<const HeardTrial>(hear(*source.spiking, source.seed, stream));
    return trial;
  }
  float position = 0;
  base::fill_uniform({source.seed, base::Purpose::input_scale, stream, 0}, std::span<float>(&position, 1));
  const double smallest = base::log(source.plan.smallest_scale);
  const double largest = base::log(source.plan.largest_scale);
  trial.scale = base::exp(smallest + static_cast<double>(position) * (largest - smallest));
  const std::optional<ReadoutPlan> readout = source.loss->readout();
  trial.samples = source.inputs->sample({.seed = source.seed,
                                         .trial = stream,
                                         .split = split,
                                         .steps = static_cast<std::size_t>(source.plan.steps),
                                         .scale = trial.scale,
                                         .components = static_cast<std::size_t>(source.network.outputs),
                                         .labelled = readout ? readout->train + readout->test : 0});
  trial.initial_weights.resize(source.network.weight_count());
  base::fill_normal({source.seed, base::Purpose::initial_weights, stream, 0}, std::span<float>(trial.initial_weights));
  for (std::size_t i = 0; i < trial.initial_weights.size(); ++i) {
    const bool lateral = i >= source.network.feedforward_count();
    trial.initial_weights[i] *=
        static_cast<float>(lateral ? source.plan.initial_lateral_weight : source.plan.initial_weight);
  }
  trial.truth = source.loss->truth(trial);
  return trial;
}

}  // namespace carve::task
