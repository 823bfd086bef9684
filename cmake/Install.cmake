include(GNUInstallDirs)
install(TARGETS gamevents RUNTIME DESTINATION ${CMAKE_INSTALL_BINDIR})
install(FILES configs/gamevents.yaml configs/cluster.yaml configs/items.yaml
        DESTINATION ${CMAKE_INSTALL_DATADIR}/gamevents)
install(FILES configs/spark/gamevents_events.py configs/spark/report.py
              configs/spark/stream_to_parquet.py
        DESTINATION ${CMAKE_INSTALL_DATADIR}/gamevents/spark)
install(FILES configs/prometheus/prometheus.yml configs/prometheus/rules.yml
        DESTINATION ${CMAKE_INSTALL_DATADIR}/gamevents/prometheus)
install(FILES configs/grafana/gamevents.json
        DESTINATION ${CMAKE_INSTALL_DATADIR}/gamevents/grafana)
install(FILES configs/gamevents.socket DESTINATION lib/systemd/system)
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
