// The inputs of spiking neurons as a file names them.
#include "carve/task/spiking_task.hpp"

namespace carve::task {
namespace {

using base::between;
using base::field;

/// Both models: the options, and spikes by them.
template <class Options>
class Sampled final : public SpikeInputs {
 public:
  Sampled(const Options& options, std::size_t groups) : options_(options), groups_(groups) {}
  [[nodiscard]] network::SpikingTrial sample(const SpikeRequest& request) const override {
    return make_spikes(options_, request);
  }
  [[nodiscard]] std::size_t groups() const override { return groups_; }

 private:
  Options options_;
  std::size_t groups_;
};

std::unique_ptr<SpikeInputs> make_grouped(const GroupedInputs& options, const SpikeInputsContext&, const base::Span&,
                                          base::Diagnostics&) {
  return std::make_unique<Sampled<GroupedInputs>>(options, static_cast<std::size_t>(options.groups));
}

std::unique_ptr<SpikeInputs> make_poisson(const PoissonInputs& options, const SpikeInputsContext&, const base::Span&,
                                          base::Diagnostics&) {
  return std::make_unique<Sampled<PoissonInputs>>(options, std::size_t{0});
}

constexpr base::Range sizes = between(1, 4000);
constexpr base::Range rates = between(0, 500);  // Hz
constexpr base::Range weights = between(0, 100);

}  // namespace

const SpikeInputsComponent grouped_inputs = base::component<SpikeInputs, SpikeInputsContext>(
    "grouped", "Groups of inputs that follow common signals; excitatory weights are tuned to one of the groups.",
    "vogels2011", "kind = \"grouped\"\ngroups = 8", "kind",
    base::Schema<GroupedInputs>{
        {field(&GroupedInputs::groups, "groups", "groups of inputs", between(1, 16)),
         field(&GroupedInputs::excitatory, "excitatory", "excitatory inputs of each group", sizes),
         field(&GroupedInputs::inhibitory, "inhibitory", "inhibitory inputs of each group", sizes),
         field(&GroupedInputs::background, "background", "rate of an input without its group's signal", rates),
         field(&GroupedInputs::peak, "peak", "rate that the signal adds where it is 'depth'", between(0, 2000)),
         field(&GroupedInputs::depth, "depth", "size of the signal at which an input has its peak rate",
               between(1e-3, 10)),
         field(&GroupedInputs::correlation, "correlation", "time constant of the signals", between(1e-3, 100)),
         field(&GroupedInputs::refractory, "refractory", "least time between an input's spikes", between(0, 1)),
         field(&GroupedInputs::preferred, "preferred", "the group with the largest excitatory weights", between(1, 16)),
         field(&GroupedInputs::initial_inhibition, "initial_inhibition", "inhibitory weights at the start", weights)}},
    make_grouped);

const SpikeInputsComponent poisson_inputs = base::component<SpikeInputs, SpikeInputsContext>(
    "poisson", "Independent Poisson inputs, all of a population at one rate.", "", "kind = \"poisson\"", "kind",
    base::Schema<PoissonInputs>{
        {field(&PoissonInputs::excitatory, "excitatory", "excitatory inputs", between(1, 60000)),
         field(&PoissonInputs::inhibitory, "inhibitory", "inhibitory inputs", between(1, 60000)),
         field(&PoissonInputs::excitatory_rate, "excitatory_rate", "rate of each excitatory input", rates),
         field(&PoissonInputs::inhibitory_rate, "inhibitory_rate", "rate of each inhibitory input", rates),
         field(&PoissonInputs::step_at, "step_at", "when the excitatory rate changes to 'step_rate'; 0: never",
               between(0, 1e5)),
         field(&PoissonInputs::step_rate, "step_rate", "rate of each excitatory input from then on", rates),
         field(&PoissonInputs::initial_excitation, "initial_excitation", "excitatory weights at the start", weights),
         field(&PoissonInputs::initial_inhibition, "initial_inhibition", "inhibitory weights at the start", weights)}},
    make_poisson);

}  // namespace carve::task
