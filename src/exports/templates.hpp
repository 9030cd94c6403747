// The files of templates/ as text: <<NAME>> stands for what a rule puts there.
#pragma once

#include <string_view>

namespace carve::exports::templates {

extern const std::string_view numpy_events;
extern const std::string_view numpy_neuron;
extern const std::string_view numpy_network;
extern const std::string_view brian2_events;
extern const std::string_view brian2_rate;
extern const std::string_view latex;
extern const std::string_view sympy;
extern const std::string_view nestml;
extern const std::string_view pygenn;
extern const std::string_view auryn;

}  // namespace carve::exports::templates
