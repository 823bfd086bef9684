include(GNUInstallDirs)
install(TARGETS gamevents RUNTIME DESTINATION ${CMAKE_INSTALL_BINDIR})
install(FILES configs/gamevents.yaml configs/cluster.yaml configs/items.yaml
        DESTINATION ${CMAKE_INSTALL_DATADIR}/gamevents)
install(FILES configs/spark/gamevents_events.py configs/spark/report.py
              configs/spark/stream_to_parquet.py
        DESTINATION ${CMAKE_INSTALL_DATADIR}/gamevents/spark)
install(FILES configs/gamevents.socket DESTINATION lib/systemd/system)
install(CODE "set(unit_source \"${PROJECT_SOURCE_DIR}/configs/gamevents.service\")
              set(unit_folder \"${PROJECT_BINARY_DIR}\")")
install(SCRIPT "${PROJECT_SOURCE_DIR}/cmake/InstallUnit.cmake")
install(FILES README.md LICENSE DESTINATION ${CMAKE_INSTALL_DOCDIR})
