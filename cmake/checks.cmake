# Tests that look at the tree as a whole: the direction of includes, the installed package, the program from outside.
if(NOT CARVE_TESTS)
  return()
endif()
find_package(Python3 REQUIRED COMPONENTS Interpreter)

add_test(NAME tree.includes COMMAND Python3::Interpreter ${PROJECT_SOURCE_DIR}/tools/check_includes)
add_test(NAME tree.includes_checker COMMAND Python3::Interpreter ${PROJECT_SOURCE_DIR}/tests/check_includes_test.py)
set_tests_properties(tree.includes tree.includes_checker PROPERTIES LABELS tree)

if(NOT TARGET carve_rule)
  return()
endif()
add_test(NAME install.consumer
         COMMAND ${CMAKE_COMMAND} -D build=${PROJECT_BINARY_DIR} -D compiler=${CMAKE_CXX_COMPILER}
                 -D flags=${CMAKE_CXX_FLAGS} -D sanitize=${CARVE_SANITIZE}
                 -P ${PROJECT_SOURCE_DIR}/tests/install/install_test.cmake)
set_tests_properties(install.consumer PROPERTIES LABELS install TIMEOUT 300)

# Commands of the documentation run as users run them, so not under sanitizers, which would take them minutes.
if(TARGET carve AND NOT CARVE_SANITIZE)
  add_test(NAME docs.pages COMMAND Python3::Interpreter ${PROJECT_SOURCE_DIR}/tests/docs_test.py $<TARGET_FILE:carve>)
  set_tests_properties(docs.pages PROPERTIES LABELS docs TIMEOUT 600)
endif()

# The program from outside: transcripts of what it says, the same bits however it runs, the generated reference page.
if(TARGET carve)
  file(GLOB transcripts CONFIGURE_DEPENDS ${PROJECT_SOURCE_DIR}/tests/golden/*.transcript)
  foreach(transcript IN LISTS transcripts)
    get_filename_component(name ${transcript} NAME_WE)
    add_test(NAME golden.${name} COMMAND Python3::Interpreter ${PROJECT_SOURCE_DIR}/tests/golden/run_golden
                                         $<TARGET_FILE:carve> ${transcript})
    set_tests_properties(golden.${name} PROPERTIES LABELS golden TIMEOUT 600 SKIP_RETURN_CODE 77)
  endforeach()
  add_test(NAME golden.components_page COMMAND Python3::Interpreter ${PROJECT_SOURCE_DIR}/tests/golden/components_page
                                               $<TARGET_FILE:carve>)
  set_tests_properties(golden.components_page PROPERTIES LABELS golden)
  add_test(NAME parity.program COMMAND Python3::Interpreter ${PROJECT_SOURCE_DIR}/tests/parity/run_parity
                                       $<TARGET_FILE:carve> --kills 5)
  set_tests_properties(parity.program PROPERTIES LABELS parity TIMEOUT 1800)
  add_test(NAME sweep.workers COMMAND Python3::Interpreter ${PROJECT_SOURCE_DIR}/tests/sweep/run_sweep
                                      $<TARGET_FILE:carve> --seeds 6 --workers 4 --kills 12)
  set_tests_properties(sweep.workers PROPERTIES LABELS sweep TIMEOUT 1800)
  # Over ranks: mpirun starts them on this machine, more than it has cores.
  foreach(what same_bits faults hosts)
    add_test(NAME ranks.${what} COMMAND Python3::Interpreter ${PROJECT_SOURCE_DIR}/tests/ranks/${what} $<TARGET_FILE:carve>)
    set_tests_properties(ranks.${what} PROPERTIES LABELS ranks TIMEOUT 1200 SKIP_RETURN_CODE 77)
    if(CARVE_SANITIZE) # Open MPI leaves memory behind, and lifetimes under sanitizers outlast the tests' time limits
      set_tests_properties(ranks.${what} PROPERTIES LABELS "ranks;slow")
    endif()
  endforeach()
  if(CARVE_SANITIZE) # dozens of searches, the scalar kernels' among them: half an hour
    set_tests_properties(parity.program PROPERTIES LABELS "parity;slow")
    set_tests_properties(sweep.workers PROPERTIES LABELS "sweep;slow")
  endif()
endif()
