"""What the tests need to start and talk to real programs. Nothing here asserts about gamevents."""
