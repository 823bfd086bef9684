#pragma once

#include "core/base/file.h"
#include "core/base/result.h"

#include <cstdint>
#include <string>

namespace gamevents::http {

/// A non-blocking TCP socket that listens on the first address of `host`; port 0 is an ephemeral
/// one. A port is never shared: with SO_REUSEPORT two servers would each get a part of the
/// requests. Errors: kExists (the port is in use), kBadInput (no such host, or not an address of
/// this machine), kIo; with the address that was tried.
Result<FileDescriptor> Listen(const std::string& host, uint16_t port);

/// Whether Listen would succeed, without listening even for a moment: the address is bound alone,
/// which keeps no server from it that has SO_REUSEADDR. Errors: as Listen.
Status CheckListen(const std::string& host, uint16_t port);

/// Takes over a socket that another process has made to listen: non-blocking and not inherited
/// further from now on. Errors: kBadInput when `fd` is no TCP socket that listens; kIo.
Result<FileDescriptor> AdoptListener(int fd);

/// The port that `listener` is bound to. Errors: kIo.
Result<uint16_t> LocalPort(int listener);

/// Whether only this machine can connect to `listener`. Errors: kIo.
Result<bool> ListensOnLoopback(int listener);

/// How many connections the limit on open descriptors leaves room for, beside what is open now and
/// kDescriptorsReserved; at least 1.
int64_t RoomForConnections();

/// The address of the other end, an IPv4-mapped one as IPv4; empty when it has gone.
std::string PeerAddress(int connection);

}  // namespace gamevents::http
