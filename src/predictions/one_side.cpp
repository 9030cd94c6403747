// Spikes of one side alone: does the rule need both?
#include "carve/predictions/protocols.hpp"
#include "carve/predictions/spike_protocol.hpp"
#include "carve/predictions/words.hpp"

namespace carve::predictions {
namespace {

constexpr int spikes = 60;

Figure one_side(const rule::Rule& rule, double w, rule::Side side) {
  Figure figure{.x = {0.1, 0.2, 0.5, 1, 2, 5, 10, 15, 20, 25, 30, 35, 40, 45, 50}};
  Curve curve{fmt::format("{} spikes", spikes)};
  for (const double rate : figure.x) {
    std::vector<double> train;
    for (int i = 0; i < spikes; ++i) train.push_back(1 + i / rate);
    curve.y.push_back(
        weight_change(rule, side == rule::Side::pre ? SpikeTrains{train, {}} : SpikeTrains{{}, train}, w));
  }
  const char* const whose = side == rule::Side::pre ? "Presynaptic" : "Postsynaptic";
  const double slow = curve.y.front(), fast = curve.y.back();
  if (slow == 0 && fast == 0) figure.words = fmt::format("{} spikes alone change nothing.", whose);
  else
    figure.words = fmt::format("{} {} spikes alone change the weight by {} at {:g} Hz and by {} at {:g} Hz.", spikes,
                               side == rule::Side::pre ? "presynaptic" : "postsynaptic", change_text(slow),
                               figure.x.front(), change_text(fast), figure.x.back());
  figure.curves = {std::move(curve)};
  return figure;
}

}  // namespace

const Protocol presynaptic_only{"presynaptic_only",
                                "Presynaptic spikes alone",
                                "60 presynaptic spikes in a regular train; the postsynaptic neuron is silent.",
                                "",
                                "rate (Hz)",
                                "change of the weight",
                                [](const rule::Rule& rule, double w) { return one_side(rule, w, rule::Side::pre); }};
const Protocol postsynaptic_only{"postsynaptic_only",
                                 "Postsynaptic spikes alone",
                                 "60 postsynaptic spikes in a regular train; the presynaptic neuron is silent.",
                                 "",
                                 "rate (Hz)",
                                 "change of the weight",
                                 [](const rule::Rule& rule, double w) { return one_side(rule, w, rule::Side::post); }};

}  // namespace carve::predictions
