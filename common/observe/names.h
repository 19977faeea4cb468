// Copyright 2026 The pullgate Authors
// SPDX-License-Identifier: Apache-2.0

// Every key of a log line and every metric, in one place: dashboards and
// searches depend on them, so a name changes only together with the changelog.

#ifndef PULLGATE_COMMON_OBSERVE_NAMES_H_
#define PULLGATE_COMMON_OBSERVE_NAMES_H_

#include "common/observe/metric_info.h"

namespace pullgate::names {

// Keys of log lines. "time", "level", "message" and "truncated" are the
// logger's own.
inline constexpr char kAddress[] = "address";
inline constexpr char kAttempt[] = "attempt";
inline constexpr char kBytes[] = "bytes";
inline constexpr char kCaller[] = "caller";
inline constexpr char kCertificate[] = "certificate";
inline constexpr char kCount[] = "count";
inline constexpr char kDecisionId[] = "decision_id";
inline constexpr char kDelay[] = "delay_seconds";
inline constexpr char kDuration[] = "duration_seconds";
inline constexpr char kEffect[] = "effect";
inline constexpr char kError[] = "error";
inline constexpr char kEventId[] = "event_id";
inline constexpr char kEvidence[] = "evidence";
inline constexpr char kExpires[] = "expires";
inline constexpr char kFile[] = "file";
inline constexpr char kFindings[] = "findings";
inline constexpr char kFirstSequence[] = "first_sequence";
inline constexpr char kFrom[] = "from";
inline constexpr char kImage[] = "image";
inline constexpr char kLastSequence[] = "last_sequence";
inline constexpr char kListen[] = "listen";
inline constexpr char kMethod[] = "method";
inline constexpr char kMode[] = "mode";
inline constexpr char kPosition[] = "position";
inline constexpr char kReason[] = "reason";
inline constexpr char kRegistry[] = "registry";
inline constexpr char kRevision[] = "revision";
inline constexpr char kRoute[] = "route";
inline constexpr char kRule[] = "rule";
inline constexpr char kSignal[] = "signal";
inline constexpr char kSkipped[] = "skipped";
inline constexpr char kSocket[] = "socket";
inline constexpr char kSource[] = "source";
inline constexpr char kState[] = "state";
inline constexpr char kStatus[] = "status";
inline constexpr char kVch[] = "vch";
inline constexpr char kVersion[] = "version";

// Metrics. Units are in the names (Prometheus naming practice); labels have
// few values, and never one that a stranger chooses.

// Both processes.
inline constexpr MetricInfo kRefusedCalls = {
    "pullgate_rpc_refused_total",
    "Calls turned away before a handler saw them, by method and code.",
    {"method", "code"}};
inline constexpr MetricInfo kRpcs = {"pullgate_rpc_total",
                                     "Calls answered, by method and code.",
                                     {"method", "code"}};
inline constexpr MetricInfo kRpcSeconds = {
    "pullgate_rpc_seconds", "How long calls took, by method.", {"method"}};
inline constexpr MetricInfo kQueuedCalls = {
    "pullgate_rpc_queued", "Calls that wait for a thread.", {}};
inline constexpr MetricInfo kCertificateExpiry = {
    "pullgate_tls_certificate_expiry_seconds",
    "When this process's certificate expires, as Unix time.",
    {}};
inline constexpr MetricInfo kCertificateReloads = {
    "pullgate_tls_reloads_total",
    "Attempts to load changed certificate files, by result (ok, error).",
    {"result"}};
inline constexpr MetricInfo kLogLinesDropped = {
    "pullgate_log_lines_dropped_total", "Log lines lost to a slow reader.", {}};
inline constexpr MetricInfo kDecisions = {
    "pullgate_decisions_total",
    "Decisions, by effect and reason (\"NONE\" for a permit).",
    {"effect", "reason"}};
inline constexpr MetricInfo kDnsLookups = {
    "pullgate_dns_lookups_total",
    "Looked-up evidence, by outcome (answered, failed, cached).",
    {"outcome"}};
inline constexpr MetricInfo kDnsSeconds = {
    "pullgate_dns_lookup_seconds", "How long looking up evidence took.", {}};

// pullgate-pdp.
inline constexpr MetricInfo kPolicies = {
    "pullgate_pdp_policies", "Policies stored.", {}};
inline constexpr MetricInfo kPolicyChanges = {
    "pullgate_pdp_policy_changes_total",
    "Attempts to change a policy, by operation and result.",
    {"operation", "result"}};
inline constexpr MetricInfo kStoreRevision = {
    "pullgate_pdp_revision", "The highest revision given out.", {}};
inline constexpr MetricInfo kSyncStreams = {
    "pullgate_pdp_sync_streams", "Agents that hold a Sync stream open.", {}};
inline constexpr MetricInfo kAgentsBehind = {
    "pullgate_pdp_agents_behind",
    "Connected agents that do not hold the revision they were sent.",
    {}};
inline constexpr MetricInfo kEventsReceived = {
    "pullgate_pdp_audit_events_total",
    "Audit events from agents, by result (stored, repeated, refused).",
    {"result"}};
inline constexpr MetricInfo kLedgerEvents = {
    "pullgate_pdp_ledger_events", "Audit events that the ledger keeps.", {}};
inline constexpr MetricInfo kLedgerBytes = {
    "pullgate_pdp_ledger_bytes", "Bytes of the ledger's file in use.", {}};
inline constexpr MetricInfo kLedgerOldest = {
    "pullgate_pdp_ledger_oldest_seconds",
    "The time of the oldest events kept, as Unix time; 0: there are none.",
    {}};
inline constexpr MetricInfo kLedgerForgotten = {
    "pullgate_pdp_ledger_forgotten_events",
    "Audit events that were forgotten by age or size, ever.",
    {}};
inline constexpr MetricInfo kLedgerHoles = {
    "pullgate_pdp_ledger_unexplained_holes",
    "Runs of missing events that no gap event explains yet.",
    {}};
inline constexpr MetricInfo kLedgerSeconds = {
    "pullgate_pdp_ledger_commit_seconds",
    "How long a batch of audit events took to become durable.",
    {}};

// pullgate-agent.
inline constexpr MetricInfo kPulls = {
    "pullgate_agent_pulls_total",
    "Pull questions answered, by effect and reason.",
    {"effect", "reason"}};
inline constexpr MetricInfo kPullSeconds = {
    "pullgate_agent_pull_seconds", "How long answering a pull took.", {}};
inline constexpr MetricInfo kDecisionSource = {
    "pullgate_agent_decision_source_total",
    "Where decisions came from (cache, pdp, local).",
    {"source"}};
inline constexpr MetricInfo kVerdicts = {"pullgate_agent_verifications_total",
                                         "Registries probed, by outcome.",
                                         {"outcome"}};
inline constexpr MetricInfo kPdpConnected = {
    "pullgate_agent_pdp_connected", "1 while a Sync stream is open.", {}};
inline constexpr MetricInfo kPolicyRevision = {
    "pullgate_agent_policy_revision", "The revision held; 0 for none.", {}};
inline constexpr MetricInfo kLeaseExpiry = {
    "pullgate_agent_lease_expiry_seconds",
    "Until when the agent may go on without the PDP, as Unix time.",
    {}};
inline constexpr MetricInfo kSpoolEvents = {
    "pullgate_agent_spool_events", "Audit events not yet acknowledged.", {}};
inline constexpr MetricInfo kSpoolBytes = {
    "pullgate_agent_spool_bytes", "Size of the spool.", {}};
inline constexpr MetricInfo kSpoolOldestAge = {
    "pullgate_agent_spool_oldest_age_seconds",
    "Age of the oldest audit event not yet acknowledged; 0 for none.",
    {}};
inline constexpr MetricInfo kSpoolDropped = {
    "pullgate_agent_spool_dropped_events",
    "Audit events that a full spool dropped in this epoch, in all.",
    {}};
inline constexpr MetricInfo kSpoolLastSequence = {
    "pullgate_agent_spool_last_sequence",
    "The last audit event recorded in this epoch.",
    {}};
inline constexpr MetricInfo kLastAck = {
    "pullgate_agent_audit_last_ack_seconds",
    "When the PDP acknowledged audit events last, as Unix time; 0 for never.",
    {}};
inline constexpr MetricInfo kReportReconnects = {
    "pullgate_agent_audit_reconnects",
    "Streams of audit events that ended or could not begin, since the start.",
    {}};
inline constexpr MetricInfo kSpoolRefused = {
    "pullgate_agent_spool_refused_total",
    "Audit events that could not be recorded: their pulls were refused.",
    {}};
inline constexpr MetricInfo kCacheEntries = {
    "pullgate_agent_cache_entries", "Entries cached, by cache.", {"cache"}};

inline constexpr MetricInfo kGateRequests = {
    "pullgate_agent_gate_requests_total",
    "Requests to the gate, by result (tunnel, forward, denied, unreachable, "
    "plaintext_only, bad_request, timed_out, overloaded).",
    {"result"}};
inline constexpr MetricInfo kGateEarlyEnds = {
    "pullgate_agent_gate_early_ends_total",
    "Pulls that the gate ended before their two ends did, by cause.",
    {"cause"}};
inline constexpr MetricInfo kGateConnections = {
    "pullgate_agent_gate_connections",
    "Connections of the gate's clients.",
    {}};
inline constexpr MetricInfo kGateTunnels = {
    "pullgate_agent_gate_tunnels", "Those of them that are tunnels.", {}};
inline constexpr MetricInfo kGateBytes = {
    "pullgate_agent_gate_bytes_total",
    "Bytes moved, by direction (to_registry, to_client); counted when a pull "
    "ends.",
    {"direction"}};

}  // namespace pullgate::names

#endif  // PULLGATE_COMMON_OBSERVE_NAMES_H_
