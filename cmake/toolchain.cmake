# What holds for every source in the tree: sanitizers, and faster tools where they happen to be installed.

if(CARVE_SANITIZE)
  add_compile_options(-fsanitize=${CARVE_SANITIZE} -fno-sanitize-recover=all -fno-omit-frame-pointer)
  add_link_options(-fsanitize=${CARVE_SANITIZE})
endif()

if(CARVE_CCACHE AND NOT CMAKE_CXX_COMPILER_LAUNCHER)
  find_program(CARVE_CCACHE_PROGRAM ccache)
  mark_as_advanced(CARVE_CCACHE_PROGRAM)
  if(CARVE_CCACHE_PROGRAM)
    set(CMAKE_CXX_COMPILER_LAUNCHER ${CARVE_CCACHE_PROGRAM})
  endif()
endif()

find_program(CARVE_MOLD_PROGRAM mold)
mark_as_advanced(CARVE_MOLD_PROGRAM)
if(CARVE_MOLD_PROGRAM)
  add_link_options(-fuse-ld=mold)
endif()

# Debian's Python, because its packages are there (sympy, cmaes, numpy: the oracles of the tests).
if(EXISTS /usr/bin/python3)
  set(Python3_EXECUTABLE /usr/bin/python3 CACHE FILEPATH "The Python that runs the oracles")
endif()
