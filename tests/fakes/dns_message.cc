// Copyright 2026 The pullgate Authors
// SPDX-License-Identifier: Apache-2.0

#include "tests/fakes/dns_message.h"

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "common/dns/reverse_name.h"
#include "common/net/ip_address.h"

namespace pullgate {
namespace {

uint16_t U16At(absl::string_view bytes, size_t at) {
  return static_cast<uint16_t>(static_cast<uint8_t>(bytes[at]) << 8 |
                               static_cast<uint8_t>(bytes[at + 1]));
}

std::string EncodeRecord(const DnsRecord& record) {
  return absl::StrCat(DnsWireName(record.owner), DnsU16(record.type),
                      DnsU16(record.record_class), DnsU32(record.ttl),
                      DnsU16(static_cast<uint16_t>(record.data.size())),
                      record.data);
}

}  // namespace

std::string DnsU16(uint16_t value) {
  return {static_cast<char>(value >> 8), static_cast<char>(value)};
}

std::string DnsU32(uint32_t value) {
  return DnsU16(static_cast<uint16_t>(value >> 16)) +
         DnsU16(static_cast<uint16_t>(value));
}

std::string DnsWireName(absl::string_view dotted) {
  std::string wire;
  for (const absl::string_view label :
       absl::StrSplit(dotted, '.', absl::SkipEmpty())) {
    wire.push_back(static_cast<char>(label.size()));
    absl::StrAppend(&wire, label);
  }
  wire.push_back('\0');
  return wire;
}

DnsRecord AddressRecord(absl::string_view owner, absl::string_view address,
                        uint32_t ttl) {
  const IpAddress parsed = IpAddress::Parse(address).value();
  const auto& bytes = parsed.bytes();
  const std::string data(bytes.begin(),
                         bytes.begin() + (parsed.is_v4() ? 4 : 16));
  return {std::string(owner), parsed.is_v4() ? kDnsA : kDnsAaaa, ttl, data};
}

DnsRecord CnameRecord(absl::string_view owner, absl::string_view target,
                      uint32_t ttl) {
  return {std::string(owner), kDnsCname, ttl, DnsWireName(target)};
}

DnsRecord PtrRecord(absl::string_view address, absl::string_view name,
                    uint32_t ttl) {
  return {ReverseName(IpAddress::Parse(address).value()).text(), kDnsPtr, ttl,
          DnsWireName(name)};
}

DnsRecord NsRecord(absl::string_view zone, absl::string_view server) {
  return {std::string(zone), kDnsNs, 60, DnsWireName(server)};
}

DnsRecord SoaRecord(absl::string_view zone, uint32_t ttl, uint32_t minimum) {
  return {std::string(zone), kDnsSoa, ttl,
          absl::StrCat(DnsWireName("ns.example"), DnsWireName("root.example"),
                       DnsU32(1), DnsU32(2), DnsU32(3), DnsU32(4),
                       DnsU32(minimum))};
}

std::string DnsMessage::Encode() const {
  std::string bytes = absl::StrCat(
      DnsU16(id), DnsU16(flags), DnsU16(1),
      DnsU16(static_cast<uint16_t>(answers.size())),
      DnsU16(static_cast<uint16_t>(authority.size())), DnsU16(0),
      DnsWireName(spelling.empty() ? name : spelling), DnsU16(type), DnsU16(1));
  for (const DnsRecord& record : answers) bytes += EncodeRecord(record);
  for (const DnsRecord& record : authority) bytes += EncodeRecord(record);
  return bytes;
}

DnsMessage EmptyReply(const DnsMessage& query, uint16_t flags) {
  DnsMessage reply;
  reply.id = query.id;
  reply.flags = kDnsReply | flags;
  reply.name = query.name;
  reply.spelling = query.spelling;
  reply.type = query.type;
  return reply;
}

std::string DnsDottedName(absl::string_view wire) {
  return absl::AsciiStrToLower(DnsSpelledName(wire));
}

std::string DnsSpelledName(absl::string_view wire) {
  std::string dotted;
  size_t at = 0;
  while (at < wire.size() && wire[at] != '\0') {
    const size_t length = static_cast<uint8_t>(wire[at]);
    if (!dotted.empty()) dotted.push_back('.');
    absl::StrAppend(&dotted, wire.substr(at + 1, length));
    at += 1 + length;
  }
  return dotted;
}

std::optional<DnsMessage> ReadDnsQuery(absl::string_view bytes) {
  if (bytes.size() < 12) return std::nullopt;
  // Labels of queries are never empty, so the first zero ends the name.
  const size_t end = bytes.find('\0', 12);
  if (end == absl::string_view::npos || end + 5 > bytes.size()) {
    return std::nullopt;
  }
  DnsMessage query;
  query.id = U16At(bytes, 0);
  query.flags = U16At(bytes, 2);
  query.spelling = DnsSpelledName(bytes.substr(12, end + 1 - 12));
  query.name = absl::AsciiStrToLower(query.spelling);
  query.type = U16At(bytes, end + 1);
  return query;
}

}  // namespace pullgate
