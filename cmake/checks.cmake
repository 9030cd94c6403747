# Tests that look at the tree as a whole: the direction of includes, the installed package.
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
