# The unit names the executable by its path, which is known when it is installed: `--prefix` counts.
file(READ "${unit_source}" unit)
string(REPLACE "/usr/local/" "${CMAKE_INSTALL_PREFIX}/" unit "${unit}")
file(WRITE "${unit_folder}/gamevents.service" "${unit}")
file(INSTALL "${unit_folder}/gamevents.service"
     DESTINATION "${CMAKE_INSTALL_PREFIX}/lib/systemd/system")
