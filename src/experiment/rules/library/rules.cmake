# The library of known rules: each a file here and its name in this list. Their text is compiled in.
set(library_rules
    oja hebb_decay covariance bcm anti_hebbian
    vogels pair_stdp triplet_visual_cortex triplet_hippocampus bcm_spikes)
set(embedded "")
foreach(name IN LISTS library_rules)
  set(path ${CMAKE_CURRENT_LIST_DIR}/${name}.toml)
  set_property(DIRECTORY APPEND PROPERTY CMAKE_CONFIGURE_DEPENDS ${path})
  file(READ ${path} text)
  string(APPEND embedded "    {\"${name}\", R\"carve(${text})carve\"},\n")
endforeach()
file(CONFIGURE OUTPUT ${CMAKE_CURRENT_BINARY_DIR}/library_texts.cpp CONTENT
"#include \"carve/experiment/rules/library_texts.hpp\"\n\nnamespace carve::experiment {
const std::vector<LibraryText>& library_texts() {
  static const std::vector<LibraryText> list{\n${embedded}  };
  return list;
}
}\n" @ONLY)
