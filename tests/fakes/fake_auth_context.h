// Copyright 2026 The pullgate Authors
// SPDX-License-Identifier: Apache-2.0

// What a gRPC connection proved about its peer, made up.

#ifndef PULLGATE_TESTS_FAKES_FAKE_AUTH_CONTEXT_H_
#define PULLGATE_TESTS_FAKES_FAKE_AUTH_CONTEXT_H_

#include <grpcpp/security/auth_context.h>

#include <string>
#include <utility>
#include <vector>

namespace pullgate {

// Its properties are found by name only, not by iteration. Not thread-safe.
class FakeAuthContext final : public grpc::AuthContext {
 public:
  using Properties = std::vector<std::pair<std::string, std::string>>;

  explicit FakeAuthContext(Properties properties)
      : properties_(std::move(properties)) {}

  // A TLS peer whose certificate has these URI names.
  static FakeAuthContext Tls(const std::vector<std::string>& uris) {
    Properties properties = {{"transport_security_type", "tls"}};
    for (const std::string& uri : uris) properties.push_back({"peer_uri", uri});
    return FakeAuthContext(std::move(properties));
  }
  // The peer of a Unix socket.
  static FakeAuthContext UnixSocket() {
    return FakeAuthContext({{"transport_security_type", "local"}});
  }

  bool IsPeerAuthenticated() const override { return true; }
  std::vector<grpc::string_ref> GetPeerIdentity() const override { return {}; }
  std::string GetPeerIdentityPropertyName() const override { return ""; }
  std::vector<grpc::string_ref> FindPropertyValues(
      const std::string& name) const override {
    std::vector<grpc::string_ref> values;
    for (const auto& [key, value] : properties_) {
      if (key == name) values.emplace_back(value.data(), value.size());
    }
    return values;
  }
  grpc::AuthPropertyIterator begin() const override { return Nothing(); }
  grpc::AuthPropertyIterator end() const override { return Nothing(); }
  void AddProperty(const std::string& key,
                   const grpc::string_ref& value) override {
    properties_.emplace_back(key, std::string(value.data(), value.size()));
  }
  bool SetPeerIdentityPropertyName(const std::string&) override {
    return false;
  }

 private:
  // gRPC's iterator can only be made by a class of its kind.
  struct Nothing : grpc::AuthPropertyIterator {};

  Properties properties_;
};

}  // namespace pullgate

#endif  // PULLGATE_TESTS_FAKES_FAKE_AUTH_CONTEXT_H_
