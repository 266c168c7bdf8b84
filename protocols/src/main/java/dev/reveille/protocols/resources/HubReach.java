package dev.reveille.protocols.resources;

import dev.reveille.model.AppId;
import dev.reveille.model.Secret;
import java.util.UUID;

/// The way to the devices of an app that is bound to a communication resource, or the reason why
/// there is none.
public sealed interface HubReach {
  /// No resource has the app.
  record Unbound() implements HubReach {}

  /// No hub is linked to its resource.
  ///
  /// @param resource its name
  record Unlinked(String resource) implements HubReach {}

  /// A hub of this server is linked that has no policy of that name and key any more, or is gone.
  ///
  /// @param words what the hub says of it
  record KeyRefused(String resource, String words) implements HubReach {}

  /// Through a hub of this server.
  ///
  /// @param immutableId of the resource
  /// @param chat whether chat goes, too
  /// @param hub its name
  /// @param app the hub's app, whose credentials are used
  /// @param sandbox to which of Apple's environments the hub's tokens belong
  /// @param byCertificate whether the hub opens Apple's service with a certificate alone, which
  ///   carries no calls of a resource
  record OwnHub(
      String resource,
      UUID immutableId,
      boolean chat,
      String hub,
      AppId app,
      boolean sandbox,
      boolean byCertificate)
      implements HubReach {}

  /// Through a hub elsewhere.
  ///
  /// @param authority the host of the hub's namespace, perhaps with a port
  /// @param policy the name of the policy that the key is of
  record ForeignHub(
      String resource,
      UUID immutableId,
      boolean chat,
      String hub,
      String authority,
      String policy,
      Secret key)
      implements HubReach {
    /// The URL of the hub's messages, without a query.
    public String messages() {
      return messages(authority, hub);
    }

    static String messages(final String authority, final String hub) {
      return "https://" + authority + "/" + hub + "/messages";
    }
  }
}
