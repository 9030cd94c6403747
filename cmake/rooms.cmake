# One target per room (src/NAME -> carve_NAME), its tests beside its code, and the flags that hold everywhere.

# The rooms in order, lower ones first.
file(STRINGS ${PROJECT_SOURCE_DIR}/cmake/rooms.txt carve_rooms REGEX "^[a-z]")
list(TRANSFORM carve_rooms REPLACE ":.*" "")
set_property(DIRECTORY APPEND PROPERTY CMAKE_CONFIGURE_DEPENDS ${PROJECT_SOURCE_DIR}/cmake/rooms.txt)

find_package(Threads REQUIRED)
find_package(fmt REQUIRED)

add_library(carve_flags INTERFACE)
target_include_directories(carve_flags INTERFACE $<BUILD_INTERFACE:${PROJECT_SOURCE_DIR}/include>
                                                 $<INSTALL_INTERFACE:include>)
# A fused multiply-add is written where it is meant: contraction by the compiler would make results depend on it.
target_compile_options(carve_flags INTERFACE -ffp-contract=off)
# Sanitizers and fuzzing do without most of the kernels made for one shape of rule.
if(CARVE_SANITIZE OR CARVE_FUZZ)
  target_compile_definitions(carve_flags INTERFACE CARVE_FEW_RATE_SHAPES)
endif()
# What only our own sources need, not those who include the headers.
add_library(carve_warnings INTERFACE)
target_compile_options(carve_warnings INTERFACE -Wall -Wextra -Wpedantic -Wshadow -Wconversion -Wno-sign-conversion
                                                -Wno-missing-field-initializers
                                                $<$<BOOL:${CARVE_WERROR}>:-Werror>)
# g++ 12 warns of these where there is nothing: inlined strings and shared_ptr, more so under sanitizers.
target_compile_options(carve_warnings INTERFACE
                       $<$<CXX_COMPILER_ID:GNU>:-Wno-restrict;-Wno-maybe-uninitialized;-Wno-array-bounds>)

# Where programs spend no time, optimising everything would only take the compiler half as long again.
function(carve_compiles_fast target)
  target_compile_options(${target} PRIVATE $<$<CONFIG:Release>:-O1>)
endfunction()

# carve_room(NAME SOURCES ... [COLD] [DEPENDS rooms ...] [LIBRARIES private libraries ...]); COLD: no time is spent there.
function(carve_room name)
  cmake_parse_arguments(ARG "COLD" "" "SOURCES;DEPENDS;LIBRARIES" ${ARGN})
  add_library(carve_${name} STATIC ${ARG_SOURCES})
  if(ARG_COLD)
    carve_compiles_fast(carve_${name})
  endif()
  add_library(carve::${name} ALIAS carve_${name})
  list(TRANSFORM ARG_DEPENDS PREPEND carve_)
  # Libraries that are headers only are over once we are compiled: those who link an installed carve need not have them.
  list(TRANSFORM ARG_LIBRARIES REPLACE "^(nlohmann_json|Eigen3|CLI11|tomlplusplus)::.*$" "$<BUILD_INTERFACE:\\0>")
  target_link_libraries(carve_${name} PUBLIC carve_flags ${ARG_DEPENDS}
                                      PRIVATE $<BUILD_INTERFACE:carve_warnings> fmt::fmt ${ARG_LIBRARIES})
  set_target_properties(carve_${name} PROPERTIES EXPORT_NAME ${name} POSITION_INDEPENDENT_CODE ON)
  set_property(GLOBAL APPEND PROPERTY CARVE_ROOMS carve_${name})
endfunction()

# What every test program includes is compiled once.
function(carve_test_headers)
  if(TARGET carve_test_headers)
    return()
  endif()
  set(empty ${PROJECT_BINARY_DIR}/test_headers.cpp)
  file(CONFIGURE OUTPUT ${empty} CONTENT "")
  add_library(carve_test_headers OBJECT ${empty})
  target_link_libraries(carve_test_headers PRIVATE carve_flags carve_warnings fmt::fmt GTest::gtest GTest::gmock rapidcheck)
  target_compile_definitions(carve_test_headers PRIVATE CARVE_SOURCE_DIR="${PROJECT_SOURCE_DIR}")
  carve_compiles_fast(carve_test_headers)
  target_precompile_headers(carve_test_headers PRIVATE <cmath> <functional> <map> <string> <vector> <fmt/format.h>
                                                       <gmock/gmock.h> <gtest/gtest.h> <rapidcheck/gtest.h>)
endfunction()

# carve_tests(ROOM SOURCES ... [LIBRARIES ...] [LABELS ...]): one test program ROOM_tests, each case known to CTest.
function(carve_tests room)
  if(NOT CARVE_TESTS)
    return()
  endif()
  cmake_parse_arguments(ARG "" "" "SOURCES;LIBRARIES;LABELS" ${ARGN})
  find_package(GTest REQUIRED)
  add_executable(${room}_tests ${ARG_SOURCES})
  target_link_libraries(${room}_tests PRIVATE carve_${room} carve_warnings fmt::fmt GTest::gtest GTest::gmock
                                              GTest::gtest_main rapidcheck ${ARG_LIBRARIES})
  target_compile_definitions(${room}_tests PRIVATE CARVE_SOURCE_DIR="${PROJECT_SOURCE_DIR}")
  carve_compiles_fast(${room}_tests)
  carve_test_headers()
  target_precompile_headers(${room}_tests REUSE_FROM carve_test_headers)
  include(GoogleTest)
  # Properties run on the same examples each time under CTest, and on new ones where the program is run by hand.
  gtest_discover_tests(${room}_tests TEST_PREFIX ${room}. DISCOVERY_TIMEOUT 60
                       PROPERTIES LABELS "${room};${ARG_LABELS}" TIMEOUT 600 ENVIRONMENT RC_PARAMS=seed=1)
endfunction()

# Sources compiled once per instruction set: SOURCE is included by a generated file for each of v4, v3 and scalar,
# with CARVE_ISA_NAME set, so that everything in it lives in a namespace of its own.
function(carve_kernels target source)
  get_filename_component(stem ${source} NAME_WE)
  foreach(isa IN ITEMS v4 v3 scalar)
    set(generated ${CMAKE_CURRENT_BINARY_DIR}/${stem}_${isa}.cpp)
    file(CONFIGURE OUTPUT ${generated} CONTENT "#define CARVE_ISA_NAME ${isa}\n#include \"${CMAKE_CURRENT_SOURCE_DIR}/${source}\"\n")
    target_sources(${target} PRIVATE ${generated})
    set(flags_v4 "-march=x86-64-v4;-mprefer-vector-width=512")
    set(flags_v3 "-march=x86-64-v3")
    set(flags_scalar "-march=x86-64-v3;-fno-tree-vectorize;-DCARVE_SCALAR_LANES")
    # g++ 12's own AVX-512 headers start from undefined registers on purpose, and warn about it when inlined.
    set(quiet $<$<CXX_COMPILER_ID:GNU>:-Wno-maybe-uninitialized;-Wno-uninitialized>)
    # Sanitizers make highly optimised kernels take minutes to compile; fuzzing looks at what reads text, not at them.
    set(effort -O3)
    if(CARVE_FUZZ)
      set(effort -O1 -fno-sanitize=all)
    elseif(CARVE_SANITIZE)
      set(effort -O1)
    endif()
    set_source_files_properties(${generated} PROPERTIES SKIP_PRECOMPILE_HEADERS ON COMPILE_OPTIONS "${flags_${isa}};${effort};${quiet}"
                                OBJECT_DEPENDS ${CMAKE_CURRENT_SOURCE_DIR}/${source})
  endforeach()
endfunction()
