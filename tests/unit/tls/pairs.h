#pragma once

#include <string>

namespace gamevents::tls {

/// A certificate that issued itself, and its key, in PEM.
struct Pair {
  std::string certificate;
  std::string key;
};

/// One of CN=`name` that ends in `seconds` from now, in the past where that is negative.
Pair MakePair(const std::string& name, long seconds = 3600);

}  // namespace gamevents::tls
