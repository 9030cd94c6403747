#include "carve/rule/advice.hpp"

#include <algorithm>
#include <array>

namespace carve::rule {
namespace {

constexpr std::array functions_elsewhere{Advice{"pow", "write a^b"},
                                         Advice{"ln", "write log(x)"},
                                         Advice{"log10", "write log(x)/log(10)"},
                                         Advice{"fabs", "write abs(x)"},
                                         Advice{"square", "write x^2"},
                                         Advice{"heaviside", "write x > 0"},
                                         Advice{"step", "write x > 0"},
                                         Advice{"sign", "write (x > 0) - (x < 0)"},
                                         Advice{"relu", "write max(x, 0)"},
                                         Advice{"sigmoid", "write 1/(1 + exp(-x))"},
                                         Advice{"sin", ""},
                                         Advice{"cos", ""},
                                         Advice{"tan", ""},
                                         Advice{"floor", ""},
                                         Advice{"mod", ""}};

constexpr std::array words_elsewhere{Advice{"if", "write (condition)*value"}, Advice{"else", "write (condition)*value"},
                                     Advice{"and", "multiply comparisons for 'and'"},
                                     Advice{"or", "write max(a, b) for 'or'"},
                                     Advice{"not", "write a == 0 for 'not a'"}};

constexpr std::array characters_elsewhere{Advice{"\u00B7", "write * to multiply"},
                                          Advice{"\u00D7", "write * to multiply"},
                                          Advice{"\u22C5", "write * to multiply"},
                                          Advice{"\u2212", "write - (the minus of the keyboard)"},
                                          Advice{"\u2013", "write - (the minus of the keyboard)"},
                                          Advice{"\u00F7", "write / to divide"},
                                          Advice{"\u00B2", "write ^2"},
                                          Advice{"\u00B3", "write ^3"},
                                          Advice{"\u2264", "write <="},
                                          Advice{"\u2265", "write >="},
                                          Advice{"\u2260", "write !="},
                                          Advice{"=", "write == to compare"},
                                          Advice{"[", "use round brackets ( )"},
                                          Advice{"]", "use round brackets ( )"},
                                          Advice{"{", "use round brackets ( )"},
                                          Advice{"}", "use round brackets ( )"},
                                          Advice{"&", "multiply comparisons for 'and'"},
                                          Advice{"|", "write abs(x); use max(a, b) for 'or'"},
                                          Advice{"?", "multiply by a comparison: (x > 0)*y"},
                                          Advice{"!", "write a == 0 for 'not a'"},
                                          Advice{";", "write one formula"}};

template <std::size_t count>
const Advice* find(const std::array<Advice, count>& list, std::string_view seen) {
  const auto found = std::find_if(list.begin(), list.end(), [&](const Advice& each) { return each.seen == seen; });
  return found == list.end() ? nullptr : &*found;
}

}  // namespace

const Advice* advice_on_function(std::string_view name) { return find(functions_elsewhere, name); }
const Advice* advice_on_word(std::string_view word) { return find(words_elsewhere, word); }
const Advice* advice_on_character(std::string_view character) { return find(characters_elsewhere, character); }

}  // namespace carve::rule
