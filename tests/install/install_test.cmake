# Installs the build to a prefix, moves the prefix, builds a consumer against it, and runs what was installed.
# -D build=FOLDER -D compiler=PROGRAM [-D flags=...] [-D sanitize=...]
cmake_minimum_required(VERSION 3.25)
set(work ${build}/install_test)
file(REMOVE_RECURSE ${work})

function(run expected)
  execute_process(COMMAND ${ARGN} RESULT_VARIABLE status OUTPUT_VARIABLE output ERROR_VARIABLE errors)
  if(NOT status EQUAL 0 OR NOT output MATCHES "${expected}")
    message(FATAL_ERROR "${ARGN}\nended with ${status}, expected output matching '${expected}'\n${output}${errors}")
  endif()
endfunction()

run("" ${CMAKE_COMMAND} --install ${build} --prefix ${work}/first)
file(RENAME ${work}/first ${work}/moved)

if(sanitize)
  string(APPEND flags " -fsanitize=${sanitize}")
endif()
run("" ${CMAKE_COMMAND} -S ${CMAKE_CURRENT_LIST_DIR} -B ${work}/consumer -G Ninja -D CMAKE_BUILD_TYPE=Release
    -D CMAKE_PREFIX_PATH=${work}/moved -D CMAKE_CXX_COMPILER=${compiler} -D CMAKE_CXX_FLAGS=${flags})
run("" ${CMAKE_COMMAND} --build ${work}/consumer)
run("eta" ${work}/consumer/consumer)

# Nothing of the place it was built or first installed in may have stayed behind.
file(GLOB configs ${work}/moved/lib/cmake/carve/*.cmake)
foreach(config IN LISTS configs)
  file(READ ${config} text)
  string(FIND "${text}" "${work}" at)
  if(NOT at EQUAL -1)
    message(FATAL_ERROR "${config} names ${work}")
  endif()
endforeach()
if(EXISTS ${work}/moved/bin/carve)
  run("[0-9]+\\.[0-9]+" ${work}/moved/bin/carve --version)
endif()
