#pragma once

#include "core/base/file.h"

#include <cstddef>
#include <span>
#include <utility>
#include <vector>

namespace gamevents::simulation {

/// A client's end of a connection: of a pair of sockets in this process, of which the broker
/// serves the other end. What is sent is there at once, so that one thread drives both.
class Wire {
 public:
  /// The client's end and the broker's.
  static std::pair<FileDescriptor, FileDescriptor> MakePair();
  explicit Wire(FileDescriptor end) : end_(std::move(end)) {}

  /// Requires: the broker takes it in time; the kernel holds some ten thousands of bytes.
  void Send(std::span<const std::byte> bytes);

  /// Whether a whole response has come.
  bool HasFrame();
  /// Takes it, with its size. Requires: HasFrame.
  std::vector<std::byte> TakeFrame();

  /// Whether the broker has closed the connection.
  bool CutOff();

 private:
  void Receive();

  FileDescriptor end_;
  std::vector<std::byte> received_;
  bool cut_off_ = false;
};

}  // namespace gamevents::simulation
