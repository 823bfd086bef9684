#pragma once

#include "core/collector/request/router.h"

#include <string_view>

namespace gamevents::collector {

/// What is served at /gamevents.js: JavaScript in one line, of at most 3,072 bytes. Lives for ever.
extern const std::string_view kBrowserClient;
/// Its SHA-256 in hexadecimal digits.
extern const std::string_view kBrowserClientSha256;

/// GET /gamevents.js: the client for browsers' games, which any page may load.
Route BrowserClientRoute();

}  // namespace gamevents::collector
