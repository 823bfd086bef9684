#include "cmd/command.h"

#include "core/base/check.h"
#include "core/config/keys.h"

#include <CLI/CLI.hpp>
#include <spdlog/spdlog.h>
#include <unistd.h>

#include <cstdio>
#include <cstdlib>

namespace gamevents::cmd {

void BindKey(CLI::App& app, const std::string& flags, const std::string& key,
             const std::string& help, std::vector<config::Override>& overrides) {
  INVARIANT(config::FindKey(key) != nullptr);
  // The name that messages use is the long one: "-p,--port" gives "--port".
  const std::string origin = flags.substr(flags.find("--"));
  app.add_option_function<std::string>(
         flags,
         [&overrides, key, origin](const std::string& value) {
           overrides.push_back({key, value, origin});
         },
         help + " [" + key + "]")
      ->type_name(std::string(config::TypeName(config::FindKey(key)->type)));
}

Exit FailUsage(std::string_view message) {
  PrintError(message);
  return Exit::kUsage;
}

void PrintError(std::string_view message) {
  // What has been answered so far comes first where stdout and stderr are the same file.
  std::fflush(stdout);
  std::string text;
  while (true) {
    const size_t end = message.find('\n');
    text.append("gamevents: ").append(message.substr(0, end)).append("\n");
    if (end == std::string_view::npos || end + 1 == message.size()) break;
    message.remove_prefix(end + 1);
  }
  std::fwrite(text.data(), 1, text.size(), stderr);
}

void SetNoteLevel(const std::string& level) {
  spdlog::default_logger()->set_level(spdlog::level::from_str(level));
}

bool UseColor(ColorMode mode, int fd) {
  if (mode != ColorMode::kAuto) return mode == ColorMode::kAlways;
  const char* no_color = std::getenv("NO_COLOR");
  if (no_color != nullptr && *no_color != '\0') return false;
  const char* term = std::getenv("TERM");
  if (term != nullptr && std::string_view(term) == "dumb") return false;
  return ::isatty(fd) == 1;
}

}  // namespace gamevents::cmd
