package dev.reveille.protocols.resources;

import dev.reveille.protocols.notificationhubs.Hub;
import java.time.Instant;
import java.util.Optional;

/// The link of a communication resource to a hub, under one of the hub's policies. The policy's key
/// is kept apart, among the sealed secrets.
///
/// @param hubId the hub's resource id as it was given
/// @param host of the hub's namespace, in lower case
/// @param port 0 for the usual one
/// @param namespace of a hub of this server: as the hub has it; "" of one elsewhere
/// @param hub its name
/// @param policy the policy's name
/// @param isOwn whether it is a hub of this server, which is reached without a request
/// @param moreThanSend whether the policy is known to allow more than to send
public record HubLink(
    String hubId,
    String host,
    int port,
    String namespace,
    String hub,
    String policy,
    boolean isOwn,
    boolean moreThanSend,
    Instant linkedAt) {
  /// The same link, made later than the one before it.
  HubLink after(final Optional<HubLink> former) {
    final var least = former.map(it -> it.linkedAt().plusMillis(1)).orElse(Instant.MIN);
    return linkedAt.isBefore(least)
        ? new HubLink(hubId, host, port, namespace, hub, policy, isOwn, moreThanSend, least)
        : this;
  }

  /// Whether it is a link to this hub of the server, or to one that had its name before.
  boolean leadsTo(final Hub hubHere) {
    return isOwn
        && hubHere.namespace().equals(namespace)
        && hubHere.name().value().equalsIgnoreCase(hub);
  }

  /// The URL of its messages, without a query.
  String messages() {
    return HubReach.ForeignHub.messages(authority(), hub);
  }

  /// Host and port as a URL names them.
  public String authority() {
    return port == 0 ? host : host + ":" + port;
  }
}
