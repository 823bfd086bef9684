include(GNUInstallDirs)
install(TARGETS gamevents RUNTIME DESTINATION ${CMAKE_INSTALL_BINDIR})
install(FILES configs/gamevents.yaml configs/cluster.yaml configs/items.yaml
        DESTINATION ${CMAKE_INSTALL_DATADIR}/gamevents)
# Each folder whole, so that a file that is added is installed.
install(DIRECTORY configs/spark DESTINATION ${CMAKE_INSTALL_DATADIR}/gamevents
        FILES_MATCHING PATTERN "*.py" PATTERN __pycache__ EXCLUDE)
install(DIRECTORY configs/grafana configs/prometheus DESTINATION ${CMAKE_INSTALL_DATADIR}/gamevents
        OPTIONAL FILES_MATCHING PATTERN "*.json" PATTERN "*.yml")
install(FILES configs/gamevents.socket DESTINATION lib/systemd/system)
install(FILES configs/gamevents.sysusers DESTINATION lib/sysusers.d RENAME gamevents.conf)
install(FILES configs/gamevents.tmpfiles DESTINATION lib/tmpfiles.d RENAME gamevents.conf)
install(CODE "set(unit_source \"${PROJECT_SOURCE_DIR}/configs/gamevents.service\")
              set(unit_folder \"${PROJECT_BINARY_DIR}\")")
install(SCRIPT "${PROJECT_SOURCE_DIR}/cmake/InstallUnit.cmake")
install(FILES README.md LICENSE DESTINATION ${CMAKE_INSTALL_DOCDIR})
install(DIRECTORY docs/ DESTINATION ${CMAKE_INSTALL_DOCDIR}/docs FILES_MATCHING PATTERN "*.md"
        PATTERN images EXCLUDE)
# Of cmd/CMakeLists.txt: what the executable writes about itself.
set(made "${PROJECT_BINARY_DIR}/share")
install(DIRECTORY "${made}/man/" DESTINATION ${CMAKE_INSTALL_MANDIR}/man1
        FILES_MATCHING PATTERN "*.1")
install(DIRECTORY "${made}/man/" DESTINATION ${CMAKE_INSTALL_MANDIR}/man5
        FILES_MATCHING PATTERN "*.5")
install(FILES "${made}/completions/gamevents"
        DESTINATION ${CMAKE_INSTALL_DATADIR}/bash-completion/completions)
install(FILES "${made}/completions/_gamevents"
        DESTINATION ${CMAKE_INSTALL_DATADIR}/zsh/site-functions)
install(FILES "${made}/completions/gamevents.fish"
        DESTINATION ${CMAKE_INSTALL_DATADIR}/fish/vendor_completions.d)
install(FILES "${made}/gamevents.schema.json" DESTINATION ${CMAKE_INSTALL_DATADIR}/gamevents)
