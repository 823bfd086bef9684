#pragma once

#include <string_view>

namespace gamevents::report {

// core/report/write/page/, put into the program when it is built, each with the SHA-256 (in hex) by
// which the page's Content-Security-Policy knows it.

extern const std::string_view kPageStyle;
extern const std::string_view kPageStyleSha256;
extern const std::string_view kPageScript;
extern const std::string_view kPageScriptSha256;
extern const std::string_view kLiveScript;  ///< what a live page has beside kPageScript
extern const std::string_view kLiveScriptSha256;

}  // namespace gamevents::report
