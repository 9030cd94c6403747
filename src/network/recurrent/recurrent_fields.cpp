#include "carve/network/recurrent/recurrent_fields.hpp"

namespace carve::network::declared {

using base::between;
using base::field;

namespace {

constexpr base::Range sizes = between(1, static_cast<double>(largest_population));
constexpr base::Range time_constants = between(2e-4, 10);  // what decays e^-50 in a stretch is still within float
constexpr base::Range voltages = between(-0.2, 0.2);
constexpr double largest_weight = 1e4;

/// One number, or a lowest and a highest one.
bool read_weight(const base::Value& value, ConnectionOptions& options, base::Diagnostics& diagnostics) {
  const base::Range range = between(0, largest_weight);
  if (value.is_number()) {
    options.weight.assign(1, 0);
    return base::read_value(value, range, options.weight.front(), diagnostics);
  }
  if (!base::read_value(value, range, options.weight, diagnostics)) return false;
  if (options.weight.size() == 2 && options.weight[0] <= options.weight[1]) return true;
  diagnostics.error(value.span, "expected a number, or a lowest and a highest one", "for example weight = [0, 0.3]");
  return false;
}

}  // namespace

const base::Schema<NetworkOptions>& network_schema() {
  static const base::Schema<NetworkOptions> schema{
      {base::choice(
           &NetworkOptions::preset, "preset",
           "a standard network to start from: sparse leaky integrate-and-fire neurons, or dense ones with a "
           "moving threshold, AMPA and NMDA",
           base::Choices<Preset>{{"none", Preset::none}, {"tif", Preset::tif}, {"if-adaptive", Preset::adaptive}}),
       field(&NetworkOptions::excitatory, "excitatory",
             "neurons of the preset's population E; fewer have as many synapses each; 0: 8000, or 4096 adaptive ones",
             between(0, static_cast<double>(largest_population))),
       field(&NetworkOptions::inhibitory, "inhibitory", "the same for I; 0: 2000, or 1024 adaptive ones",
             between(0, static_cast<double>(largest_population))),
       field(&NetworkOptions::inputs, "inputs", "the same for inputs; 0: 5000",
             between(0, static_cast<double>(largest_population))),
       field(&NetworkOptions::dt, "dt", "step of the simulation", between(1e-5, 1e-3))}};
  return schema;
}

const base::Schema<PopulationOptions>& population_schema() {
  using P = PopulationOptions;
  const auto time = [](base::Seconds NeuronModel::*member, const char* name, const char* brief,
                       base::Range range = time_constants) {
    return field<P, base::Seconds>(member, name, brief, range);
  };
  const auto voltage = [](base::Volts NeuronModel::*member, const char* name, const char* brief) {
    return field<P, base::Volts>(member, name, brief, voltages);
  };
  static const base::Schema<P> schema{
      {field(&P::size, "size", "how many neurons or inputs", sizes).required(),
       base::choice(&P::kind, "kind", "excitatory or inhibitory neurons, or (excitatory) inputs: spikes from outside",
                    base::Choices<Kind>{
                        {"excitatory", Kind::excitatory}, {"inhibitory", Kind::inhibitory}, {"inputs", Kind::inputs}}),
       voltage(&P::rest, "rest", "resting voltage"), voltage(&P::reset, "reset", "voltage after a spike"),
       voltage(&P::threshold, "threshold", "above it a neuron spikes"),
       time(&P::membrane, "membrane", "time constant of the membrane"),
       time(&P::refractory, "refractory", "how long the voltage stays at its reset after a spike", between(0, 1)),
       voltage(&P::excitation_reversal, "excitation_reversal", "where excitatory conductance pulls the voltage"),
       voltage(&P::inhibition_reversal, "inhibition_reversal", "where inhibitory conductance pulls the voltage"),
       time(&P::ampa, "ampa", "time constant of the AMPA conductance"),
       time(&P::nmda, "nmda", "time constant of the NMDA conductance, which follows AMPA's"),
       field<P, double>(&P::nmda_share, "nmda_share", "share of NMDA in the excitatory conductance", between(0, 1)),
       time(&P::gaba, "gaba", "time constant of the GABA conductance"),
       voltage(&P::threshold_jump, "threshold_jump", "by how much a spike raises the threshold"),
       time(&P::threshold_decay, "threshold_decay", "time constant with which the threshold comes back"),
       field<P, double>(&P::adaptation_jump, "adaptation_jump", "adaptation conductance that a spike adds",
                        between(0, 100)),
       time(&P::adaptation_decay, "adaptation_decay", "time constant of the adaptation conductance"),
       voltage(&P::adaptation_reversal, "adaptation_reversal", "where it pulls the voltage")}};
  return schema;
}

const base::Schema<ConnectionOptions>& connection_schema() {
  static const base::Schema<ConnectionOptions> schema{
      {field(&ConnectionOptions::probability, "probability", "that a pair of neurons has a synapse", between(0, 1)),
       {.info = {.name = "weight",
                 .brief = "weights at the start, in units of the leak; two numbers: uniform between them",
                 .type = "number or list of two numbers",
                 .range = between(0, largest_weight).text()},
        .read = read_weight,
        .write =
            [](const ConnectionOptions& options) {
              return options.weight.size() == 1 ? base::write_value(options.weight[0])
                                                : base::write_value(options.weight);
            }},
       field(&ConnectionOptions::delay, "delay", "axonal delay, from a spike until it reaches the synapse",
             between(0, 0.1)),
       field(&ConnectionOptions::receptive_field, "receptive_field",
             "share of its targets that a source can reach: those across from it, both populations on a ring",
             between(0, 1))}};
  return schema;
}

PopulationOptions as_options(const Population& population) {
  PopulationOptions options;
  static_cast<NeuronModel&>(options) = population.neuron.value_or(NeuronModel{});
  options.size = static_cast<std::int64_t>(population.size);
  if (!population.neuron) options.kind = Kind::inputs;
  else if (population.transmitter == Transmitter::inhibitory) options.kind = Kind::inhibitory;
  return options;
}

ConnectionOptions as_options(const Projection& projection) {
  ConnectionOptions options{
      projection.probability, {projection.lowest_weight}, projection.delay, projection.receptive_field};
  if (!projection.uniform_weight()) options.weight.push_back(projection.highest_weight);
  return options;
}

}  // namespace carve::network::declared
