# Prints which archive barejwt-embedded's CMake files take, with stand-ins for the commands of ESP-IDF and Zephyr:
#
#     cmake -DFILE=CMakeLists.txt -DIDF_TARGET=esp32c3 -P takes.cmake
#     cmake -DFILE=zephyr/CMakeLists.txt -DCONFIG_BAREJWT=y -DCONFIG_CPU_CORTEX_M4=y -P takes.cmake

function(taken archive)
  if(NOT EXISTS ${archive})
    message(FATAL_ERROR "no ${archive}")
  endif()
  string(REGEX REPLACE ".*/lib/(.*)/libbarejwt.a$" "\\1" target ${archive})
  execute_process(COMMAND ${CMAKE_COMMAND} -E echo ${target})
endfunction()

function(idf_component_register)
endfunction()
function(idf_build_get_property variable)
  set(${variable} ${IDF_TARGET} PARENT_SCOPE)
endfunction()
function(add_prebuilt_library name archive)
  taken(${archive})
endfunction()
function(target_link_libraries)
endfunction()

function(zephyr_include_directories)
endfunction()
function(zephyr_link_libraries archive)
  taken(${archive})
endfunction()

include(${FILE})
