# A room is one folder under core/ and one static library that links only what it may use.

add_library(gamevents_warnings INTERFACE)
target_compile_options(gamevents_warnings INTERFACE
  -Wall -Wextra -Wshadow -Wconversion -Wsign-conversion -Wswitch-enum -Wnon-virtual-dtor
  $<$<BOOL:${GAMEVENTS_WERROR}>:-Werror>)
# clang blames us for what the standard library's own templates do with its deprecated parts.
target_compile_options(gamevents_warnings INTERFACE
  $<$<CXX_COMPILER_ID:Clang>:-Wno-deprecated-declarations>)
if(GAMEVENTS_SANITIZE)
  # g++'s checks of uninitialized values take the sanitizers' own code for mistakes of ours.
  target_compile_options(gamevents_warnings INTERFACE
    $<$<CXX_COMPILER_ID:GNU>:-Wno-maybe-uninitialized>
    -fsanitize=${GAMEVENTS_SANITIZE} -fno-omit-frame-pointer -fno-sanitize-recover=all)
  target_link_options(gamevents_warnings INTERFACE -fsanitize=${GAMEVENTS_SANITIZE})
endif()

# gamevents_compile_together(<target>): several of the target's sources become one translation unit,
# so that what they include is read once for all of them. Anonymous namespaces are then shared by the
# files of a folder: a name in one may not be another's.
function(gamevents_compile_together target)
  if(GAMEVENTS_UNITY)
    set_target_properties(${target} PROPERTIES
      UNITY_BUILD ON UNITY_BUILD_BATCH_SIZE ${GAMEVENTS_UNITY})
    # g++ takes the files of such a unit for headers, in which an anonymous type would be a mistake.
    target_compile_options(${target} PRIVATE
      $<$<CXX_COMPILER_ID:GNU>:-Wno-subobject-linkage>)
  endif()
endfunction()

# gamevents_room(<name> SOURCES <file>... [LINKS <public library>...] [USES <private library>...])
# LINKS are seen in the room's headers; USES only in its .cpp files.
function(gamevents_room name)
  cmake_parse_arguments(ROOM "" "" "SOURCES;LINKS;USES" ${ARGN})
  add_library(gamevents_${name} STATIC ${ROOM_SOURCES})
  add_library(gamevents::${name} ALIAS gamevents_${name})
  target_include_directories(gamevents_${name} PUBLIC "${PROJECT_SOURCE_DIR}")
  target_link_libraries(gamevents_${name}
    PUBLIC ${ROOM_LINKS}
    PRIVATE gamevents_warnings ${ROOM_USES})
  gamevents_compile_together(gamevents_${name})
  set_property(GLOBAL APPEND PROPERTY GAMEVENTS_ROOMS gamevents::${name})
endfunction()
