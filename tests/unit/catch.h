#pragma once

// Catch2 3 split its single header; everything else that the tests use reads the same in both.
#if __has_include(<catch2/catch_all.hpp>)
#include <catch2/catch_all.hpp>
#else
#include <catch2/catch.hpp>
#endif
