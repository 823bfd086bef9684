#include "core/collector/gate/access_log.h"

#include "core/base/text.h"
#include "core/base/thread.h"
#include "core/collector/store/events.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <iterator>
#include <utility>

namespace gamevents::collector {
namespace {

double Seconds(std::chrono::nanoseconds duration) {
  return std::chrono::duration<double>(duration).count();
}

// `text` between quotes, escaped as JSON does, and beyond that what a terminal takes for a command
// (DEL and U+0080 to U+009F).
std::string Quoted(std::string_view text) {
  std::string json;
  AppendJsonString(json, HeaderText(text));
  std::string safe;
  safe.reserve(json.size());
  for (size_t i = 0; i < json.size(); ++i) {
    const auto byte = static_cast<unsigned char>(json[i]);
    const auto next = i + 1 < json.size() ? static_cast<unsigned char>(json[i + 1]) : 0U;
    if (byte == 0x7F) {
      safe += "\\u007f";
    } else if (byte == 0xC2 && next >= 0x80 && next <= 0x9F) {
      fmt::format_to(std::back_inserter(safe), "\\u{:04x}", next);
      ++i;
    } else {
      safe += json[i];
    }
  }
  return safe;
}

// As Quoted, without the quotes where nothing would be unclear without them.
std::string Word(std::string_view text) {
  if (text.empty()) return "-";
  const bool plain = std::ranges::all_of(
      text, [](char c) { return c > 0x20 && c < 0x7F && c != '"' && c != '\\'; });
  return plain ? std::string(text) : Quoted(text);
}

Result<FileDescriptor> OpenForAppending(const std::string& path) {
  FileDescriptor file(::open(path.c_str(), O_WRONLY | O_APPEND | O_CREAT | O_CLOEXEC, 0640));
  if (!file) return SystemError("open " + path, errno);
  return file;
}

}  // namespace

std::string FormatAccess(const AccessEntry& entry, AccessFormat format) {
  if (format == AccessFormat::kBrief) {
    return fmt::format("{} {} {} {:.1f} ms\n", Word(entry.method), Word(entry.path), entry.status,
                       1'000 * Seconds(entry.duration));
  }
  const std::string time = FormatTimestamp(entry.time);
  if (format == AccessFormat::kText) {
    return fmt::format("{} {} {} {} {} {} {} {} {:.6f} {}\n", time, Word(entry.remote_ip),
                       Word(entry.key_name), Word(entry.method), Word(entry.path), entry.status,
                       entry.bytes_in, entry.bytes_out, Seconds(entry.duration),
                       Quoted(entry.user_agent));
  }
  return fmt::format(
      R"({{"time":"{}","remote_ip":{},"key":{},"method":{},"path":{},"route":{},"status":{},)"
      R"("bytes_in":{},"bytes_out":{},"seconds":{:.6f},"user_agent":{}}})"
      "\n",
      time, entry.remote_ip.empty() ? "null" : Quoted(entry.remote_ip),
      entry.key_name.empty() ? "null" : Quoted(entry.key_name), Quoted(entry.method),
      Quoted(entry.path), Quoted(entry.route), entry.status, entry.bytes_in, entry.bytes_out,
      Seconds(entry.duration), Quoted(entry.user_agent));
}

Result<std::unique_ptr<AccessLog>> AccessLog::Open(AccessFormat format, std::string path) {
  std::unique_ptr<AccessLog> log(new AccessLog(format, std::move(path)));
  if (!log->path_.empty()) {
    auto file = OpenForAppending(log->path_);
    if (!file) return std::move(file).error();
    log->file_ = std::move(file).value();
  }
  auto started = StartThread(log->thread_, [raw = log.get()] { raw->Run(); });
  if (!started) return std::move(started).error();
  return log;
}

AccessLog::~AccessLog() {
  {
    const std::lock_guard lock(mutex_);
    stopping_ = true;
    wake_.notify_one();
  }
  if (thread_.joinable()) thread_.join();
}

void AccessLog::Write(const AccessEntry& entry) {
  const std::string line = FormatAccess(entry, format_);
  const std::lock_guard lock(mutex_);
  if (waiting_.size() + line.size() > kAccessLogBytesMax) {
    ++dropped_;
    return;
  }
  if (waiting_.empty()) wake_.notify_one();
  waiting_ += line;
}

Status AccessLog::Reopen() {
  if (path_.empty()) return Done{};
  auto file = OpenForAppending(path_);
  if (!file) return std::move(file).error();
  const std::lock_guard lock(mutex_);
  reopened_ = std::move(file).value();
  return Done{};
}

uint64_t AccessLog::dropped() const {
  const std::lock_guard lock(mutex_);
  return dropped_;
}

void AccessLog::Run() {
  std::string lines;
  std::unique_lock lock(mutex_);
  while (true) {
    wake_.wait(lock, [this] { return stopping_ || !waiting_.empty(); });
    if (waiting_.empty()) return;
    lines.clear();
    lines.swap(waiting_);
    if (reopened_) file_ = std::move(reopened_);
    lock.unlock();
    const Status written = WriteAll(file_ ? file_.get() : STDERR_FILENO, lines);
    lock.lock();
    if (!written) dropped_ += static_cast<uint64_t>(std::ranges::count(lines, '\n'));
  }
}

}  // namespace gamevents::collector
