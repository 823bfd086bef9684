include(GNUInstallDirs)
install(TARGETS gamevents RUNTIME DESTINATION ${CMAKE_INSTALL_BINDIR})
install(FILES configs/gamevents.yaml configs/cluster.yaml configs/items.yaml
        DESTINATION ${CMAKE_INSTALL_DATADIR}/gamevents)
install(FILES README.md LICENSE DESTINATION ${CMAKE_INSTALL_DOCDIR})
