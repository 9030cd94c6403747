# Fuzz targets: libFuzzer feeds one function with bytes of its own making, under address and undefined sanitizers.

if(CARVE_FUZZ)
  if(NOT CMAKE_CXX_COMPILER_ID STREQUAL "Clang")
    message(FATAL_ERROR "CARVE_FUZZ needs clang: cmake --preset fuzz")
  endif()
  add_compile_options(-fsanitize=fuzzer-no-link)
endif()

# carve_fuzz(NAME SOURCES files that define LLVMFuzzerTestOneInput ROOMS rooms ... [SEEDS folder of examples]
#            [DICTIONARY file of words]): the program fuzz_NAME and, under CTest, a run of CARVE_FUZZ_SECONDS.
# The seed is fixed under CTest, so that a test says the same twice; by hand, run the program without -seed.
# New inputs are kept in the build folder, so that later runs go on from them. Nothing happens without CARVE_FUZZ.
function(carve_fuzz name)
  if(NOT CARVE_FUZZ)
    return()
  endif()
  cmake_parse_arguments(ARG "" "SEEDS;DICTIONARY" "SOURCES;ROOMS" ${ARGN})
  add_executable(fuzz_${name} ${ARG_SOURCES})
  list(TRANSFORM ARG_ROOMS PREPEND carve_)
  target_link_libraries(fuzz_${name} PRIVATE ${ARG_ROOMS} carve_warnings fmt::fmt)
  target_link_options(fuzz_${name} PRIVATE -fsanitize=fuzzer)

  set(corpus ${PROJECT_BINARY_DIR}/corpus/${name})
  file(MAKE_DIRECTORY ${corpus})
  set(arguments -seed=1 -max_total_time=${CARVE_FUZZ_SECONDS} -timeout=10 -rss_limit_mb=4096 -print_final_stats=1
                -artifact_prefix=${PROJECT_BINARY_DIR}/finding-${name}-)
  if(ARG_DICTIONARY)
    list(APPEND arguments -dict=${CMAKE_CURRENT_SOURCE_DIR}/${ARG_DICTIONARY})
  endif()
  list(APPEND arguments ${corpus})
  if(ARG_SEEDS)
    list(APPEND arguments ${CMAKE_CURRENT_SOURCE_DIR}/${ARG_SEEDS})
  endif()
  add_test(NAME fuzz.${name} COMMAND fuzz_${name} ${arguments})
  math(EXPR limit "${CARVE_FUZZ_SECONDS} + 120")
  set_tests_properties(fuzz.${name} PROPERTIES LABELS fuzz TIMEOUT ${limit})
endfunction()
