#pragma once

#include "core/config/load.h"

#include <string>

// The table of keys, and what is set, written out for people, editors and programs.

namespace gamevents::config {

/// A JSON Schema (draft 2020-12) of the configuration file, for editors that complete and check.
std::string RenderSchema();

/// The reference in docs/configuration.md: a Markdown table a section. The committed page has it
/// between markers, and a test compares.
std::string RenderReference();

/// What is set, as columns "key  value  source" under a line of headings. Line breaks in values
/// become "\n".
std::string RenderColumns(const Loaded& loaded);

/// The same as one JSON object: {"file": PATH or null, "keys": [{"key", "value", "source"}…]},
/// numbers, booleans and lists as such.
std::string RenderJson(const Loaded& loaded);

/// The same as a configuration file that Load takes, with each source in a comment. Secrets stay
/// "(secret)" here too.
std::string RenderYaml(const Loaded& loaded);

}  // namespace gamevents::config
