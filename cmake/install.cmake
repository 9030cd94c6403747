# cmake --install: a prefix that may be moved: bin/carve, lib/libcarve_*.a, include/carve/ROOM/*.hpp and the package
# configuration, so that another project says find_package(carve) and links carve::rule.
include(GNUInstallDirs)
include(CMakePackageConfigHelpers)

get_property(installed_rooms GLOBAL PROPERTY CARVE_ROOMS)
install(TARGETS carve_flags ${installed_rooms} EXPORT carve ARCHIVE DESTINATION lib)
install(EXPORT carve NAMESPACE carve:: DESTINATION lib/cmake/carve FILE carveTargets.cmake)
install(DIRECTORY src/ DESTINATION include/carve FILES_MATCHING PATTERN "*.hpp"
        PATTERN "test_*" EXCLUDE PATTERN "testing" EXCLUDE PATTERN "fuzz" EXCLUDE)
if(TARGET carve)
  install(TARGETS carve RUNTIME DESTINATION bin)
endif()

configure_package_config_file(cmake/carveConfig.cmake.in ${PROJECT_BINARY_DIR}/carveConfig.cmake
                              INSTALL_DESTINATION lib/cmake/carve)
write_basic_package_version_file(${PROJECT_BINARY_DIR}/carveConfigVersion.cmake COMPATIBILITY SameMinorVersion)
install(FILES ${PROJECT_BINARY_DIR}/carveConfig.cmake ${PROJECT_BINARY_DIR}/carveConfigVersion.cmake
        DESTINATION lib/cmake/carve)
