# Every library the project links, found through pkg-config. A missing one ends the configuration
# with the name of the Debian package that brings it; nothing is downloaded.

find_package(Threads REQUIRED)
find_package(PkgConfig)
if(NOT PkgConfig_FOUND)
  message(FATAL_ERROR "pkg-config is missing: apt-get install pkg-config")
endif()

# gamevents_find(<target> <pkg-config module> <Debian package>): gives gamevents::<target>.
function(gamevents_find target module package)
  pkg_check_modules(${target} QUIET IMPORTED_TARGET GLOBAL ${module})
  if(NOT ${target}_FOUND)
    message(FATAL_ERROR "${module} is missing: apt-get install ${package}")
  endif()
  add_library(gamevents::${target} ALIAS PkgConfig::${target})
endfunction()

gamevents_find(cli11 CLI11 libcli11-dev)
gamevents_find(crypto libcrypto libssl-dev)
gamevents_find(edit libedit libedit-dev)
gamevents_find(fmt fmt libfmt-dev)
gamevents_find(httplib cpp-httplib libcpp-httplib-dev)
gamevents_find(lz4 liblz4 liblz4-dev)
gamevents_find(prometheus prometheus-cpp-core prometheus-cpp-dev)
gamevents_find(rdkafka rdkafka librdkafka-dev)
gamevents_find(re2 re2 libre2-dev)
gamevents_find(simdjson simdjson libsimdjson-dev)
gamevents_find(snappy snappy libsnappy-dev)
gamevents_find(spdlog spdlog libspdlog-dev)
gamevents_find(sqlite sqlite3 libsqlite3-dev)
gamevents_find(ssl libssl libssl-dev)
gamevents_find(systemd libsystemd libsystemd-dev)
gamevents_find(xxhash libxxhash libxxhash-dev)
gamevents_find(yaml yaml-cpp libyaml-cpp-dev)
gamevents_find(zlib zlib zlib1g-dev)
gamevents_find(zstd libzstd libzstd-dev)

# Header-only; Debian 12 ships no pkg-config file for it.
find_package(nlohmann_json QUIET)
if(NOT nlohmann_json_FOUND)
  message(FATAL_ERROR "nlohmann-json is missing: apt-get install nlohmann-json3-dev")
endif()

# Without a pkg-config file in either Debian.
find_package(date QUIET)
if(NOT date_FOUND)
  message(FATAL_ERROR "date is missing: apt-get install libhowardhinnant-date-dev")
endif()

# Header-only, and without a pkg-config file in either Debian.
find_path(ASIO_INCLUDE_DIR asio.hpp)
if(NOT ASIO_INCLUDE_DIR)
  message(FATAL_ERROR "asio is missing: apt-get install libasio-dev")
endif()
add_library(gamevents_asio INTERFACE)
add_library(gamevents::asio ALIAS gamevents_asio)
target_include_directories(gamevents_asio SYSTEM INTERFACE "${ASIO_INCLUDE_DIR}")
# Whether Asio allocates with std::aligned_alloc or operator new depends on which header came before
# its first one; two files that disagree free with one what the other allocated. Never, then.
target_compile_definitions(gamevents_asio INTERFACE
  ASIO_STANDALONE ASIO_NO_DEPRECATED ASIO_DISABLE_STD_ALIGNED_ALLOC)
if(CMAKE_CXX_COMPILER_ID STREQUAL "Clang")
  # Asio before 1.24 takes clang's coroutines for those of the draft, which clang has given up.
  target_compile_definitions(gamevents_asio INTERFACE ASIO_HAS_CO_AWAIT ASIO_HAS_STD_COROUTINE)
endif()
if(GAMEVENTS_SANITIZE MATCHES "thread")
  # The thread sanitizer knows no fences; the loop's own locks order what it hands from one thread to
  # another.
  target_compile_definitions(gamevents_asio INTERFACE ASIO_DISABLE_FENCED_BLOCK)
endif()
if(GAMEVENTS_SANITIZE MATCHES "address")
  # Asio keeps freed blocks for its next handlers, where the sanitizer cannot see who still uses one.
  target_compile_definitions(gamevents_asio INTERFACE ASIO_RECYCLING_ALLOCATOR_CACHE_SIZE=0)
endif()
target_link_libraries(gamevents_asio INTERFACE Threads::Threads)

if(GAMEVENTS_TESTS)
  # Catch2 2 (Debian 12) and 3 (Debian 13) have different targets; tests/unit hides the rest.
  find_package(Catch2 QUIET)
  if(NOT Catch2_FOUND)
    message(FATAL_ERROR "Catch2 is missing: apt-get install catch2")
  endif()
endif()
