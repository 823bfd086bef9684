"""The test matrix of `report`: the same questions, asked of several engines over the same topics.
tests/interop/test_matrix.py is the test."""
