package dev.reveille.protocols.resources;

import java.time.Instant;

/// The link of a communication resource to a hub, under one of the hub's policies. The policy's key
/// is kept apart, among the sealed secrets.
///
/// @param hubId the hub's resource id as it was given
/// @param host of the hub's namespace, in lower case
/// @param port 0 for the usual one
/// @param hub its name
/// @param policy the policy's name
/// @param isOwn whether it is a hub of this server, which is reached without a request
/// @param moreThanSend whether the policy is known to allow more than to send
public record HubLink(
    String hubId,
    String host,
    int port,
    String hub,
    String policy,
    boolean isOwn,
    boolean moreThanSend,
    Instant linkedAt) {
  /// Host and port as a URL names them.
  public String authority() {
    return port == 0 ? host : host + ":" + port;
  }
}
